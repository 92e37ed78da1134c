import type { Database } from '@sqlite.org/sqlite-wasm';
import { describe, expect, it } from 'vitest';
import { openFile } from '../feeds/open.ts';
import { sqliteInMemory, storeInMemory } from '../journal/testing.ts';
import { Host } from './host.ts';
import type { Fault, Frame, FromWorker, TabView, ToWorker } from './protocol.ts';
import { Tab, type Word } from './tabs.ts';
import { study, sweep } from './testing.ts';

/** One tab with its page, which acknowledges every frame. */
interface Opened {
  tab: Tab;
  frames: Frame[];
  faults: Fault[];
  views: TabView[];
  answers: number;
  closed: boolean;
  send: (message: ToWorker) => Promise<void>;
}

/** Tabs of one browser without a browser: its lock, its words between tabs, its time, and one database. */
class Tabs {
  readonly all: Opened[] = [];
  private readonly db: Database;
  private readonly queue: { held: () => Promise<void>; granted: (yes: boolean) => void; owner: Opened }[] = [];
  private holder: Opened | undefined;
  private readonly due: { at: number; run: () => unknown; owner: Opened }[] = [];
  private time = 0;
  private ids = 0;

  private constructor(db: Database) {
    this.db = db;
  }

  static async of(): Promise<Tabs> {
    const sqlite = await sqliteInMemory();
    return new Tabs(new sqlite.oo1.DB(':memory:'));
  }

  async open(): Promise<Opened> {
    const id = `tab-${this.all.length + 1}`;
    const opened: Opened = {
      frames: [],
      faults: [],
      views: [],
      answers: 0,
      closed: false,
      send: async (message) => {
        await opened.tab.receive(message);
        await this.settle();
      },
      tab: new Tab({
        id,
        post: (message) => this.take(opened, structuredClone(message)),
        later: (run, ms) => void this.due.push({ at: this.time + ms, run, owner: opened }),
        say: (word) => this.said.push({ from: opened, word: structuredClone(word) }),
        lock: (how, held) => this.lock(opened, how, held),
        host: (given, post) =>
          new Host(
            {
              post,
              now: () => this.time,
              study,
              sweep,
              later: (run, ms) => void this.due.push({ at: this.time + ms, run, owner: opened }),
              id: () => `${id}-${(this.ids += 1)}`,
              openStore: async () => {
                const { store } = await storeInMemory(this.db);
                // the database outlives the tab
                store.close = () => Promise.resolve();
                return store;
              },
              read: (file, options) => openFile(file, options),
            },
            given,
          ),
      }),
    };
    this.all.push(opened);
    await opened.tab.open();
    await opened.send({ type: 'start', policy: 'intraday', remembered: null });
    return opened;
  }

  /** The tab is gone, at once and without a word. */
  async close(opened: Opened): Promise<void> {
    opened.closed = true;
    if (this.holder === opened) {
      this.holder = undefined;
      this.grant();
    }
    await this.settle();
  }

  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      this.due.sort((a, b) => a.at - b.at);
      const next = this.due[0];
      if (!next || next.at > end) break;
      this.due.shift();
      this.time = Math.max(this.time, next.at);
      if (!next.owner.closed) await next.run();
      await this.settle();
    }
    this.time = end;
  }

  private readonly said: { from: Opened; word: Word }[] = [];

  private take(opened: Opened, message: FromWorker): void {
    if (opened.closed) return;
    if (message.type === 'frame') {
      opened.frames.push(message);
      this.acknowledged.push({ opened, seq: message.seq });
    } else if (message.type === 'fault') opened.faults.push(message);
    else if (message.type === 'tab') opened.views.push(message.tab);
    else opened.answers += 1;
  }

  private readonly acknowledged: { opened: Opened; seq: number }[] = [];

  /** Until nothing more is said or posted. */
  private async settle(): Promise<void> {
    for (let idle = 0; idle < 40; idle += 1) {
      // digests are made by threads of their own, which take their time
      await new Promise((resolve) => setTimeout(resolve, 2));
      const [ack, saying] = [this.acknowledged.shift(), this.said.shift()];
      if (ack && !ack.opened.closed) await ack.opened.tab.receive({ type: 'ack', seq: ack.seq });
      if (saying) for (const other of this.all) if (other !== saying.from && !other.closed) await other.tab.hear(saying.word);
      if (ack || saying) idle = 0;
    }
  }

  private lock(owner: Opened, how: 'now' | AbortSignal, held: () => Promise<void>): Promise<boolean> {
    return new Promise((granted) => {
      if (how === 'now' && this.holder) return granted(false);
      const waiting = { owner, held, granted };
      this.queue.push(waiting);
      if (how !== 'now')
        how.addEventListener('abort', () => {
          const at = this.queue.indexOf(waiting);
          if (at >= 0) this.queue.splice(at, 1);
          granted(false);
        });
      this.grant();
    });
  }

  private grant(): void {
    if (this.holder) return;
    const next = this.queue.shift();
    if (!next) return;
    if (next.owner.closed) return this.grant();
    this.holder = next.owner;
    next.granted(true);
    void this.holding(next.owner, next.held);
  }

  private async holding(owner: Opened, held: () => Promise<void>): Promise<void> {
    await held();
    if (this.holder !== owner) return;
    this.holder = undefined;
    this.grant();
  }
}

