import { remote } from '../journal/remote.ts';
import type { Store } from '../journal/store.ts';
import { Host, type Surroundings } from './host.ts';
import { laboratory } from './laboratory.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { readInWorker } from './reading.ts';
import { sweepInWorkers } from './sweep-workers.ts';
import { Tab, type Word } from './tabs.ts';

/* The worker's script: gives the host a way out, time, files and a database, and this tab its place among the others. Everything else is in `host.ts`. */

const NAME = 'ratchet';

let database: Worker | undefined;

/** Starts the journal's worker, in place of the one before. */
function openStore(): Store {
  database?.terminate();
  const worker = new Worker(new URL('../journal/worker.ts', import.meta.url), { type: 'module' });
  database = worker;
  const { store, lose } = remote({
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (take) => worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data)),
  });
  worker.addEventListener('error', ({ message }) =>
    lose(`the journal's worker has stopped: ${message || 'it could not be loaded'}`),
  );
  return {
    ...store,
    close: async () => {
      await store.close();
      worker.terminate();
    },
  };
}

const post = (message: FromWorker, transfer: Transferable[]): void => self.postMessage(message, { transfer });
const later = (run: () => unknown, ms: number): void => void setTimeout(run, ms);

const surroundings: Omit<Surroundings, 'post'> = {
  now: () => performance.now(),
  later,
  id: () => crypto.randomUUID(),
  openStore: () => Promise.resolve(openStore()),
  study: laboratory,
  sweep: sweepInWorkers,
  read: (file, options, onProgress, signal) => readInWorker(file, options, { onProgress, signal }),
};

const channel = new BroadcastChannel(NAME);
const tab = new Tab({
  id: crypto.randomUUID(),
  post,
  later,
  say: channel.postMessage.bind(channel),
  lock: async (how, held) => {
    const options: LockOptions = how === 'now' ? { ifAvailable: true } : { signal: how };
    return new Promise((resolve) => {
      navigator.locks
        .request(NAME, options, async (lock) => {
          resolve(lock !== null);
          if (lock) await held();
        })
        .catch(() => resolve(false));
    });
  },
  host: (given, out) => new Host({ ...surroundings, post: out }, given),
});

const opened = tab.open();
channel.addEventListener('message', ({ data }: MessageEvent<Word>) => void tab.hear(data));
self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => void opened.then(() => tab.receive(data)));
