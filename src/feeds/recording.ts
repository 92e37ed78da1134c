import { FormatError } from '../formats/error.ts';
import { columnsFrom } from './columns.ts';
import { digestOf } from './digest.ts';
import { headOf, readHead, type Recording, type RecordingHead } from './recording-head.ts';
import { type Footer, readFooter, readSealed, writeSealed } from './sealed.ts';
import { unsoundRow } from './sound.ts';

export type { Recording } from './recording-head.ts';

/**
 * A recording as a Parquet file that any tool reads: columns `ts` (UTC, milliseconds), prices, sizes and volumes (doubles), `side` (buy, sell
 * or unknown), and all else as JSON under the key `ratchet` of its metadata. The same recording gives the same bytes.
 * @throws RangeError when the tape's digest is not that of its columns, FormatError when it could not be read again
 */
export async function encodeRecording(recording: Recording): Promise<Uint8Array<ArrayBuffer>> {
  const { columns, digest } = recording.tape;
  if ((await digestOf(columns)) !== digest)
    throw new RangeError(`recording "${recording.name}": its digest ${digest} is not that of its columns`);
  const head = JSON.stringify(headOf(recording));
  readHead(head, recording.name);
  return writeSealed(columns, head);
}

/** True where a file's footer says that it is one of our recordings. Reads nothing else of it, and never throws. */
export const isRecording = (bytes: Uint8Array): boolean => readFooter(bytes) !== undefined;

/** @throws FormatError where this is no recording */
function footerOf(bytes: Uint8Array, fileName: string): Footer {
  const footer = readFooter(bytes);
  if (!footer) throw new FormatError(fileName, undefined, 'no recording; expected a Parquet file that Ratchet wrote');
  return footer;
}

/**
 * What a recording says of itself, from its footer alone: its shape is right, and nothing else of it is verified.
 * @throws FormatError where this is no recording
 */
export const headOfRecording = (bytes: Uint8Array, fileName: string): RecordingHead =>
  readHead(footerOf(bytes, fileName).text, fileName);

/**
 * Reads a recording, and makes sure that it is what it says: nothing has changed since it was written, every row is one that a market could
 * have, and the digest is that of the columns.
 * @throws FormatError naming what is wrong
 */
export async function decodeRecording(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<Recording> {
  const fail = (problem: string): never => {
    throw new FormatError(fileName, undefined, problem);
  };
  const footer = footerOf(bytes, fileName);
  const head = readHead(footer.text, fileName);
  const { name, source, kind, rows, instrument, stamp, synthetic, report, notes, intervalMs } = head;
  const take = await readSealed(bytes, footer, kind, rows).catch((error: unknown) =>
    fail(`a damaged recording: ${error instanceof Error ? error.message : String(error)}`),
  );
  const columns = columnsFrom(kind, intervalMs ?? 0, take);
  const unsound = unsoundRow(columns);
  if (unsound !== undefined) return fail(`a recording of no market: ${unsound}`);
  const digest = await digestOf(columns);
  if (digest !== head.digest)
    return fail(`a recording whose columns have the digest ${digest}; expected ${head.digest}, which it names`);
  return { name, source, tape: { instrument, columns, digest, stamp, synthetic }, report, notes, intervalMs };
}
