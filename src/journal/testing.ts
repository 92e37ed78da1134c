import sqlite3InitModule, { type Database, type Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { migrate, SqliteStore } from './sqlite.ts';

let loaded: Promise<Sqlite3Static> | undefined;

/** SQLite without a browser: the same code, its files in memory. */
export const sqliteInMemory = (): Promise<Sqlite3Static> =>
  (loaded ??= sqlite3InitModule().then((sqlite) => {
    const silent = (): void => undefined;
    Object.assign(sqlite.config, { warn: silent, error: silent });
    return sqlite;
  }));

/** A store on a database in memory; another on the same database is what a restart finds. */
export async function storeInMemory(given?: Database): Promise<{ store: SqliteStore; db: Database }> {
  const sqlite = await sqliteInMemory();
  const db = given ?? new sqlite.oo1.DB(':memory:');
  migrate(db);
  let wall = 1_700_000_000_000;
  const store = new SqliteStore(db, {
    kind: 'sqlite',
    readOnly: null,
    sqlite,
    now: () => (wall += 1),
    run: 'test',
    bytes: (own) => new Uint8Array(sqlite.capi.sqlite3_js_db_export(own)),
  });
  return { store, db };
}
