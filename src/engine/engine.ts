import { type Command, isOfEntries } from '../domain/commands.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import { instrumentOf } from '../domain/instrument.ts';
import { type BarPath, isAfter, rowsOf, type Tape, type TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { receive } from './commands.ts';
import { copyOf } from './copy.ts';
import { Core } from './core.ts';
import { Cursor } from './cursor.ts';
import { actNow } from './desk.ts';
import { type EntryPlan, planEntry } from './entries.ts';
import { startDay } from './halts.ts';
import { Market } from './market.ts';
import { standingOf } from './standing.ts';
import { emptyState, type State } from './state.ts';
import { Watch } from './watch.ts';

/** Goes into every journal; grows when the same input could give other events. */
export const ENGINE = 'ratchet/2';

/** A command at its place on the tape, as a journal keeps it. */
export interface Decision {
  at: TapePosition;
  command: Command;
}

/** Everything that decides what a run will be. */
export interface Setup {
  /** one an instrument, walked on one clock; the trading day of accounts is that of the first */
  tapes: readonly Tape[];
  policy: LoadedPolicy;
  barPath: BarPath;
  /** entries by time, from a file */
  entries?: readonly { ts: Milliseconds; command: Command }[];
  /** commands to repeat at their tape positions */
  decisions?: readonly Decision[];
}

/** What a run may be stopped by: a proposal that waits for the user, a stop that is set or moved, or anything that is recorded. */
export type StopAt = 'none' | 'proposal' | 'stop-move' | 'event';

/** Why `run` came back: the row was reached, the tape is over, or what it was to be stopped by has happened. */
export type Stop = 'row' | 'end' | Exclude<StopAt, 'none'>;

const MOVES_STOP: ReadonlySet<Event['type']> = new Set(['StopSet', 'StopRaised', 'StopLoosened']);

/** The commands of a journal with their places; those of an entry file come from that file again. */
export const decisionsOf = (journal: readonly JournalRecord[]): Decision[] =>
  journal.flatMap(({ event, tape }) =>
    event.type === 'CommandReceived' && !isOfEntries(event.command) ? [{ at: tape, command: event.command }] : [],
  );

/** The interval of the engine's bars: the policy's, or the tape's own where that is coarser. */
function intervalOf(tape: Tape, policy: LoadedPolicy['policy']): Milliseconds {
  const wanted = policy.interval.value.toNumber();
  return tape.columns.kind === 'bars' ? Math.max(wanted, tape.columns.intervalMs) : wanted;
}

/** @throws RangeError where there is no tape, or two of one symbol */
function marketsOf(tapes: readonly Tape[], policy: LoadedPolicy['policy']): Market[] {
  const symbols = tapes.map(({ instrument }) => instrument.symbol);
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index);
  if (tapes.length === 0) throw new RangeError('a session needs at least one tape');
  if (twice !== undefined) throw new RangeError(`two tapes of ${twice}: a session takes one an instrument`);
  return tapes.map((tape) => {
    const { columns } = tape;
    const quoted = columns.kind === 'quotes' || (columns.kind === 'bars' && columns.ask !== undefined);
    const bars = columns.kind === 'bars' ? rowsOf(tape) : undefined;
    return new Market(instrumentOf(tape.instrument), intervalOf(tape, policy), policy.indicators, quoted, bars);
  });
}

/** What a user should know of a session before it runs, a sentence each. */
function notesOf(markets: readonly Market[], policy: LoadedPolicy['policy']): string[] {
  const notes: string[] = [];
  for (const { hasClock, hasSession, instrument, clock } of markets) {
    const { symbol } = instrument.spec;
    if (!hasClock) notes.push(`${symbol}: daily bars: rules that need a clock are off`);
    else if (!hasSession) notes.push(`${symbol}: 24-hour market: session-flat and the entry window do not apply`);
    else
      for (const [what, at] of [
        ['flat', policy.rules['session-flat'].at],
        ['the entry window', policy.limits.noEntriesFrom],
      ] as const)
        if (clock.isPastClose(at))
          notes.push(`${symbol}: ${what} at ${at.text} lies after the close, so it is 15 minutes before it`);
  }
  const { kind, vixSymbol } = policy.initialStop;
  if (kind === 'regime' && !markets.some(({ instrument }) => instrument.spec.symbol === vixSymbol))
    notes.push(`no ${vixSymbol} series is loaded: each instrument's own realised volatility stands in for it in the first stop`);
  return notes;
}

