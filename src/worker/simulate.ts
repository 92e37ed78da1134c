import { sha256 } from '@noble/hashes/sha2.js';
import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import { type Dice, dice, pick } from '../engine/dice.ts';
import { sqliteInMemory } from '../journal/testing.ts';
import { loadPolicy } from '../policy/load.ts';
import { Host } from './host.ts';
import { Keeper } from './keeper.ts';
import { toKeep } from './kept.ts';
import type { FromWorker, LibraryChange, ToWorker } from './protocol.ts';
import { study, sweep } from './testing.ts';
import { Session } from './session.ts';
import { Disk } from './simulation/disk.ts';
import type { Outcome } from './simulation/figures.ts';
import { Judge } from './simulation/judge.ts';
import { isWalking, keeperOf, leave, type Life, sessionOf } from './simulation/life.ts';
import { type Shown, SimulatedPage } from './simulation/page.ts';
import { keyOf } from './simulation/promises.ts';
import { HostClock, Timeline } from './simulation/timeline.ts';
import { nextMessage } from './simulation/user.ts';
import { type World, worldOfFiles } from './simulation/world.ts';

/*
 * The whole of it, from the page's messages to the database, under whatever can happen: a user who does anything, a disk that fails in every way that
 * it can, clocks that go wrong, and hosts that are gone from one moment to the next. Everything follows from one seed.
 */

export { type Figures, noFigures, type Outcome, plus } from './simulation/figures.ts';

/** Things that happen in one simulation, at most: one that goes on hangs. */
const MOST_EVENTS = 20_000;

/** Runs one world. Same seed, same story. One at a time: it takes digests itself, for another thread would answer whenever it likes. */
export async function simulate(seed: number): Promise<Outcome> {
  const [sqlite, world] = [await sqliteInMemory(), await worldOfFiles(seed)];
  const digest = (_: string, bytes: Uint8Array): Promise<ArrayBufferLike> => Promise.resolve(sha256(bytes).slice().buffer);
  Object.defineProperty(crypto.subtle, 'digest', { value: digest, configurable: true });
  const simulation = new Simulation(seed, sqlite, world);
  try {
    return await simulation.run();
  } finally {
    Reflect.deleteProperty(crypto.subtle, 'digest');
    simulation.close();
  }
}

/** Everything that can go on without time passing has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A message as the story tells it. */
const inShort = (message: ToWorker): string =>
  JSON.stringify(message, (key, value: unknown) => (key === 'policy' && typeof value === 'object' ? '…' : value));

class Simulation {
  private readonly seed: number;
  private readonly next: Dice;
  private readonly world: World;
  private readonly timeline = new Timeline();
  private readonly clock: HostClock;
  private readonly disk: Disk;
  private readonly judge: Judge;
  private readonly story: string[] = [];
  private life: Life | undefined;
  private ids = 0;
  /** things that happen until the host is gone */
  private untilCrash = Number.POSITIVE_INFINITY;
  private fairSince = 0;
  /** once the user has done enough: all is fair, and has to come to a good end */
  private evening = false;
  private ended = 0;

  constructor(seed: number, sqlite: Sqlite3Static, world: World) {
    this.seed = seed;
    this.world = world;
    this.next = dice(seed ^ 0x3f84d5b5);
    this.clock = new HostClock(this.timeline, this.next);
    const tell = (line: string): void => this.tell(line);
    const hangs = (): void => {
      const { life } = this;
      this.timeline.in(this.next() * 3_000, () => {
        if (life?.alive) this.untilCrash = 1;
      });
    };
    this.disk = new Disk(sqlite, this.timeline, this.next, {
      tell,
      hangs,
      placed: (session, place) => this.life && this.judge.placed(this.life, session, place),
      breaks: (promise, why) => this.judge.breaks(promise, why),
    });
    this.judge = new Judge(this.disk, world.tapes, tell);
  }

  close(): void {
    this.disk.close();
  }

