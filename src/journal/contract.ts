import {
  type Bytes,
  type NewRecord,
  type NewRecording,
  type NewSession,
  type Store,
  StoreError,
  type StoreFault,
} from './store.ts';

/*
 * What every store does alike, whatever it is made of: run on SQLite in memory, in the browser's private files and on its own database.
 */

/** One promise of a store. @param open opens the same store anew, as after a restart; the one before is closed by then */
export interface Promised {
  title: string;
  check(open: () => Promise<Store>): Promise<void>;
}

const session = (id: string, more: Partial<NewSession> = {}): NewSession => ({
  id,
  name: `session ${id}`,
  parent: null,
  digests: ['d1'],
  policy: 'intraday',
  entries: [],
  ...more,
});

const record = (seq: number, text = `fact ${seq}`): NewRecord => ({
  seq,
  line: JSON.stringify({ seq, text, money: '12.50', sign: '≥' }),
  tape: { row: seq, point: 1 },
  ts: 1_000 * seq,
  type: 'Fact',
  position: seq % 2 === 0 ? null : 'P-1',
  columns: null,
});

const records = (from: number, to: number): NewRecord[] => Array.from({ length: to - from + 1 }, (_, i) => record(from + i));
const linesOf = (kept: readonly NewRecord[]): string[] => kept.map(({ line }) => line);

const recording = (digest: string, data: Bytes): NewRecording => ({
  digest,
  name: 'one',
  symbol: 'TEST',
  kind: 'bars',
  rows: 7,
  fromTs: 1,
  toTs: 2,
  synthetic: true,
  data,
});

const text = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (one instanceof Uint8Array ? [...one].join(' ') : one)) ?? 'undefined';

function same(actual: unknown, expected: unknown, what: string): void {
  if (text(actual) !== text(expected)) throw new Error(`${what}: ${text(actual)}, expected ${text(expected)}`);
}

async function refused(work: Promise<unknown>, fault: StoreFault, what: string): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  same(error instanceof StoreError ? error.fault : String(error), fault, what);
}

