import { z } from 'zod';
import type { PolicyDocument } from '../domain/document.ts';
import { decodeRecording } from '../feeds/recording.ts';
import { FormatError } from '../formats/error.ts';
import { fitted, parseJson, refuseNewer } from '../formats/json.ts';
import type { SessionStart } from '../formats/session-start.ts';
import { openArchive, packArchive } from './archive.ts';
import {
  jsonBytes,
  readSession,
  recordingFile,
  recordingMembers,
  SESSION_FILES,
  sessionMembers,
  type SessionParts,
} from './session-files.ts';

/** Everything that an owner has. */
export interface BackupParts {
  /** when it was made, as the caller says it: an ISO 8601 time */
  created: string;
  /** `id` is of letters, digits, - and _ */
  sessions: readonly (SessionParts & { id: string })[];
  /** by digest, as `encodeRecording` makes them; those of no session too */
  recordings: ReadonlyMap<string, Uint8Array>;
  settings: Readonly<Record<string, unknown>>;
  policies: readonly PolicyDocument[];
}

/** What a backup gives back. */
export interface Backup extends Omit<BackupParts, 'sessions' | 'recordings'> {
  sessions: (SessionParts & { id: string; start: SessionStart })[];
  recordings: Map<string, Uint8Array<ArrayBuffer>>;
  /** what could not be read, by its name in the archive; everything else is whole */
  faults: { entry: string; problem: string }[];
}

const FORMAT = 'ratchet-backup';
const VERSION = 1;
const INDEX = 'backup.json';
const RECORDING = /^recordings\/([0-9a-f]{64})\.parquet$/;
const ID = /^[A-Za-z0-9][\w-]{0,63}$/;

const indexSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  created: z.string().max(100),
  sessions: z.array(z.string().regex(ID)),
  settings: z.record(z.string(), z.unknown()),
  policies: z.array(z.record(z.string(), z.unknown())),
});

/**
 * A backup as one zip archive: `backup.json`, `sessions/<id>/…` with the files of a bundle, `recordings/<digest>.parquet` once each, and
 * `SHA256SUMS` of them all. The same parts give the same bytes.
 * @throws RangeError where an id cannot be a folder's name or stands twice, or a session's recording is missing
 */
export async function backupOf(parts: BackupParts): Promise<Uint8Array<ArrayBuffer>> {
  const { created, sessions, recordings, settings, policies } = parts;
  const ids = sessions.map(({ id }) => id);
  const wrong = ids.find((id, at) => !ID.test(id) || ids.indexOf(id) !== at);
  if (wrong !== undefined) throw new RangeError(`the session id "${wrong}"; expected letters, digits, - and _, and each id once`);
  const folders = await Promise.all(sessions.map((session) => sessionMembers(session, `sessions/${session.id}/`)));
  const digests = [...recordings.keys(), ...folders.flatMap((folder) => folder.digests)];
  const index = { format: FORMAT, version: VERSION, created, sessions: ids, settings, policies };
  return packArchive([
    { name: INDEX, bytes: jsonBytes(index), pack: true },
    ...folders.flatMap(({ members }) => members),
    ...recordingMembers(recordings, digests),
  ]);
}

/**
 * Reads a backup and checks all of it, as `readBundle` does. What is broken is named in `faults` and left out, with what needs it; the rest
 * is given back.
 * @throws FormatError where this is no backup at all, or a newer Ratchet made it
 */
export async function readBackup(bytes: Uint8Array, fileName: string): Promise<Backup> {
  const { entries, broken } = await openArchive(bytes, fileName);
  const faults = broken.map(({ name, problem }) => ({ entry: name, problem }));
  const known = [...entries.keys(), ...broken.map(({ name }) => name)];
  if (!known.includes(INDEX)) throw new FormatError(fileName, undefined, `no ${INDEX}; expected a backup that Ratchet wrote`);

  /** What `read` gives, or undefined and a fault where it finds one. */
  const faultless = async <T>(entry: string, read: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      const problem = error.message.startsWith(entry) ? error.message.slice(entry.length).replace(/^[:,] /, '') : error.message;
      faults.push({ entry, problem });
      return undefined;
    }
  };

  const index = readIndex(entries.get(INDEX), `${fileName}: ${INDEX}`);
  const recordings = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [name, content] of entries) {
    const [, digest] = RECORDING.exec(name) ?? [];
    if (digest === undefined) continue;
    const found = await faultless(name, async () => (await decodeRecording(content, name)).tape.digest);
    if (found === digest) recordings.set(digest, content);
    else if (found !== undefined)
      faults.push({ entry: name, problem: `its market has the digest ${found}; expected that of its name` });
  }

  const folders = new Set(known.flatMap((name) => /^sessions\/([^/]+)\/[^/]+$/.exec(name)?.[1] ?? []));
  const sessions: Backup['sessions'] = [];
  for (const id of new Set([...(index?.sessions ?? []), ...folders])) {
    const folder = `sessions/${id}/`;
    if (broken.some(({ name }) => name.startsWith(folder))) {
      faults.push({ entry: folder, problem: 'is left out: one of its files is broken' });
      continue;
    }
    const session = await faultless(folder, () => readSession((name) => textOf(entries.get(folder + name)), folder));
    if (!session) continue;
    const missing = session.start.tapes.find(({ digest }) => !recordings.has(digest));
    if (missing)
      faults.push({ entry: folder, problem: `is left out: its market ${recordingFile(missing.digest)} is missing or broken` });
    else sessions.push({ id, ...session });
  }

  for (const name of entries.keys()) {
    const [, id, file] = /^sessions\/([^/]+)\/([^/]+)$/.exec(name) ?? [];
    const ours = name === INDEX || RECORDING.test(name) || (ID.test(id ?? '') && SESSION_FILES.some((one) => one === file));
    if (!ours) faults.push({ entry: name, problem: 'is no part of a backup; it is left alone' });
  }
  const { created = '', settings = {}, policies = [] } = index ?? {};
  return { created, settings, policies, sessions, recordings, faults };
}

const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes);

/** The index; undefined where it is broken, which is a fault already. @throws FormatError where it is whole and cannot be used */
function readIndex(bytes: Uint8Array | undefined, file: string): z.infer<typeof indexSchema> | undefined {
  if (!bytes) return undefined;
  const json = parseJson(new TextDecoder().decode(bytes), file);
  refuseNewer(json, FORMAT, VERSION, file);
  return fitted(indexSchema, json, file);
}
