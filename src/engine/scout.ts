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
function wanted(core: Core, { symbol, market, scout }: Lane): Managed | undefined {
  const { enabled, plan, side } = core.policy.rules['tranche-entry'];
  if (!core.policy.enabled || !enabled || plan === 'none' || core.positionOf(PAPER, symbol)) return undefined;
  const positionId = core.nextPositionId(symbol);
  if (scout?.position.id === positionId && scout.position.side === side) return scout;
  const position = emptyPosition({ positionId, account: PAPER, symbol, side }, core.leverage, core.ts);
  return new Managed(position, market, core, market.exitPrice(sign(side)), core.ts);
}

/** Brings a lane's scout up to date. */
export function sendScout(core: Core, lane: Lane): Managed | undefined {
  const next = wanted(core, lane);
  if (next !== lane.scout) dismissScout(core, lane, 'the entry plan begins anew');
  lane.scout = next;
  return next;
}

/** Calls a lane's scout back; what it has proposed, and nobody has decided on, ends. */
export function dismissScout(core: Core, lane: Lane, reason: string): void {
  const { scout } = lane;
  lane.scout = undefined;
  for (const { live } of scout?.armed ?? [])
    if (live?.status === 'proposed')
      core.emit({ type: 'ProposalSuperseded', proposalId: live.proposal.id, byProposalId: null, reason });
}
