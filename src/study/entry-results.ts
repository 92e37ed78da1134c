import { type Decimal, dec, ZERO } from '../domain/decimal.ts';
import { type Position, sign, type Tranche } from '../domain/position.ts';
import type { Milliseconds } from '../domain/time.ts';
import { multiplierOf } from '../engine/state.ts';
import type { Ran } from './decide.ts';

/**
 * What became of an entry. `closed`: all of it has left; `open`: some is held still, and counts at the last price; `refused`: denied by a guard;
 * `unfilled`: its order found no price; `reduced`: it only took from the position on the other side.
 */
export type EntryStatus = 'closed' | 'open' | 'refused' | 'unfilled' | 'reduced';

/** What an entry came to: the tranches that it opened, and those that rules added to the position it opened. Money is net of fees. */
export interface EntryResult {
  status: EntryStatus;
  /** why it was refused; '' otherwise */
  reason: string;
  /** 0 where nothing was opened */
  pnl: Decimal;
  /** P&L over what was risked at the entry; null where no stop was set */
  r: Decimal | null;
  heldMs: Milliseconds;
  /** when the last of it left; of what is open, where the run ends */
  endTs: Milliseconds;
  /** left at its stop, with a loss */
  stoppedOut: boolean;
  /** what its stop would have lost where it was left early instead, and what that saved */
  atStop: Decimal;
  saved: Decimal;
}

/** Of positions that rules opened by themselves: no entry is behind them. */
export interface OwnResult {
  positions: number;
  pnl: Decimal;
}

/** What came of a run, by entry. */
export interface Results {
  entries: EntryResult[];
  own: OwnResult;
}

/** Who closes a position where its stop is reached, or before that where its margin is used up. */
const STOPS: ReadonlySet<string> = new Set(['stop-loss', 'liquidation']);

const NOTHING: EntryResult = {
  status: 'unfilled',
  reason: '',
  pnl: ZERO,
  r: null,
  heldMs: 0,
  endTs: 0,
  stoppedOut: false,
  atStop: ZERO,
  saved: ZERO,
};

interface Part {
  position: Position;
  tranche: Tranche;
}

/** What came of the entries of a run, in their order. Their P&L and that of positions without one sum to the change of equity. */
export function resultsOf({ engine, book }: Ran): Results {
  const { core, state, journal } = engine;
  const parts = new Map<number, Part[]>();
  const own = { positions: 0, pnl: ZERO };
  const worth = ({ position, tranche }: Part): Decimal => {
    if (tranche.remaining.isZero()) return tranche.realizedPnl;
    const value = core.mark(position).times(tranche.remaining).times(multiplierOf(state, position.symbol));
    return tranche.realizedPnl.plus(value.minus(tranche.remainingCost).times(sign(position.side)));
  };
  for (const position of state.positions.values()) {
    if (book.openerOf(position.id) === undefined && position.tranches.length > 0) own.positions += 1;
    for (const tranche of position.tranches) {
      const owner = book.ownerOf(position.id, tranche.id);
      const part = { position, tranche };
      if (owner === undefined) own.pnl = own.pnl.plus(worth(part));
      else parts.set(owner, [...(parts.get(owner) ?? []), part]);
    }
  }
  const causes = new Map<string, string>();
  const savings = new Map<number, { atStop: Decimal; saved: Decimal }>();
  for (const { event } of journal) {
    if (event.type === 'PositionClosed') causes.set(event.positionId, event.causedBy);
    if (event.type !== 'SavingRecorded') continue;
    const opener = book.openerOf(event.positionId);
    if (opener === undefined) continue;
    const { atStop, saved } = savings.get(opener) ?? { atStop: ZERO, saved: ZERO };
    savings.set(opener, { atStop: atStop.plus(dec(event.atStop).abs()), saved: saved.plus(event.saved) });
  }
  const entries = book.entries.map(({ refusal, orderId, command }, n): EntryResult => {
    if (refusal !== undefined) return { ...NOTHING, status: 'refused', reason: refusal };
    const held = parts.get(n) ?? [];
    const [first] = held;
    if (!first) return { ...NOTHING, status: tookAway(orderId, journal) && command.kind === 'market' ? 'reduced' : 'unfilled' };
    const pnl = held.reduce((sum, part) => sum.plus(worth(part)), ZERO);
    const risked = held
      .filter(({ tranche }) => tranche.orderId === orderId)
      .reduce(
        (sum, { position, tranche }) =>
          sum.plus((position.r ?? ZERO).times(tranche.quantity).times(multiplierOf(state, position.symbol))),
        ZERO,
      );
    const open = held.some(({ tranche }) => !tranche.remaining.isZero());
    const endTs = open ? core.ts : Math.max(...held.map(({ tranche }) => tranche.closedTs ?? core.ts));
    return {
      status: open ? 'open' : 'closed',
      reason: '',
      pnl,
      r: risked.isZero() ? null : pnl.div(risked),
      heldMs: endTs - first.tranche.entryTs,
      endTs,
      stoppedOut: !open && pnl.lessThan(0) && STOPS.has(causes.get(first.position.id) ?? ''),
      ...(savings.get(n) ?? { atStop: ZERO, saved: ZERO }),
    };
  });
  return { entries, own };
}

const tookAway = (orderId: string | undefined, journal: Ran['engine']['journal']): boolean =>
  journal.some(({ event }) => event.type === 'OrderFilled' && event.orderId === orderId);
