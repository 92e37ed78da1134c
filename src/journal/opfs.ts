import sqlite3InitModule, { type Database, type SAHPoolUtil, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { SCHEMA_VERSION } from './schema.ts';
import { migrate, SqliteStore, versionOf } from './sqlite.ts';
import { type Bytes, type Store, StoreError } from './store.ts';

const DIRECTORY = 'ratchet';
/** Files at once: the database and its log, the one it is migrated into, and room for SQLite's own. */
const CAPACITY = 8;
/** A page that was just reloaded may have left its handles for a moment. */
const ATTEMPTS = 20;
const PAUSE_MS = 150;

const POOL = {
  name: DIRECTORY,
  initialCapacity: CAPACITY,
  // the default is to delete what is there
  preserveOnInitFailure: true,
  // says what goes wrong, and nothing more
  verbosity: 1,
  forceReinitIfPreviouslyFailed: true,
};

const fileOf = (version: number): string => `/ratchet.${version}.sqlite`;
const versionIn = (file: string): number => Number(/^\/ratchet\.(\d+)\.sqlite$/.exec(file)?.[1] ?? Number.NaN);

/** How `openOpfs` is to behave where a test stops it half way. */
export interface OpfsOptions {
  /** the version to come to; the newest where it is left out */
  version?: number;
  /** asked before each step of a migration, with the version it makes */
  beforeStep?(version: number): void;
}

/** What the browser said of the last fault of its files: SQLite passes it on to its log only. */
let said: Error | undefined;

export async function loadSqlite(): Promise<Sqlite3Static> {
  // what fails is thrown, and told where it is shown
  const silent = (): void => undefined;
  const error = (...words: unknown[]): void => {
    said = words.find((word) => word instanceof Error) ?? said;
  };
  Object.assign(globalThis, { sqlite3ApiConfig: { warn: silent, error } });
  const init: (options: { print: () => void; printErr: () => void }) => Promise<Sqlite3Static> = sqlite3InitModule;
  return init({ print: silent, printErr: silent });
}

/** The pool of files that SQLite keeps in the browser's private file system. @throws StoreError `busy` where another tab holds them */
async function poolOf(sqlite: Sqlite3Static): Promise<SAHPoolUtil> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await sqlite.installOpfsSAHPoolVfs(POOL);
    } catch (error) {
      const held = error instanceof Error && error.name === 'NoModificationAllowedError';
      if (!held) throw error;
      if (attempt === ATTEMPTS) throw new StoreError('busy', 'another tab of this browser holds the journal');
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
}

/** True where a journal is in the browser's private files, whether or not it can be opened. */
export async function inFiles(): Promise<boolean> {
  try {
    const root = await navigator.storage.getDirectory();
    const pool = await (await root.getDirectoryHandle(`.${DIRECTORY}`)).getDirectoryHandle('.opaque');
    return !(await pool.keys().next()).done;
  } catch {
    // no private files, or no pool in them
    return false;
  }
}

function openFile(pool: SAHPoolUtil, file: string): Database {
  const db = new pool.OpfsSAHPoolDb(file);
  try {
    // in this order: the log's index is then in memory, which needs no shared memory
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY');
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** The pool that this worker has open. */
let opened: SAHPoolUtil | undefined;

/** The newest database as it is, where it cannot be opened. @throws StoreError where there is none */
export function rescue(): Bytes {
  const [newest] = opened ? versionsIn(opened) : [];
  if (!opened || newest === undefined) throw new StoreError('missing', 'there is no journal in the files of this browser');
  return new Uint8Array(opened.exportFile(fileOf(newest)));
}

function remove(pool: SAHPoolUtil, file: string): void {
  for (const name of [file, `${file}-wal`, `${file}-journal`]) pool.unlink(name);
}

/**
 * The store in the browser's private files. A database of an older version is copied and the copy brought up, a step a transaction; the old file is
 * whole until the copy is, and is then removed. A copy that was interrupted is made anew. One of a newer version is opened to be read only.
 * @throws StoreError `busy`, `damaged`; any other error where the browser has no such files
 */
export async function openOpfs(options: OpfsOptions = {}): Promise<Store> {
  const { version = SCHEMA_VERSION } = options;
  const sqlite = await loadSqlite();
  const pool = await poolOf(sqlite);
  opened = pool;
  await pool.reserveMinimumCapacity(CAPACITY);
  const newer = newerThan(pool, version);
  const db = newer === undefined ? upToDate(pool, version, options) : openFile(pool, fileOf(newer));
  return new SqliteStore(db, {
    kind: 'sqlite',
    readOnly:
      newer === undefined
        ? null
        : `The journal was written by a newer version of Ratchet (its database is of version ${newer}, this one knows ${version}). It is read and left as it is; what is done here is not kept.`,
    sqlite,
    now: () => Date.now(),
    run: crypto.randomUUID(),
    bytes: (own) => {
      own.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      return new Uint8Array(pool.exportFile(own.filename));
    },
    cause: () => {
      const cause = said;
      said = undefined;
      return cause;
    },
    release: () => void pool.pauseVfs(),
  });
}

/** Versions of the databases that are there, the newest first. */
const versionsIn = (pool: SAHPoolUtil): number[] =>
  pool
    .getFileNames()
    .map(versionIn)
    .filter((found) => !Number.isNaN(found))
    .toSorted((a, b) => b - a);

/** The version of a database that a newer program has written; a copy that it began and did not finish is none, and is left to it. */
function newerThan(pool: SAHPoolUtil, version: number): number | undefined {
  for (const found of versionsIn(pool)) {
    if (found <= version) return undefined;
    const db = openFile(pool, fileOf(found));
    const says = versionOf(db);
    db.close();
    if (says === found) return found;
  }
  return undefined;
}

function upToDate(pool: SAHPoolUtil, version: number, { beforeStep }: OpfsOptions): Database {
  const file = fileOf(version);
  const [found, ...older] = versionsIn(pool).filter((one) => one <= version);
  if (found === version) {
    const db = openFile(pool, file);
    if (versionOf(db) === version) {
      for (const one of older) remove(pool, fileOf(one));
      return db;
    }
    db.close();
    remove(pool, file);
  }
  const from = found === version ? older[0] : found;
  if (from !== undefined) {
    const old = openFile(pool, fileOf(from));
    old.exec({ sql: 'VACUUM INTO ?', bind: [file] });
    old.close();
  }
  const db = openFile(pool, file);
  for (let step = versionOf(db); step < version; step += 1) {
    beforeStep?.(step + 1);
    migrate(db, step + 1);
  }
  if (from !== undefined) remove(pool, fileOf(from));
  return db;
}
