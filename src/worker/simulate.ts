import type { Database } from '@sqlite.org/sqlite-wasm';
import type { Command } from '../domain/commands.ts';
import type { JournalRecord } from '../domain/events.ts';
import { isAfter, type Tape } from '../domain/tape.ts';
import { worldOf } from '../engine/chance.ts';
import { type Dice, dice, pick } from '../engine/dice.ts';
import { Engine } from '../engine/engine.ts';
import { digestOf } from '../feeds/digest.ts';
import { openBundled } from '../feeds/open.ts';
import type { OpenedFile } from '../formats/csv.ts';
import { readJournal } from '../formats/journal.ts';
import { type Store, StoreError } from '../journal/store.ts';
import { sqliteInMemory, storeInMemory } from '../journal/testing.ts';
import { loadPolicy } from '../policy/load.ts';
import { Host } from './host.ts';
import { decisionsIn } from './kept.ts';
import type { Answer, Frame, FromWorker, KeepingView, ToWorker } from './protocol.ts';

/*
 * The whole stack without a browser, from one seed: the real host, engine and database, a store that fails and forgets to answer, a clock that jumps,
 * a user who does not wait, and a program that is killed at any moment.
 */

/** What has happened in a simulation, in numbers. */
export interface Figures {
  crashes: number;
  faults: number;
  commands: number;
  sessions: number;
  records: number;
  held: number;
}

export interface Simulated {
  figures: Figures;
  /** what was done and what came of it, a line each */
  story: string[];
  /** the promise that was broken; undefined where all held */
  broken: string | undefined;
}

type Fate = 'well' | 'refused' | 'done but refused' | 'late' | 'dies before' | 'dies after';

class Broken extends Error {}

/** What a call of the store comes to. */
class Weather {
  /** share of calls that go wrong */
  bad = 0;
  /** calls from which on the program is dead; undefined while it lives */
  deathIn: number | undefined;
  figures: Figures;
  private readonly next: Dice;

  constructor(next: Dice, figures: Figures) {
    this.next = next;
    this.figures = figures;
  }

  fate(): Fate {
    if (this.deathIn !== undefined) {
      this.deathIn -= 1;
      if (this.deathIn <= 0) return this.next() < 0.5 ? 'dies before' : 'dies after';
    }
    if (this.next() >= this.bad) return this.next() < 0.1 ? 'late' : 'well';
    this.figures.faults += 1;
    return this.next() < 0.6 ? 'refused' : 'done but refused';
  }
}

