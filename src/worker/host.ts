import { type PolicyDocument, valueAt } from '../domain/document.ts';
import { sha256, unpack } from '../feeds/file.ts';
import { openBundled } from '../feeds/open.ts';
import type { OpenedFile } from '../formats/csv.ts';
import { readCalendar } from '../formats/calendar.ts';
import { type Library, type Store, StoreError, type StoreState } from '../journal/store.ts';
import { decisive, difference, nearestPreset, policyKeys, writtenPresets } from '../policy/explain.ts';
import { checkPolicy, type LoadedPolicy, loadPolicy, loadPreset, PolicyError, presets } from '../policy/load.ts';
import { performanceCsv } from '../projections/performance-tables.ts';
import type { TradeEntry } from '../projections/trades.ts';
import { openArchive, restore, sessionOf } from './archives.ts';
import type { Case } from '../study/case.ts';
import { heatMap } from '../study/heat-map.ts';
import type { StudyAnswer, StudyInput, StudyName, Tell as TellPart } from '../study/index.ts';
import type { SweepRow } from '../study/sweep.ts';
import { comparisonCsv, sweepCsv } from '../study/tables.ts';
import { comparison, sweeping, sweepValues } from './comparing.ts';
import { Families, type WalkBranch } from './family.ts';
import { forked, forkPoint } from './fork.ts';
import { inspect } from './inspection.ts';
import { suggestInterval, withInterval } from './interval.ts';
import { Keeper } from './keeper.ts';
import type { Laboratory } from './laboratory.ts';
import { keptCase, recorded, reopen, toKeep } from './kept.ts';
import type {
  Answers,
  ArchiveView,
  FromWorker,
  ImportOptions,
  Inspection,
  KeepingView,
  LibraryChange,
  PolicyChoice,
  PolicyReview,
  Question,
  Remembered,
  ToWorker,
} from './protocol.ts';
import { caseOf, Session } from './session.ts';
import type { SessionFiles, Source } from './session-view.ts';
import { storedFile } from './stored.ts';
import type { Sweeping } from './sweep-workers.ts';
import { lookAtTrades } from './trades.ts';
import { Transport } from './transport.ts';
import { type Given, Viewer } from './viewer.ts';

/** What the host needs of its surroundings: a way out, time between two pieces of work, files and a database. Tests and the worker give their own. */
export interface Surroundings {
  post(message: FromWorker, transfer: Transferable[]): void;
  /** monotonic milliseconds */
  now(): number;
  later(run: () => unknown, ms: number): void;
  /** a name that nothing else has */
  id(): string;
  /** @throws StoreError where there is none to be had */
  openStore(): Promise<Store>;
  /** @throws FormatError, or the signal's reason */
  read(file: File, options: ImportOptions, onProgress: (share: number) => void, signal: AbortSignal): Promise<OpenedFile>;
  study: Laboratory;
  sweep: Sweeping;
}

const STANDARD_POLICY = 'intraday';
/** Between two tries to save what could not be saved. */
const RETRY_MS = 2_000;
/** Between two signs of life while a session is walked again. */
const BREATH_MS = 100;
/** While the replay walks, its place is noted no more often than this. */
const MARK_MS = 500;

/** Says on the page how far long work has come. */
type Tell = (label: string, share: number) => void;
/** What a session is made of, with any policy. */
type Make = (policy: LoadedPolicy, tell: Tell, signal: AbortSignal) => Promise<SessionFiles>;

const OPENING: KeepingView = {
  state: 'opening',
  kind: null,
  message: '',
  session: null,
  parent: null,
  name: '',
  records: 0,
  trouble: null,
};

/** Who waits for an answer, and for which. */
interface Asker {
  post: Surroundings['post'];
  id: number;
}

/** What was before a piece of work, to come back to where it cannot be kept. */
interface Before {
  session: Session;
  records: number;
  place: Session['place'];
  ahead: Session['ahead'];
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Where all meet: takes the pages' messages, drives the replay, keeps what happens, and shows only what is kept. */
export class Host {
  private readonly around: Surroundings;
  private readonly transport: Transport;
  private readonly main: Viewer;
  /** pages of other tabs, which look on */
  private readonly others = new Map<string, { viewer: Viewer; shown: string; post: Surroundings['post'] }>();
  private session: Session | undefined;
  private keeper: Keeper | undefined;
  private store: Store | undefined;
  private storeState: StoreState | undefined;
  /** the last change could not be kept: until it can, what happens is in memory */
  private failing = false;
  /** something is done and not yet kept: nothing is shown meanwhile */
  private midway = false;
  /** what is done to the session is done one after the other, each kept before the next begins */
  private last: Promise<unknown> = Promise.resolve();
  private beating = false;
  private marked = 0;
  private broken = false;
  private opening = 0;
  private wanted: Promise<void> = Promise.resolve();
  private reading: AbortController | undefined;
  /** files that are only looked at */
  private readonly looking = new Set<AbortController>();
  private readonly families = new Families();
  private readonly studying = new Set<Asker & { studying: AbortController }>();
  private progress: { label: string; share: number } | null = null;
  private keeping: KeepingView = OPENING;

