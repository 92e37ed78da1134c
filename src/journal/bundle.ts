import { decodeRecording, type Recording } from '../feeds/recording.ts';
import { FormatError } from '../formats/error.ts';
import type { SessionStart } from '../formats/session-start.ts';
import { openArchive, packArchive } from './archive.ts';
import {
  readSession,
  recordingFile,
  recordingMembers,
  SESSION_FILES,
  sessionMembers,
  type SessionParts,
} from './session-files.ts';

/** A session with its markets: it can be opened anywhere, and anybody can check that its journal is what its engine makes of it. */
export interface SessionBundle extends SessionParts {
  start: SessionStart;
  /** one a tape of `start`, in that order and with that instrument */
  recordings: Recording[];
}

/**
 * A session as one zip archive, by custom named `*.ratchet.zip`: `manifest.json`, `policy.json`, `decisions.jsonl`, `entries.json` where
 * entries came from a file, `journal.jsonl`, `recordings/<digest>.parquet`, and `SHA256SUMS` of them all. The same parts give the same bytes.
 * @param recordings by digest, as `encodeRecording` makes them; others than the session's are left out
 * @throws RangeError where a recording is missing, FormatError where the journal does not begin with its session
 */
export async function bundleOf(
  parts: SessionParts,
  recordings: ReadonlyMap<string, Uint8Array>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { members, digests } = await sessionMembers(parts, '');
  return packArchive([...members, ...recordingMembers(recordings, digests)]);
}

/**
 * Reads a session bundle and checks all of it: every entry against its SHA-256, every recording against its digest, and that the parts
 * belong together. What a bundle cannot show by itself is that its journal follows from its parts: `rerun` does.
 * @throws FormatError naming the file, the entry and what was expected
 */
export async function readBundle(bytes: Uint8Array, fileName: string): Promise<SessionBundle> {
  const { entries, broken } = await openArchive(bytes, fileName);
  const [first] = broken;
  if (first) throw new FormatError(`${fileName}: ${first.name}`, undefined, first.problem);
  const where = `${fileName}: `;
  const session = await readSession((name) => textOf(entries.get(name)), where);
  const expected = new Set<string>([...SESSION_FILES, ...session.start.tapes.map(({ digest }) => recordingFile(digest))]);
  const stranger = [...entries.keys()].find((name) => !expected.has(name));
  if (stranger !== undefined) throw new FormatError(where + stranger, undefined, 'is no part of a session; expected only those');
  const recordings: Recording[] = [];
  for (const tape of session.start.tapes) {
    const name = recordingFile(tape.digest);
    const content = entries.get(name);
    if (!content) throw new FormatError(where + name, undefined, `is missing; expected the market of ${tape.instrument.symbol}`);
    recordings.push(asWalked(await decodeRecording(content, where + name), tape, where + name));
  }
  return { ...session, recordings };
}

const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes);

/** A recording with the instrument that the session gave it. @throws FormatError where it is another market than the session names */
function asWalked(recording: Recording, walked: SessionStart['tapes'][number], file: string): Recording {
  const { columns, digest } = recording.tape;
  if (digest !== walked.digest || columns.kind !== walked.kind || columns.ts.length !== walked.rows)
    throw new FormatError(
      file,
      undefined,
      `${columns.ts.length} rows of ${columns.kind} with the digest ${digest}; expected ${walked.rows} of ${walked.kind} with ${walked.digest}`,
    );
  const { instrument, stamp, synthetic } = walked;
  return { ...recording, tape: { ...recording.tape, instrument, stamp, synthetic } };
}
