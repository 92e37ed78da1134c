import { isOfEntries } from '../domain/commands.ts';
import { valueAt } from '../domain/document.ts';
import type { TapePosition } from '../domain/tape.ts';
import { ENGINE } from '../engine/engine.ts';
import { decodeRecording, encodeRecording, type Recording } from '../feeds/recording.ts';
import { FormatError } from '../formats/error.ts';
import { commandsIn, type JournalDecisions, readJournal } from '../formats/journal.ts';
import { type KeptJournal, type NewRecording, type Store, StoreError } from '../journal/store.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Case } from '../study/case.ts';
import { caseWith, Session } from './session.ts';
import type { SessionFiles, Source } from './session-view.ts';

/** What the library says of a recording. */
export function about({ tape, name }: Source): Omit<NewRecording, 'data'> {
  const { columns, digest, instrument, synthetic } = tape;
  return {
    digest,
    name,
    symbol: instrument.symbol,
    kind: columns.kind,
    rows: columns.ts.length,
    fromTs: columns.ts[0] ?? 0,
    toTs: columns.ts.at(-1) ?? 0,
    synthetic,
  };
}

/** A recording as the store keeps it. */
export async function toKeep(source: Source): Promise<NewRecording> {
  const { tape, report, notes, intervalMs, name } = source;
  const recording: Recording = { name, source: name, tape, report, notes, intervalMs };
  return { ...about(source), data: await encodeRecording(recording) };
}

/** A recording of the store. @throws StoreError or FormatError */
export async function recorded(store: Store, digest: string): Promise<Source> {
  const recording = await decodeRecording(await store.recording(digest), `recording ${digest.slice(0, 12)}`);
  if (recording.tape.digest !== digest)
    throw new StoreError('damaged', `recording ${digest.slice(0, 12)} is another: ${recording.tape.digest.slice(0, 12)}`);
  return recording;
}

/** The user's commands among the lines of a whole journal; those of a file of entries come from the entries again. @throws FormatError */
export const decisionsIn = (lines: readonly string[], name: string): JournalDecisions['decisions'] =>
  commandsIn(lines, name).filter(({ command }) => !isOfEntries(command));

/** Rows that are walked between two signs of life. */
const PIECE_ROWS = 1_000;

/** A session that was kept, where it was left. */
export interface Reopened {
  session: Session;
  kept: KeptJournal;
  /** what is to be told of it, a sentence each */
  notes: string[];
}

/** Which of two places is further on. */
const further = (a: TapePosition, b: TapePosition): TapePosition =>
  a.row > b.row || (a.row === b.row && a.point > b.point) ? a : b;

/** What of a session is kept, ready to be walked again. */
interface Readable {
  kept: KeptJournal;
  files: SessionFiles;
  decisions: JournalDecisions['decisions'];
  /** as far as it has come: where it was left, or its last record */
  last: TapePosition;
}

/** Recordings that are in memory already, by their digests. */
type Known = (digest: string) => Source | undefined;

/** @throws StoreError or FormatError where it cannot be trusted, or cannot be repeated */
async function readKept(store: Store, id: string, known: Known): Promise<Readable> {
  const kept = await store.read(id);
  const { name } = kept.session;
  if (kept.lines.length === 0) throw new StoreError('damaged', `${name}: none of its ${kept.session.records} records is there`);
  const made = valueAt(JSON.parse(kept.lines[0] ?? 'null'), 'event.engine');
  if (made !== ENGINE)
    throw new StoreError(
      'newer',
      `${name}: its journal was made by the engine ${JSON.stringify(made)}, and this is ${ENGINE}: it can be read and exported, not gone on with`,
    );
  const [first] = readJournal(`${kept.lines[0] ?? ''}\n`, name).records;
  if (first?.event.type !== 'SessionStarted')
    throw new StoreError('damaged', `${name}: its journal begins with ${first?.event.type ?? 'nothing'}`);
  const { tapes, policy, barPath } = first.event;
  const named = [...tapes];
  const sources: Source[] = [];
  for (const digest of kept.session.digests) {
    const source = known(digest) ?? (await recorded(store, digest));
    // the same rows may have been opened as something else before, or twice: what they are here, the journal says
    const at = named.findIndex((tape) => tape.digest === digest);
    const [tape] = at < 0 ? [] : named.splice(at, 1);
    if (!tape) throw new StoreError('damaged', `${name}: its journal does not name recording ${digest.slice(0, 12)}`);
    const { instrument, stamp, synthetic } = tape;
    sources.push({ ...source, tape: { ...source.tape, instrument, stamp, synthetic } });
  }
  return {
    kept,
    files: { sources, policy: loadPolicy(policy, name), barPath, entries: kept.entries },
    decisions: decisionsIn(kept.lines, name),
    last: readPlace(kept.lines.at(-1), name),
  };
}

/**
 * A session of the store as a study takes it, as far as it has come.
 * @throws StoreError or FormatError where it cannot be trusted, or cannot be repeated
 */
export async function keptCase(store: Store, id: string, known: Known): Promise<{ one: Case; kept: KeptJournal }> {
  const { kept, files, decisions, last } = await readKept(store, id, known);
  const { place, name } = kept.session;
  return { one: { ...caseWith(files, decisions), name, place: place ? further(place, last) : last }, kept };
}

/** Walks a session to a place in pieces. @param breathe is waited for between two of them */
export async function walkTo(session: Session, place: TapePosition, breathe: (share: number) => Promise<void>): Promise<void> {
  for (let row = PIECE_ROWS; row < place.row; row += PIECE_ROWS) {
    session.goTo({ row, point: 0 });
    await breathe(row / place.row);
  }
  session.goTo(place);
}

/**
 * Opens a session of the store where it was left: the same engine on the same recordings with the same decisions, whose journal must come to be
 * the one that was kept, to the letter.
 * @param breathe is waited for between two pieces of the way
 * @throws StoreError or FormatError where it cannot be trusted, or cannot be repeated
 */
export async function reopen(store: Store, id: string, breathe: (share: number) => Promise<void>): Promise<Reopened> {
  const { kept, files, decisions, last } = await readKept(store, id, () => undefined);
  const { name } = kept.session;
  const place = kept.session.place ?? last;
  const until = kept.cut > 0 ? further(place, last) : place;
  const session = new Session(files, { place: { row: 0, point: 0 }, decisions });
  await walkTo(session, until, breathe);
  if (kept.session.view?.shown !== undefined && session.has(kept.session.view.shown)) session.show(kept.session.view.shown);
  const other = session.journal.findIndex((record, at) => at < kept.lines.length && JSON.stringify(record) !== kept.lines[at]);
  if (other >= 0) throw new StoreError('damaged', `${name}: record ${other + 1} comes out another when the session is repeated`);
  const notes =
    kept.cut > 0
      ? [`${name}: the last ${kept.cut} records of its journal are missing; it goes on from record ${kept.lines.length}`]
      : [];
  return { session, kept, notes };
}

function readPlace(line: string | undefined, name: string): TapePosition {
  const json: unknown = JSON.parse(line ?? 'null');
  if (typeof json === 'object' && json !== null && 'tape' in json) return json.tape as TapePosition;
  throw new FormatError(name, undefined, 'a last record without a place on the tape');
}