/**
 * The position engine on its tapes: deterministic, synchronous, without clock or I/O. The same setup and the same commands at the same
 * places give the same journal, however the run is cut into pieces.
 */
export class Engine {
  readonly core: Core;
  private readonly cursors: readonly Cursor[];
  /** the only one, where there is one */
  private readonly single: Cursor | undefined;
  private readonly entries: readonly { ts: Milliseconds; command: Command }[];
  private decisions: readonly Decision[];
  private nextEntry = 0;
  private nextDecision = 0;
  /** rows that have begun, and those of them that have been walked to their end: of several tapes each may be inside a row */
  private begun = 0;
  private done = 0;
  private readonly watch: Watch;
  private readonly rows: number;
  /** what a user should know of the session before it runs, a sentence each */
  readonly notes: readonly string[];
  private dayEnd = Number.NEGATIVE_INFINITY;

  constructor({ tapes, policy, barPath, entries, decisions }: Setup) {
    const sorted = tapes.toSorted((a, b) => (a.instrument.symbol < b.instrument.symbol ? -1 : 1));
    const markets = marketsOf(sorted, policy.policy);
    const state = emptyState(
      policy.policy,
      sorted.map(({ instrument }) => instrument),
    );
    this.entries = entries ?? [];
    this.decisions = decisions ?? [];
    const starts = sorted.map(({ columns }) => columns.ts[0] ?? Number.POSITIVE_INFINITY);
    const first = Math.min(...starts);
    this.core = new Core(state, policy, markets, Number.isFinite(first) ? first : 0, standingOf);
    this.watch = new Watch(this.core);
    this.cursors = sorted.map((tape) => new Cursor(tape, this.core, this.watch, barPath));
    this.single = this.cursors.length === 1 ? this.cursors[0] : undefined;
    this.rows = sorted.reduce((sum, tape) => sum + rowsOf(tape), 0);
    this.notes = notesOf(markets, policy.policy);
    this.core.emit({
      type: 'SessionStarted',
      engine: ENGINE,
      tapes: sorted.map((tape) => ({
        digest: tape.digest,
        rows: rowsOf(tape),
        kind: tape.columns.kind,
        stamp: tape.stamp,
        synthetic: tape.synthetic,
        instrument: tape.instrument,
      })),
      policy: policy.source,
      intervalMs: markets[0]?.intervalMs ?? 0,
      barPath,
      notes: [...this.notes],
    });
  }

  get state(): State {
    return this.core.state;
  }

  /** the market of the first instrument */
  get market(): Market {
    const [lane] = this.core.lanes;
    if (!lane) throw new Error('a session has at least one instrument');
    return lane.market;
  }

  get journal(): readonly JournalRecord[] {
    return this.core.journal;
  }

  /** rows that have been walked to their end */
  get rowsDone(): number {
    return this.done;
  }

  /** true while some tape is between two prices of one row */
  get midRow(): boolean {
    return this.cursors.some(({ midRow }) => midRow);
  }

  /** time of the next price; NaN at the end */
  get nextTs(): Milliseconds {
    return this.next()?.nextTs ?? Number.NaN;
  }

  /** True while bars that end at this instant have yet to close: of several tapes one is over before the others. */
  get closing(): boolean {
    const next = this.next();
    return next !== undefined && next.closing && next.nextTs <= this.core.ts;
  }

  get at(): TapePosition {
    return this.core.at;
  }

  /** entries whose time has not come */
  get entriesLeft(): number {
    return this.entries.length - this.nextEntry;
  }

  get ended(): boolean {
    return this.cursors.every(({ ended }) => ended);
  }

  /** Decisions that lie ahead on the tape and will be repeated. */
  get laterDecisions(): readonly Decision[] {
    return this.decisions.slice(this.nextDecision);
  }

  /** Every command so far with its place, and those that lie ahead: what a rebuilt run needs to come back here and go on. */
  get allDecisions(): Decision[] {
    return [...decisionsOf(this.core.journal), ...this.laterDecisions];
  }