/** One life of the program: a host and its page, until it is killed. */
class Life {
  readonly host: Host;
  dead = false;
  page: { frames: number; shown: number; keeping: KeepingView | undefined; lines: number; faults: string[] } = {
    frames: 0,
    shown: 0,
    keeping: undefined,
    lines: 0,
    faults: [],
  };
  frame: Partial<Frame> = {};
  acknowledging = true;
  private readonly waiting = new Set<Promise<unknown>>();
  /** answers of the store that come late */
  private readonly late: (() => void)[] = [];
  private readonly answers = new Map<number, Answer>();
  private readonly due: { at: number; run: () => unknown }[] = [];
  private unacknowledged = 0;
  private asked = 0;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
    this.host = new Host({
      post: (message) => this.take(structuredClone(message)),
      now: () => world.time,
      later: (run, ms) => void this.due.push({ at: world.time + ms, run }),
      id: () => `s${(world.ids += 1)}`,
      openStore: async () => {
        if (world.weather.fate() === 'refused') throw new StoreError('busy', 'another tab holds it');
        return this.around((await storeInMemory(world.db)).store);
      },
      read: (file) => world.read(file.name),
    });
  }

  /** The store as this life meets it. */
  private around(store: Store): Store {
    const wrapped =
      (method: keyof Store) =>
      async (...words: unknown[]): Promise<unknown> => {
        const never = new Promise<never>(() => undefined);
        if (this.dead) return never;
        const fate = this.world.weather.fate();
        if (fate === 'dies before') return this.die(never);
        if (fate === 'refused') throw new StoreError('failed', `${method} failed`);
        const value: unknown = await Reflect.apply(store[method], store, words);
        if (fate === 'dies after') return this.die(never);
        if (fate === 'done but refused') throw new StoreError('failed', `${method} was done and its answer lost`);
        if (fate === 'late') await new Promise<void>((resolve) => void this.late.push(resolve));
        return this.dead ? never : value;
      };
    const names = Object.getOwnPropertyNames(Object.getPrototypeOf(store)) as (keyof Store)[];
    return Object.fromEntries(names.map((name) => [name, wrapped(name)])) as unknown as Store;
  }

  private die(never: Promise<never>): Promise<never> {
    this.dead = true;
    return never;
  }

  private take(message: FromWorker): void {
    if (this.dead) return;
    switch (message.type) {
      case 'frame':
        return this.show(message);
      case 'fault':
        if (message.fatal) throw new Broken(`the engine stopped: ${message.detail}`);
        this.page.faults.push(message.message);
        return;
      case 'answer':
        this.answers.set(message.id, message);
        return;
      case 'tab':
        return;
      default:
        return message satisfies never;
    }
  }

  private show(frame: Frame): void {
    const { page } = this;
    page.frames += 1;
    this.unacknowledged = frame.seq;
    if (frame.run !== this.frame.run) page.lines = 0;
    if (frame.journal) page.lines = frame.journal.from + frame.journal.lines.length;
    page.keeping = frame.keeping ?? page.keeping;
    this.frame = { ...this.frame, ...frame };
    // what is shown while all is said to be kept is kept
    const { keeping } = page;
    if (keeping?.state !== 'kept' || keeping.session === null) return;
    const durable = this.world.recordsOf(keeping.session);
    if (durable < page.lines)
      throw new Broken(`[F14] ${page.lines} records of ${keeping.session} were shown as kept, ${durable} are`);
    this.world.acknowledged.set(keeping.session, Math.max(page.lines, this.world.acknowledged.get(keeping.session) ?? 0));
  }

  /** Sends without waiting for what comes of it. */
  send(message: ToWorker): void {
    this.follow(this.host.receive(message));
  }

  private follow(work: unknown): void {
    const waiting = Promise.resolve(work).finally(() => this.waiting.delete(waiting));
    this.waiting.add(waiting);
    waiting.catch(() => undefined);
  }

  /** Until nothing moves any more: what is late stays late where `patient` is false. */
  async settle(patient: boolean): Promise<void> {
    // digests are made by threads of their own, which take their time
    for (let turns = 0; turns < 10_000; turns += 1) {
      await new Promise((resolve) => (turns < 50 ? setImmediate(resolve) : setTimeout(resolve, 1)));
      if (this.dead) return;
      if (this.acknowledging && this.unacknowledged > 0) {
        const seq = this.unacknowledged;
        this.unacknowledged = 0;
        await this.host.receive({ type: 'ack', seq });
        continue;
      }
      if (this.waiting.size === 0) return;
      if (this.late.length > 0) {
        if (!patient) return;
        for (const answer of this.late.splice(0)) answer();
      }
    }
    throw new Broken(
      `something never ends: ${this.waiting.size} waiting, ${this.late.length} late, frame ${this.unacknowledged}, ${JSON.stringify(this.page.keeping)}`,
    );
  }

  async pass(ms: number): Promise<void> {
    const { world } = this;
    const end = world.time + ms;
    while (!this.dead) {
      this.due.sort((a, b) => a.at - b.at);
      const next = this.due[0];
      if (!next || next.at > end) break;
      this.due.shift();
      world.time = Math.max(world.time + 1, next.at);
      this.follow(next.run());
      await this.settle(true);
    }
    world.time = Math.max(world.time, end);
  }

  async journal(): Promise<string | undefined> {
    this.asked += 1;
    this.send({ type: 'ask', id: this.asked, question: { ask: 'export' } });
    await this.settle(true);
    const answer = this.answers.get(this.asked);
    return answer?.ok && 'journal' in (answer.value as object) ? (answer.value as { journal: string }).journal : undefined;
  }

  /** What another tab would be given now. */
  async mirrored(): Promise<Partial<Frame>> {
    let seen: Partial<Frame> = {};
    let lines = 0;
    this.host.join(
      'mirror',
      (message) => {
        if (message.type !== 'frame') return;
        if (message.journal) lines = message.journal.from + message.journal.lines.length;
        seen = { ...seen, ...structuredClone(message) };
      },
      { seq: 0, epoch: 0, run: 0 },
    );
    await this.settle(true);
    if (lines !== this.page.lines)
      throw new Broken(`a page that joins is given ${lines} records, the first has ${this.page.lines}`);
    return seen;
  }
}

