import { Host } from './host.ts';
import type { FromWorker, ToWorker } from './protocol.ts';

/* The worker's script: gives the host a way out and time. Everything else is in `host.ts`. */

const host = new Host({
  post: (message: FromWorker, transfer) => self.postMessage(message, { transfer }),
  now: () => performance.now(),
  later: (run, ms) => void setTimeout(run, ms),
});

self.addEventListener('message', (event: MessageEvent<ToWorker>) => void host.receive(event.data));
