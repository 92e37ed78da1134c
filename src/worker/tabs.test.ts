import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, Fault, Frame, FromWorker, TabView, ToWorker } from './protocol.ts';
import { type Driver, HEIR_MS, Tab, type Word } from './tabs.ts';
import type { Given } from './viewer.ts';

/** What must not happen, and has. */
const wrong: string[] = [];

const ACT: ToWorker = { type: 'command', command: { type: 'StopAll' } };

interface Wish {
  give(): void;
  end(): void;
}

/** One lock, given to one after the other, as a browser gives it. */
class Lock {
  private held = false;
  private readonly queue: Wish[] = [];

  ask(how: 'now' | AbortSignal, held: () => Promise<void>, alive: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      if (how === 'now' && this.held) return resolve(false);
      const wish: Wish = {
        give: () => {
          this.held = true;
          resolve(true);
          void held().then(() => alive() && this.release());
        },
        end: () => resolve(false),
      };
      this.queue.push(wish);
      if (how !== 'now')
        how.addEventListener('abort', () => {
          const at = this.queue.indexOf(wish);
          if (at < 0) return;
          this.queue.splice(at, 1);
          wish.end();
        });
      this.next();
    });
  }

  release(): void {
    this.held = false;
    this.next();
  }

  private next(): void {
    if (!this.held) this.queue.shift()?.give();
  }
}

/** How long a host takes to open the journal, and to let go of it. */
const OPENING_MS = 50;
const CLOSING_MS = 20;

const KEPT = { state: 'kept', kind: 'sqlite', message: '', session: 's', parent: null, name: 'one', trouble: null } as const;

/** A host without an engine: every command is a record of the journal that all tabs of the browser have, and every record is a frame. */
class FakeHost implements Driver {
  private readonly tabs: Tabs;
  private readonly looking = new Map<string, { given: Given; post: (message: FromWorker) => void }>();
  private readonly main = 'its own page';
  private open = false;

  constructor(tabs: Tabs, given: Given, post: (message: FromWorker) => void) {
    this.tabs = tabs;
    this.looking.set(this.main, { given, post });
  }

  async receive(message: ToWorker): Promise<void> {
    const { tabs } = this;
    if (message.type === 'ask') this.answer(this.main, message.id);
    else if (message.type === 'start') {
      if (tabs.holders > 0) wrong.push('two hosts open the journal');
      tabs.holders += 1;
      tabs.remembered.push(message.remembered?.records ?? 0);
      await new Promise((resolve) => setTimeout(resolve, OPENING_MS));
      this.open = true;
    } else if (message.type === 'command') {
      if (!this.open) wrong.push('a command finds no journal');
      tabs.journal += 1;
    }
    if (message.type !== 'ack') this.flush();
  }

  receiveFrom(id: string, message: ToWorker): Promise<void> {
    if (!['ack', 'ask', 'beside', 'show'].includes(message.type)) wrong.push(`${message.type} of a tab that looks on`);
    if (message.type === 'ask') this.answer(id, message.id);
    return Promise.resolve();
  }

  join(id: string, post: (message: FromWorker, transfer: Transferable[]) => void, given: Given): void {
    this.looking.set(id, { given, post: (message) => post(message, []) });
    this.flush();
  }

  async stop(): Promise<void> {
    if (!this.open) wrong.push('a host is stopped that has not opened the journal');
    this.open = false;
    await new Promise((resolve) => setTimeout(resolve, CLOSING_MS));
    this.tabs.holders -= 1;
  }

  private answer(whom: string, id: number): void {
    this.looking.get(whom)?.post({ type: 'answer', id, ok: true, value: this.tabs.journal });
  }

  private flush(): void {
    if (!this.open) return;
    const { journal } = this.tabs;
    for (const one of this.looking.values()) {
      one.given = { ...one.given, seq: one.given.seq + 1 };
      one.post({ type: 'frame', ...one.given, keeping: { ...KEPT, records: journal } });
    }
  }
}

/** A browser's tabs, with one journal among them. */
class Tabs {
  readonly all: FakeTab[] = [];
  readonly lock = new Lock();
  /** records of it */
  journal = 0;
  /** hosts that have it open */
  holders = 0;
  /** records that each host was told of when it opened it */
  readonly remembered: number[] = [];

