import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useRef } from 'react';
import type { TradesFound, TradeView } from '../../worker/protocol.ts';
import { count, moment, money, price, quantity, signedMoney, toneOf } from '../format.ts';
import css from './TradesDialog.module.css';

const ROW_PX = 24;

const COLUMNS = [
  { name: 'Trade' },
  { name: 'Opened' },
  { name: 'Closed' },
  { name: 'Qty', number: true },
  { name: 'Entry', number: true },
  { name: 'Exit', number: true },
  { name: 'Adds · exits', number: true },
  { name: 'Gross', number: true },
  { name: 'Fees', number: true },
  { name: 'Net', number: true },
] as const satisfies { name: string; number?: boolean }[];

/** Every trade of a file, of which only the rows in sight are there. Each leads to its place on the chart, once the replay has come to it. */
export function TradesTable(props: {
  found: TradesFound;
  zone: string;
  /** whether a trade can be gone to */
  reached: (trade: TradeView) => boolean;
  onGo: (trade: TradeView) => void;
}): ReactNode {
  'use no memo';
  const { found, zone, reached, onGo } = props;
  const { trades, decimals } = found;
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: trades.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const inSight = rows.getVirtualItems();
  const above = inSight[0]?.start ?? 0;
  const below = rows.getTotalSize() - (inSight.at(-1)?.end ?? 0);
  return (
    <section ref={scroller} className={css.scroller} aria-label="Trades">
      <table className={css.table} aria-rowcount={trades.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {COLUMNS.map((column) => (
              <th key={column.name} scope="col" data-number={'number' in column || undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <Gap height={above} /> : null}
          {inSight.map(({ index }) => {
            const trade = trades[index];
            return trade ? (
              <Row
                key={trade.id}
                trade={trade}
                at={index}
                zone={zone}
                decimals={decimals[trade.symbol] ?? 2}
                reached={reached(trade)}
                onGo={onGo}
              />
            ) : null;
          })}
          {below > 0 ? <Gap height={below} /> : null}
        </tbody>
      </table>
    </section>
  );
}

const Gap = ({ height }: { height: number }): ReactNode => (
  <tr style={{ height }}>
    <td colSpan={COLUMNS.length} aria-hidden />
  </tr>
);

function Row(props: {
  trade: TradeView;
  at: number;
  zone: string;
  decimals: number;
  reached: boolean;
  onGo: (trade: TradeView) => void;
}): ReactNode {
  const { trade, at, zone, decimals, reached, onGo } = props;
  const { symbol, side, openedTs, closedTs, held } = trade;
  return (
    <tr aria-rowindex={at + 2} style={{ height: ROW_PX }}>
      <th scope="row">
        <button
          type="button"
          data-quiet
          className={css.go}
          disabled={!reached}
          title={reached ? 'Show it on the chart' : 'The replay has not come to it, or it is of another session'}
          onClick={() => onGo(trade)}
        >
          {symbol} <span className={css.muted}>{side}</span>
        </button>
      </th>
      <td>{moment(openedTs, zone)}</td>
      <td>{closedTs === null ? <span className={css.muted}>{quantity(held)} held</span> : moment(closedTs, zone)}</td>
      <td data-number>{quantity(trade.quantity)}</td>
      <td data-number>{price(trade.averageEntry, decimals)}</td>
      <td data-number>{price(trade.averageExit, decimals)}</td>
      <td data-number>
        {count(trade.adds)} · {count(trade.exits)}
      </td>
      <td data-number>{signedMoney(trade.grossPnl)}</td>
      <td data-number>{money(trade.fees)}</td>
      <td data-number data-tone={toneOf(trade.netPnl)}>
        {signedMoney(trade.netPnl)}
      </td>
    </tr>
  );
}
