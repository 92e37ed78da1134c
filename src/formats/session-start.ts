import { z } from 'zod';
import type { PolicyDocument } from '../domain/document.ts';
import type { Event } from '../domain/events.ts';
import { BAR_PATHS, type BarPath } from '../domain/tape.ts';
import { checkInstrument } from './detect.ts';
import { instrumentSchema } from './instrument.ts';
import { fitted, parseJson } from './json.ts';

/** How a journal's session began: with its tapes and policy it can be walked again. */
export interface SessionStart {
  /** which engine made it, e.g. "ratchet/2" */
  engine: string;
  tapes: Extract<Event, { type: 'SessionStarted' }>['tapes'];
  policy: PolicyDocument;
  barPath: BarPath;
}

const start = z.object({
  seq: z.literal(1),
  event: z.object({
    type: z.literal('SessionStarted'),
    engine: z.string(),
    tapes: z
      .array(
        z.strictObject({
          digest: z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hex' }),
          rows: z.number().int().min(1),
          kind: z.enum(['bars', 'trades', 'quotes']),
          stamp: z.enum(['open', 'close', 'event']),
          synthetic: z.boolean(),
          instrument: instrumentSchema,
        }),
      )
      .min(1),
    policy: z.record(z.string(), z.unknown()),
    barPath: z.enum(BAR_PATHS),
  }),
});

/**
 * The first record of a journal.
 * @throws FormatError where it is not the start of a session
 */
export function readStart(journal: string, file: string): SessionStart {
  const { engine, tapes, policy, barPath } = fitted(
    start,
    parseJson(journal.slice(0, journal.indexOf('\n')), file, 1),
    file,
    1,
  ).event;
  for (const { instrument } of tapes) checkInstrument(file, instrument);
  return { engine, tapes, policy, barPath };
}