/** What outlives a life: the database, the files, and what the user has been shown. */
class World {
  time = 0;
  ids = 0;
  readonly db: Database;
  readonly weather: Weather;
  readonly acknowledged = new Map<string, number>();
  readonly tapes: readonly Tape[];
  private readonly bundled: Tape;

  constructor(db: Database, weather: Weather, tapes: readonly Tape[], bundled: Tape) {
    this.db = db;
    this.weather = weather;
    this.tapes = tapes;
    this.bundled = bundled;
  }

  async read(name: string): Promise<OpenedFile> {
    const tape = this.tapeOf(name);
    return {
      tape: { ...tape, digest: await digestOf(tape.columns) },
      report: {
        rows: tape.columns.ts.length,
        rejectedRows: 0,
        counts: [],
        rejected: [],
        timeline: { newestFirst: false, stepsBack: 0, duplicates: 0, repeats: 0, gaps: null },
      },
      notes: [],
      intervalMs: tape.columns.kind === 'bars' ? tape.columns.intervalMs : null,
    };
  }

  /** Records of a session in the database, those that it begins with included. */
  recordsOf(session: string): number {
    const own = this.db.selectValue('SELECT max(seq) FROM events JOIN sessions ON key = session WHERE id = ?', [session]);
    if (typeof own === 'number') return own;
    const parent = this.db.selectValue('SELECT parent_seq FROM sessions WHERE id = ?', [session]);
    return typeof parent === 'number' ? parent : 0;
  }

  /** Entries along the tapes of these instruments. */
  entries(symbols: readonly string[]): Extract<ToWorker, { type: 'run-entries' }>['entries'] {
    return symbols.flatMap((symbol, nth) => {
      const { ts } = this.tapeOf(symbol).columns;
      return [0.2, 0.6].map((share, line) => ({
        ts: ts[Math.floor(share * ts.length)] ?? 0,
        entry: {
          type: 'PlaceEntry' as const,
          symbol,
          side: nth % 2 ? 'short' : 'long',
          kind: 'market' as const,
          source: 'entries' as const,
        },
        line,
      }));
    });
  }

  /** Whether these tapes have been kept. */
  knows(tapes: readonly Tape[]): boolean {
    return (
      Number(this.db.selectValue('SELECT count(*) FROM recordings WHERE symbol = ?', [tapes[0]?.instrument.symbol ?? ''])) > 0
    );
  }

  /** A tape by its instrument; the bundled one is always there. */
  tapeOf(symbol: string): Tape {
    const tape = [...this.tapes, this.bundled].find(({ instrument }) => instrument.symbol === symbol);
    if (!tape) throw new Broken(`no tape of ${symbol}`);
    return tape;
  }

  commands(): number {
    return Number(
      this.db.selectValue("SELECT count(*) FROM events WHERE type = 'CommandReceived' AND record NOT LIKE '%\"SetHold\"%'"),
    );
  }
}

/** Something that a user might ask for now, of what is on the page. */
function commandOf({ positions, proposals, orders, session }: Partial<Frame>, next: Dice): Command {
  const roll = next();
  const held = positions?.filter(({ closedTs }) => closedTs === null) ?? [];
  const open = proposals?.filter(({ status }) => status === 'proposed') ?? [];
  const symbol = session ? pick(next, session.symbols) : 'TEST';
  const position = held.length > 0 ? pick(next, held) : undefined;
  const proposal = open.length > 0 ? pick(next, open) : undefined;
  if (proposal && roll < 0.35) return { type: 'ApproveProposal', proposalId: proposal.id };
  if (proposal && roll < 0.45) return { type: 'RejectProposal', proposalId: proposal.id };
  if (position && roll < 0.55) return { type: 'ClosePosition', positionId: position.id };
  if (position && roll < 0.6) return { type: 'ReducePosition', positionId: position.id, quantity: position.quantity };
  if (orders && orders.length > 0 && roll < 0.65) return { type: 'CancelOrder', orderId: pick(next, orders).id };
  if (roll < 0.7) return { type: 'SetAutonomyLevel', level: pick(next, ['manual', 'assisted', 'auto'] as const) };
  if (roll < 0.73) return { type: 'StopAll' };
  return { type: 'PlaceEntry', symbol, side: pick(next, ['long', 'short'] as const), kind: 'market', source: 'ticket' };
}

