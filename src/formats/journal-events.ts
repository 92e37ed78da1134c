import { z } from 'zod';
import { HOLD_REASONS } from '../domain/commands.ts';
import type { Event } from '../domain/events.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';
import { BAR_PATHS } from '../domain/tape.ts';
import { autonomySchema, commandSchema } from './command.ts';

/*
 * What every event of a journal must carry, so that a file that somebody gives can be folded. Fields that are not named here are let be.
 */

/** Money, prices and quantities: decimal text in plain notation. */
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/, 'expected decimal text');
const positive = z.string().regex(/^(?=.*[1-9])\d+(\.\d+)?$/, 'expected a decimal above 0');
const count = z.number().int().min(0);
const id = z.string().min(1);
const side = z.enum(['long', 'short']);
const orderSide = z.enum(['buy', 'sell']);
const purpose = z.enum(['entry', 'add', 'reduce', 'close', 'flip', 'stop', 'target', 'liquidation']);
const status = z.enum(['CLOSED', 'BUILDING', 'OPEN', 'REDUCING', 'CLOSING']);
const kind = z.enum(ACTION_KINDS);
const trigger = z.string();

const refusal = z.object({
  code: z.string(),
  message: z.string(),
  figure: z.string().exactOptional(),
  limit: z.string().exactOptional(),
});

const readings = z.array(
  z.object({
    label: z.string(),
    comparison: z.enum(['≥', '>', '≤', '<', '=']),
    threshold: z.string(),
    value: z.string(),
    verdict: z.enum(['pass', 'fail', 'unknown', 'left-out']),
    any: z.literal(true).exactOptional(),
    level: z.string().exactOptional(),
  }),
);

const instrument = z.object({
  symbol: id,
  tick: positive,
  lot: positive,
  multiplier: positive,
  minNotional: decimal,
  session: z.string(),
});

const stopPlan = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('price'), price: decimal, distance: decimal.exactOptional() }),
  z.object({ kind: z.literal('distance'), distance: decimal }),
  z.object({ kind: z.literal('percent'), percent: z.string() }),
]);
const targetPlan = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('price'), price: decimal }),
  z.object({ kind: z.literal('reward'), distance: z.string(), percent: z.string(), rewardRisk: z.string() }),
]);

const steps = z.array(count);
const order = z.object({
  id,
  positionId: id,
  account: id,
  symbol: id,
  side: orderSide,
  kind: z.enum(['market', 'limit', 'stop']),
  purpose,
  quantity: decimal,
  price: decimal.exactOptional(),
  causedBy: id,
  proposalId: id.exactOptional(),
  stopPlan: stopPlan.exactOptional(),
  targetPlan: targetPlan.exactOptional(),
  strength: decimal.exactOptional(),
  steps: steps.exactOptional(),
  band: z.object({ low: decimal, high: decimal }).exactOptional(),
  note: z.string().exactOptional(),
});

const action = z.discriminatedUnion('type', [
  z.object({ type: z.literal('close') }),
  z.object({ type: z.literal('reduce'), quantity: decimal, steps }),
  z.object({
    type: z.literal('add'),
    quantity: decimal,
    steps: steps.exactOptional(),
    strength: decimal.exactOptional(),
  }),
  z.object({ type: z.literal('enter'), side, quantity: decimal.nullable(), steps, strength: decimal }),
  z.object({ type: z.literal('move-stop'), price: decimal, trailing: z.boolean(), steps: steps.exactOptional() }),
]);

const outlook = z.object({
  quantity: z.string(),
  averageEntry: z.string(),
  stop: z.string(),
  openRisk: z.string(),
  openRiskR: z.string(),
  exposurePercent: z.string(),
});

const proposal = z.object({
  id,
  positionId: id,
  symbol: id,
  rule: id,
  trigger,
  kind,
  action,
  alsoBy: z.array(id).exactOptional(),
  price: decimal,
  ts: z.number(),
  criteria: readings,
  urgency: z.enum(['low', 'medium', 'high', 'critical']),
  confidence: z.number(),
  score: z.number(),
  riskScore: z.number(),
  before: outlook,
  after: outlook,
  autonomy: autonomySchema,
  expiresAt: z.number(),
  appliesAt: z.number().nullable(),
  low: decimal.nullable(),
  high: decimal.nullable(),
});

type Fields = { readonly [T in Event['type']]: z.ZodType<Omit<Extract<Event, { type: T }>, 'type'>> };

