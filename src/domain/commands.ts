import type { OrderKind } from './order.ts';
import type { Side } from './position.ts';
import type { ActionKind, Autonomy, AutonomyLevel } from './proposal.ts';
import type { Milliseconds } from './time.ts';

/** What a user (or a file of entries) asks of the engine. Quantities and prices are decimal text. */
export type Command =
  | PlaceEntry
  | { type: 'ApproveProposal'; proposalId: string; quantity?: string }
  | { type: 'RejectProposal'; proposalId: string }
  | { type: 'SnoozeProposal'; proposalId: string; forMs: Milliseconds }
  | { type: 'ReducePosition'; positionId: string; quantity: string }
  | { type: 'ClosePosition'; positionId: string }
  | { type: 'MoveStop'; positionId: string; price: string; loosen: boolean }
  | { type: 'MoveTarget'; positionId: string; price: string | null }
  | { type: 'CancelOrder'; orderId: string }
  | { type: 'SetAutonomyLevel'; level: AutonomyLevel }
  | { type: 'SetAutonomy'; kind: ActionKind; autonomy: Autonomy }
  /** another policy from now on; `policy` as it is written */
  | { type: 'SetPolicy'; policy: unknown }
  /** lets the drawdown be counted from today's equity: a flat account cannot recover by itself */
  | { type: 'ResetPeak'; account?: string; reason: string }
  /** holds back what adds risk, or lets it go on: said by the host, not by a user */
  | { type: 'SetHold'; reason: HoldReason; on: boolean }
  | { type: 'StopAll' };

/** True of what a file of entries asked for: it comes from that file again where a session is repeated. */
export const isOfEntries = (command: Command): boolean => command.type === 'PlaceEntry' && command.source === 'entries';

/** Why everything that adds risk is held back, whatever the account looks like: what is decided cannot be kept. */
export const HOLD_REASONS = ['store'] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];

/** Opens a position or refuses with a reason. No `quantity`: sized by the policy; no `stop`: the policy's; no `target`: the policy's. */
export interface PlaceEntry {
  type: 'PlaceEntry';
  account?: string;
  symbol: string;
  side: Side;
  kind: OrderKind;
  quantity?: string;
  /** limit or stop price of the entry order */
  price?: string;
  stop?: string;
  target?: string;
  source: 'ticket' | 'entries';
}
