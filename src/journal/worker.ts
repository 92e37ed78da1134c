import { openIndexed } from './indexed.ts';
import { openOpfs } from './opfs.ts';
import { serve } from './remote.ts';
import { type Store, StoreError } from './store.ts';

/* The script of the journal's own worker, in which the database lives: what it does there stops neither the engine nor the page. */

/** The best store that this browser has. A journal that is there and cannot be opened is no reason to begin another elsewhere. */
async function open(): Promise<Store> {
  try {
    return await openOpfs();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    // SQLite has the files and cannot use them: its word, not the browser's
    if (error instanceof Error && 'resultCode' in error) throw new StoreError('damaged', error.message);
    return openIndexed();
  }
}

serve(open(), {
  post: (message, transfer) => self.postMessage(message, { transfer }),
  listen: (take) => self.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data)),
});