  async run(): Promise<Outcome> {
    const { judge, next, timeline } = this;
    await this.earlier();
    this.begin();
    this.crashSometime();
    let actions = 25 + Math.floor(next() * 50);
    const act = (): void => {
      actions -= 1;
      this.act();
      timeline.in(pick(next, [0, 1, 20, 100, 300, 3_000]), actions > 0 ? act : () => this.endDay());
    };
    timeline.in(10, act);
    timeline.in(500, () => this.weather());
    for (let events = 0; !judge.broken; events += 1) {
      if (events > MOST_EVENTS || !timeline.step()) judge.breaks('it comes to an end', `${events} things have happened`);
      await settled();
      this.look();
      if (this.evening && (await this.isOver())) break;
      this.untilCrash -= 1;
      if (this.untilCrash <= 0 && !judge.broken) await this.crash();
    }
    return judge.outcome(this.seed, this.story);
  }

  private tell(line: string): void {
    this.story.push(`${this.timeline.now.toFixed(0).padStart(7)} ${line}`);
  }

  // Hosts that come and go

  /** A session that an earlier host has left. */
  private async earlier(): Promise<void> {
    const { files, policy, barPath } = pick(this.next, this.world.markets);
    const sources = files.flatMap(({ file }) => {
      const opened = this.world.opened.get(file);
      return opened ? [{ ...opened, name: file.name }] : [];
    });
    const session = new Session({ sources, policy: loadPolicy(policy, 'the first policy'), barPath, entries: [] });
    const recordings = await Promise.all(sources.map(toKeep));
    const digests = recordings.map(({ digest }) => digest);
    const named = { id: 'first', name: session.title, parent: null, digests, policy: 'first', entries: [] };
    await Keeper.of(this.disk.plain(), named, recordings).keep(session.journal, session.place);
  }

  /** A new host, with a page of its own, or with the page of a tab that has looked on. @param shown what was shown, where all was quiet before */
  private begin(heir?: SimulatedPage, shown?: Shown): void {
    const { disk } = this;
    disk.restart();
    const remembered = heir ? null : (this.life?.page.remembered ?? null);
    const page = heir ?? new SimulatedPage(remembered);
    page.owes = false;
    const alive: { life?: Life } = {};
    const host = new Host(
      {
        post: (message) => alive.life && this.posted(alive.life, page, message),
        study,
        sweep,
        now: () => {
          if (alive.life) this.judge.looksAtClock(alive.life);
          return this.clock.now();
        },
        later: (run, ms) => this.timeline.in(ms, () => alive.life?.alive && void this.works(alive.life, run())),
        id: () => `s${(this.ids += 1)}`,
        openStore: () => (alive.life ? disk.open(alive.life) : Promise.reject(new Error('nobody asks'))),
        read: (file, _, onProgress, signal) => this.read(file, onProgress, signal, alive.life),
      },
      heir?.given,
    );
    const session = disk.last;
    const left = session && { session, shown, faulted: disk.faulted };
    const life: Life = { alive: true, ends: false, host, page, mirrors: new Map(), working: 0, left };
    alive.life = life;
    this.life = life;
    this.tell(heir ? 'a tab that has looked on takes over' : 'the page is loaded');
    this.send({ type: 'start', policy: 'intraday', remembered });
  }

  private crashSometime(): void {
    const { next } = this;
    const soon = next() < 0.3;
    this.untilCrash = this.evening ? Number.POSITIVE_INFINITY : Math.ceil(soon ? next() * 25 : 20 + next() * 500);
  }

