import { z } from 'zod';
import type { Command } from '../domain/commands.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import { FormatError } from './error.ts';

const place = z.object({ row: z.number().int().min(0), point: z.number().int().min(0) });
const decimal = z.string().regex(/^\d+(\.\d+)?$/);
const autonomy = z.union([
  z.strictObject({ mode: z.enum(['off', 'suggest', 'approve', 'auto']) }),
  z.strictObject({ mode: z.literal('auto-after'), seconds: z.number().int().min(0) }),
]);
const command = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('PlaceEntry'),
    account: z.string().optional(),
    symbol: z.string(),
    side: z.enum(['long', 'short']),
    kind: z.enum(['market', 'limit', 'stop']),
    quantity: z.string().optional(),
    price: z.string().optional(),
    stop: z.string().optional(),
    target: z.string().optional(),
    source: z.enum(['ticket', 'entries']),
  }),
  z.strictObject({ type: z.literal('ApproveProposal'), proposalId: z.string(), quantity: z.string().optional() }),
  z.strictObject({ type: z.literal('RejectProposal'), proposalId: z.string() }),
  z.strictObject({ type: z.literal('SnoozeProposal'), proposalId: z.string(), forMs: z.number() }),
  z.strictObject({ type: z.literal('ReducePosition'), positionId: z.string(), quantity: z.string() }),
  z.strictObject({ type: z.literal('ClosePosition'), positionId: z.string() }),
  z.strictObject({ type: z.literal('MoveStop'), positionId: z.string(), price: z.string(), loosen: z.boolean() }),
  z.strictObject({ type: z.literal('MoveTarget'), positionId: z.string(), price: decimal.nullable() }),
  z.strictObject({ type: z.literal('CancelOrder'), orderId: z.string() }),
  z.strictObject({ type: z.literal('SetAutonomyLevel'), level: z.enum(['manual', 'assisted', 'auto']) }),
  z.strictObject({
    type: z.literal('SetAutonomy'),
    kind: z.enum(ACTION_KINDS),
    autonomy,
  }),
  z.strictObject({ type: z.literal('SetPolicy'), policy: z.unknown() }),
  z.strictObject({ type: z.literal('ResetPeak'), account: z.string().optional(), reason: z.string() }),
  z.strictObject({ type: z.literal('StopAll') }),
]);
const line = z.object({
  seq: z.number().int().min(1),
  tape: place,
  ts: z.number(),
  event: z.discriminatedUnion('type', [z.object({ type: z.literal('CommandReceived'), command })]),
});

/** What a journal says to repeat, on which tape and with which policy it was made. */
export interface JournalDecisions {
  /** SHA-256 of the tape's source; undefined where the journal does not begin with its session */
  digests: string[] | undefined;
  /** the policy as its session began with it, JSON; undefined where the journal does not begin with its session */
  policy: unknown;
  decisions: { at: TapePosition; command: Command }[];
}

/**
 * The commands of a journal with their places on the tape, in order.
 * @param journal the text of `journal.jsonl`, one record a line
 * @throws FormatError naming file, line and what was expected
 */
export function readDecisions(journal: string, file: string): JournalDecisions {
  const found: JournalDecisions = { digests: undefined, policy: undefined, decisions: [] };
  let seq = 0;
  for (const [index, textLine] of journal.split('\n').entries()) {
    if (textLine.trim() === '') continue;
    const fail = (message: string): never => {
      throw new FormatError(file, index + 1, message);
    };
    let json: unknown;
    try {
      json = JSON.parse(textLine);
    } catch {
      fail('not a JSON record; expected journal.jsonl as the replay or the export writes it');
    }
    const head = z
      .object({
        seq: z.number(),
        event: z.object({
          type: z.string(),
          tapes: z.array(z.object({ digest: z.string() })).optional(),
          policy: z.unknown().optional(),
        }),
      })
      .safeParse(json);
    if (!head.success) return fail('a record without seq or event; expected journal.jsonl as the replay or the export writes it');
    if (head.data.seq !== seq + 1) fail(`record ${head.data.seq}: expected ${seq + 1}, a record is missing or out of order`);
    seq = head.data.seq;
    if (head.data.event.type === 'SessionStarted') {
      found.digests = head.data.event.tapes?.map(({ digest }) => digest);
      found.policy = head.data.event.policy;
    }
    if (head.data.event.type !== 'CommandReceived') continue;
    const record = line.safeParse(json);
    if (!record.success) return fail(record.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
    found.decisions.push({ at: record.data.tape, command: record.data.event.command as Command });
  }
  return found;
}