/** The fields of every event by its type. */
export const EVENT_FIELDS = {
  SessionStarted: z.object({
    engine: z.string(),
    tapes: z
      .array(
        z.object({
          digest: z.string(),
          rows: count,
          kind: z.enum(['bars', 'trades', 'quotes']),
          stamp: z.enum(['open', 'close', 'event']),
          synthetic: z.boolean(),
          instrument,
        }),
      )
      .min(1),
    policy: z.unknown(),
    intervalMs: z.number(),
    barPath: z.enum(BAR_PATHS),
    notes: z.array(z.string()),
  }),
  CommandReceived: z.object({ command: commandSchema }),
  CommandRefused: z.object({
    command: z.enum(commandSchema.options.map(({ shape }) => shape.type.value)),
    proposalId: z.string().exactOptional(),
    positionId: z.string().exactOptional(),
    refusal,
  }),
  EntryDenied: z.object({ account: z.string(), symbol: z.string(), side, quantity: z.string(), refusal }),
  OrderPlaced: z.object({ order }),
  OrderCanceled: z.object({ orderId: id, positionId: id, reason: z.string() }),
  OrderFilled: z.object({
    orderId: id,
    positionId: id,
    account: id,
    symbol: id,
    side: orderSide,
    purpose,
    quantity: positive,
    price: decimal,
    fee: decimal,
    cash: decimal,
    causedBy: id,
    gapped: z.boolean(),
    ambiguous: z.literal(true).exactOptional(),
    proposalId: id.exactOptional(),
    evidence: readings.exactOptional(),
  }),
  PositionOpened: z.object({ positionId: id, account: id, symbol: id, side, leverage: positive }),
  TrancheOpened: z.object({
    positionId: id,
    trancheId: id,
    orderId: id,
    quantity: positive,
    price: decimal,
    cost: decimal,
    fee: decimal,
    strength: decimal.exactOptional(),
  }),
  TranchesReduced: z.object({
    positionId: id,
    orderId: id,
    price: decimal,
    value: decimal,
    exits: z.array(z.object({ trancheId: id, quantity: positive, realizedPnl: decimal, cost: decimal, fee: decimal })).min(1),
  }),
  StopSet: z.object({ positionId: id, price: decimal, r: decimal, causedBy: id }),
  StopRaised: z.object({
    positionId: id,
    from: decimal,
    to: decimal,
    causedBy: id,
    alsoBy: z.array(id),
    proposalId: id.exactOptional(),
  }),
  StopLoosened: z.object({
    positionId: id,
    from: decimal,
    to: decimal,
    causedBy: z.literal('user'),
    best: decimal.nullable(),
    silenced: z.array(z.object({ rule: id, trigger })),
  }),
  TargetSet: z.object({ positionId: id, from: decimal.nullable(), to: decimal.nullable(), causedBy: id }),
  TrailingStarted: z.object({ positionId: id, price: decimal }),
  StepsDone: z.object({ positionId: id, rule: id, steps }),
  SavingRecorded: z.object({
    positionId: id,
    rule: id,
    stop: decimal,
    atStop: decimal,
    actual: decimal,
    saved: decimal,
    savedPercent: decimal,
  }),
  PositionStatusChanged: z.object({ positionId: id, from: status, to: status }),
  PositionClosed: z.object({
    positionId: id,
    symbol: id,
    side,
    causedBy: id,
    realizedPnl: decimal,
    fees: decimal,
    averageEntry: decimal,
    averageExit: decimal,
    peakQuantity: decimal,
    profitR: decimal.nullable(),
    mae: decimal,
    mfe: decimal,
    heldMs: z.number(),
  }),
  ProposalOpened: z.object({ proposal }),
  ProposalApproved: z.object({ proposalId: id, by: z.enum(['user', 'auto']), quantity: decimal.exactOptional() }),
  ProposalRejected: z.object({ proposalId: id, vetoed: z.boolean() }),
  ProposalExpired: z.object({ proposalId: id, reason: z.string() }),
  ProposalSuperseded: z.object({ proposalId: id, byProposalId: id.nullable(), reason: z.string() }),
  ProposalSnoozed: z.object({ proposalId: id, until: z.number() }),
  ProposalApplied: z.object({ proposalId: id, orderId: id.exactOptional() }),
  ProposalFailed: z.object({ proposalId: id, refusal }),
  RuleRearmed: z.object({ positionId: id, rule: id, trigger }),
  RuleSpent: z.object({ positionId: id, rule: id, trigger }),
  RuleBlocked: z.object({ positionId: id, rule: id, trigger, refusal }),
  AutonomyLevelSet: z.object({ level: z.enum(['manual', 'assisted', 'auto']) }),
  AutonomySet: z.object({ kind, autonomy: autonomySchema }),
  RuleFaulted: z.object({ positionId: id, rule: z.string(), message: z.string() }),
  HaltBegan: z.object({ account: id, rule: id, figure: z.string(), limit: z.string(), evidence: readings }),
  HaltEnded: z.object({ account: id, rule: id, reason: z.string() }),
  HoldBegan: z.object({ reason: z.enum(HOLD_REASONS) }),
  HoldEnded: z.object({ reason: z.enum(HOLD_REASONS) }),
  PeakReset: z.object({ account: id, from: decimal, to: decimal, reason: z.string() }),
  PolicyChanged: z.object({
    policy: z.unknown(),
    changes: z.array(z.object({ path: z.string(), from: z.unknown(), to: z.unknown() })),
  }),
} satisfies Fields;