  /** The host is gone from one moment to the next, or ends in good order; another begins on what it has left. */
  private async crash(): Promise<void> {
    const { life, disk, judge, next } = this;
    if (!life) return;
    const shown = this.isQuiet(life) && this.isSettled(life) ? life.page.shown : undefined;
    if (shown && next() < 0.2) {
      judge.figures['ends in good order'] += 1;
      await this.end(life);
    } else {
      judge.figures.crashes += 1;
      this.tell(`the host is gone${shown ? ', and all was quiet' : ''}`);
    }
    life.alive = false;
    const acknowledged = new Map(disk.acknowledged);
    disk.crash();
    await judge.gone(acknowledged);
    const [heir] = [...life.mirrors.values(), ...(next() < 0.2 ? [life.page] : [])];
    this.crashSometime();
    this.begin(next() < 0.5 ? heir : undefined, shown);
  }

  private async end(life: Life): Promise<void> {
    this.tell('the host ends in good order');
    life.ends = true;
    void this.works(life, life.host.stop());
    while (life.working > 0 && this.timeline.step()) await settled();
  }

  // What happens

  /** A host works on something: until it is done, it is not quiet. */
  private async works(life: Life, work: unknown): Promise<void> {
    life.working += 1;
    try {
      await work;
    } catch (error) {
      this.judge.breaks('the host never throws', error instanceof Error ? error.stack : String(error));
    } finally {
      life.working -= 1;
    }
  }

  private send(message: ToWorker): void {
    const { life, judge } = this;
    if (!life) return;
    this.tell(`→ ${inShort(message)}`);
    if (message.type !== 'command') return void this.works(life, life.host.receive(message));
    const { command } = message;
    const told = life.page.faults.length;
    judge.figures.commands += 1;
    judge.sent.set(keyOf(command), (judge.sent.get(keyOf(command)) ?? 0) + 1);
    const taken = async (): Promise<void> => {
      await life.host.receive(message);
      if (life.alive && !life.ends) judge.taken(life, command, told);
    };
    void this.works(life, taken());
  }

  private ask(question: Extract<ToWorker, { type: 'ask' }>['question']): void {
    this.send({ type: 'ask', id: (this.ids += 1), question });
  }

  private async read(file: File, onProgress: (share: number) => void, signal: AbortSignal, life: Life | undefined) {
    const opened = this.world.opened.get(file);
    const ms = pick(this.next, [0, 5, 400]);
    for (const share of [0.5, 1]) {
      await new Promise<void>((resolve) => this.timeline.in(ms, () => life?.alive && resolve()));
      signal.throwIfAborted();
      onProgress(share);
    }
    if (!opened) throw new RangeError(`${file.name} is not of this world`);
    return opened;
  }

  /** @param tab where it is the page of a tab that looks on */
  private posted(life: Life, page: SimulatedPage, message: FromWorker, tab?: string): void {
    if (!life.alive) return;
    const { judge, next } = this;
    page.take(structuredClone(message));
    if (message.type === 'fault') {
      this.tell(`← ${message.fatal ? 'FATAL ' : ''}${message.message}: ${message.detail}`);
      if (message.fatal) judge.breaks('the engine never stops', message.detail);
      if (message.message.startsWith('Not done')) judge.undone(life);
    }
    if (message.type !== 'frame') return;
    judge.frame(life, page, message);
    const { keeping, seq } = message;
    if (keeping)
      this.tell(
        `← ${tab ?? ''} ${keeping.state} ${keeping.session ?? ''} ${keeping.records} ${keeping.trouble?.message ?? keeping.message}`,
      );
    this.timeline.in(pick(next, [0, 0, 1, 16, 16, 700]), () => {
      if (!life.alive) return;
      page.owes = false;
      const ack: ToWorker = { type: 'ack', seq };
      void this.works(life, tab === undefined ? life.host.receive(ack) : life.host.receiveFrom(tab, ack));
    });
  }

  private weather(): void {
    if (this.evening) return;
    const { disk, next, timeline } = this;
    disk.change();
    if (!disk.isFair) this.fairSince = Number.POSITIVE_INFINITY;
    else if (this.fairSince === Number.POSITIVE_INFINITY) this.fairSince = timeline.now;
    if (next() < 0.2) disk.setWall();
    if (next() < 0.4) this.tell(`the host's clock: ${this.clock.change()}`);
    timeline.in(300 + next() * pick(next, [2_000, 2_000, 20_000]), () => this.weather());
  }