/** Runs one simulation; the same seed gives the same story. */
export async function simulate(seed: number): Promise<Simulated> {
  const next = dice(seed ^ 0x51ed270b);
  const figures: Figures = { crashes: 0, faults: 0, commands: 0, sessions: 0, records: 0, held: 0 };
  const story: string[] = [];
  const sqlite = await sqliteInMemory();
  const db = new sqlite.oo1.DB(':memory:');
  try {
    const setup = worldOf(seed);
    const world = new World(db, new Weather(next, figures), setup.tapes, (await openBundled()).tape);
    await new Simulation(world, next, figures, story, setup.policy.source, setup.barPath).run();
    return { figures, story, broken: undefined };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { figures, story, broken: error instanceof Broken ? error.message : `${error.message}\n${error.stack ?? ''}` };
  } finally {
    db.close();
  }
}

/** What a user sees at a moment, and what is kept. */
interface Seen {
  kept: number;
  faults: number;
  state: KeepingView['state'] | undefined;
  ahead: number;
  journal: string;
}

const since = (before: Seen, after: Seen): string =>
  after.journal.startsWith(before.journal) ? after.journal.slice(before.journal.length) : '';

class Simulation {
  private readonly world: World;
  private readonly next: Dice;
  private readonly figures: Figures;
  private readonly story: string[];
  private readonly policy: Extract<ToWorker, { type: 'start' }>['policy'];
  private readonly barPath: Extract<ToWorker, { type: 'open-files' }>['barPath'];
  private life: Life;

  constructor(
    world: World,
    next: Dice,
    figures: Figures,
    story: string[],
    policy: Extract<ToWorker, { type: 'start' }>['policy'],
    barPath: Extract<ToWorker, { type: 'open-files' }>['barPath'],
  ) {
    this.world = world;
    this.next = next;
    this.figures = figures;
    this.story = story;
    this.policy = policy;
    this.barPath = barPath;
    this.life = new Life(world);
  }

  async run(): Promise<void> {
    const { next, world } = this;
    await this.begin();
    const steps = 8 + Math.floor(next() * 16);
    for (let step = 0; step < steps; step += 1) {
      if (next() < 0.35) world.weather.bad = pick(next, [0, 0, 0.2, 0.5, 1]);
      if (next() < 0.1) world.weather.deathIn = 1 + Math.floor(next() * 6);
      if (next() < 0.1) this.life.acknowledging = !this.life.acknowledging;
      // the clock stands still or jumps
      if (next() < 0.1) world.time += pick(next, [0, 3_600_000, 86_400_000]);
      await this.act();
      if (this.life.dead || next() < 0.06) await this.restart();
    }
    world.weather.bad = 0;
    world.weather.deathIn = undefined;
    this.life.acknowledging = true;
    await this.life.settle(true);
    if (this.life.dead) await this.restart();
    // long enough for whatever could not be saved to be saved
    await this.life.pass(10_000);
    await this.end();
  }

  /** The program starts, and the user opens their files where nothing was kept yet. */
  private async begin(): Promise<void> {
    const { life, world } = this;
    life.send({ type: 'start', policy: this.policy, remembered: null });
    await life.settle(true);
    if (life.dead || life.page.keeping?.trouble || world.knows(world.tapes)) return;
    const files = world.tapes.map(({ instrument }) => ({ file: new File([], instrument.symbol), options: {} }));
    life.send({ type: 'open-files', files, policy: this.policy, barPath: this.barPath });
    await life.settle(true);
  }

  private async restart(): Promise<void> {
    const { world, figures, story } = this;
    figures.crashes += 1;
    this.life.dead = true;
    const expected = this.lastOpen();
    const weather = { bad: world.weather.bad, faults: figures.faults };
    world.weather.deathIn = this.next() < 0.1 ? 1 + Math.floor(this.next() * 4) : undefined;
    this.life = new Life(world);
    story.push('killed and started again');
    await this.begin();
    if (this.life.dead) return this.restart();
    const { keeping } = this.life.page;
    const undisturbed = figures.faults === weather.faults;
    if (undisturbed && expected !== undefined && keeping?.session !== expected)
      throw new Broken(
        `[P6] ${expected} was open last, and ${keeping?.session ?? 'nothing'} is: ${keeping?.trouble?.message ?? ''}`,
      );
    if (undisturbed) await this.compare();
  }

  /** The session that was used last: it is come back to. */
  private lastOpen(): string | undefined {
    const id = this.world.db.selectValue('SELECT id FROM sessions WHERE records > 0 ORDER BY touched DESC, key DESC LIMIT 1');
    return typeof id === 'string' ? id : undefined;
  }

