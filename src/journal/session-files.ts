import { z } from 'zod';
import { isOfEntries } from '../domain/commands.ts';
import { isAfter, type TapePosition } from '../domain/tape.ts';
import { sha256 } from '../feeds/file.ts';
import { headOfRecording } from '../feeds/recording.ts';
import { placeSchema } from '../formats/command.ts';
import {
  decisionsText,
  entriesJson,
  type PlacedCommand,
  readDecisionsText,
  readEntriesJson,
  type TimedEntry,
} from '../formats/decisions.ts';
import { FormatError } from '../formats/error.ts';
import { fitted, parseJson, refuseNewer } from '../formats/json.ts';
import { readDecisions } from '../formats/journal.ts';
import { readStart, type SessionStart } from '../formats/session-start.ts';
import type { Member } from './archive.ts';

/** A session as it is kept: what it takes to walk it again, and what came of it. */
export interface SessionParts {
  /** what its owner calls it */
  name: string;
  /** `journal.jsonl` from record 1 on; its first record names the tapes, the policy and the bar path */
  journal: string;
  /** where the session stood: nothing that comes up to there is missing in the journal */
  place: TapePosition;
  /** the user's commands with their places, those that lay ahead of `place` too; not those of `entries` */
  decisions: readonly PlacedCommand[];
  /** entries from a file, by time */
  entries: readonly TimedEntry[];
  /** the session it branched off, and the last record that both have */
  parent?: { session: string; record: number };
}

const FORMAT = 'ratchet-session';
const VERSION = 1;

const count = z.number().int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hex' });
const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  name: z.string().max(2_000),
  engine: z.string(),
  recordings: z.array(z.strictObject({ file: z.string(), digest, symbol: z.string(), rows: count })),
  journal: z.strictObject({ file: z.literal('journal.jsonl'), records: count.min(1), sha256: digest }),
  place: placeSchema,
  parent: z.strictObject({ session: z.string().max(200), record: count }).optional(),
});

const lastRecord = z.object({ tape: placeSchema });

/** Where an archive keeps a recording. */
export const recordingFile = (ofDigest: string): string => `recordings/${ofDigest}.parquet`;

/** Names a session may have in its folder; `entries.json` may be missing. */
export const SESSION_FILES = ['manifest.json', 'policy.json', 'decisions.jsonl', 'entries.json', 'journal.jsonl'] as const;

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
export const jsonBytes = (value: unknown): Uint8Array<ArrayBuffer> => utf8(`${JSON.stringify(value, null, 2)}\n`);

/**
 * A session's files and the digests of its markets.
 * @param folder where they go: "" or a path that ends with "/"
 * @throws FormatError where the journal does not begin with its session, or the rest could not be read again
 */
export async function sessionMembers(parts: SessionParts, folder: string): Promise<{ members: Member[]; digests: string[] }> {
  const { engine, tapes, policy } = readStart(parts.journal, `${folder}journal.jsonl`);
  const journal = utf8(parts.journal);
  const manifest: z.infer<typeof manifestSchema> = {
    format: FORMAT,
    version: VERSION,
    name: parts.name,
    engine,
    recordings: tapes.map((tape) => ({
      file: recordingFile(tape.digest),
      digest: tape.digest,
      symbol: tape.instrument.symbol,
      rows: tape.rows,
    })),
    journal: { file: 'journal.jsonl', records: recordsIn(parts.journal), sha256: await sha256(journal) },
    place: { row: parts.place.row, point: parts.place.point },
    ...(parts.parent ? { parent: { session: parts.parent.session, record: parts.parent.record } } : {}),
  };
  const file = (name: (typeof SESSION_FILES)[number], bytes: Uint8Array): Member => ({ name: folder + name, bytes, pack: true });
  fitted(manifestSchema, manifest, `${folder}manifest.json`);
  const members = [
    file('manifest.json', jsonBytes(manifest)),
    file('policy.json', jsonBytes(policy)),
    file('decisions.jsonl', utf8(decisionsText(parts.decisions))),
    ...(parts.entries.length > 0 ? [file('entries.json', utf8(entriesJson(parts.entries)))] : []),
    file('journal.jsonl', journal),
  ];
  return { members, digests: tapes.map((tape) => tape.digest) };
}

