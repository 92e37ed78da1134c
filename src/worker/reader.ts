import { readFile } from './read-file.ts';
import type { ReadRequest } from './reader-protocol.ts';

/* The script of the worker that reads one file. */

self.addEventListener(
  'message',
  (event: MessageEvent<ReadRequest>) => void readFile(event.data, (message, transfer) => self.postMessage(message, { transfer })),
);
