import { foldJournal } from '../engine/fold.ts';
import { readJournal } from '../formats/journal.ts';
import type { Store } from '../journal/store.ts';
import { backedUp, bundled } from './archives.ts';
import { tableFiles } from '../projections/spreadsheet.ts';
import type { StoredFile, StoredForm } from './protocol.ts';

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  jsonl: 'application/x-ndjson',
  sqlite: 'application/vnd.sqlite3',
  parquet: 'application/vnd.apache.parquet',
  zip: 'application/zip',
};

const typeOf = (name: string): string => TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';

/** A name that every file system takes. */
const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/[^\w.-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60) || 'ratchet';

/** A file made of what is kept. @throws StoreError, or FormatError where a journal cannot be read */
export async function storedFile(store: Store, wanted: StoredForm): Promise<StoredFile> {
  const file = (name: string, data: StoredFile['data']): StoredFile => ({ name, type: typeOf(name), data });
  switch (wanted.what) {
    case 'database': {
      // a store that cannot be opened says no more than its bytes
      const data = await store.dump();
      return file(data[0] === 0x7b ? 'ratchet.jsonl' : 'ratchet.sqlite', data);
    }
    case 'recording': {
      const about = (await store.library()).recordings.find(({ digest }) => digest === wanted.digest);
      return file(`${plain(about?.name ?? 'recording')}.parquet`, await store.recording(wanted.digest));
    }
    case 'backup': {
      const now = new Date();
      const { data, left } = await backedUp(store, now.toISOString(), wanted.settings);
      return { ...file(`ratchet-backup-${now.toISOString().slice(0, 10)}.zip`, data), left };
    }
    case 'session': {
      const { id, as } = wanted;
      const name = (await store.library()).sessions.find((session) => session.id === id)?.name ?? 'session';
      if (as === 'bundle') return file(`${plain(name)}.ratchet.zip`, await bundled(store, id));
      if (as === 'sqlite') return file(`${plain(name)}.sqlite`, await store.sessionFile(id));
      const { lines } = await store.read(id);
      const text = lines.map((line) => `${line}\n`).join('');
      if (as === 'journal.jsonl') return file(`${plain(name)}.journal.jsonl`, text);
      const { records } = readJournal(text, name);
      return file(`${plain(name)}.${as}`, tableFiles(records, foldJournal(records), id)[as] ?? '');
    }
    default:
      return wanted satisfies never;
  }
}
