import { remote } from '../src/journal/remote.ts';
import type { NewRecord } from '../src/journal/store.ts';

/** Milliseconds of single appends, of SQLite's own on files of the same kind, and of a batch of 10 000 in whole. */
export interface Latencies {
  append: number[];
  floor: number[];
  batch: number;
}

const BATCH = 10_000;

const record = (seq: number): NewRecord => ({
  seq,
  line: JSON.stringify({ seq, text: 'x'.repeat(400) }),
  tape: { row: seq, point: 1 },
  ts: seq,
  type: 'Fact',
  position: 'TEST-1',
  columns: null,
});

const start = (words = ''): Worker => new Worker(`./journal-worker.mjs${words}`, { type: 'module' });

function floorOf(count: number): Promise<number[]> {
  const worker = start(`?floor=${count}`);
  return new Promise<number[]>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<number[]>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(message)));
  }).finally(() => worker.terminate());
}

/** Appends one record after the other from another thread, each durable before the next, as the host does. */
export async function measureAppends(count: number): Promise<Latencies> {
  const worker = start();
  const { store } = remote({
    post: (message, transfer) => worker.postMessage(message, transfer),
    listen: (take) => worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => take(data)),
  });
  const id = crypto.randomUUID();
  await store.begin({ id, name: 'bench', parent: null, digests: [], policy: 'bench', entries: [] });
  const append: number[] = [];
  const one = async (seq: number): Promise<void> => {
    const began = performance.now();
    await store.append(id, [record(seq)], { row: seq, point: 1 });
    append.push(performance.now() - began);
  };
  for (let seq = 1; seq <= count; seq += 1) await one(seq);
  const began = performance.now();
  const rows = Array.from({ length: BATCH }, (_, at) => record(count + 1 + at));
  await store.append(id, rows, { row: count + BATCH, point: 1 });
  const batch = performance.now() - began;
  await store.close();
  worker.terminate();
  return { append, floor: await floorOf(count), batch };
}
