import { isoTime } from '../domain/time.ts';
import { csvOf, csvText } from './cells.ts';
import type { PerformanceView, TradeGroup } from './performance-views.ts';

const FIGURE_COLUMNS = [
  'id',
  'group',
  'label',
  'value',
  'why',
  'target',
  'reached',
  'formula',
  'convention',
  'source',
] as const satisfies readonly (keyof PerformanceView['figures'][number])[];

const TRADE_COLUMNS = [
  'positionId',
  'symbol',
  'side',
  'causedBy',
  'policy',
  'openedTs',
  'opened',
  'closedTs',
  'closed',
  'pnl',
  'r',
  'maeR',
  'mfeR',
  'givenBack',
  'seq',
] as const;

const yesOrNo = (reached: boolean | null): string | null => (reached === null ? null : reached ? 'yes' : 'no');

const groupsCsv = (groups: readonly TradeGroup[]): string => csvOf(['name', 'trades', 'wins', 'pnl', 'r'], groups);

/** What of a performance can be had as a table. */
export type PerformanceTable = 'figures' | 'trades' | 'equity' | 'histogram' | 'by-rule' | 'by-symbol' | 'by-policy' | 'by-hour';

/** One table of a performance as CSV with a header; times are ISO text in UTC, money is decimal text, a share is of one. */
export function performanceCsv(view: PerformanceView, table: PerformanceTable): string {
  switch (table) {
    case 'figures':
      return csvOf(
        FIGURE_COLUMNS,
        view.figures.map((figure) => ({ ...figure, reached: yesOrNo(figure.reached) })),
      );
    case 'trades':
      return csvOf(
        TRADE_COLUMNS,
        view.trades.map((trade) =>
          Object.assign({}, trade, { opened: isoTime(trade.openedTs), closed: isoTime(trade.closedTs) }),
        ),
      );
    case 'equity':
      return csvText(
        ['ts', 'time', 'equity', 'drawdown'],
        view.equity.map(({ ts, equity, drawdown }) => [ts, isoTime(ts), equity, drawdown]),
      );
    case 'histogram':
      return csvOf(['from', 'to', 'trades'], view.histogram);
    case 'by-rule':
      return groupsCsv(view.byCause);
    case 'by-symbol':
      return groupsCsv(view.bySymbol);
    case 'by-policy':
      return groupsCsv(view.byPolicy);
    case 'by-hour':
      return csvOf(['weekday', 'hour', 'trades', 'pnl'], view.byHour);
    default:
      return table satisfies never;
  }
}