  /** A command by the user, here and now. Decisions that lay ahead belong to a run that will not happen; they are dropped. */
  command(command: Command): void {
    this.decisions = [];
    this.nextDecision = 0;
    this.take(command);
  }

  /**
   * The same run at the same place, to go on with by itself: what happens in one is not seen by the other.
   * @param decisions every command of the run, those included that have been taken; as they are where it is left out
   */
  copy(decisions?: readonly Decision[]): Engine {
    const copy = copyOf<Engine>(
      this,
      this.core.lasting([...this.cursors.map(({ tape }) => tape), this.entries, this.decisions, this.notes]),
    );
    for (const managed of copy.core.allManaged()) managed.rearm();
    if (decisions) {
      copy.decisions = decisions.slice(decisionsOf(this.journal).length);
      copy.nextDecision = 0;
    }
    return copy;
  }

  /** What an entry would be if it were sent now. */
  plan(entry: Extract<Command, { type: 'PlaceEntry' }>): EntryPlan {
    return planEntry(this.core, entry, true);
  }

  /**
   * Walks the tape until `untilRow` rows are done, or to the first point at which something happens that `stopAt` names.
   */
  run(untilRow: number, stopAt: StopAt = 'none'): Stop {
    const until = Math.min(untilRow, this.rows);
    if (this.begun === 0) this.repeatDecisions();
    for (;;) {
      const seen = this.core.journal.length;
      const { single } = this;
      if (single && !single.midRow && single.row < until) {
        const walked = single.doze(Math.min(until, this.decisions[this.nextDecision]?.at.row ?? until), this.wakeTs);
        this.begun += walked;
        this.done += walked;
        if (walked > 0 && this.stops(stopAt, seen)) return stopAt;
      }
      const cursor = this.next();
      if (!cursor) return 'end';
      if (this.done >= until) return 'row';
      this.walk(cursor);
      if (this.stops(stopAt, seen)) return stopAt;
    }
  }

  /** Walks to a place on the tape at which a run has stood before; one that is behind changes nothing. */
  goTo(place: TapePosition): void {
    // of several tapes each may be inside a row at that place: those rows are not done
    this.run(place.row + 1 - this.cursors.length);
    while (isAfter(place, this.at)) {
      const cursor = this.next();
      if (!cursor) return;
      this.walk(cursor);
    }
  }

  /** The place of the next point of all tapes; undefined at the end. */
  get nextAt(): TapePosition | undefined {
    const next = this.next();
    if (!next) return undefined;
    return next.midRow ? { row: this.core.row, point: this.core.point + 1 } : { row: this.begun, point: 0 };
  }

  /** Walks to the last place before one at which a run has stood: nothing of that place has happened yet. One that is behind changes nothing. */
  goBefore(place: TapePosition): void {
    this.run(place.row + 1 - this.cursors.length);
    for (let next = this.nextAt; next && isAfter(place, next); next = this.nextAt) this.advance();
  }

  /** One point further of whichever tape comes first, its clock included; nothing at the end. */
  advance(): void {
    if (this.begun === 0) this.repeatDecisions();
    const cursor = this.next();
    if (cursor) this.walk(cursor);
  }

  /** A command here and now, as `command`, after which what lies ahead on the tape is still repeated. */
  interject(command: Command): void {
    this.take(command);
  }

  /** One that would apply by itself is vetoed at that very moment: what a copy asks that follows how it would have gone without. */
  veto(proposalId: string): void {
    this.core.vetoed.add(proposalId);
  }

  /**
   * Has a rule's trigger act on a position here and now, whether or not its criteria hold: what a copy asks that follows how that would have gone.
   * @returns the proposal that this was done by; undefined where the trigger has nothing to do on it
   */
  act(positionId: string, rule: string, trigger: string): string | undefined {
    const { core, watch } = this;
    watch.takeAllPeaks();
    const managed = core.managed(positionId);
    const armed = managed?.armed.find((one) => one.rule.id === rule && one.trigger.key === trigger);
    const id = managed && armed && actNow(core, managed, armed);
    watch.settle();
    return id;
  }

