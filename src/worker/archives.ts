import { isAfter } from '../domain/tape.ts';
import { decodeRecording } from '../feeds/recording.ts';
import { FormatError } from '../formats/error.ts';
import { readJournal } from '../formats/journal.ts';
import { type Backup, backupOf, readBackup } from '../journal/backup.ts';
import { bundleOf, readBundle, type SessionBundle } from '../journal/bundle.ts';
import { archiveKind } from '../journal/kind.ts';
import type { SessionParts } from '../journal/session-files.ts';
import { type Bytes, type Store, StoreError } from '../journal/store.ts';
import { loadPolicy } from '../policy/load.ts';
import { Keeper } from './keeper.ts';
import { about, decisionsIn, recorded } from './kept.ts';
import type { ArchiveView } from './protocol.ts';
import { rerun } from './rerun.ts';
import { Session } from './session.ts';

const recordsIn = (journal: string): number => journal.split('\n').length - 1;

const MEGABYTE = 1_048_576;
/** Larger archives are refused before they are read. */
const MOST_BYTES = 512 * MEGABYTE;

/** A session of the store with all that it takes to walk it again. */
async function partsOf(store: Store, id: string): Promise<SessionParts & { digests: string[] }> {
  const { session, entries, lines } = await store.read(id);
  const journal = lines.map((line) => `${line}\n`).join('');
  const last = readJournal(journal, session.name).records.at(-1)?.tape ?? { row: 0, point: 0 };
  const { place, parent } = session;
  return {
    name: session.name,
    journal,
    place: place && isAfter(place, last) ? place : last,
    decisions: decisionsIn(lines, session.name),
    entries,
    ...(parent ? { parent: { session: parent.session, record: parent.seq } } : {}),
    digests: session.digests,
  };
}

/** A session as a bundle. */
export async function bundled(store: Store, id: string): Promise<Bytes> {
  const { digests, ...parts } = await partsOf(store, id);
  const recordings = await Promise.all(digests.map(async (digest) => [digest, await store.recording(digest)] as const));
  return bundleOf(parts, new Map(recordings));
}

/**
 * Everything that is kept and can be read.
 * @param created an ISO 8601 time
 * @returns the backup, and of each session that cannot be read why it is left out
 */
export async function backedUp(
  store: Store,
  created: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<{ data: Bytes; left: string[] }> {
  const library = await store.library();
  const sessions: (SessionParts & { id: string })[] = [];
  const left: string[] = [];
  for (const { id, name, records, digests } of library.sessions) {
    if (records === 0) continue;
    const gone = digests.find((digest) => !library.recordings.some((recording) => recording.digest === digest));
    const parts = gone === undefined ? await readable(partsOf(store, id)) : `there is no recording ${gone.slice(0, 12)}`;
    if (typeof parts !== 'string') sessions.push({ id, ...parts });
    else left.push(parts.startsWith(name) ? parts : `${name}: ${parts}`);
  }
  const recordings = new Map<string, Bytes>();
  for (const { digest } of library.recordings) recordings.set(digest, await store.recording(digest));
  const policies = library.policies.map(({ policy }) => policy);
  return { data: await backupOf({ created, sessions, recordings, settings, policies }), left };
}

/** What is read of the store, or what is wrong with it there. @throws Error of any other kind */
async function readable<T>(reading: Promise<T>): Promise<T | string> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof FormatError || (error instanceof StoreError && error.fault === 'damaged')) return error.message;
    throw error;
  }
}

/** What a dropped file is of ours, read and checked; null where it is something else. */
export type Opened = { view: ArchiveView } & ({ kind: 'bundle'; bundle: SessionBundle } | { kind: 'backup'; backup: Backup });

