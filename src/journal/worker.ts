import { openIndexed } from './indexed.ts';
import { inFiles, openOpfs, rescue } from './opfs.ts';
import { serve } from './remote.ts';
import { wordsOf } from './sqlite.ts';
import { type Store, StoreError } from './store.ts';

/* The script of the journal's own worker, in which the database lives: what it does there stops neither the engine nor the page. */

/** The best store that this browser has. A journal that is there and cannot be opened is no reason to begin another elsewhere. */
async function open(): Promise<Store> {
  try {
    return await openOpfs();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const message = wordsOf(error);
    // SQLite has the files and cannot use them: its word, not the browser's
    if (error instanceof Error && 'resultCode' in error)
      throw new StoreError('damaged', `the journal's database cannot be read: ${message}`);
    if (await inFiles())
      throw new StoreError('failed', `the journal is in this browser's private files, which cannot be opened: ${message}`);
    return openIndexed();
  }
}

serve(
  open(),
  {
    post: (message, transfer) => self.postMessage(message, { transfer }),
    listen: (take) => self.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data)),
  },
  rescue,
);
