import { FormatError } from '../formats/error.ts';
import type { FromReader, Opened, ReadRequest } from './reader-protocol.ts';

/** What is needed of a worker; tests give a plain event target. */
export interface ReaderPort extends Pick<EventTarget, 'addEventListener'> {
  postMessage(request: ReadRequest): void;
  terminate(): void;
}

export interface Following {
  /** @param share what is done, 0 to 1 */
  onProgress?(share: number): void;
  /** once aborted, the worker is ended, whatever it is doing */
  signal?: AbortSignal;
}

const startReader = (): ReaderPort => new Worker(new URL('./reader.ts', import.meta.url), { type: 'module', name: 'reader' });

/**
 * Reads a market file in a worker of its own, so that a heavy or hostile one holds up nobody else, and ends the worker afterwards. It may be
 * called on the page and in a worker alike.
 * @throws FormatError as `openFile` does, the signal's reason, or an Error when the worker stops, for instance for lack of memory
 */
export function readInWorker(
  file: File,
  options: ReadRequest['options'],
  { onProgress, signal }: Following = {},
  start: () => ReaderPort = startReader,
): Promise<Opened> {
  if (signal?.aborted) return Promise.reject(signal.reason);
  const port = start();
  const reading = new Promise<Opened>((resolve, reject) => {
    const stopped = (event: Event): void => {
      const { message } = event as Partial<ErrorEvent>;
      reject(new Error(`${file.name}: its reader has stopped${message ? ` (${message})` : ''}`));
    };
    port.addEventListener('error', stopped);
    port.addEventListener('messageerror', stopped);
    port.addEventListener('message', (event) => {
      const message = (event as MessageEvent<FromReader>).data;
      switch (message.type) {
        case 'progress':
          return onProgress?.(message.share);
        case 'read':
          return resolve(message.opened);
        case 'refused':
          return reject(new FormatError(message.file, message.line, message.problem, message.table));
        case 'failed':
          return reject(Object.assign(new Error(message.message), { name: message.name }));
        default:
          return message satisfies never;
      }
    });
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    port.postMessage({ file, options });
  });
  return reading.finally(() => port.terminate());
}