  /** The journal on the page is the one in the database, to the letter, as far as both go. */
  private async compare(): Promise<void> {
    const { life, world } = this;
    const journal = await life.journal();
    const session = life.page.keeping?.session;
    if (journal === undefined || !session || life.page.keeping?.state !== 'kept') return;
    const { store } = await storeInMemory(world.db);
    const { lines } = await store.read(session);
    const own = journal.split('\n').slice(0, -1);
    const other = own.findIndex((line, at) => at < lines.length && line !== lines[at]);
    if (other >= 0) throw new Broken(`record ${other + 1} of ${session} is another in the database`);
    if (own.length > lines.length) throw new Broken(`${own.length} records of ${session}, and ${lines.length} in the database`);
  }

  private async act(): Promise<void> {
    const { life, next, story, world } = this;
    const roll = next();
    if (roll < 0.4) return this.command();
    if (roll < 0.6) {
      const rows = life.frame.clock?.rows ?? 0;
      const row = Math.floor(next() * (rows + 1));
      story.push(`seek ${row}`);
      life.send({ type: 'seek', row });
    } else if (roll < 0.75) {
      const to = pick(next, ['tick', 'bar', 'bar-back', 'event', 'proposal'] as const);
      story.push(`step ${to}`);
      life.send({ type: 'step', to });
    } else if (roll < 0.85) {
      story.push('play');
      life.send({ type: 'speed', speed: pick(next, [60, 600, Number.POSITIVE_INFINITY]) });
      life.send({ type: 'play' });
      await life.pass(pick(next, [16, 100, 1_000]));
      life.send({ type: 'pause' });
    } else if (roll < 0.87) {
      story.push('entries of a file');
      life.send({ type: 'run-entries', entries: world.entries(life.frame.session?.symbols ?? []) });
    } else if (roll < 0.92) {
      const ids = world.db.selectValues('SELECT id FROM sessions ORDER BY key');
      const id = ids.length > 0 ? pick(next, ids) : null;
      if (typeof id === 'string') {
        story.push(`open ${id}`);
        life.send({ type: 'open-session', id });
      }
    } else {
      story.push('wait');
      await life.pass(pick(next, [500, 2_500, 6_000]));
    }
    if (!life.dead) await life.settle(next() < 0.8);
  }

  /** One command, now and then twice at once, as by a double click. */
  private async command(): Promise<void> {
    const { life, next, story, figures } = this;
    await life.settle(true);
    if (life.dead) return;
    const command = commandOf(life.frame, next);
    const times = next() < 0.2 ? 2 : 1;
    const before = await this.seen();
    if (life.dead) return;
    for (let time = 0; time < times; time += 1) life.send({ type: 'command', command });
    figures.commands += times;
    await life.settle(true);
    story.push(
      `${JSON.stringify(command)}${times > 1 ? ' twice' : ''} → ${life.dead ? 'dead' : (life.page.keeping?.state ?? 'nothing')}`,
    );
    if (life.dead) return;
    const after = await this.seen();
    if (life.dead || !life.acknowledging) return;
    if (after.state === 'failing') figures.held += 1;
    if (before.state === 'kept' && after.state === 'kept' && after.faults === before.faults && after.kept !== before.kept + times)
      throw new Broken(`[P12][F12] ${times} commands were taken, and ${after.kept - before.kept} are kept`);
    if (before.state === 'kept' && after.state === 'failing' && times === 1) this.undone(before, after);
    if (
      before.state === 'failing' &&
      after.state === 'failing' &&
      /"OrderPlaced".*"purpose":"(?:entry|add)"/.test(since(before, after))
    )
      throw new Broken('[F14] risk was added while nothing could be saved');
  }

  private async seen(): Promise<Seen> {
    const { life, world } = this;
    const journal = (await life.journal()) ?? '';
    const { keeping, faults } = life.page;
    return {
      kept: world.commands(),
      faults: faults.length,
      state: keeping?.state,
      ahead: life.frame.clock?.laterDecisions ?? 0,
      journal,
    };
  }

  /** [F14] What could not be saved was not done: all that is new is that what adds risk is held, and what lay ahead lies ahead. */
  private undone(before: Seen, after: Seen): void {
    if (!after.journal.startsWith(before.journal)) throw new Broken('[F14] what was before a failure is not what is after it');
    const fresh = since(before, after)
      .split('\n')
      .filter((line) => line !== '' && !line.includes('"SetHold"') && !line.includes('"HoldBegan"'));
    if (fresh.length > 0) throw new Broken(`[F14] something was done that could not be saved: ${fresh[0]?.slice(0, 200)}`);
    // the hold is a decision of its own: in the past of a session it begins a branch
    if (before.ahead > 0 && after.ahead > before.ahead) throw new Broken('[F14] more lies ahead after a failure than before');
  }