  /** The user does something, and does not wait for what comes of it. */
  private act(): void {
    const { life, next } = this;
    if (!life || life.ends || this.evening) return;
    // most wait until there is something to look at
    if (life.left && next() < 0.7) return;
    if (life.page.keeping?.trouble && next() < 0.5) {
      this.untilCrash = 1;
      return;
    }
    const roll = next();
    if (roll < 0.03) return this.lookOn(life);
    if (roll < 0.06) return this.changeLibrary(life);
    if (roll < 0.08) return this.ask({ ask: 'export' });
    const message = nextMessage(next, this.world, this.disk, sessionOf(life));
    if (message.type !== 'cancel') life.left = undefined;
    this.send(message);
    if (next() < 0.1) this.send(message);
  }

  /** Another tab begins to look on, or is closed. */
  private lookOn(life: Life): void {
    const [known] = life.mirrors.keys();
    if (known !== undefined) {
      leave(life, known);
      life.mirrors.delete(known);
      return;
    }
    const page = new SimulatedPage();
    const tab = `tab ${(this.ids += 1)}`;
    life.mirrors.set(tab, page);
    this.tell(`${tab} looks on`);
    life.host.join(tab, (message) => life.mirrors.has(tab) && this.posted(life, page, message, tab), page.given);
  }

  private changeLibrary(life: Life): void {
    const { next } = this;
    const { sessions } = this.disk;
    // who deletes sees what is open
    if (sessions.length === 0 || life.page.keeping?.session !== keeperOf(life)?.id) return;
    const { id } = pick(next, sessions);
    const removes = next() < 0.5;
    if (removes) this.disk.unwanted.add(id);
    const change: LibraryChange = removes ? { what: 'remove-session', id } : { what: 'rename-session', id, name: `named ${id}` };
    this.ask({ ask: 'library', change });
  }

  // What is looked at

  /** Nothing is being done, and every page has been told everything. */
  private isQuiet({ working, page, mirrors }: Life): boolean {
    return working === 0 && !this.disk.busy && ![page, ...mirrors.values()].some(({ owes }) => owes);
  }

  /** What is shown is what a host would come back to. */
  private isSettled(life: Life): boolean {
    const { keeping } = life.page;
    return keeping?.state === 'kept' && !keeping.trouble && this.disk.hasNoted && !isWalking(life);
  }

  private look(): void {
    const { life, judge } = this;
    if (!life || judge.broken) return;
    judge.always(life);
    if (!this.isQuiet(life)) return;
    judge.quiet(life, this.timeline.now - Math.max(this.fairSince, this.disk.faultedAt));
    const { left } = life;
    life.left = undefined;
    if (left) judge.cameBack(life, left);
    else if (this.next() < 0.08) judge.compare(life);
  }

  // The end

  private endDay(): void {
    this.tell('the evening comes');
    this.evening = true;
    this.untilCrash = Number.POSITIVE_INFINITY;
    this.disk.change('fair');
    this.fairSince = this.timeline.now;
    this.send({ type: 'pause' });
    // time for whatever was not saved to be saved
    this.timeline.in(60_000, () => undefined);
  }

  /** Once everything is kept, the session goes on to its end; then the host is gone, and it is come back to once more. */
  private async isOver(): Promise<boolean> {
    const { life } = this;
    if (!life || life.left || !this.isQuiet(life) || life.page.keeping?.state === 'failing') return false;
    const session = sessionOf(life);
    if (!session) {
      // nothing could be opened: the user loads the page anew
      await this.crash();
      return false;
    }
    this.ended += 1;
    if (this.ended === 1) this.send({ type: 'seek', row: session.rows });
    else this.judge.compare(life);
    if (this.ended === 2 && !this.judge.broken) await this.crash();
    return this.ended === 3;
  }
}