  /** @param given what the page was given last by another host, whose place this one takes */
  constructor(around: Surroundings, given?: Given) {
    this.around = around;
    this.transport = new Transport(() => around.now());
    this.main = new Viewer((message, transfer) => around.post(message, transfer), given);
  }

  /** Takes one message of its own page. A fault is posted, never swallowed; after a fatal one nothing moves any more. */
  async receive(message: ToWorker): Promise<void> {
    if (this.broken) {
      if (message.type === 'ask') this.answerWith(this.around.post, message.id, new Error('The engine has stopped'));
      return;
    }
    try {
      await this.handle(message);
    } catch (error) {
      if (message.type === 'ask') this.answerWith(this.around.post, message.id, error);
      else this.fault(!isForeseen(error) && !/^open|^start/.test(message.type), error);
    }
    this.flush();
  }

  /** Another tab's page looks on from now on. */
  join(id: string, post: Surroundings['post'], given: Given): void {
    this.others.set(id, { viewer: new Viewer(post, given), shown: this.session?.symbol ?? '', post });
    this.flush();
  }

  /** Takes a message of a page that looks on: it may look and ask, and change nothing. */
  async receiveFrom(id: string, message: ToWorker): Promise<void> {
    const other = this.others.get(id);
    if (!other) return;
    if (message.type === 'ack') other.viewer.acknowledge(message.seq);
    else if (message.type === 'show' && this.session?.has(message.symbol)) other.shown = message.symbol;
    else if (message.type === 'beside') other.viewer.look(message.symbols);
    else if (message.type === 'ask') await this.answerTo(other.post, message);
    else if (message.type === 'forget') this.forget(other.post, message.id);
    else
      other.post(
        {
          type: 'fault',
          fatal: false,
          message: 'This tab only looks on',
          detail: 'Another tab drives. Take over here to decide.',
        },
        [],
      );
    this.flush();
  }

  /** Ends in good order, so that another tab can go on from here. */
  stop(): Promise<void> {
    this.reading?.abort();
    return this.exclusive(async () => {
      this.broken = true;
      this.transport.halt('user');
      await this.mark().catch(() => undefined);
      // what cannot be closed is let go all the same: another tab waits for it
      await this.store?.close().catch(() => undefined);
    });
  }