/** Runs a part of a check on a store that is closed after it. */
async function using<T>(open: () => Promise<Store>, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

export const contract: readonly Promised[] = [
  {
    title: 'it gives back what was appended, with the place, to whoever opens it next',
    check: async (open) => {
      const entries = [
        { ts: 5, command: { type: 'PlaceEntry', symbol: 'T', side: 'long', kind: 'market', source: 'entries' } },
      ] as const;
      await using(open, async (store) => {
        await store.begin(session('a', { entries }));
        await store.append('a', records(1, 3), { row: 3, point: 1 });
        await store.append('a', records(4, 5), { row: 9, point: 2 });
        await store.mark('a', { view: { shown: 'T', speed: 300, pauseOnProposal: false }, name: 'renamed' });
      });
      await using(open, async (store) => {
        const kept = await store.read('a');
        same(kept.lines, linesOf(records(1, 5)), 'lines');
        same(kept.entries, entries, 'entries');
        same(kept.cut, 0, 'cut');
        const { name, records: count, place, view, parent, digests } = kept.session;
        same([name, count, parent, digests], ['renamed', 5, null, ['d1']], 'the session');
        same(
          [place, view],
          [
            { row: 9, point: 2 },
            { shown: 'T', speed: 300, pauseOnProposal: false },
          ],
          'place and view',
        );
        same(kept.walls.length, 5, 'wall times');
      });
    },
  },
  {
    title: 'it keeps an append that is made again once, and refuses another record in its place and one that leaves a gap',
    check: (open) =>
      using(open, async (store) => {
        await store.begin(session('a'));
        await store.append('a', records(1, 3), { row: 3, point: 1 });
        await store.append('a', records(2, 5), { row: 5, point: 1 });
        await refused(store.append('a', [record(5, 'another')], { row: 6, point: 1 }), 'order', 'another record');
        await refused(store.append('a', [record(7)], { row: 7, point: 1 }), 'order', 'a gap');
        await refused(store.append('a', [record(6), record(8)], { row: 8, point: 1 }), 'order', 'a gap behind a record');
        await refused(store.append('b', [record(1)], { row: 1, point: 1 }), 'missing', 'no such session');
        const kept = await store.read('a');
        same([kept.lines, kept.session.place], [linesOf(records(1, 5)), { row: 5, point: 1 }], 'what was refused left nothing');
      }),
  },
  {
    title: 'it lets a branch begin with the records of another, and removes it with those',
    check: async (open) => {
      const branch = [...records(1, 2), record(3, 'other'), record(4, 'third')];
      await using(open, async (store) => {
        await store.begin(session('a'));
        await store.append('a', records(1, 4), { row: 4, point: 1 });
        await store.begin(session('b', { parent: { session: 'a', seq: 2 } }));
        await store.append('b', [record(3, 'other')], { row: 3, point: 1 });
        await store.begin(session('c', { parent: { session: 'b', seq: 3 } }));
        await store.append('c', [record(4, 'third')], { row: 4, point: 1 });
        // it leaves its parent before the parent has records of its own
        await store.begin(session('e', { parent: { session: 'b', seq: 1 } }));
        await store.append('e', [record(2, 'early')], { row: 2, point: 1 });
        await store.begin(session('e', { name: 'begun again' }));
        await refused(store.begin(session('d', { parent: { session: 'x', seq: 2 } })), 'missing', 'a branch of nothing');
      });
      await using(open, async (store) => {
        same((await store.read('c')).lines, linesOf(branch), 'the branch of a branch');
        same((await store.read('e')).lines, linesOf([record(1), record(2, 'early')]), 'the branch that left early');
        same((await store.read('a')).lines, linesOf(records(1, 4)), 'the first');
        await store.remove('b');
        same(
          (await store.library()).sessions.map(({ id }) => id),
          ['a'],
          'sessions that are left',
        );
        await refused(store.read('c'), 'missing', 'the branch of what was removed');
      });
      await using(open, async (store) => same((await store.read('a')).lines, linesOf(records(1, 4)), 'the first, later'));
    },
  },
  {
    title: 'it keeps recordings once, policies and settings, and forgets what is removed',
    check: async (open) => {
      const data: Bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
      await using(open, async (store) => {
        await store.keepRecording(recording('d1', data));
        await store.keepRecording({ ...recording('d1', data), name: 'again' });
        await store.renameRecording('d1', 'renamed');
        await store.keepPolicy({ name: 'mine', policy: { name: 'mine', interval: '1m' } });
        await store.keepPolicy({ name: 'mine', policy: { name: 'mine', interval: '5m' } });
        await store.keepSetting('theme', { dark: true });
      });
      await using(open, async (store) => {
        const { recordings, policies } = await store.library();
        same(
          recordings.map(({ name, bytes, synthetic, symbol }) => [name, bytes, synthetic, symbol]),
          [['renamed', 70_000, true, 'TEST']],
          'recordings',
        );
        same(await store.recording('d1'), data, 'data');
        same(policies, [{ name: 'mine', policy: { name: 'mine', interval: '5m' } }], 'policies');
        same(await store.setting('theme'), { dark: true }, 'a setting');
        same(await store.setting('other'), undefined, 'no setting');
        await store.removeRecording('d1');
        await store.removePolicy('mine');
        await refused(store.recording('d1'), 'missing', 'a recording that was removed');
        same((await store.library()).policies, [], 'no policies');
      });
    },
  },
  {
    title: 'it gives a session, with what it begins with, as a database file, and everything as it is',
    check: (open) =>
      using(open, async (store) => {
        await store.begin(session('a'));
        await store.append('a', records(1, 4), { row: 4, point: 1 });
        await store.begin(session('b', { parent: { session: 'a', seq: 3 } }));
        await store.append('b', [record(4, 'other')], { row: 4, point: 1 });
        const file = await store.sessionFile('b');
        same(new TextDecoder().decode(file.subarray(0, 15)), 'SQLite format 3', 'a database');
        const whole = new TextDecoder().decode(file);
        same([whole.includes('fact 3'), whole.includes('fact 4'), whole.includes('other')], [true, false, true], 'its records');
        const all = new TextDecoder().decode(await store.dump());
        same([all.includes('fact 4'), all.includes('other')], [true, true], 'everything');
        same((await store.read('a')).lines, linesOf(records(1, 4)), 'goes on after that');
      }),
  },
];
