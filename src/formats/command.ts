import { z } from 'zod';
import { HOLD_REASONS } from '../domain/commands.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';

/** A place on a tape. */
export const placeSchema = z.object({ row: z.number().int().min(0), point: z.number().int().min(0) });

/** What may be done by itself. */
export const autonomySchema = z.union([
  z.strictObject({ mode: z.enum(['off', 'suggest', 'approve', 'auto']) }),
  z.strictObject({ mode: z.literal('auto-after'), seconds: z.number().int().min(0) }),
]);

/** Money, prices and quantities: decimal text in plain notation. */
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, 'expected decimal text');

/** A command as a file of ours holds it. */
export const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('PlaceEntry'),
    account: z.string().exactOptional(),
    symbol: z.string(),
    side: z.enum(['long', 'short']),
    kind: z.enum(['market', 'limit', 'stop']),
    quantity: z.string().exactOptional(),
    price: z.string().exactOptional(),
    stop: z.string().exactOptional(),
    target: z.string().exactOptional(),
    source: z.enum(['ticket', 'entries']),
  }),
  z.strictObject({ type: z.literal('ApproveProposal'), proposalId: z.string(), quantity: z.string().exactOptional() }),
  z.strictObject({ type: z.literal('RejectProposal'), proposalId: z.string() }),
  z.strictObject({ type: z.literal('SnoozeProposal'), proposalId: z.string(), forMs: z.number() }),
  z.strictObject({ type: z.literal('ReducePosition'), positionId: z.string(), quantity: z.string() }),
  z.strictObject({ type: z.literal('ClosePosition'), positionId: z.string() }),
  z.strictObject({ type: z.literal('MoveStop'), positionId: z.string(), price: z.string(), loosen: z.boolean() }),
  z.strictObject({ type: z.literal('MoveTarget'), positionId: z.string(), price: decimal.nullable() }),
  z.strictObject({ type: z.literal('CancelOrder'), orderId: z.string() }),
  z.strictObject({ type: z.literal('SetAutonomyLevel'), level: z.enum(['manual', 'assisted', 'auto']) }),
  z.strictObject({ type: z.literal('SetAutonomy'), kind: z.enum(ACTION_KINDS), autonomy: autonomySchema }),
  z.strictObject({ type: z.literal('SetPolicy'), policy: z.unknown() }),
  z.strictObject({ type: z.literal('ResetPeak'), account: z.string().exactOptional(), reason: z.string() }),
  z.strictObject({ type: z.literal('SetHold'), reason: z.enum(HOLD_REASONS), on: z.boolean() }),
  z.strictObject({ type: z.literal('StopAll') }),
]);
