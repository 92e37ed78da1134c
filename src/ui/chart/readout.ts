import type { IChartApi } from 'lightweight-charts';
import type { SessionView } from '../../projections/views.ts';
import type { DisplayBars } from './bars.ts';
import type { Spot } from './scene.ts';
import type { PaneName, SeriesSet } from './series.ts';
import type { Rect } from './tags.ts';

/** Places in the page that are written without React, because they change with every tick. */
export interface ReadoutElements {
  /** holds an element `[data-cell]` for each of open, high, low, close and volume */
  legend: HTMLElement;
  titles: HTMLElement;
  tip: HTMLElement;
  ring: HTMLElement;
  now: HTMLElement;
}

const CELLS = ['open', 'high', 'low', 'close', 'volume'] as const;
const FLASH_MS = 1600;

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const part = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const volumeText = (value: number): string => (value >= 100 ? whole : part).format(value);
const signed = (value: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;

/** Figures of the bar under the crosshair (or the newest), pane titles, the tooltip and the ring that points at a moment. */
export class Readout {
  private readonly elements: ReadoutElements;
  private readonly chart: IChartApi;
  private readonly series: SeriesSet;
  private readonly cells: Map<string, HTMLElement>;
  private titles = new Map<PaneName, HTMLElement>();
  private bars: DisplayBars | null = null;
  private prices: Intl.NumberFormat | null = null;
  private session: SessionView | null = null;
  private hovered: number | null = null;
  private flashing: ReturnType<typeof setTimeout> | undefined;

  constructor(elements: ReadoutElements, chart: IChartApi, series: SeriesSet) {
    this.elements = elements;
    this.chart = chart;
    this.series = series;
    this.cells = new Map(
      CELLS.map((name) => {
        const cell = elements.legend.querySelector<HTMLElement>(`[data-cell="${name}"]`);
        if (!cell) throw new Error(`the legend has no cell for ${name}`);
        return [name, cell];
      }),
    );
  }

  setBars(bars: DisplayBars, session: SessionView, prices: Intl.NumberFormat): void {
    this.bars = bars;
    this.session = session;
    this.prices = prices;
    this.write();
  }

  hover(index: number | null): void {
    if (index === this.hovered) return;
    this.hovered = index;
    this.write();
  }

  tip(spot: Spot | null, x: number, y: number): void {
    const { tip } = this.elements;
    tip.hidden = spot === null;
    if (!spot) return;
    tip.replaceChildren(line('strong', spot.title), line('span', spot.detail));
    const { clientWidth, clientHeight } = this.chart.chartElement();
    const left = x + 14 + tip.offsetWidth > clientWidth ? x - 14 - tip.offsetWidth : x + 14;
    tip.style.translate = `${Math.max(4, left)}px ${Math.max(4, Math.min(clientHeight - tip.offsetHeight - 4, y + 16))}px`;
  }

  flash(x: number, y: number): void {
    const { ring } = this.elements;
    this.endFlash();
    // the animation starts again only after the element was away
    void ring.offsetWidth;
    ring.style.translate = `${x}px ${y}px`;
    ring.hidden = false;
    this.flashing = setTimeout(() => this.endFlash(), FLASH_MS);
  }

  /** The ring points at a place in the view: it goes when the view moves. */
  endFlash(): void {
    clearTimeout(this.flashing);
    this.elements.ring.hidden = true;
  }

  showNow(away: boolean): void {
    this.elements.now.hidden = !away;
  }

  /** Puts every title at its pane.
   *  @returns the legend's place in the price pane */
  layOut(left: number): Rect {
    const { legend, titles, now } = this.elements;
    legend.style.left = `${left + 8}px`;
    const panes = this.chart.panes();
    now.style.translate = `0 ${(panes[0]?.getHeight() ?? 0) - 34}px`;
    const elements = this.series.panes.slice(1).map((name, i): [PaneName, HTMLElement] => {
      const title = this.titles.get(name) ?? document.createElement('span');
      title.style.translate = `${left + 8}px ${(panes[i + 1]?.getHTMLElement()?.offsetTop ?? 0) + 3}px`;
      return [name, title];
    });
    this.titles = new Map(elements);
    titles.replaceChildren(...this.titles.values());
    this.write();
    return { x: legend.offsetLeft - left, y: legend.offsetTop, width: legend.offsetWidth + 6, height: legend.offsetHeight };
  }

  private write(): void {
    const { bars, prices, session } = this;
    if (!bars || !prices || !session) return;
    const last = bars.length - 1;
    const index = this.hovered === null ? last : Math.max(0, Math.min(last, this.hovered));
    this.elements.legend.hidden = last < 0;
    if (last < 0) return;
    for (const [name, cell] of this.cells) {
      const value = bars.at(name as (typeof CELLS)[number], index);
      put(cell, name === 'volume' ? volumeText(value) : prices.format(value));
    }
    this.elements.legend.dataset['tone'] = bars.at('close', index) >= bars.at('open', index) ? 'up' : 'down';
    const own = bars.intervalMs > session.intervalMs ? ' (session bars)' : '';
    for (const [name, title] of this.titles)
      put(title, `${this.title(name, bars, index, session.priceDecimals)}${name === 'volume' || name === 'equity' ? '' : own}`);
  }

  private title(name: PaneName, bars: DisplayBars, index: number, decimals: number): string {
    const value = (column: 'rsi' | 'macd' | 'macdSignal' | 'atr', text: (known: number) => string): string => {
      const known = bars.at(column, index);
      return Number.isNaN(known) ? '–' : text(known);
    };
    switch (name) {
      case 'volume':
        return `Volume · ${volumeText(bars.at('volume', index))}`;
      case 'rsi':
        return `RSI 14 · ${value('rsi', (known) => known.toFixed(1))}`;
      case 'atr':
        return `ATR 14 · ${value('atr', (known) => known.toFixed(decimals + 1))}`;
      case 'macd': {
        const figure = (known: number) => signed(known, decimals + 1);
        return `MACD 12 26 9 · ${value('macd', figure)} · signal ${value('macdSignal', figure)}`;
      }
      case 'equity':
        return `Equity · ${this.series
          .equityAt(bars, index)
          .map(({ name: of, equity }) => `${of} ${Number.isNaN(equity) ? '–' : cents.format(equity)}`)
          .join(' · ')}`;
      case 'price':
        return '';
      default:
        return name satisfies never;
    }
  }
}

function line(tag: 'strong' | 'span', text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

/** Writes only what differs: an equal text would still cost a layout. */
function put(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
