import { openBundled, openFile } from '../feeds/open.ts';
import { sha256, unpack } from '../feeds/file.ts';
import { readCalendar } from '../formats/calendar.ts';
import { decisive, difference, nearestPreset, policyKeys, writtenPresets } from '../policy/explain.ts';
import { checkPolicy, type LoadedPolicy, loadPolicy, loadPreset, PolicyError } from '../policy/load.ts';
import { suggestInterval, withInterval } from './interval.ts';
import type { Answers, Frame, FromWorker, Inspection, PolicyChoice, PolicyReview, Question, ToWorker } from './protocol.ts';
import { Session } from './session.ts';
import type { Source } from './session-view.ts';

/** What the host needs of its surroundings: a way out, and time between two pieces of work. Tests and the worker give their own. */
export interface Surroundings {
  post(message: FromWorker, transfer: Transferable[]): void;
  /** monotonic milliseconds */
  now(): number;
  later(run: () => void, ms: number): void;
}

const FRAME_MS = 16;
/** longest piece of work between two looks at the mailbox */
const SLICE_MS = 8;
const CHUNK_ROWS = 500;
/** market time in which nothing trades is not waited for longer than this many bars */
const LONGEST_WAIT_BARS = 2;

const STANDARD_POLICY = 'intraday';

/** Says on the page how far long work has come. */
type Tell = (label: string, share: number) => void;
/** How a session comes to be, with any policy. */
type Make = (policy: LoadedPolicy, tell: Tell) => Promise<Session>;

interface Errand {
  untilRow: number;
  stopAt: 'none' | 'proposal' | 'event';
}

/** Where all meet: takes the page's messages, drives the replay, and posts at most one frame until the page has acknowledged it. */
export class Host {
  private readonly around: Surroundings;
  private session: Session | undefined;
  private playing = false;
  private speed = 60;
  private stoppedBy: 'user' | 'proposal' | 'end' | null = null;
  private pauseOnProposal = true;
  /** a longer way that is walked in pieces: to a row, or to the next event or proposal */
  private errand: Errand | undefined;
  private lastBeat = 0;
  /** market milliseconds that may still be walked */
  private credit = 0;
  private beating = false;
  private seq = 0;
  private acknowledged = 0;
  private dirty = false;
  private epoch = 0;
  private run = 0;
  private broken = false;
  /** how the open session came to be, to start it anew with another policy */
  private reopen: Make | undefined;
  private opening = 0;
  /** what the next frame says of long work; undefined where there is nothing new to say */
  private progress: Frame['progress'];

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Takes one message. A fault is posted, never swallowed; after a fatal one nothing moves any more. */
  async receive(message: ToWorker): Promise<void> {
    if (this.broken) {
      if (message.type === 'ask') this.answerWith(message.id, new Error('The engine has stopped'));
      return;
    }
    try {
      await this.handle(message);
    } catch (error) {
      const known =
        error instanceof Error && (error.name === 'FormatError' || error.name === 'PolicyError' || error.name === 'RangeError');
      if (message.type === 'ask') this.answerWith(message.id, error);
      else this.fault(!known && message.type !== 'open-files' && message.type !== 'open-bundled', error);
    }
    this.flush();
  }

