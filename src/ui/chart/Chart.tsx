import { useEffect, useId, useLayoutEffect, useRef } from 'react';
import type { ChartView, SessionView } from '../../projections/views.ts';
import type { BarStore } from './bars.ts';
import styles from './Chart.module.css';
import type { Crosshair } from './crosshair.ts';
import { candidateLevels } from './levels.ts';
import { Plot } from './plot.ts';
import type { PlotEvents, PlotInput } from './props.ts';

interface ChartProps extends PlotInput, PlotEvents {
  /** keep one store for a chart's life: its ticks do not pass through React */
  bars: BarStore;
  clock: { ts: number | null };
  /** one for all charts that are to be in step; keep it for a chart's life */
  crosshair: Crosshair;
}

/** Candles, panes, and over them the positions: tranches, stop staircase, levels, fills and proposals. */
export function Chart(props: ChartProps) {
  const { bars, crosshair, view, session, clock, theme, options, focus, selectedProposalId, preview, candidate } = props;
  const { branches, wholeBranches } = props;
  const root = useRef<HTMLFieldSetElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLDivElement>(null);
  const titles = useRef<HTMLDivElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const now = useRef<HTMLButtonElement>(null);
  const plot = useRef<Plot | null>(null);
  const latest = useRef(props);
  const summaryId = useId();

  useLayoutEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!root.current || !canvas.current || !legend.current || !titles.current || !tip.current || !ring.current || !now.current)
      return;
    const elements = {
      root: root.current,
      canvas: canvas.current,
      legend: legend.current,
      titles: titles.current,
      tip: tip.current,
      ring: ring.current,
      now: now.current,
    };
    const made = new Plot(elements, bars, { ...latest.current, now: latest.current.clock.ts }, () => latest.current, crosshair);
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [bars, crosshair]);

  const { ts } = clock;
  useEffect(() => {
    plot.current?.take({
      view,
      session,
      now: ts,
      theme,
      options,
      focus,
      selectedProposalId,
      preview,
      candidate,
      branches,
      wholeBranches,
    });
  }, [view, session, ts, theme, options, focus, selectedProposalId, preview, candidate, branches, wholeBranches]);

  return (
    <fieldset
      ref={root}
      className={styles.root}
      style={{ colorScheme: theme }}
      aria-label={`Chart of ${session.instrument.symbol}. Arrow keys pan, plus and minus zoom, Home and End go to the first and the newest bar.`}
      aria-describedby={summaryId}
    >
      <div ref={canvas} className={styles.canvas} aria-hidden="true" />
      <div ref={legend} className={styles.legend} aria-hidden="true" hidden>
        <Cell name="open" short="O" />
        <Cell name="high" short="H" />
        <Cell name="low" short="L" />
        <Cell name="close" short="C" />
        <Cell name="volume" short="V" />
      </div>
      <div ref={titles} className={styles.titles} aria-hidden="true" />
      <div ref={ring} className={styles.ring} aria-hidden="true" hidden />
      <div ref={tip} className={styles.tip} role="tooltip" hidden />
      <button
        ref={now}
        type="button"
        className={styles.now}
        hidden
        onClick={() => {
          plot.current?.steer((shown) => shown.toNow());
          // the button goes away: the keyboard stays with the chart
          root.current?.focus({ preventScroll: true });
        }}
      >
        to now →
      </button>
      <a
        className={styles.credit}
        href="https://www.tradingview.com/"
        target="_blank"
        rel="noreferrer"
        title={NOTICE}
        tabIndex={-1}
      >
        Charts by TradingView
      </a>
      <p id={summaryId} className={styles.summary}>
        {summary(view, session, candidate)}
      </p>
    </fieldset>
  );
}

const NOTICE = 'TradingView Lightweight Charts™. Copyright © 2025 TradingView, Inc. https://www.tradingview.com/';

function Cell({ name, short }: { name: string; short: string }) {
  return (
    <span className={styles.cell}>
      {short} <b data-cell={name} />
    </span>
  );
}

/** The levels in words, for those who do not see the chart. */
function summary(view: ChartView, { priceDecimals }: SessionView, candidate: ChartView['nextLevels']): string {
  const price = (value: number | null | undefined) =>
    value === null || value === undefined ? 'none' : value.toFixed(priceDecimals);
  const open = view.positions.filter(({ closeTs, yours }) => closeTs === null && !yours);
  const yours = view.positions.filter((position) => position.yours).length;
  const positions = open.map(
    ({ side, averages, stops, targets, stopLabel, tranches, liquidation }) =>
      `${side} position, ${tranches.length} ${tranches.length === 1 ? 'tranche' : 'tranches'}, average entry ${price(averages.at(-1)?.price)}, ` +
      `${stopLabel || 'stop'} at ${price(stops.at(-1)?.price)}, target ${price(targets.at(-1)?.price)}` +
      `${liquidation === null ? '' : `, liquidation at ${price(liquidation)}`}.`,
  );
  const next = view.nextLevels.map((level) => `${level.label} at ${price(level.price)}`);
  const wouldBe = candidateLevels(view, candidate).map((level) => `${level.label} at ${price(level.price)}`);
  const waiting = view.pins.map((pin) => `${pin.text} waits for you`);
  return [
    ...(positions.length > 0 ? positions : ['No open position.']),
    ...(yours > 0 ? [`${yours === 1 ? 'One trade of your own is' : `${yours} trades of your own are`} drawn.`] : []),
    ...(next.length > 0 ? [`Next: ${next.join('; ')}.`] : []),
    ...(wouldBe.length > 0 ? [`Not applied: ${wouldBe.join('; ')}.`] : []),
    ...(waiting.length > 0 ? [`${waiting.join('; ')}.`] : []),
  ].join(' ');
}