/** @throws FormatError where it is one of ours and cannot be trusted, or a bundle whose journal is not what its parts come to */
export async function openArchive(file: File): Promise<Opened | null> {
  if (file.size > MOST_BYTES)
    throw new FormatError(file.name, undefined, `${file.size} bytes; expected at most ${MOST_BYTES / MEGABYTE} MB`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  switch (archiveKind(bytes)) {
    case 'bundle': {
      const bundle = await readBundle(bytes, file.name);
      const { differs, records, engine } = rerun(bundle);
      if (differs)
        throw new FormatError(
          file.name,
          undefined,
          `its journal was made by ${engine.bundled} and does not follow from its parts under ${engine.now}: record ${differs.seq} is another`,
        );
      const view: ArchiveView = {
        kind: 'bundle',
        created: '',
        sessions: [{ id: '', name: bundle.name, records }],
        recordings: bundle.recordings.length,
        policies: 0,
        faults: [],
        settings: {},
        restored: '',
      };
      return { kind: 'bundle', bundle, view };
    }
    case 'backup': {
      const backup = await readBackup(bytes, file.name);
      const { created, sessions, recordings, policies, faults, settings } = backup;
      const view: ArchiveView = {
        kind: 'backup',
        created,
        sessions: sessions.map(({ id, name, journal }) => ({ id, name, records: recordsIn(journal) })),
        recordings: recordings.size,
        policies: policies.length,
        faults,
        settings,
        restored: '',
      };
      return { kind: 'backup', backup, view };
    }
    default:
      return null;
  }
}

/** A bundle's session, standing where it was left. */
export function sessionOf({ start, recordings, place, decisions, entries }: SessionBundle): Session {
  const files = {
    sources: recordings,
    policy: loadPolicy(start.policy, 'the policy of the bundle'),
    barPath: start.barPath,
    entries,
  };
  return new Session(files, { place, decisions });
}

/**
 * Keeps what a backup holds beside what is there: nothing that is kept already is changed, and a session that is kept already, to the letter, is not
 * kept twice.
 * @param freeId a name that nothing else has
 * @returns what was restored, for a person
 */
export async function restore(store: Store, { sessions, recordings, policies }: Backup, freeId: () => string): Promise<string> {
  const held = new Set((await store.library()).recordings.map(({ digest }) => digest));
  for (const [digest, data] of recordings) {
    // one that cannot be read here any more makes room for the one that can
    if (held.has(digest) && typeof (await readable(recorded(store, digest))) === 'string') await store.removeRecording(digest);
    await store.keepRecording({ ...about(await decodeRecording(data, `recording ${digest.slice(0, 12)}`)), data });
  }
  for (const policy of policies) await store.keepPolicy({ name: String(policy.name), policy });
  const { sessions: there } = await store.library();
  /** what a session of the backup is called here */
  const restored = new Map<string, string>();
  let same = 0;
  for (const session of parentsFirst(sessions)) {
    const { id, name } = session;
    const taken = there.some((one) => one.id === id);
    // one that came back beside a damaged one has another id
    const twins = there.filter((one) => one.id === id || (one.name === name && one.records === recordsIn(session.journal)));
    let here: string | undefined;
    for (const twin of taken ? twins : [])
      if (here === undefined && (await isKept(store, twin.id, session.journal))) here = twin.id;
    if (here !== undefined) same += 1;
    else {
      here = taken ? freeId() : id;
      await keepSession(store, session, here, restored);
    }
    restored.set(id, here);
  }
  const count = restored.size - same;
  return `${recordings.size} recordings, ${policies.length} policies, ${count} sessions${same > 0 ? `; ${same} were here already` : ''}`;
}

/** A branch after the session that it begins with. */
function parentsFirst(sessions: Backup['sessions']): Backup['sessions'] {
  const found = new Set<Backup['sessions'][number]>();
  const byId = new Map(sessions.map((session) => [session.id, session]));
  for (const session of sessions) {
    const line: Backup['sessions'] = [];
    for (let one: typeof session | undefined = session; one && !line.includes(one); one = byId.get(one.parent?.session ?? ''))
      line.unshift(one);
    for (const one of line) found.add(one);
  }
  return [...found];
}

async function keepSession(
  store: Store,
  session: Backup['sessions'][number],
  id: string,
  restored: ReadonlyMap<string, string>,
): Promise<void> {
  const { name, journal, place, entries, start, parent } = session;
  const { records } = readJournal(journal, name);
  const from = parent && restored.get(parent.session);
  const keeper = Keeper.of(
    store,
    {
      id,
      name,
      parent: parent && from !== undefined ? { session: from, seq: parent.record } : null,
      digests: start.tapes.map(({ digest }) => digest),
      policy: loadPolicy(start.policy, name).policy.name,
      entries,
    },
    [],
  );
  await keeper.keep(records, place);
  await store.mark(id, { place });
}

/** Whether a session of the store is the same journal, or one that goes on from it. One that is damaged is neither. */
async function isKept(store: Store, id: string, journal: string): Promise<boolean> {
  const kept = await readable(store.read(id));
  if (typeof kept === 'string') return false;
  return kept.lines
    .map((line) => `${line}\n`)
    .join('')
    .startsWith(journal);
}