  private async handle(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'open-bundled':
        return this.open(
          (policy) =>
            openBundled().then(
              (source) =>
                new Session(
                  { sources: [{ ...source, name: 'bundled session' }], policy, barPath: 'adverse-first' },
                  this.nextEpoch(),
                ),
            ),
          message.policy,
        );
      case 'open-files':
        return this.open((policy, tell) => this.openFiles(message, policy, tell), message.policy);
      case 'show':
        this.need().show(message.symbol);
        this.dirty = true;
        return;
      case 'policy':
        if (this.reopen) await this.open(this.reopen, message.policy);
        return;
      case 'command':
        this.need().command(message.command);
        this.dirty = true;
        return;
      case 'play':
        if (this.session && !this.session.ended) {
          this.playing = true;
          this.stoppedBy = null;
          this.credit = 0;
          this.lastBeat = this.around.now();
          this.beat();
        }
        this.dirty = true;
        return;
      case 'pause':
        this.halt('user');
        return;
      case 'step':
        return this.step(message.to);
      case 'seek':
        this.errand = undefined;
        this.need().seek(message.row);
        this.stoppedBy = this.need().ended ? 'end' : 'user';
        if (this.need().ended) this.playing = false;
        this.dirty = true;
        return;
      case 'speed':
        this.speed = message.speed;
        this.dirty = true;
        return;
      case 'pause-on-proposal':
        this.pauseOnProposal = message.on;
        this.dirty = true;
        return;
      case 'ack':
        this.acknowledged = Math.max(this.acknowledged, message.seq);
        return;
      case 'ask':
        this.around.post({ type: 'answer', id: message.id, ok: true, value: await this.answer(message.question) }, []);
        return;
      default:
        message satisfies never;
    }
  }

  private async open(make: Make, choice: PolicyChoice): Promise<void> {
    const policy = this.policyFor(choice);
    const turn = ++this.opening;
    this.halt('user');
    const tell: Tell = (label, share) => {
      if (turn !== this.opening) return;
      this.progress = { label, share };
      this.flush();
    };
    tell('Reading', 0);
    try {
      const session = await make(policy, tell);
      // a later request has taken over while this one was being read
      if (turn !== this.opening) return;
      const shown = this.session?.symbol;
      if (make === this.reopen && shown !== undefined && session.has(shown)) session.show(shown);
      this.session = session;
      this.run = session.currentRun;
      this.epoch = session.currentEpoch;
      this.reopen = make;
      this.stoppedBy = null;
    } finally {
      if (turn === this.opening) this.progress = null;
    }
    this.dirty = true;
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

  /** Files as one session. Bars that are built from trades or quotes have the shortest of their intervals. */
  private async openFiles(
    { files, barPath }: Extract<ToWorker, { type: 'open-files' }>,
    policy: LoadedPolicy,
    tell: Tell,
  ): Promise<Session> {
    const sources: Source[] = [];
    for (const { file, options } of files) {
      tell(`Reading ${file.name}`, sources.length / files.length);
      const read = await openFile(file, options);
      const { symbol } = read.tape.instrument;
      const twin = sources.find(({ tape }) => tape.instrument.symbol === symbol);
      if (twin)
        throw new RangeError(`${twin.name} and ${file.name} are both of ${symbol}: expected one file an instrument in a session`);
      sources.push({ ...read, name: file.name });
    }
    const intervals = sources.flatMap(({ tape, intervalMs }) =>
      tape.columns.kind === 'bars' ? [] : [intervalMs ?? suggestInterval(tape)],
    );
    const interval = intervals.length === 0 ? null : Math.min(...intervals);
    return new Session({ sources, policy: withInterval(policy, interval), barPath }, this.nextEpoch());
  }

  private nextEpoch(): number {
    return Math.max(this.epoch, this.session?.currentEpoch ?? 0) + 1;
  }

  private need(): Session {
    if (!this.session) throw new RangeError('no session is open');
    return this.session;
  }

  private halt(by: 'user' | 'proposal' | 'end'): void {
    this.playing = false;
    this.errand = undefined;
    this.stoppedBy = by;
    this.dirty = true;
  }

  private step(to: Extract<ToWorker, { type: 'step' }>['to']): void {
    const session = this.need();
    this.halt('user');
    if (to === 'bar-back') return session.seek(session.rowsOneBarBack);
    if (session.ended) return this.halt('end');
    if (to === 'tick') session.step();
    else if (to === 'bar') {
      const bars = session.bars;
      while (!session.ended && session.bars === bars)
        if (session.run(session.rowsDone + 1, this.pauseOnProposal ? 'proposal' : 'none') === 'proposal')
          return this.halt('proposal');
    } else {
      this.errand = { untilRow: session.rows, stopAt: to };
      this.beat();
    }
    if (session.ended) this.halt('end');
  }

  /** Keeps walking while something is to be walked, in pieces short enough that messages are heard between them. */
  private beat(): void {
    if (this.beating) return;
    this.beating = true;
    const go = (): void => {
      try {
        this.walk();
        this.flush();
      } catch (error) {
        this.fault(true, error);
      }
      if (this.playing || this.errand)
        this.around.later(go, this.errand || this.speed === Number.POSITIVE_INFINITY ? 0 : FRAME_MS);
      else this.beating = false;
    };
    this.around.later(go, 0);
  }

  private walk(): void {
    const { session } = this;
    if (!session || this.broken) return this.halt('user');
    const start = this.around.now();
    const stopAt = this.pauseOnProposal && this.speed !== Number.POSITIVE_INFINITY ? 'proposal' : 'none';
    const mode: Errand | undefined =
      this.errand ?? (this.speed === Number.POSITIVE_INFINITY ? { untilRow: session.rows, stopAt } : undefined);
    if (mode) {
      while (this.around.now() - start < SLICE_MS) {
        const stop = session.run(Math.min(mode.untilRow, session.rowsDone + CHUNK_ROWS), mode.stopAt);
        if (stop === 'proposal' || stop === 'event') return this.halt(stop === 'proposal' ? 'proposal' : 'user');
        if (session.ended) return this.halt('end');
        if (session.rowsDone >= mode.untilRow) return this.halt('user');
      }
      return;
    }
    if (!this.playing) return;
    this.credit += Math.min(start - this.lastBeat, 250) * this.speed;
    this.lastBeat = start;
    const longest = LONGEST_WAIT_BARS * session.intervalMs;
    while (this.credit > 0 && this.around.now() - start < SLICE_MS) {
      if (session.ended) return this.halt('end');
      const wait = Math.min(Math.max(session.nextTs - session.ts, 0), longest);
      if (wait > this.credit) return;
      this.credit -= wait;
      if (session.step() && this.pauseOnProposal) return this.halt('proposal');
    }
  }

  /** Posts what has changed, once the page has taken the frame before; what changes meanwhile goes out with its acknowledgement. */
  private flush(): void {
    if (this.broken || this.acknowledged < this.seq) return;
    const { playing, speed, stoppedBy, pauseOnProposal, progress } = this;
    const changes = this.session?.changes({ playing, speed, stoppedBy, pauseOnProposal }, this.dirty);
    if (!changes && progress === undefined) return;
    this.dirty = false;
    this.progress = undefined;
    this.epoch = changes?.epoch ?? this.epoch;
    this.run = changes?.run ?? this.run;
    this.post({ epoch: this.epoch, run: this.run, ...changes, ...(progress === undefined ? {} : { progress }) });
  }

  private post(changes: Omit<Frame, 'type' | 'seq'>): void {
    this.seq += 1;
    const columns = changes.bars ? Object.values(changes.bars).filter((column) => column instanceof Float64Array) : [];
    this.around.post(
      { type: 'frame', seq: this.seq, ...changes },
      columns.map((column) => column.buffer as ArrayBuffer),
    );
  }

  private async answer(question: Question): Promise<Answers[keyof Answers]> {
    switch (question.ask) {
      case 'inspect': {
        const { tape, report, notes, intervalMs } = await openFile(question.file, question.options);
        const { ts } = tape.columns;
        const inspection: Inspection = {
          name: question.file.name,
          kind: tape.columns.kind,
          instrument: tape.instrument,
          stamp: tape.stamp,
          intervalMs: intervalMs ?? suggestInterval(tape),
          rows: ts.length,
          rejectedRows: report.rejectedRows,
          rejected: report.rejected,
          fromTs: ts[0] ?? 0,
          toTs: ts.at(-1) ?? 0,
          notes:
            tape.columns.kind !== 'bars' && intervalMs === null
              ? [
                  ...notes,
                  `Bars are built from the ${tape.columns.kind}; their interval is suggested so that there are at least 60.`,
                ]
              : notes,
        };
        return inspection;
      }
      case 'quote':
        return this.need().quote(question.entry);
      case 'stop':
        return this.need().stopOutlooks(question.positionId, question.price);
      case 'outlook':
        return this.need().outlook(question.proposalId, question.quantity);
      case 'record':
        return this.need().record(question.seq);
      case 'calendar':
        return readCalendar(await unpack(question.file), question.file.name);
      case 'row-time':
        return this.need().timeOfRow(question.row);
      case 'export': {
        const files = this.need().export();
        return { ...files, sha256: await sha256(new TextEncoder().encode(files.journal)) };
      }
      case 'policy-keys':
        return { keys: policyKeys(), presets: writtenPresets() };
      case 'policy-check':
        return this.review(question.policy, question.preset);
      case 'policy-effect':
        return this.need().policyEffect(loadPolicy(question.policy, 'policy'));
      default:
        return question satisfies never;
    }
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

  private answerWith(id: number, error: unknown): void {
    this.around.post({ type: 'answer', id, ok: false, message: error instanceof Error ? error.message : String(error) }, []);
  }

  private fault(fatal: boolean, error: unknown): void {
    if (fatal) {
      this.broken = true;
      this.playing = false;
      this.errand = undefined;
    }
    this.around.post(
      {
        type: 'fault',
        fatal,
        message: fatal ? 'The engine has stopped' : error instanceof Error ? error.message : String(error),
        detail: fatal ? (error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error)) : '',
      },
      [],
    );
  }
}
