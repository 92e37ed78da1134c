import { type Bytes, type Store, StoreError, type StoreFault } from './store.ts';

/** What is asked of the store in its own worker, and what it answers. */
type Request = { id: number; method: keyof Store; words: unknown[] };
type Reply = { id: number; ok: true; value: unknown } | { id: number; ok: false; fault: StoreFault; message: string };

/** What both ends need of a worker or its global scope. */
export interface Line {
  post(message: unknown, transfer: Transferable[]): void;
  listen(take: (message: unknown) => void): void;
}

/**
 * Lets a store be spoken to from another thread. What it is asked is done in the order in which it is asked.
 * @param rescue gives what is kept as it is where the store cannot be opened
 */
export function serve(store: Promise<Store>, line: Line, rescue?: () => Bytes): void {
  const ask = async ({ method, words }: Request): Promise<unknown> => {
    try {
      await store;
    } catch (error) {
      if (method === 'dump' && rescue) return rescue();
      throw error;
    }
    return Reflect.apply((await store)[method], await store, words);
  };
  const answer = async (request: Request): Promise<void> => {
    const { id } = request;
    try {
      const value = await ask(request);
      line.post({ id, ok: true, value } satisfies Reply, value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : []);
    } catch (error) {
      const fault = error instanceof StoreError ? error.fault : 'failed';
      line.post({ id, ok: false, fault, message: error instanceof Error ? error.message : String(error) } satisfies Reply, []);
    }
  };
  let last: Promise<void> = Promise.resolve();
  line.listen((message) => {
    last = last.then(() => answer(message as Request));
  });
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

/** How long an answer may take before the store counts as lost. */
const PATIENCE_MS = 30_000;

/** A store that lives in another thread. `lose` makes everything that waits fail. */
export function remote(line: Line): { store: Store; lose(why: string): void } {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let lost: string | undefined;
  line.listen((message) => {
    const data = message as Reply;
    const one = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.ok) one?.resolve(data.value);
    else one?.reject(new StoreError(data.fault, data.message));
  });
  const lose = (why: string): void => {
    lost = why;
    for (const { reject } of waiting.values()) reject(new StoreError('failed', why));
    waiting.clear();
  };
  const ask =
    (method: keyof Store) =>
    (...words: unknown[]): Promise<never> =>
      new Promise<never>((resolve, reject) => {
        if (lost !== undefined) return reject(new StoreError('failed', lost));
        const id = (asked += 1);
        const late = setTimeout(() => {
          waiting.delete(id);
          reject(new StoreError('failed', `the journal's database has not answered for ${PATIENCE_MS / 1000} s`));
        }, PATIENCE_MS);
        const over =
          <T>(then: (value: T) => void) =>
          (value: T): void => {
            clearTimeout(late);
            then(value);
          };
        waiting.set(id, { resolve: over(resolve as (value: unknown) => void), reject: over(reject) });
        line.post({ id, method, words } satisfies Request, []);
      });
  const store: Store = {
    state: ask('state'),
    library: ask('library'),
    begin: ask('begin'),
    append: ask('append'),
    mark: ask('mark'),
    read: ask('read'),
    remove: ask('remove'),
    keepRecording: ask('keepRecording'),
    recording: ask('recording'),
    renameRecording: ask('renameRecording'),
    removeRecording: ask('removeRecording'),
    keepPolicy: ask('keepPolicy'),
    removePolicy: ask('removePolicy'),
    setting: ask('setting'),
    keepSetting: ask('keepSetting'),
    sessionFile: ask('sessionFile'),
    dump: ask('dump'),
    close: ask('close'),
  };
  return { store, lose };
}
