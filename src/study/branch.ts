import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { sign } from '../domain/position.ts';
import type { Engine } from '../engine/engine.ts';
import { ChartFold } from '../projections/chart.ts';
import type { ChartPosition } from '../projections/views.ts';
import type { Case } from './case.ts';
import { type EquityCurve, walk } from './walk.ts';

/** What a session has come to at a place: exact decimal text, net of fees. */
export interface Standing {
  ts: Milliseconds;
  /** of every position, as the account has it */
  realized: string;
  /** of all accounts, marked at the last prices */
  equity: string;
  /** what its positions have made, realised and not, each over its initial risk; null where none has had a stop */
  r: string | null;
}

/** A session as a branch is compared and drawn. */
export interface BranchWalked {
  end: Standing;
  /** at the places that were asked for, in their order */
  at: Standing[];
  equity: EquityCurve;
  /** by symbol, in the order of their opening */
  drawn: Record<string, ChartPosition[]>;
}

/** What has been made of an engine's positions so far. */
function standingAt({ core }: Engine): Standing {
  const { state } = core;
  const accounts = state.accounts.size > 0 ? [...state.accounts.keys()] : ['paper'];
  let realized = ZERO;
  let r: Decimal | undefined;
  for (const position of state.positions.values()) {
    realized = realized.plus(position.realizedPnl);
    const multiplier = state.multipliers.get(position.symbol) ?? dec(1);
    const risk = position.r?.times(position.initialQuantity).times(multiplier);
    if (!risk || risk.isZero()) continue;
    const value = position.quantity.isZero() ? ZERO : core.mark(position).times(position.quantity).times(multiplier);
    const open = position.quantity.isZero() ? ZERO : value.minus(position.cost).times(sign(position.side));
    r = (r ?? ZERO).plus(position.realizedPnl.plus(open).div(risk));
  }
  return {
    ts: core.ts,
    realized: text(realized),
    equity: text(accounts.reduce((sum, id) => sum.plus(core.equity(id)), ZERO)),
    r: r ? text(r.toDecimalPlaces(6)) : null,
  };
}

/**
 * Walks a session to its place.
 * @param input `places` on the way, in their order, at which it is compared
 * @param tell how much of it is done, 0..1
 */
export function branchWalked(
  { one, places }: { one: Case; places: readonly TapePosition[] },
  tell: (share: number) => void,
): BranchWalked {
  const at: Standing[] = [];
  const { engine, equity } = walk(one, tell, places, (standing) => at.push(standingAt(standing)));
  const drawn: BranchWalked['drawn'] = {};
  for (const { symbol, market } of engine.core.lanes) {
    const fold = new ChartFold(symbol, market.instrument.prices.decimals);
    for (const record of engine.journal) fold.apply(record);
    drawn[symbol] = [...fold.closed, ...fold.open].toSorted((a, b) => a.openTs - b.openTs);
  }
  return { end: standingAt(engine), at, equity, drawn };
}

/** How far one standing is from another; R where both have one. */
export function apart(one: Standing, other: Standing): { realized: string; equity: string; r: string | null } {
  const less = (a: string, b: string): string => text(dec(a).minus(dec(b)));
  return {
    realized: less(one.realized, other.realized),
    equity: less(one.equity, other.equity),
    r: one.r === null || other.r === null ? null : less(one.r, other.r),
  };
}