  private async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'ack':
        this.main.acknowledge(message.seq);
        return;
      case 'beside':
        return this.main.look(message.symbols);
      case 'ask':
        return this.answerTo(this.around.post, message);
      case 'forget':
        return this.forget(this.around.post, message.id);
      case 'cancel':
        for (const one of [...(this.reading ? [this.reading] : []), ...this.looking])
          one.abort(new DOMException('The reading was cancelled', 'AbortError'));
        return;
      case 'start':
        return this.start(message.policy, message.remembered);
      case 'open-bundled':
        return this.asUserWants(this.open(bundledFiles, message.policy));
      case 'open-files':
        return this.asUserWants(this.open((policy, ...how) => this.readFiles(message, policy, ...how), message.policy));
      case 'open-recordings':
        return this.asUserWants(this.open((policy, tell) => this.readRecordings(message, policy, tell), message.policy));
      case 'open-session':
        return this.asUserWants(this.openKept(message.id));
      case 'fork':
        return this.fork(message);
      case 'policy': {
        const { session } = this;
        return session ? this.open((policy) => Promise.resolve(session.filesWith(policy)), message.policy) : undefined;
      }
      case 'run-entries': {
        const session = this.need();
        return this.open(
          (policy) => Promise.resolve({ ...session.filesWith(policy), entries: inOrder(message.entries) }),
          session.engine.core.policySource,
        );
      }
      // this tab drives already
      case 'take-over':
        return;
      default:
        return this.piece(() => this.move(message));
    }
  }

  /** What is done to the session that is open. */
  private move(
    message: Exclude<
      ToWorker,
      {
        type:
          | 'ack'
          | 'ask'
          | 'beside'
          | 'forget'
          | 'fork'
          | 'start'
          | 'policy'
          | 'run-entries'
          | 'cancel'
          | 'take-over'
          | `open-${string}`;
      }
    >,
  ): void {
    const session = this.need();
    const { transport } = this;
    switch (message.type) {
      case 'show':
        return session.show(message.symbol);
      case 'command':
        return this.command(session, message.command);
      case 'play':
        transport.play(session);
        return this.beat();
      case 'pause':
        return transport.halt('user');
      case 'step':
        if (message.to === 'bar-back' || message.to === 'event-back') this.goesBack();
        transport.step(session, message.to);
        return this.beat();
      case 'seek':
        if (session.isBehind(message.row)) this.goesBack();
        return transport.seek(session, message.row);
      case 'speed':
        return transport.set({ speed: message.speed });
      case 'pause-on-proposal':
        return transport.set({ pauseOnProposal: message.on });
      default:
        return message satisfies never;
    }
  }

  /** A decision in the past of what is kept begins a branch: what came after it stays where it is. */
  private command(session: Session, command: Parameters<Session['command']>[0]): void {
    if (this.storeState?.readOnly) throw new RangeError(this.storeState.readOnly);
    if (!this.failing) this.hold(session, false);
    this.decide(session, command);
    if (command.type === 'SetPolicy') this.keepPolicy(command.policy);
  }

  private decide(session: Session, command: Parameters<Session['command']>[0]): void {
    const { keeper } = this;
    const records = session.journal.length;
    session.command(command);
    if (keeper && records < keeper.durable) keeper.fork(this.around.id(), records);
  }

  /** Begins a branch at a place of the past or now. Nothing has changed before it is kept. */
  private async fork({ at, decision, name }: Extract<ToWorker, { type: 'fork' }>): Promise<void> {
    const turn = this.begin();
    this.progress = { label: 'Going back to fork', share: 0 };
    try {
      await this.exclusive(async () => {
        const session = this.need();
        const { keeper, store, storeState } = this;
        if (!keeper || !store || storeState?.readOnly)
          throw new RangeError(`No branch is begun: ${this.keeping.message || 'nothing of this session is kept'}`);
        if (this.failing) throw new RangeError('No branch is begun while the journal cannot be saved');
        await this.mark();
        const branch = await forked(session, at, decision ?? null, this.breather(turn, 'Going back to fork'));
        if (turn !== this.opening) return;
        const { sessions } = await store.library();
        const taken = new Set(sessions.map((one) => one.name));
        const parents = new Map(sessions.map(({ id, parent }) => [id, parent]));
        let from = keeper.id;
        // the records may be those of an ancestor: then it is the ancestor that is left
        for (let parent = parents.get(from); parent && branch.records <= parent.seq; parent = parents.get(from))
          from = parent.session;
        const next = keeper.branch(this.around.id(), otherThan(taken, name ?? branch.name), {
          session: from,
          seq: branch.records,
        });
        await next.keep(branch.session.journal, branch.session.place);
        await this.install(branch.session, next, true);
      });
      if (decision?.type === 'SetPolicy') this.keepPolicy(decision.policy);
    } finally {
      if (turn === this.opening) this.progress = null;
    }
  }

  private goesBack(): void {
    if (this.failing) throw new RangeError('The replay does not go back while the journal cannot be saved');
  }

  // Opening

  /** What is opened because the user has asked for it: a start that is under way does not open something else over it. */
  private asUserWants(opening: Promise<void>): Promise<void> {
    this.wanted = opening.catch(() => undefined);
    return opening;
  }

  private async start(policy: PolicyChoice, remembered: Remembered | null): Promise<void> {
    let turn = this.begin();
    this.progress = { label: 'Opening the journal', share: 0 };
    this.flush();
    let library: Library | undefined;
    let failure: unknown;
    try {
      this.store = await this.around.openStore();
      this.storeState = await this.store.state();
      library = await this.store.library();
    } catch (error) {
      failure = error;
    }
    // a session whose first records were not kept any more never began; one that is just being begun has none yet
    if (turn === this.opening && this.storeState?.readOnly === null)
      for (const { id, records } of library?.sessions ?? [])
        if (records === 0) await this.store?.remove(id).catch(() => undefined);
    while (turn !== this.opening) {
      turn = this.opening;
      await this.wanted;
      if (this.session) return;
    }
    if (!library || !this.store || !this.storeState) {
      // what it is can still be had as a file
      this.storeState = undefined;
      this.progress = null;
      const damaged = failure instanceof StoreError && failure.fault === 'damaged';
      this.trouble(damaged ? 'damaged' : 'other', reasonOf(failure), null);
      return;
    }
    const last = library.sessions.find(({ records }) => records > 0);
    if (remembered && remembered.records > 1 && !library.sessions.some(({ id }) => id === remembered.session)) {
      this.progress = null;
      this.trouble(
        'missing',
        `The journal of this browser is missing: "${remembered.name}" with ${remembered.records} records was kept here and is no longer there. The browser may have cleared it, or its data were deleted.`,
        null,
      );
      return;
    }
    if (!last) return this.open(bundledFiles, policy);
    await this.openKept(last.id, remembered?.session === last.id ? remembered.records : 0);
  }

  /** @param remembered records that the page has seen as kept */
  private async openKept(id: string, remembered = 0): Promise<void> {
    const { store } = this;
    if (!store) throw new RangeError('no journal is open');
    const turn = this.begin();
    this.progress = { label: 'Opening the session', share: 0 };
    this.flush();
    try {
      await this.exclusive(async () => {
        const { readOnly } = await this.stateOf(store);
        const { session, kept, notes } = await reopen(store, id, this.breather(turn));
        if (turn !== this.opening) return;
        const { view } = kept.session;
        if (view) this.transport.set({ ...view, speed: view.speed ?? Number.POSITIVE_INFINITY });
        await this.install(session, readOnly ? undefined : Keeper.again(store, kept));
        const lost = remembered - kept.lines.length;
        for (const note of [
          ...notes,
          ...(lost > 0 && kept.cut === 0 ? [`${kept.session.name}: the last ${lost} records that were kept are missing`] : []),
        ])
          this.tell(note);
      });
    } catch (error) {
      if (turn !== this.opening) return;
      if (
        !(error instanceof Error) ||
        (error.name !== 'StoreError' && error.name !== 'FormatError' && error.name !== 'PolicyError')
      )
        throw error;
      if (this.session) throw error;
      this.trouble(error instanceof StoreError && error.fault !== 'newer' ? 'damaged' : 'other', error.message, id);
    } finally {
      if (turn === this.opening) this.progress = null;
    }
  }

  /** What can be done with the store; asked again where it has not answered before. */
  private async stateOf(store: Store): Promise<StoreState> {
    return (this.storeState ??= await store.state());
  }

  /** Shows how far a session has been walked again, now and then, and lets messages be heard. */
  private breather(turn: number, label = 'Opening the session'): (share: number) => Promise<void> {
    let last = this.around.now();
    return async (share) => {
      if (turn !== this.opening || this.around.now() - last < BREATH_MS) return;
      last = this.around.now();
      this.progress = { label, share };
      this.flush();
      await new Promise<void>((resolve) => this.around.later(resolve, 0));
    };
  }

  private async open(make: Make, choice: PolicyChoice): Promise<void> {
    const policy = this.policyFor(choice);
    const turn = this.begin();
    const reading = new AbortController();
    this.reading = reading;
    const tell: Tell = (label, share) => {
      if (turn !== this.opening) return;
      this.progress = { label, share };
      this.flush();
    };
    tell('Reading', 0);
    try {
      const files = await make(policy, tell, reading.signal);
      reading.signal.throwIfAborted();
      // a later request has taken over while this one was being read
      if (turn !== this.opening) return;
      await this.exclusive(() => this.openNew(files, reading.signal));
    } catch (error) {
      if (error !== reading.signal.reason) throw error;
    } finally {
      if (turn === this.opening) {
        this.progress = null;
        this.reading = undefined;
      }
    }
  }

  /** What was being opened is not waited for any more. */
  private begin(): number {
    this.reading?.abort();
    this.reading = undefined;
    this.transport.halt('user');
    this.touch();
    return (this.opening += 1);
  }

  private async openNew(files: SessionFiles, signal: AbortSignal): Promise<void> {
    const session = new Session(files);
    const shown = this.session?.symbol;
    if (shown !== undefined && session.has(shown)) session.show(shown);
    const { store } = this;
    const state = store && (await this.stateOf(store).catch(() => undefined));
    if (!store || !state || state.readOnly) return this.install(session, undefined);
    const keeper = await this.keeperOf(store, session, session.title);
    signal.throwIfAborted();
    await this.install(session, keeper);
    this.keepPolicy(files.policy.source);
  }

  /** A policy of the user's own, once it was used, is kept under its name. It decides nothing that the journal does not say: it is not waited for. */
  private keepPolicy(policy: unknown): void {
    const name = valueAt(policy, 'name');
    if (typeof name !== 'string' || Object.hasOwn(presets, name) || this.storeState?.readOnly) return;
    this.store?.keepPolicy({ name, policy: policy as PolicyDocument }).catch(() => undefined);
  }

  private async keeperOf(store: Store, { files }: Session, name: string): Promise<Keeper> {
    const recordings = await Promise.all(files.sources.map(toKeep));
    return Keeper.of(
      store,
      {
        id: this.around.id(),
        name,
        parent: null,
        digests: recordings.map(({ digest }) => digest),
        policy: files.policy.policy.name,
        entries: files.entries,
      },
      recordings,
    );
  }

  /** @param branching it goes on from the one that was open, which stays */
  private async install(session: Session, keeper: Keeper | undefined, branching = false): Promise<void> {
    const before = this.session && this.keeper && { session: this.session, keeper: this.keeper };
    await this.doing(() => {
      this.session = session;
      this.keeper = keeper;
      this.failing = false;
      this.transport.reset();
      this.touch();
    });
    await this.mark().catch(() => undefined);
    // nothing has happened in it: it is not worth a line in the library
    if (!before || branching || before.keeper.id === keeper?.id || this.failing) return;
    if (before.session.untouched && before.keeper.durable <= 1 && before.keeper.parent === undefined)
      await this.removeAlone(before.keeper.id).catch(() => undefined);
  }

  /** A session goes only where no branch begins with it. */
  private async removeAlone(id: string): Promise<void> {
    const { sessions } = (await this.store?.library()) ?? { sessions: [] };
    if (!sessions.some(({ parent }) => parent?.session === id)) await this.store?.remove(id);
  }

  private trouble(kind: NonNullable<KeepingView['trouble']>['kind'], message: string, session: string | null): void {
    this.keeping = { ...OPENING, kind: this.storeState?.kind ?? null, state: 'unkept', trouble: { kind, message, session } };
  }

  /** The policy that is chosen. Where it cannot be used and nothing is open yet, the standard one, and a fault says so. */
  private policyFor(choice: PolicyChoice): LoadedPolicy {
    try {
      return typeof choice === 'string' ? loadPreset(choice) : loadPolicy(choice, `policy "${String(choice.name)}"`);
    } catch (error) {
      if (this.session || !(error instanceof PolicyError)) throw error;
      this.fault(false, error);
      return loadPreset(STANDARD_POLICY);
    }
  }

  private async readFiles(
    { files, barPath }: Extract<ToWorker, { type: 'open-files' }>,
    policy: LoadedPolicy,
    tell: Tell,
    signal: AbortSignal,
  ): Promise<SessionFiles> {
    const sources: Source[] = [];
    for (const [at, { file, options }] of files.entries()) {
      const label = `Reading ${file.name}`;
      tell(label, at / files.length);
      const read = await this.around.read(file, options, (share) => tell(label, (at + share) / files.length), signal);
      sources.push({ ...read, name: file.name });
    }
    return together(sources, policy, barPath);
  }

  private async readRecordings(
    { digests, barPath }: Extract<ToWorker, { type: 'open-recordings' }>,
    policy: LoadedPolicy,
    tell: Tell,
  ): Promise<SessionFiles> {
    const { store } = this;
    if (!store) throw new RangeError('no journal is open');
    const sources: Source[] = [];
    for (const [at, digest] of digests.entries()) {
      tell('Reading recordings', at / digests.length);
      sources.push(await recorded(store, digest));
    }
    return together(sources, policy, barPath);
  }

  private need(): Session {
    if (!this.session) throw new RangeError('no session is open');
    return this.session;
  }

  // Keeping

  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }

  /** A piece of work on the session: done, kept, and only then shown. */
  private piece(work: () => void): Promise<void> {
    return this.exclusive(async () => {
      if (this.broken) return;
      const { session } = this;
      const before = session && { session, records: session.journal.length, place: session.place, ahead: session.ahead };
      this.touch();
      await this.doing(work, before);
      if (!this.transport.walking || this.around.now() - this.marked >= MARK_MS) await this.mark().catch(() => undefined);
      this.flush();
    });
  }

  /** Does something and keeps it, and shows nothing before. Of what could not be done to its end the beginning is kept. */
  private async doing(work: () => void, before?: Before): Promise<void> {
    this.midway = true;
    try {
      work();
      // a hold of which the end was never kept
      if (this.session && !this.failing && this.session.ahead.length === 0) this.hold(this.session, false);
    } finally {
      await this.keep(before).finally(() => {
        this.midway = false;
      });
    }
  }

  private async keep(before: Before | undefined): Promise<void> {
    const { session, keeper } = this;
    if (!session || this.failing) return;
    if (!keeper) return this.sayKept(session);
    try {
      await keeper.keep(session.journal, session.place);
      this.sayKept(session);
    } catch (error) {
      this.fail(session, error, before);
    }
  }

  /** What was just done could not be kept: it is undone, what adds risk is held, and all else goes on in memory until it can be saved again. */
  private fail(session: Session, error: unknown, before: Before | undefined): void {
    const why = reasonOf(error);
    if (before?.session === session) session.restore(before.records, before.place, before.ahead);
    this.failing = true;
    this.hold(session, true);
    this.keeping = { ...this.keeping, state: 'failing', message: why, trouble: null };
    this.tell(
      before ? 'Not done: it could not be saved' : 'The session is not saved',
      `${why}. What adds risk is held, everything else goes on in memory; saving is tried again every ${RETRY_MS / 1000} s.`,
    );
    this.around.later(() => this.retry(), RETRY_MS);
  }

  private retry(): Promise<void> {
    return this.exclusive(async () => {
      const { session, keeper } = this;
      if (!this.failing || !session || !keeper || this.broken) return;
      try {
        await keeper.keep(session.journal, session.place);
        this.failing = false;
        this.midway = true;
        this.hold(session, false);
        await keeper.keep(session.journal, session.place);
        this.midway = false;
        this.sayKept(session);
      } catch (error) {
        this.midway = false;
        this.failing = true;
        this.hold(session, true);
        this.keeping = { ...this.keeping, message: reasonOf(error) };
        const fault = error instanceof StoreError ? error.fault : 'failed';
        // what was said not to be done was kept after all, and only its answer lost: it stays where it is, and what is shown goes on beside it
        if (fault === 'order') keeper.fork(this.around.id(), keeper.durable);
        if (fault === 'failed') await this.reopenStore(keeper);
        this.around.later(() => this.retry(), RETRY_MS);
      }
      this.touch();
      this.flush();
    });
  }

  /** A store that fails for no reason it can name may be lost: another is opened on the same files. */
  private async reopenStore(keeper: Keeper): Promise<void> {
    try {
      this.store = await this.around.openStore();
      this.storeState = await this.store.state();
      keeper.moveTo(this.store);
    } catch (error) {
      this.keeping = { ...this.keeping, message: reasonOf(error) };
    }
  }

  /** Holds what adds risk, or lets it go on. Where the replay has gone back to a hold of then, its end lies ahead: a new one begins here and now. */
  private hold(session: Session, on: boolean): void {
    if (session.engine.state.holds.has('store') === on && (!on || session.ahead.length === 0)) return;
    this.decide(session, { type: 'SetHold', reason: 'store', on });
  }

  private sayKept(session: Session): void {
    const { keeper, storeState, keeping } = this;
    const message = keeper
      ? storeState?.kind === 'memory'
        ? 'This browser keeps nothing: what is done here is gone with the page'
        : ''
      : (storeState?.readOnly ?? 'Nothing is kept');
    const state = message === '' ? 'kept' : 'unkept';
    const now: KeepingView = {
      state,
      kind: storeState?.kind ?? null,
      message,
      session: keeper?.id ?? null,
      parent: keeper?.parent ?? null,
      name: keeper?.name ?? session.title,
      records: keeper?.durable ?? 0,
      trouble: null,
    };
    if (JSON.stringify(now) !== JSON.stringify(keeping)) this.keeping = now;
  }

  /** Notes where the session stands: it is come back to there. */
  private async mark(): Promise<void> {
    const { session, keeper, transport } = this;
    if (!session || !keeper || this.failing) return;
    this.marked = this.around.now();
    const { speed, pauseOnProposal } = transport.replay;
    await keeper.mark(session.place, {
      shown: session.symbol,
      speed: Number.isFinite(speed) ? speed : null,
      pauseOnProposal,
    });
  }

  // Walking

  /** Keeps walking while something is to be walked, in pieces short enough that messages are heard between them. */
  private beat(): void {
    if (this.beating || !this.transport.walking) return;
    this.beating = true;
    const go = async (): Promise<void> => {
      try {
        await this.piece(() => {
          if (this.session) this.transport.walk(this.session);
          else this.transport.halt('user');
        });
      } catch (error) {
        this.fault(true, error);
      }
      if (this.transport.walking && !this.broken) this.around.later(go, this.transport.pause);
      else this.beating = false;
    };
    this.around.later(go, 0);
  }

  // Saying

  /** Something may have changed that no place on the tape tells. */
  private touch(): void {
    this.main.touch();
    for (const { viewer } of this.others.values()) viewer.touch();
  }

  private flush(): void {
    if (this.broken || this.midway) return;
    const { session, progress, keeping } = this;
    const { replay } = this.transport;
    this.main.flush(session, session?.symbol ?? '', replay, { progress, keeping });
    for (const other of this.others.values()) {
      if (session && !session.has(other.shown)) other.shown = session.symbol;
      other.viewer.flush(session, other.shown, replay, { progress, keeping });
    }
  }

  private async answerTo(post: Surroundings['post'], { id, question }: Extract<ToWorker, { type: 'ask' }>): Promise<void> {
    try {
      post({ type: 'answer', id, ok: true, value: await this.answer(question, post === this.around.post, { post, id }) }, []);
    } catch (error) {
      this.answerWith(post, id, error);
    }
  }

  /** A study, of which whoever asked for it sees how far it is, and which ends when nobody waits for it any more. */
  private studied<K extends StudyName>(asker: Asker, name: K, input: StudyInput<K>, tell?: TellPart): Promise<StudyAnswer<K>> {
    return this.followed(asker, (told, signal) => this.around.study(name, input, tell ?? told, signal));
  }

  /** Work that takes long. */
  private async followed<T>({ post, id }: Asker, work: (tell: TellPart, signal: AbortSignal) => Promise<T>): Promise<T> {
    const studying = new AbortController();
    const one = { post, id, studying };
    this.studying.add(one);
    try {
      return await work((share, part) => post({ type: 'part', id, share, part }, []), studying.signal);
    } finally {
      this.studying.delete(one);
    }
  }

  /** A session as a study takes it: the one that is open, or one that is kept. */
  private readonly caseFor = (id: string | null): Promise<Case> =>
    this.exclusive(async () => {
      if (id === null || id === this.keeper?.id) return caseOf(this.need());
      if (!this.store) throw new RangeError('no journal is open');
      return (await keptCase(this.store, id, () => undefined)).one;
    });

  private async sweep(asker: Asker, question: Extract<Question, { ask: 'sweep' }>): Promise<Answers['sweep']> {
    const { setup, cells, keys } = await sweeping(question, this.caseFor);
    const rows: SweepRow[] = [];
    await this.followed(asker, (tell, signal) =>
      this.around.sweep(
        setup,
        cells,
        (row) => {
          rows.push(row);
          tell(rows.length / cells.length, row);
        },
        signal,
      ),
    );
    return { keys, cells: cells.length, rows };
  }

  private walkFor(asker: Asker): WalkBranch {
    return (input, tell) => this.studied(asker, 'branch', input, tell);
  }

  private needFamily(): { store: Store; open: { session: Session; id: string } } {
    const { store, keeper } = this;
    const session = this.need();
    if (!store || !keeper) throw new RangeError(this.keeping.message || 'nothing of this session is kept');
    return { store, open: { session, id: keeper.id } };
  }

  private forget(post: Surroundings['post'], id: number): void {
    for (const one of this.studying)
      if (one.post === post && one.id === id) one.studying.abort(new DOMException('Nobody waits for it any more', 'AbortError'));
  }

  /** What reads files or the store waits for nobody; what looks at the session sees it between two pieces of work. */
  private async answer(question: Question, drives: boolean, asker: Asker): Promise<Answers[keyof Answers]> {
    switch (question.ask) {
      case 'inspect':
        return this.look(question.file, question.options);
      case 'calendar':
        return readCalendar(await unpack(question.file), question.file.name);
      case 'trades':
        return lookAtTrades(question.file, question.options);
      case 'policy-keys':
        return { keys: policyKeys(), presets: writtenPresets() };
      case 'policy-check':
        return this.review(question.policy, question.preset);
      case 'archive':
        return this.archive(question.file, question.restore && drives);
      case 'stored':
        if (!this.store) throw new RangeError('no journal is open');
        return storedFile(this.store, question.file);
      case 'walk':
        return this.studied(asker, 'walk', [caseOf(this.need())]);
      case 'compare':
        return this.studied(asker, 'compare', await comparison(question, this.caseFor));
      case 'sweep':
        return this.sweep(asker, question);
      case 'sweep-values':
        return sweepValues(question.policy, question.key);
      case 'study-csv':
        return 'keys' in question.of ? sweepCsv(question.of.keys, question.of.rows) : comparisonCsv(question.of);
      case 'heat-map':
        return heatMap(question.keys, question.rows, question.figure);
      case 'worth':
        return this.studied(asker, 'worth', caseOf(this.need()));
      case 'branches': {
        const { store, open } = this.needFamily();
        return this.families.views(store, open, this.walkFor(asker), (share, part) =>
          asker.post({ type: 'part', id: asker.id, share, part }, []),
        );
      }
      case 'branch-drawings': {
        const { store, open } = this.needFamily();
        return this.families.drawings(store, open, question.ids, question.symbol, this.walkFor(asker));
      }
      case 'fork-point': {
        const policies = this.store ? (await this.store.library()).policies : [];
        return this.exclusive(async () => forkPoint(this.need(), question.at, policies, usable));
      }
      case 'library':
        if (question.change && !drives) throw new RangeError('This tab only looks on: take over here to change what is kept');
        return this.library(question.change);
      default:
        return this.exclusive(async () => this.answerOf(this.need(), question));
    }
  }

  private async answerOf(
    session: Session,
    question: Exclude<
      Question,
      {
        ask:
          | 'inspect'
          | 'calendar'
          | 'trades'
          | 'policy-keys'
          | 'policy-check'
          | 'library'
          | 'archive'
          | 'stored'
          | 'walk'
          | 'compare'
          | 'sweep'
          | 'sweep-values'
          | 'heat-map'
          | 'study-csv'
          | 'worth'
          | 'branches'
          | 'branch-drawings'
          | 'fork-point';
      }
    >,
  ): Promise<Answers[keyof Answers]> {
    switch (question.ask) {
      case 'quote':
        return session.quote(question.entry);
      case 'stop':
        return session.stopOutlooks(question.positionId, question.price);
      case 'outlook':
        return session.outlook(question.proposalId, question.quantity);
      case 'record':
        return session.record(question.seq);
      case 'row-time':
        return session.timeOfRow(question.row);
      case 'row-at':
        return session.rowAt(question.written);
      case 'marks':
        return session.markedBetween(question.fromRow, question.toRow);
      case 'export': {
        const files = session.export();
        return { ...files, sha256: await sha256(new TextEncoder().encode(files.journal)) };
      }
      case 'performance':
        return session.performance(question.filter);
      case 'performance-csv':
        return performanceCsv(session.performance(question.filter), question.table);
      case 'metrics':
        return session.metrics();
      case 'policy-effect':
        return session.policyEffect(loadPolicy(question.policy, 'policy'));
      default:
        return question satisfies never;
    }
  }

  private async look(file: File, options: ImportOptions): Promise<Inspection> {
    const looking = new AbortController();
    this.looking.add(looking);
    try {
      return await inspect(
        file.name,
        this.around.read(file, options, () => undefined, looking.signal),
      );
    } finally {
      this.looking.delete(looking);
    }
  }

  /** Looks into a session bundle or a backup, and keeps what is in it where that is asked. */
  private async archive(file: File, keep: boolean): Promise<ArchiveView | null> {
    const opened = await openArchive(file);
    if (!opened || !keep) return opened?.view ?? null;
    const { store } = this;
    if (!store || this.storeState?.readOnly) throw new RangeError(this.storeState?.readOnly ?? 'no journal is open');
    if (opened.kind === 'backup') {
      const restored = await restore(store, opened.backup, () => this.around.id());
      // what is open is what was used last, and not what was restored
      await this.exclusive(() => this.mark()).catch(() => undefined);
      return { ...opened.view, restored };
    }
    const { bundle } = opened;
    this.begin();
    this.progress = null;
    await this.exclusive(async () => {
      const session = sessionOf(bundle);
      await this.install(session, await this.keeperOf(store, session, bundle.name));
    });
    return { ...opened.view, restored: bundle.name };
  }

  private async library(change: LibraryChange | undefined): Promise<Library> {
    const { store } = this;
    if (!store) throw new RangeError('no journal is open');
    if (change) await this.exclusive(() => this.change(store, change));
    return store.library();
  }

  private async change(store: Store, change: LibraryChange): Promise<void> {
    switch (change.what) {
      case 'rename-session':
        await store.mark(change.id, { name: change.name });
        if (this.keeper?.id === change.id) this.renamed(this.keeper, change.name);
        return;
      case 'remove-session': {
        const { sessions } = await store.library();
        const parents = new Map(sessions.map(({ id, parent }) => [id, parent?.session]));
        const { keeper } = this;
        // a branch that is not kept yet
        if (keeper) parents.set(keeper.id, keeper.parent);
        for (let id = keeper?.id; id !== undefined; id = parents.get(id))
          if (id === change.id) throw new RangeError('This session is open: open another before it is deleted');
        return store.remove(change.id);
      }
      case 'rename-recording':
        return store.renameRecording(change.digest, change.name);
      case 'remove-recording': {
        const using = (await store.library()).sessions.filter(({ digests }) => digests.includes(change.digest));
        if (using.length > 0)
          throw new RangeError(
            `${using.length} ${using.length === 1 ? 'session needs' : 'sessions need'} this recording: "${using[0]?.name}"`,
          );
        return store.removeRecording(change.digest);
      }
      case 'keep-policy':
        return store.keepPolicy({ name: change.name, policy: change.policy });
      case 'remove-policy':
        return store.removePolicy(change.name);
      default:
        return change satisfies never;
    }
  }

  private renamed(keeper: Keeper, name: string): void {
    keeper.rename(name);
    this.keeping = { ...this.keeping, name };
  }

  private review(policy: unknown, against: string | undefined): PolicyReview {
    const checked = checkPolicy(policy);
    const preset = against ?? nearestPreset(policy).preset;
    const told = {
      preset,
      differences: decisive(difference(loadPreset(preset).source, policy)),
      inForce: this.session?.differsFromInForce(policy) ?? null,
    };
    return checked.ok ? { ok: true, policy: checked.loaded.source, ...told } : { ...checked, ...told };
  }

  private answerWith(post: Surroundings['post'], id: number, error: unknown): void {
    post({ type: 'answer', id, ok: false, message: reasonOf(error) }, []);
  }

  private tell(message: string, detail = ''): void {
    this.around.post({ type: 'fault', fatal: false, message, detail }, []);
  }

  private fault(fatal: boolean, error: unknown): void {
    if (!fatal) return this.tell(reasonOf(error));
    this.broken = true;
    this.transport.halt('user');
    this.around.post(
      {
        type: 'fault',
        fatal,
        message: 'The engine has stopped',
        detail: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
      },
      [],
    );
  }
}

