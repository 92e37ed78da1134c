import { z } from 'zod';
import type { OpenedFile } from '../formats/csv.ts';
import { checkInstrument } from '../formats/detect.ts';
import { instrumentSchema } from '../formats/instrument.ts';
import { fitted, parseJson, refuseNewer } from '../formats/json.ts';
import { LAYOUTS, layoutOf } from './columns.ts';

/** A market with all that is known of it, to be kept: it is opened like a file, and nothing has to be guessed again. */
export interface Recording extends Omit<OpenedFile, 'table'> {
  /** what its owner calls it */
  name: string;
  /** name of the file it was read from, or of the feed */
  source: string;
}

const FORMAT = 'ratchet-recording';
const VERSION = 1;

/** Rows that a recording may have: memory for its columns is taken before they are read. */
const MOST_ROWS = 20_000_000;
const MOST_LISTED = 1_000;

const count = z.number().int().min(0);
const text = z.string().max(2_000);
const report = z.strictObject({
  rows: count,
  rejectedRows: count,
  counts: z.array(z.strictObject({ reason: text, rows: count })).max(MOST_LISTED),
  rejected: z.array(z.strictObject({ line: count, reason: text, text })).max(MOST_LISTED),
  timeline: z.strictObject({
    newestFirst: z.boolean(),
    stepsBack: count,
    duplicates: count,
    repeats: count,
    gaps: z.strictObject({ count, longestMs: count, afterTs: count }).nullable(),
  }),
});

const head = z
  .strictObject({
    format: z.literal(FORMAT),
    version: z.literal(VERSION),
    name: text,
    source: text,
    kind: z.enum(LAYOUTS),
    rows: count.max(MOST_ROWS),
    /** of bars; of trades and quotes that of the bars to be built, null where none was asked for */
    intervalMs: z.number().int().min(1).nullable(),
    stamp: z.enum(['open', 'close', 'event']),
    synthetic: z.boolean(),
    instrument: instrumentSchema,
    digest: z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hex' }),
    report,
    notes: z.array(text).max(MOST_LISTED),
  })
  .refine(
    ({ kind, stamp, intervalMs }) => (kind.endsWith('bars') ? stamp !== 'event' && intervalMs !== null : stamp === 'event'),
    {
      error: 'expected an interval and the stamp "open" or "close" of bars, and the stamp "event" of anything else',
    },
  );

/** What stands beside the columns of a recording, under the key `ratchet` of the file's metadata. */
export type RecordingHead = z.infer<typeof head>;

export function headOf({ name, source, tape, report: ofRows, notes, intervalMs }: Recording): RecordingHead {
  const { columns, stamp, synthetic, instrument, digest } = tape;
  return {
    format: FORMAT,
    version: VERSION,
    name,
    source,
    kind: layoutOf(columns),
    rows: columns.ts.length,
    intervalMs,
    stamp,
    synthetic,
    instrument,
    digest,
    report: ofRows,
    notes,
  };
}

/** @throws FormatError when it is not what this version of the app writes */
export function readHead(json: string, file: string): RecordingHead {
  const place = `${file}, metadata "ratchet"`;
  const found = parseJson(json, place);
  refuseNewer(found, FORMAT, VERSION, place);
  const read = fitted(head, found, place);
  checkInstrument(place, read.instrument);
  return read;
}