  async tab(): Promise<FakeTab> {
    const tab = new FakeTab(this, `tab ${this.all.length + 1}`);
    this.all.push(tab);
    await tab.tab.open();
    tab.send({ type: 'start', policy: 'intraday', remembered: null });
    await pass(100);
    return tab;
  }

  get drivers(): string[] {
    return this.all.filter(({ alive, role }) => alive && role === 'driver').map(({ id }) => id);
  }
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

class FakeTab {
  readonly id: string;
  readonly tab: Tab;
  readonly frames: Frame[] = [];
  readonly faults: Fault[] = [];
  readonly answers: Answer[] = [];
  alive = true;
  view: TabView | undefined;
  private readonly tabs: Tabs;
  private holds = false;

  constructor(tabs: Tabs, id: string) {
    this.tabs = tabs;
    this.id = id;
    this.tab = new Tab({
      id,
      later: (run, ms) => void setTimeout(() => this.alive && run(), ms),
      post: (message) => this.take(structuredClone(message)),
      say: (word) => this.say(structuredClone(word)),
      lock: (how, held) =>
        tabs.lock.ask(
          how,
          async () => {
            this.holds = true;
            await held();
            this.holds = false;
          },
          () => this.alive,
        ),
      host: (given, post) => new FakeHost(tabs, given, (message) => post(message, [])),
    });
  }

  private say(word: Word): void {
    for (const other of this.tabs.all)
      if (other !== this && this.alive) setTimeout(() => other.alive && void other.tab.hear(structuredClone(word)));
  }

  private take(message: FromWorker): void {
    if (!this.alive) return;
    if (message.type === 'tab') this.view = message.tab;
    else if (message.type === 'fault') this.faults.push(message);
    else if (message.type === 'answer') this.answers.push(message);
    else if (message.type === 'frame') {
      this.frames.push(message);
      setTimeout(() => this.alive && void this.tab.receive({ type: 'ack', seq: message.seq }));
    }
  }

  get role(): TabView['role'] | undefined {
    return this.view?.role;
  }

  /** records that the page has been shown */
  get records(): number | undefined {
    return this.frames.at(-1)?.keeping?.records;
  }

  send(message: ToWorker): void {
    void this.tab.receive(message);
  }

  act(): Promise<unknown> {
    this.send(ACT);
    return pass(10);
  }

  /** What the driver answers. */
  async ask(): Promise<Answer | undefined> {
    const id = this.answers.length + 1;
    this.send({ type: 'ask', id, question: { ask: 'export' } });
    await pass(10);
    return this.answers.find((answer) => answer.id === id);
  }

  /** The tab is closed, or has crashed: what it held is free. */
  die(): void {
    this.alive = false;
    if (!this.holds) return;
    this.tabs.holders = 0;
    this.tabs.lock.release();
  }

