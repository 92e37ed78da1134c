import { sign } from '../domain/position.ts';
import type { Core, Lane } from './core.ts';
import { Managed } from './managed.ts';
import { emptyPosition } from './state.ts';

/** The account that entries go to where none is named. */
export const PAPER = 'paper';

/**
 * Who looks for entries on a lane where nothing is held: a position that does not exist yet, under the id it would have. Undefined while the account
 * holds the instrument or an entry works on it, or where the policy has no plan.
 */
export function scoutOf(core: Core, lane: Lane): Managed | undefined {
  const { symbol, market } = lane;
  const { enabled, plan, side } = core.policy.rules['tranche-entry'];
  if (!core.policy.enabled || !enabled || plan === 'none' || core.positionOf(PAPER, symbol)) return undefined;
  const positionId = core.nextPositionId(symbol);
  if (lane.scout?.position.id === positionId && lane.scout.position.side === side) return lane.scout;
  const position = emptyPosition({ positionId, account: PAPER, symbol, side }, core.leverage, core.ts);
  return new Managed(position, market, core, market.exitPrice(sign(side)), core.ts);
}