const role = ({ views }: Opened): string | undefined => views.at(-1)?.role;
const row = ({ frames }: Opened): number | undefined => frames.findLast(({ clock }) => clock)?.clock?.row;
const records = ({ frames }: Opened): number => {
  const last = frames.findLast(({ journal }) => journal && journal.lines.length > 0)?.journal;
  return last ? last.from + last.lines.length : 0;
};
/** Frames that a page would call a gap. */
const gaps = ({ frames }: Opened): number[] =>
  frames.flatMap(({ seq }, at) => (at > 0 && seq !== (frames[at - 1]?.seq ?? 0) + 1 ? [seq] : []));

const BUY: ToWorker = {
  type: 'command',
  command: { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'ticket' },
};

describe('[F13] two tabs', () => {
  it('one drives, and the other is shown the same and can decide nothing', async () => {
    const tabs = await Tabs.of();
    const first = await tabs.open();
    const second = await tabs.open();
    expect([role(first), role(second)]).toEqual(['driver', 'mirror']);
    await first.send({ type: 'seek', row: 200 });
    await first.send(BUY);
    expect([row(second), records(second)]).toEqual([200, records(first)]);
    await second.send(BUY);
    expect(second.faults).toMatchObject([{ message: 'This tab only looks on', fatal: false }]);
    expect(records(second)).toBe(records(first));
    await second.send({ type: 'ask', id: 1, question: { ask: 'record', seq: 1 } });
    expect(second.answers).toBe(1);
  });

  it('the second takes over by itself where the first has died, with nothing lost or done twice', async () => {
    const tabs = await Tabs.of();
    const first = await tabs.open();
    const second = await tabs.open();
    await first.send({ type: 'seek', row: 200 });
    await first.send(BUY);
    await first.send({ type: 'seek', row: 260 });
    const before = [row(first), records(first)];
    await tabs.close(first);
    expect(second.views.at(-1)).toEqual({ role: 'heir', inMs: 5_000 });
    await tabs.pass(4_900);
    expect(role(second)).toBe('heir');
    await tabs.pass(200);
    expect(role(second)).toBe('driver');
    expect([row(second), records(second)]).toEqual(before);
    await second.send({ type: 'step', to: 'bar' });
    expect(row(second)).toBe(261);
    expect(gaps(second)).toEqual([]);
    expect(second.faults).toEqual([]);
  });

  it('the heir begins at once when it is told to', async () => {
    const tabs = await Tabs.of();
    const first = await tabs.open();
    const second = await tabs.open();
    await tabs.close(first);
    await second.send({ type: 'take-over' });
    expect(role(second)).toBe('driver');
  });

  it('of three, the one that asks takes over while the first lives, and all are shown the same', async () => {
    const tabs = await Tabs.of();
    const [first, second, third] = [await tabs.open(), await tabs.open(), await tabs.open()];
    await first.send({ type: 'seek', row: 200 });
    await third.send({ type: 'take-over' });
    await tabs.pass(100);
    expect([first, second, third].map(role)).toEqual(['mirror', 'mirror', 'driver']);
    await third.send(BUY);
    await third.send({ type: 'step', to: 'bar' });
    await tabs.pass(10_000);
    expect([first, second].map(row)).toEqual([row(third), row(third)]);
    expect([first, second].map(records)).toEqual([records(third), records(third)]);
    expect([first, second, third].flatMap(gaps)).toEqual([]);
    await tabs.close(third);
    await tabs.pass(6_000);
    expect(new Set([first, second].map(role))).toEqual(new Set(['driver', 'mirror']));
  });

  it('back and forth loses nothing', async () => {
    const tabs = await Tabs.of();
    const [first, second] = [await tabs.open(), await tabs.open()];
    await first.send({ type: 'seek', row: 200 });
    await first.send(BUY);
    // a bar is not stepped in two where a proposal comes up in it
    await first.send({ type: 'pause-on-proposal', on: false });
    for (let turn = 0; turn < 6; turn += 1) {
      const [driver, other] = turn % 2 === 0 ? [first, second] : [second, first];
      await driver.send({ type: 'step', to: 'bar' });
      await other.send({ type: 'take-over' });
      await tabs.pass(50);
      expect(role(other)).toBe('driver');
      expect([row(other), records(other)]).toEqual([row(driver), records(driver)]);
    }
    expect(row(first)).toBe(206);
    expect([...gaps(first), ...gaps(second)]).toEqual([]);
  });
});
