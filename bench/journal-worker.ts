import sqlite3InitModule from '@sqlite.org/sqlite-wasm';
import { openOpfs } from '../src/journal/opfs.ts';
import { serve } from '../src/journal/remote.ts';

/*
 * The app's own store in a worker; or, where its address names a number of rows, what SQLite itself takes for as many rows of the same size on files of
 * the same kind, each a transaction of its own, in milliseconds.
 */

async function floor(count: number): Promise<number[]> {
  const sqlite = await sqlite3InitModule();
  const pool = await sqlite.installOpfsSAHPoolVfs({ name: 'floor', clearOnInit: true });
  const db = new pool.OpfsSAHPoolDb('/floor.sqlite');
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec('CREATE TABLE rows (seq INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO rows VALUES (?, ?)');
  const text = 'x'.repeat(430);
  const times: number[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const start = performance.now();
    insert.bind([seq, text]).stepReset();
    times.push(performance.now() - start);
  }
  insert.finalize();
  db.close();
  return times;
}

const rows = Number(new URLSearchParams(self.location.search).get('floor'));
if (rows > 0) self.postMessage(await floor(rows), { transfer: [] });
else
  serve(openOpfs(), {
    post: (message, transfer) => self.postMessage(message, { transfer }),
    listen: (take) => self.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data)),
  });