  private async end(): Promise<void> {
    const { life, world, figures } = this;
    const { keeping } = life.page;
    if (keeping?.state === 'failing') throw new Broken(`the store works again, and still nothing is saved: ${keeping.message}`);
    if (keeping?.state !== 'kept') {
      // whatever the store did meanwhile, a start without faults finds everything
      await this.restart();
      if (this.life.page.keeping?.state !== 'kept')
        throw new Broken(`the store works again, and the page says ${JSON.stringify(this.life.page.keeping)}`);
    }
    await this.compare();
    const mirror = await this.life.mirrored();
    for (const view of ['positions', 'proposals', 'orders', 'account'] as const)
      if (JSON.stringify(mirror[view]) !== JSON.stringify(this.life.frame[view]))
        throw new Broken(`a page that joins is shown other ${view}`);
    const { store } = await storeInMemory(world.db);
    const { sessions } = await store.library();
    figures.sessions = sessions.length;
    for (const [id, shown] of world.acknowledged)
      if (sessions.some((session) => session.id === id) && world.recordsOf(id) < shown)
        throw new Broken(`${shown} records of ${id} were shown as kept, and ${world.recordsOf(id)} are left`);
    for (const { id, place } of sessions) {
      const { lines, entries } = await store.read(id);
      const { records } = readJournal(lines.map((line) => `${line}\n`).join(''), id);
      figures.records += records.length;
      this.judge(id, records);
      this.again(id, records, place ?? { row: 0, point: 0 }, entries);
    }
  }

  /** Nothing has two outcomes, and nothing adds risk while it is held. */
  private judge(id: string, records: readonly JournalRecord[]): void {
    const outcomes = new Set<string>();
    let held = false;
    const once = (what: string): void => {
      if (outcomes.has(what)) throw new Broken(`[P12][F12] ${id}: ${what} twice`);
      outcomes.add(what);
    };
    for (const { event } of records) {
      if (event.type === 'HoldBegan') held = true;
      else if (event.type === 'HoldEnded') held = false;
      else if (event.type === 'ProposalApproved' || event.type === 'ProposalRejected' || event.type === 'ProposalExpired')
        once(`an end of ${event.proposalId}`);
      else if (event.type === 'ProposalApplied') once(`${event.proposalId} applied`);
      else if (event.type === 'OrderPlaced') once(`${event.order.id} placed`);
      const purpose = event.type === 'OrderPlaced' ? event.order.purpose : event.type === 'OrderFilled' ? event.purpose : '';
      if (held && (purpose === 'entry' || purpose === 'add'))
        throw new Broken(`[F14] ${id}: ${event.type} of an ${purpose} while held`);
    }
  }

  /** [P6] The same decisions, run straight through without any fault, give the same journal. */
  private again(
    id: string,
    records: readonly JournalRecord[],
    kept: { row: number; point: number },
    entries: ConstructorParameters<typeof Engine>[0]['entries'],
  ): void {
    const first = records[0]?.event;
    const last = records.at(-1);
    if (first?.type !== 'SessionStarted' || !last) throw new Broken(`${id} does not begin`);
    const text = records.map((record) => JSON.stringify(record));
    const tapes = first.tapes.map(({ instrument, stamp, synthetic, digest }): Tape => {
      return { ...this.world.tapeOf(instrument.symbol), instrument, stamp, synthetic, digest };
    });
    const engine = new Engine({
      tapes,
      policy: loadPolicy(first.policy, id),
      barPath: first.barPath,
      ...(entries ? { entries } : {}),
      decisions: decisionsIn(text, id),
    });
    engine.goTo(isAfter(kept, last.tape) ? kept : last.tape);
    const straight = engine.journal.map((record) => JSON.stringify(record));
    const other = text.findIndex((line, at) => line !== straight[at]);
    if (other >= 0) throw new Broken(`[P6] ${id}: record ${other + 1} comes out another when it is run straight through`);
    if (straight.length !== text.length)
      throw new Broken(`[P6] ${id}: ${text.length} records are kept, a straight run has ${straight.length}`);
  }
}
