import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { PerformanceView } from '../../projections/performance-views.ts';
import { readTheme } from '../chart/theme.ts';
import { day, money, moment, signedMoney } from '../format.ts';
import { openTrade } from '../performance.ts';
import { zoneTexts } from '../chart/times.ts';
import { FILE_SIZE, savePicture, savePng } from '../performance-files.ts';
import { curvesPicture } from '../plots/curves.ts';
import { EquityPlot } from '../plots/EquityPlot.ts';
import { pngOf } from '../plots/png.ts';
import { roved } from '../plots/roving.ts';
import { usePage } from '../store.ts';
import { useTheme } from '../useTheme.ts';
import { CardHead } from './PerformanceCard.tsx';
import card from './PerformanceCard.module.css';
import css from './PerformancePlots.module.css';

const MINUTE_MS = 60_000;

/** Equity and drawdown, trade after trade. Arrows and the pointer go along them, Enter and a click to the trade. */
export function PerformanceCurves({ view }: { view: PerformanceView }): ReactNode {
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const theme = useTheme();
  const canvas = useRef<HTMLDivElement>(null);
  const plot = useRef<EquityPlot | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const texts = useMemo(() => zoneTexts(zone), [zone]);
  const latest = useRef({ view, texts });
  useLayoutEffect(() => {
    latest.current = { view, texts };
  });
  useEffect(() => {
    if (!canvas.current) return;
    const made = new EquityPlot(
      canvas.current,
      { day: (ts) => latest.current.texts.day(ts), full: (ts) => latest.current.texts.full(ts, MINUTE_MS) },
      { hover: setAt, click: (index) => open(latest.current.view, index) },
    );
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, []);
  useEffect(() => plot.current?.show(view.equity), [view.equity]);
  useEffect(() => {
    if (canvas.current) plot.current?.dress(readTheme(canvas.current, theme));
  }, [theme]);
  const onKey = (event: KeyboardEvent): void => {
    const next = roved(event.key, at ?? -1, view.equity.length);
    if (next !== null) {
      setAt(next);
      plot.current?.point(next);
    } else if ((event.key === 'Enter' || event.key === ' ') && at !== null) open(view, at);
    else return;
    event.preventDefault();
  };
  const save = async (as: 'png' | 'svg'): Promise<void> => {
    if (as === 'svg')
      return savePicture(
        curvesPicture(view.equity, FILE_SIZE, (ts) => day(ts, zone)),
        'equity',
        'svg',
      );
    if (plot.current) savePng('equity', await pngOf(plot.current.picture(FILE_SIZE)));
  };
  return (
    <section className={`${card.card} ${css.curves}`} aria-label="Equity and drawdown">
      <CardHead title="Equity and drawdown" table="equity" picture={save}>
        <output className={css.said}>{at === null ? 'net of every fee, after each close' : pointed(view, at, zone)}</output>
      </CardHead>
      <div className={css.chart}>
        <div ref={canvas} className={css.canvas} aria-hidden />
        <button
          type="button"
          className={css.keys}
          aria-label="Equity and drawdown: arrows go from trade to trade, Enter to the trade on the chart"
          onKeyDown={onKey}
          onBlur={() => {
            setAt(null);
            plot.current?.point(null);
          }}
        />
      </div>
    </section>
  );
}

function open(view: PerformanceView, index: number): void {
  const trade = view.trades[index];
  if (trade) openTrade(trade);
}

/** What stands at a place of the curves. */
function pointed(view: PerformanceView, at: number, zone: string): string {
  const [point, trade] = [view.equity[at], view.trades[at]];
  if (!point || !trade) return '';
  return `${at + 1}: ${moment(point.ts, zone)} · ${trade.symbol} ${signedMoney(trade.pnl)} · equity ${signedMoney(String(point.equity))} · drawdown ${money(String(point.drawdown))}`;
}
