import { numberOf } from '../domain/decimal.ts';
import { fraction } from '../domain/measure.ts';
import { sign } from '../domain/position.ts';
import { correlation } from '../indicators/returns.ts';
import type { Standing } from '../rules/rule.ts';
import type { Core } from './core.ts';
import type { Managed } from './managed.ts';

/**
 * The largest correlation of returns between an instrument and those of the open positions of an account on the same side, and whose it is.
 * Undefined where no other is open on that side; NaN where none is known yet.
 */
export function closestTo(
  core: Core,
  account: string,
  symbol: string,
  side: 1 | -1,
): { value: number; symbol: string } | undefined {
  let closest: { value: number; symbol: string } | undefined;
  const own = core.lane(symbol).market.returns;
  for (const { position, market } of core.book) {
    if (position.account !== account || position.symbol === symbol || sign(position.side) !== side) continue;
    const value = correlation(own, market.returns);
    if (!closest || Number.isNaN(closest.value) || value > closest.value) closest = { value, symbol: position.symbol };
  }
  return closest;
}

/** How a position stands against what the policy allows one. */
export function standingOf(core: Core, { position, side, average, stop, exposure, margin, account }: Managed): Standing {
  const { policy } = core;
  const allowed = account.equity * numberOf(fraction(policy.sizing.risk));
  const largest = account.equity * numberOf(fraction(policy.limits.positionEquity));
  return {
    risk: (Math.max(0, (average - stop) * side) * exposure) / allowed,
    exposure: margin / largest,
    correlation: closestTo(core, position.account, position.symbol, side)?.value ?? Number.NaN,
  };
}