/** An error that says what a user can do about it; any other is a fault of the program. */
const isForeseen = (error: unknown): boolean =>
  error instanceof Error && ['FormatError', 'PolicyError', 'RangeError', 'StoreError', 'AbortError'].includes(error.name);

/** A policy that can be used; undefined of one that cannot. */
function usable(policy: PolicyDocument): LoadedPolicy | undefined {
  const checked = checkPolicy(policy);
  return checked.ok ? checked.loaded : undefined;
}

/** A name that none of the others has: "it", "it (2)" … */
function otherThan(taken: ReadonlySet<string>, name: string): string {
  let other = name;
  for (let n = 2; taken.has(other); n += 1) other = `${name} (${n})`;
  return other;
}

const bundledFiles: Make = async (policy) => ({
  sources: [{ ...(await openBundled()), name: 'bundled session' }],
  policy,
  barPath: 'adverse-first',
  entries: [],
});

/** Entries by their time; those of one time stay in their order. */
const inOrder = (entries: readonly TradeEntry[]): SessionFiles['entries'] =>
  entries.map(({ ts, entry }) => ({ ts, command: entry })).toSorted((a, b) => a.ts - b.ts);

/** Files as one session. Bars that are built from trades or quotes have the shortest of their intervals. */
function together(sources: readonly Source[], policy: LoadedPolicy, barPath: SessionFiles['barPath']): SessionFiles {
  for (const [at, { name, tape }] of sources.entries()) {
    const twin = sources.slice(0, at).find((other) => other.tape.instrument.symbol === tape.instrument.symbol);
    if (twin)
      throw new RangeError(
        `${twin.name} and ${name} are both of ${tape.instrument.symbol}: expected one file an instrument in a session`,
      );
  }
  const intervals = sources.flatMap(({ tape, intervalMs }) =>
    tape.columns.kind === 'bars' ? [] : [intervalMs ?? suggestInterval(tape)],
  );
  const interval = intervals.length === 0 ? null : Math.min(...intervals);
  return { sources, policy: withInterval(policy, interval), barPath, entries: [] };
}
