import { dec, ZERO } from '../domain/decimal.ts';
import { pricePadded } from './lines.ts';
import type { Trade } from './trades.ts';
import type { ChartPosition, MarkView } from './views.ts';

/** How the chart tells the user's own trades from those of the session. */
const YOURS = 'yours';

/**
 * A trade of the user's own file as the chart draws positions: a mark a fill, a band an entry, the average as it moves. Exits take from every
 * entry alike (the ledger goes by average cost), so that all bands end with the trade. There are no stops, targets or R.
 * @param decimals of a price in its labels
 */
export function drawnTrade(trade: Trade, decimals: number): ChartPosition {
  const { id, side, openedTs, closedTs, fills } = trade;
  const averages: ChartPosition['averages'] = [];
  let quantity = ZERO;
  let cost = ZERO;
  const marks = fills.map((fill): MarkView => {
    if (fill.kind !== 'exit') {
      quantity = quantity.plus(fill.quantity);
      cost = cost.plus(dec(fill.price).times(fill.quantity));
      averages.push({ ts: fill.ts, price: cost.div(quantity).toNumber() });
    } else {
      cost = cost.minus(cost.times(fill.quantity).div(quantity));
      quantity = quantity.minus(fill.quantity);
    }
    const { ts, side: order } = fill;
    return {
      ts,
      price: Number(fill.price),
      side: order,
      quantity: fill.quantity,
      text: `${YOURS} · ${order} ${fill.quantity} · line ${fill.line}`,
      note: YOURS,
      seq: null,
    };
  });
  const entries = fills.filter(({ kind }) => kind !== 'exit');
  return {
    id: `${YOURS} ${id}`,
    yours: true,
    side,
    openTs: openedTs,
    closeTs: closedTs,
    marks,
    tranches: entries.map((fill, ordinal) => ({
      id: `${YOURS} ${id}-${ordinal}`,
      ordinal,
      openTs: fill.ts,
      closeTs: closedTs,
      price: Number(fill.price),
      quantity: fill.quantity,
      label: `${YOURS} · ${fill.quantity} @ ${pricePadded(fill.price, decimals)}`,
    })),
    stops: [],
    targets: [],
    averages: averages.filter(({ price }, at) => price !== averages[at - 1]?.price),
    trailing: false,
    entry: Number(entries[0]?.price),
    r: null,
    liquidation: null,
    best: Number.NaN,
    worst: Number.NaN,
    stopLabel: '',
    targetLabel: '',
  };
}
