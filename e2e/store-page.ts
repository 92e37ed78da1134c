import { contract } from '../src/journal/contract.ts';
import { remote } from '../src/journal/remote.ts';
import { SCHEMA_VERSION } from '../src/journal/schema.ts';
import type { Store } from '../src/journal/store.ts';

/*
 * What a page without the app does with its stores: each is opened in a worker of its own, and gone with it.
 */

export interface Wanted {
  kind?: 'opfs' | 'indexeddb';
  version?: number;
  /** the step of a migration before which it stops for good */
  stopAt?: number;
}

const start = ({ kind = 'opfs', version, stopAt }: Wanted): Worker => {
  const words = new URLSearchParams({ kind });
  if (version !== undefined) words.set('version', String(version));
  if (stopAt !== undefined) words.set('stop-at', String(stopAt));
  return new Worker(`./store-worker.mjs?${words}`, { type: 'module' });
};

function open(wanted: Wanted): Store {
  const worker = start(wanted);
  const { store, lose } = remote({
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (take) => worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data)),
  });
  worker.addEventListener('error', ({ message }) => lose(message || 'the worker did not start'));
  return {
    ...store,
    close: async () => {
      await store.close();
      worker.terminate();
    },
  };
}

/** Folders of the browser's private files, and its databases: nothing is left of them. */
async function clear(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
  for (const { name } of await indexedDB.databases())
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name ?? '');
      request.addEventListener('success', resolve);
      request.addEventListener('error', () => reject(request.error ?? new Error('the database stays')));
    });
}

/** The files that SQLite keeps, by the names it knows them by, which stand in front of their data. */
async function files(): Promise<Map<string, FileSystemFileHandle>> {
  const root = await navigator.storage.getDirectory();
  const pool = await (await root.getDirectoryHandle('.ratchet')).getDirectoryHandle('.opaque');
  const named = new Map<string, FileSystemFileHandle>();
  for await (const handle of pool.values()) {
    if (!(handle instanceof FileSystemFileHandle)) continue;
    const head = await (await handle.getFile()).slice(0, 512).text();
    const name = head.slice(0, head.indexOf('\0'));
    if (name !== '') named.set(name, handle);
  }
  return named;
}

/** Changes a byte of a file, in the middle of the first or last place where a text stands. @returns where it is, -1 where there is no such text */
async function flip(name: string, text: string, place: 'first' | 'last' = 'last'): Promise<number> {
  const handle = (await files()).get(name);
  if (!handle) throw new Error(`there is no file ${name}`);
  const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  const content = new TextDecoder('latin1').decode(bytes);
  const found = place === 'first' ? content.indexOf(text) : content.lastIndexOf(text);
  if (found < 0) return found;
  const at = found + Math.floor(text.length / 2);
  const writable = await handle.createWritable({ keepExistingData: true });
  await writable.write({ type: 'write', position: at, data: Uint8Array.of((bytes[at] ?? 0) ^ 1) });
  await writable.close();
  return at;
}

/** A digest of every file that SQLite keeps, by its name. */
async function digests(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, handle] of await files()) {
    const digest = await crypto.subtle.digest('SHA-256', await (await handle.getFile()).arrayBuffer());
    found[name] = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return found;
}

export const stores = {
  newest: SCHEMA_VERSION,
  open,
  clear,
  flip,
  digests,
  /** Checks every promise of a store on one of a kind. @returns those that it does not keep */
  async broken(kind: 'opfs' | 'indexeddb'): Promise<string[]> {
    const broken: string[] = [];
    for (const { title, check } of contract) {
      await clear();
      try {
        await check(() => Promise.resolve(open({ kind })));
      } catch (error) {
        broken.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return broken;
  },
  promises: contract.length,
  /** Opens a store that stops in the middle of its migration. Resolves once it has. */
  stop: (wanted: Wanted): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = start(wanted);
      worker.addEventListener('message', ({ data }) => data === 'stopped' && resolve());
      worker.addEventListener('error', ({ message }) => reject(new Error(message)));
    }),
};

Object.assign(globalThis, { stores });
