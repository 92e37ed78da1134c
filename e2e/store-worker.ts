import { openIndexed } from '../src/journal/indexed.ts';
import { openOpfs } from '../src/journal/opfs.ts';
import { serve } from '../src/journal/remote.ts';

/*
 * A store in a worker, as the app has it, and of any kind and version: its address says which, and before which step of a migration it stops for good.
 */

const wanted = new URLSearchParams(self.location.search);
const version = wanted.get('version');
const stopAt = Number(wanted.get('stop-at') ?? Number.NaN);

const store =
  wanted.get('kind') === 'indexeddb'
    ? openIndexed()
    : openOpfs({
        ...(version === null ? {} : { version: Number(version) }),
        beforeStep: (step) => {
          if (step !== stopAt) return;
          self.postMessage('stopped', { transfer: [] });
          for (;;);
        },
      });

serve(store, {
  post: (message, transfer) => self.postMessage(message, { transfer }),
  listen: (take) => self.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data)),
});