const recordsIn = (journal: string): number => journal.split('\n').length - 1;

/** The recordings among `known` that have these digests, once each. @throws RangeError where one is missing or is another than it is called */
export function recordingMembers(known: ReadonlyMap<string, Uint8Array>, digests: Iterable<string>): Member[] {
  return [...new Set(digests)].toSorted().map((wanted) => {
    const bytes = known.get(wanted);
    if (!bytes) throw new RangeError(`the recording ${wanted} is missing: the session was walked on it`);
    const head = headOfRecording(bytes, recordingFile(wanted));
    if (head.digest !== wanted) throw new RangeError(`the recording ${wanted} is that of another market, ${head.digest}`);
    return { name: recordingFile(wanted), bytes, pack: false };
  });
}

/**
 * Reads a session's files, and that they belong together.
 * @param read an entry of the session's folder as text, undefined where there is none
 * @param where what an error names as the place: "x.ratchet.zip: "
 * @throws FormatError naming the entry and what was expected
 */
export async function readSession(
  read: (name: (typeof SESSION_FILES)[number]) => string | undefined,
  where: string,
): Promise<SessionParts & { start: SessionStart }> {
  const text = (name: (typeof SESSION_FILES)[number]): string => {
    const found = read(name);
    if (found === undefined) throw new FormatError(where + name, undefined, 'is missing; expected it in a session');
    return found;
  };
  const manifest = readManifest(text('manifest.json'), `${where}manifest.json`);
  const file = `${where}journal.jsonl`;
  const fail = (name: string, problem: string): never => {
    throw new FormatError(where + name, undefined, problem);
  };
  const journal = text('journal.jsonl');
  const found = await sha256(utf8(journal));
  if (found !== manifest.journal.sha256) fail('journal.jsonl', `its SHA-256 is ${found}; expected ${manifest.journal.sha256}`);
  if (!journal.endsWith('\n')) fail('journal.jsonl', 'its last line is cut; expected a line feed at its end');
  const records = recordsIn(journal);
  if (records !== manifest.journal.records) fail('journal.jsonl', `${records} records; expected ${manifest.journal.records}`);
  const start = readStart(journal, file);
  if (start.engine !== manifest.engine)
    fail('manifest.json', `engine "${manifest.engine}"; expected "${start.engine}", which the journal names`);
  const told = start.tapes.map(
    ({ digest: ofTape, rows, instrument }) => `${recordingFile(ofTape)} ${ofTape} ${instrument.symbol} ${rows}`,
  );
  const named = manifest.recordings.map((one) => `${one.file} ${one.digest} ${one.symbol} ${one.rows}`);
  if (named.join() !== told.join())
    fail('manifest.json', `the recordings ${named.join(', ')}; expected those of the journal: ${told.join(', ')}`);
  if (JSON.stringify(parseJson(text('policy.json'), `${where}policy.json`)) !== JSON.stringify(start.policy))
    fail('policy.json', 'is another policy; expected that with which the journal begins');
  const last = fitted(lastRecord, parseJson(journal.slice(journal.lastIndexOf('\n', journal.length - 2) + 1), file), file).tape;
  if (isAfter(last, manifest.place))
    fail('manifest.json', `the place row ${manifest.place.row}, point ${manifest.place.point} before that of the last record`);
  const decisions = readDecisionsText(text('decisions.jsonl'), `${where}decisions.jsonl`);
  const made = readDecisions(journal, file).decisions.filter(({ command }) => !isOfEntries(command));
  const other = made.findIndex((one, at) => decisionsText([one]) !== decisionsText(decisions.slice(at, at + 1)));
  if (other >= 0) fail('decisions.jsonl', `decision ${other + 1} is another than that of the journal; expected the same`);
  const listed = read('entries.json');
  const entries = listed === undefined ? [] : readEntriesJson(listed, `${where}entries.json`);
  const { name, place, parent } = manifest;
  return { name, journal, place, decisions, entries, start, ...(parent ? { parent } : {}) };
}

function readManifest(text: string, file: string): z.infer<typeof manifestSchema> {
  const json = parseJson(text, file);
  refuseNewer(json, FORMAT, VERSION, file);
  return fitted(manifestSchema, json, file);
}