  /** One price further, whatever it is: a trade, a quote, or a point of a bar. */
  step(): void {
    if (this.begun === 0) this.repeatDecisions();
    for (let cursor = this.next(); cursor; cursor = this.next()) {
      const { nextPoint } = cursor;
      this.walk(cursor);
      if (nextPoint > 0) return;
    }
  }

  /** The tape whose next point comes first; at one instant by rank, then by symbol. */
  private next(): Cursor | undefined {
    if (this.single) return this.single.ended ? undefined : this.single;
    let first: Cursor | undefined;
    for (const cursor of this.cursors) {
      if (cursor.ended) continue;
      if (!first || cursor.nextTs < first.nextTs || (cursor.nextTs === first.nextTs && cursor.rank < first.rank)) first = cursor;
    }
    return first;
  }

  private walk(cursor: Cursor): void {
    const { core } = this;
    if (cursor.midRow) core.point += 1;
    else {
      core.row = this.begun;
      core.point = 0;
      this.begun += 1;
    }
    const closes = cursor.closing;
    cursor.point(this);
    if (!cursor.midRow) this.done += 1;
    if (closes && !this.closesNow()) {
      this.closeBars(core.ts);
      this.watch.timers();
    }
    if (this.nextDecision < this.decisions.length) this.repeatDecisions();
  }

  /** True while a bar of another instrument has yet to end at this instant: timers come after all of them. */
  private closesNow(): boolean {
    const next = this.next();
    return next !== undefined && next.closing && next.nextTs <= this.core.ts;
  }

  /** Bars that are over at `ts` close, those too that no price ended; one whose tape is within a row ends with it. */
  private closeBars(ts: Milliseconds): void {
    for (const lane of this.core.lanes) if (ts >= lane.market.barEnd && Number.isNaN(lane.rowHigh)) this.watch.barClosed(lane);
  }

  /** When something else than the tape is to happen next. */
  private get wakeTs(): Milliseconds {
    return Math.min(this.dayEnd, this.entries[this.nextEntry]?.ts ?? Number.POSITIVE_INFINITY);
  }

  private stops(stopAt: StopAt, seen: number): stopAt is Exclude<StopAt, 'none'> {
    if (stopAt === 'none' || this.core.journal.length === seen) return false;
    switch (stopAt) {
      case 'proposal':
        return this.asksSince(seen);
      case 'stop-move':
        return this.core.journal.slice(seen).some(({ event }) => MOVES_STOP.has(event.type));
      case 'event':
        return true;
      default:
        return stopAt satisfies never;
    }
  }

  /** True where a proposal that the user can act on has come up since the journal had `records` records, and is still open. */
  asksSince(records: number): boolean {
    for (let i = records; i < this.core.journal.length; i += 1) {
      const event = this.core.journal[i]?.event;
      if (event?.type !== 'ProposalOpened') continue;
      const { id, autonomy } = event.proposal;
      if (autonomy.mode !== 'auto' && autonomy.mode !== 'suggest' && this.state.proposals.get(id)?.status === 'proposed')
        return true;
    }
    return false;
  }

  private take(command: Command): void {
    this.watch.takeAllPeaks();
    receive(this.core, command);
    this.watch.settle();
  }

  private repeatDecisions(): void {
    for (;;) {
      const decision = this.decisions[this.nextDecision];
      if (!decision || isAfter(decision.at, this.core.at)) return;
      this.nextDecision += 1;
      this.take(decision.command);
    }
  }

  /** Market time reaches `ts`: bars that are over close, then timers fall due, then entries of this time are placed. */
  reach(ts: Milliseconds): void {
    const { core } = this;
    if (ts > core.ts) core.ts = ts;
    if (ts >= this.dayEnd) this.dayOpens(ts);
    this.closeBars(ts);
    this.watch.timers();
    for (let entry = this.entries[this.nextEntry]; entry && entry.ts <= ts; entry = this.entries[this.nextEntry]) {
      this.nextEntry += 1;
      this.take(entry.command);
    }
  }

  /** A day without a session belongs to the trading day before it: what was lost or halted there stays so. */
  private dayOpens(ts: Milliseconds): void {
    const { end, trading } = this.market.clock.day(ts);
    this.dayEnd = end;
    if (!trading) return;
    startDay(this.core);
    this.watch.redraw();
  }
}
