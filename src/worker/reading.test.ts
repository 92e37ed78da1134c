import { describe, expect, it } from 'vitest';
import { openFile } from '../feeds/open.ts';
import { bundledSession } from '../feeds/synthetic.ts';
import { FormatError } from '../formats/error.ts';
import { readFile } from './read-file.ts';
import type { FromReader, ReadRequest } from './reader-protocol.ts';
import { type ReaderPort, readInWorker } from './reading.ts';

/** A reading worker in this thread: its messages are cloned and its buffers handed over as a browser does. */
class Reader extends EventTarget implements ReaderPort {
  ended = 0;
  readonly posted: FromReader[] = [];
  private readonly work: (request: ReadRequest, post: (message: FromReader, transfer: Transferable[]) => void) => void;

  constructor(work: Reader['work'] = (request, post) => void readFile(request, post)) {
    super();
    this.work = work;
  }

  postMessage(request: ReadRequest): void {
    this.work(request, (message, transfer) => {
      const data = structuredClone(message, { transfer: transfer as ArrayBuffer[] });
      this.posted.push(data);
      this.dispatchEvent(new MessageEvent('message', { data }));
    });
  }

  terminate(): void {
    this.ended += 1;
  }
}

const { name, csv, options } = bundledSession();
const file = new File([csv], name);

describe('readInWorker', () => {
  it('gives what reading here gives, tells its progress, and ends the worker', async () => {
    const reader = new Reader();
    const shares: number[] = [];
    const opened = await readInWorker(file, options, { onProgress: (share) => void shares.push(share) }, () => reader);
    expect(opened).toEqual(await openFile(file, options));
    expect(shares.length).toBeGreaterThan(0);
    expect(reader.ended).toBe(1);
  });

  it('hands the columns of bars of bid and ask over without a copy', async () => {
    const sides = ['bid', 'ask'].flatMap((side) => ['open', 'high', 'low', 'close'].map((price) => `${side}_${price}`));
    const text = `ts,${sides.join(',')}\n1700000000000,1,2,1,2,2,3,2,3\n`;
    let handed = 0;
    const reader = new Reader(
      (request, post) =>
        void readFile(request, (message, transfer) => {
          handed += transfer.length;
          post(message, transfer);
        }),
    );
    const { tape } = await readInWorker(new File([text], 'x.csv'), {}, {}, () => reader);
    expect(tape.columns).toMatchObject({ kind: 'bars', ask: { close: Float64Array.of(3) } });
    expect(handed).toBe(10);
  });

  it('throws the error of a bad file with its name, file and line', async () => {
    const reader = new Reader();
    const reading = readInWorker(new File(['[[1,2,3,4,5],[1,[]]]'], 'bad.json'), {}, {}, () => reader);
    const error: unknown = await reading.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(FormatError);
    expect(error).toMatchObject({ name: 'FormatError', file: 'bad.json', line: 2 });
    expect((error as Error).message).toMatch(/^bad\.json, line 2: found "\[\]/);
    expect(reader.ended).toBe(1);
  });

  it('keeps the name of any other error', async () => {
    const reader = new Reader((_, post) => post({ type: 'failed', name: 'RangeError', message: 'no' }, []));
    await expect(readInWorker(file, {}, {}, () => reader)).rejects.toMatchObject({ name: 'RangeError', message: 'no' });
  });

  it('says so when the worker stops by itself', async () => {
    const reader = new Reader(() => void reader.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' })));
    await expect(readInWorker(file, {}, {}, () => reader)).rejects.toThrow(`${name}: its reader has stopped (out of memory)`);
    expect(reader.ended).toBe(1);
  });

  it('ends a worker that never answers when it is told to, and starts none when it was told before', async () => {
    const reader = new Reader(() => undefined);
    const stop = new AbortController();
    const reading = readInWorker(file, {}, { signal: stop.signal }, () => reader);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(reader.ended).toBe(1);
    let started = 0;
    const starting = (): ReaderPort => {
      started += 1;
      return reader;
    };
    await expect(readInWorker(file, {}, { signal: stop.signal }, starting)).rejects.toBe(reason);
    expect(started).toBe(0);
  });
});
