import { type ReactNode, useState } from 'react';
import type { PerformanceView, TradePoint } from '../../projections/performance-views.ts';
import { useChoices } from '../choices.ts';
import { moment, signedMoney, toneOf } from '../format.ts';
import { openTrade } from '../performance.ts';
import { rText, shareText } from '../plots/trade-text.ts';
import { usePage } from '../store.ts';
import { CardHead } from './PerformanceCard.tsx';
import css from './PerformanceTrades.module.css';

/** Trades that are listed before the user asks for all of them. */
const SHOWN = 100;

const NUMBERS = ['P&L', 'R', 'MAE', 'MFE', 'Given back'] as const;

/** Every trade that is chosen, the last one first; a row leads to its place on the chart. */
export function PerformanceTrades({ view }: { view: PerformanceView }): ReactNode {
  const [all, setAll] = useState(false);
  const trades = view.trades.toReversed();
  const listed = all ? trades : trades.slice(0, SHOWN);
  return (
    <section className={css.trades} aria-label="Trades">
      <CardHead title="Trades" table="trades" />
      <table className={css.table} aria-label="Trades">
        <thead>
          <tr>
            <th scope="col">Closed</th>
            <th scope="col">Trade</th>
            <th scope="col">Closed by</th>
            <th scope="col">Policy</th>
            {NUMBERS.map((name) => (
              <th key={name} scope="col" data-number>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listed.map((trade) => (
            <Row key={trade.positionId} trade={trade} />
          ))}
        </tbody>
      </table>
      {listed.length < trades.length ? (
        <button type="button" onClick={() => setAll(true)}>
          Show {trades.length - listed.length} earlier ones
        </button>
      ) : null}
    </section>
  );
}

function Row({ trade }: { trade: TradePoint }): ReactNode {
  const { positionId, symbol, side, causedBy, policy, closedTs, pnl, r, maeR, mfeR, givenBack } = trade;
  const zone = usePage((page) => page.session?.zone ?? 'UTC');
  const selected = useChoices((choices) => choices.selectedPositionId === positionId);
  return (
    <tr data-id={positionId} aria-current={selected || undefined} onClick={() => openTrade(trade)}>
      <th scope="row">
        <button type="button" data-quiet title="Show on the chart">
          {moment(closedTs, zone)}
        </button>
      </th>
      <td>
        <b>{symbol}</b> {side}
      </td>
      <td>{causedBy}</td>
      <td>{policy}</td>
      <td data-number data-tone={toneOf(pnl)}>
        {signedMoney(pnl)}
      </td>
      <td data-number>{rText(r)}</td>
      <td data-number>{rText(maeR)}</td>
      <td data-number>{rText(mfeR)}</td>
      <td data-number>{shareText(givenBack)}</td>
    </tr>
  );
}
