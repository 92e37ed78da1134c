import { ZERO } from '../domain/decimal.ts';
import type { Measure } from '../domain/measure.ts';
import type { Core } from './core.ts';
import { openCount } from './state.ts';

/** How full the account's limits are, for the gauges: figure and limit of each, ready to show. */
export interface Gauge {
  id: 'daily-loss' | 'drawdown' | 'exposure' | 'positions' | 'trades';
  figure: string;
  limit: string;
  /** 0..1 and beyond; null where there is no limit */
  share: number | null;
}

/** Every gauge of an account; a limit that the policy does not set has share null. */
export function gauges(core: Core, account: string): Gauge[] {
  const { limits, rules } = core.policy;
  const watch = core.account(account);
  const equity = core.equity(account);
  const used = equity.greaterThan(0) ? core.exposure(account).div(equity) : ZERO;
  const open = openCount(core.state, account);
  const of = (id: Gauge['id'], figure: number, limit: number | null, show: (value: number) => string): Gauge => ({
    id,
    figure: show(figure),
    limit: limit === null ? 'none' : show(limit),
    share: limit === null ? null : figure / limit,
  });
  const shown = (value: number): string => `${value.toFixed(2)}%`;
  const measured = (measure: Measure | 'none'): number | null => (measure === 'none' ? null : measure.value.toNumber());
  const day = rules['daily-loss'];
  const peak = rules['drawdown-halt'];
  return [
    of('daily-loss', Math.max(0, watch.dayLoss), day.enabled ? measured(day.limit) : null, shown),
    of('drawdown', Math.max(0, watch.drawdown), peak.enabled ? measured(peak.limit) : null, shown),
    of('exposure', used.times(100).toNumber(), measured(limits.totalExposure), shown),
    of('positions', open, limits.openPositions, String),
    of('trades', watch.trades, measured(limits.tradesPerDay), String),
  ];
}