  /** Numbers of frames that do not follow the one before. */
  get gaps(): number[] {
    return this.frames.flatMap(({ seq }, at) => (seq === at + 1 ? [] : [seq]));
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  if (wrong.length > 0) throw new Error(wrong.splice(0).join(', '));
});

/** A driver that has done something, and those that look on. */
async function driven(others: number): Promise<[Tabs, FakeTab, ...FakeTab[]]> {
  const tabs = new Tabs();
  const first = await tabs.tab();
  await first.act();
  const more: FakeTab[] = [];
  for (let at = 0; at < others; at += 1) more.push(await tabs.tab());
  return [tabs, first, ...more];
}

async function two(): Promise<[Tabs, FakeTab, FakeTab]> {
  const [tabs, first, second] = await driven(1);
  if (!second) throw new Error('there are two');
  return [tabs, first, second];
}

async function three(): Promise<[Tabs, FakeTab, FakeTab, FakeTab]> {
  const [tabs, first, second, third] = await driven(2);
  if (!second || !third) throw new Error('there are three');
  return [tabs, first, second, third];
}

describe('[F13] tabs of one browser', () => {
  it('have one driver; the others are shown the same, can ask, and are refused what they want done', async () => {
    const [tabs, first, mirror] = await two();
    expect(tabs.drivers).toEqual(['tab 1']);
    expect(mirror).toMatchObject({ role: 'mirror', records: 1 });
    expect(await mirror.ask()).toMatchObject({ ok: true, value: 1 });
    await mirror.act();
    expect(mirror.faults).toMatchObject([{ message: 'This tab only looks on' }]);
    await first.act();
    expect(mirror).toMatchObject({ records: 2, gaps: [] });
  });

  it('go on with the second when the first is gone, five seconds later, with nothing lost and nothing done meanwhile', async () => {
    const [tabs, first, heir] = await two();
    first.die();
    await pass(10);
    expect(heir.view).toEqual({ role: 'heir', inMs: HEIR_MS });
    await heir.act();
    expect(heir.faults).toMatchObject([{ message: 'This tab does not drive yet' }]);
    await pass(HEIR_MS - 30);
    expect(heir.role).toBe('heir');
    await pass(100);
    expect(tabs).toMatchObject({ drivers: ['tab 2'], journal: 1, remembered: [0, 1] });
    await heir.act();
    expect(heir).toMatchObject({ records: 2, gaps: [] });
  });

  it('are told that what they asked of a tab that is gone has no answer', async () => {
    const [, first, heir] = await two();
    first.die();
    expect(await heir.ask()).toBeUndefined();
    await pass(HEIR_MS + 100);
    expect(heir.answers).toMatchObject([{ ok: false, message: 'Another tab drives now: ask again' }]);
    expect(await heir.ask()).toMatchObject({ ok: true, value: 1 });
  });

  it('let one take over from another that is alive, back and forth, and never two drive', async () => {
    const [tabs, first, second, third] = await three();
    for (const [to, from] of [
      [second, first],
      [first, second],
      [third, first],
      [second, third],
      [first, second],
    ] as const) {
      to.send({ type: 'take-over' });
      await pass(OPENING_MS + CLOSING_MS + 20);
      expect(tabs.drivers).toEqual([to.id]);
      expect(from.role).toBe('mirror');
      await to.act();
    }
    for (const one of tabs.all) expect(one).toMatchObject({ gaps: [], faults: [], records: 6 });
  });

  it('let one take over from another that is only about to drive', async () => {
    const [tabs, , second, third] = await three();
    second.send({ type: 'take-over' });
    await pass(CLOSING_MS + OPENING_MS / 2);
    expect(second.view).toEqual({ role: 'heir', inMs: 0 });
    third.send({ type: 'take-over' });
    await pass(200);
    expect(tabs.drivers).toEqual(['tab 3']);
  });

  it.each(['driver', 'heir'])('let one of two drive that ask a %s for it at once', async (whom) => {
    const [tabs, first, second, third] = await three();
    if (whom === 'heir') first.die();
    await pass(10);
    for (const one of [second, third]) one.send({ type: 'take-over' });
    for (let at = 0; at < 20; at += 1) {
      await pass(1_000);
      expect(tabs.drivers).toHaveLength(1);
      for (const one of tabs.all) if (one.alive) expect(one.role).toBe(one.id === tabs.drivers[0] ? 'driver' : 'mirror');
    }
  });

  it('let one that was just opened go before an heir that still waits: a driver that is reloaded drives again', async () => {
    const [tabs, first, second, third] = await three();
    first.die();
    const again = await tabs.tab();
    expect(tabs.drivers).toEqual(['tab 4']);
    expect([second.role, third.role]).toEqual(['mirror', 'mirror']);
    await again.act();
    for (const one of [second, third]) expect(one).toMatchObject({ records: 2, gaps: [], faults: [] });
    await pass(20_000);
    expect(tabs.drivers).toEqual(['tab 4']);
    again.die();
    await pass(HEIR_MS + 100);
    expect(tabs.drivers).toHaveLength(1);
  });

  it('say so when the one that drives does not answer, and wait on', async () => {
    const [tabs, first, second] = await two();
    first.alive = false;
    second.send({ type: 'take-over' });
    await pass(5_000);
    expect(second).toMatchObject({ role: 'mirror', faults: [{ message: 'The tab that drives does not answer' }] });
    first.die();
    await pass(HEIR_MS + 100);
    expect(tabs.drivers).toEqual(['tab 2']);
  });
});
