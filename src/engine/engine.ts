import type { Command } from '../domain/commands.ts';
import { dec } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import { instrumentOf } from '../domain/instrument.ts';
import type { ActionKind, Autonomy } from '../domain/proposal.ts';
import { type BarColumns, type BarPath, rowsOf, type Tape, type TapePosition, type TradeColumns } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { receive } from './commands.ts';
import { Core } from './core.ts';
import { type EntryPlan, planEntry } from './entries.ts';
import { Market } from './market.ts';
import { emptyState, type State } from './state.ts';
import { Watch } from './watch.ts';

/** Goes into every journal; grows when the same input could give other events. */
const ENGINE = 'ratchet/1';

/** A command at its place on the tape, as a journal keeps it. */
export interface Decision {
  at: TapePosition;
  command: Command;
}

/** Everything that decides what a run will be. */
export interface Setup {
  tape: Tape;
  policy: LoadedPolicy;
  barPath: BarPath;
  /** entries by time, from a file */
  entries?: readonly { ts: Milliseconds; command: Command }[];
  /** commands to repeat at their tape positions */
  decisions?: readonly Decision[];
}

/** Why `run` came back: the row was reached, the tape is over, a proposal waits for the user, or something was recorded. */
export type Stop = 'row' | 'end' | 'proposal' | 'event';

const later = (a: TapePosition, b: TapePosition): boolean => a.row > b.row || (a.row === b.row && a.point > b.point);

type Playable = Tape & { columns: BarColumns | TradeColumns };

/** @throws RangeError for a tape of quotes */
function playable(tape: Tape): Playable {
  const { columns } = tape;
  if (columns.kind === 'quotes') throw new RangeError('the tape holds quotes: expected bars or trades');
  return { ...tape, columns };
}

/** The interval of the engine's bars: the policy's, or the tape's own where that is coarser. */
export function intervalOf(tape: Tape, policy: LoadedPolicy['policy']): Milliseconds {
  const wanted = policy.interval.value.toNumber();
  return tape.columns.kind === 'bars' ? Math.max(wanted, tape.columns.intervalMs) : wanted;
}

/**
 * The position engine on one tape: deterministic, synchronous, without clock or I/O. The same setup and the same commands at the same
 * places give the same journal, however the run is cut into pieces.
 */
export class Engine {
  readonly core: Core;
  private readonly tape: Playable;
  private readonly barPath: BarPath;
  private readonly entries: readonly { ts: Milliseconds; command: Command }[];
  private decisions: readonly Decision[];
  private nextEntry = 0;
  private nextDecision = 0;
  /** the row being walked and the next point of it */
  private row = 0;
  private nextPoint = 0;
  private highFirst = false;
  private readonly watch: Watch;
  private dayEnd = Number.NEGATIVE_INFINITY;

  constructor({ tape, policy, barPath, entries, decisions }: Setup) {
    const instrument = instrumentOf(tape.instrument);
    const intervalMs = intervalOf(tape, policy.policy);
    const market = new Market(instrument, intervalMs, tape.columns.kind === 'bars' ? rowsOf(tape) : undefined);
    const autonomy = Object.entries(policy.policy.autonomy) as [ActionKind, Autonomy][];
    const state = emptyState(dec(policy.policy.account.equity), autonomy, [
      [instrument.spec.symbol, dec(instrument.spec.multiplier)],
    ]);
    this.tape = playable(tape);
    this.barPath = barPath;
    this.entries = entries ?? [];
    this.decisions = decisions ?? [];
    this.core = new Core(state, policy.policy, market, tape.columns.ts[0] ?? 0);
    this.watch = new Watch(this.core);
    const notes: string[] = [];
    if (!market.hasSession) notes.push('24-hour market: session-flat and the entry window do not apply');
    if (intervalMs >= 86_400_000) notes.push('daily bars: rules that need a clock are off');
    this.core.emit({
      type: 'SessionStarted',
      engine: ENGINE,
      tape: { digest: tape.digest, rows: rowsOf(tape), kind: tape.columns.kind, stamp: tape.stamp, synthetic: tape.synthetic },
      instrument: tape.instrument,
      policy: policy.source,
      intervalMs,
      barPath,
      notes,
    });
  }

  get state(): State {
    return this.core.state;
  }

  get market(): Market {
    return this.core.market;
  }

  get journal(): readonly JournalRecord[] {
    return this.core.journal;
  }

  /** rows that have been walked to their end */
  get rowsDone(): number {
    return this.row;
  }

  /** true between two prices of one row */
  get midRow(): boolean {
    return this.nextPoint > 0;
  }

  /** time of the next price; NaN at the end */
  get nextTs(): Milliseconds {
    const { columns } = this.tape;
    const start = columns.ts[this.row];
    if (start === undefined) return Number.NaN;
    if (columns.kind === 'trades' || this.nextPoint < 2) return start;
    return this.nextPoint > 3 ? start + columns.intervalMs : start + Math.floor(((this.nextPoint - 1) * columns.intervalMs) / 3);
  }

  get at(): TapePosition {
    return this.core.at;
  }

  /** entries whose time has not come */
  get entriesLeft(): number {
    return this.entries.length - this.nextEntry;
  }

  get ended(): boolean {
    return this.row >= rowsOf(this.tape);
  }

  /** Decisions that lie ahead on the tape and will be repeated. */
  get laterDecisions(): readonly Decision[] {
    return this.decisions.slice(this.nextDecision);
  }

  /** Every command so far with its place, and those that lie ahead: what a rebuilt run needs to come back here and go on. */
  get allDecisions(): Decision[] {
    const made = this.core.journal.flatMap(({ event, tape }) =>
      event.type === 'CommandReceived' && !(event.command.type === 'PlaceEntry' && event.command.source === 'entries')
        ? [{ at: tape, command: event.command }]
        : [],
    );
    return [...made, ...this.laterDecisions];
  }

  /** A command by the user, here and now. Decisions that lay ahead belong to a run that will not happen; they are dropped. */
  command(command: Command): void {
    this.decisions = [];
    this.nextDecision = 0;
    this.take(command);
  }

  /** What an entry would be if it were sent now. */
  plan(entry: Extract<Command, { type: 'PlaceEntry' }>): EntryPlan {
    return planEntry(this.core, entry);
  }

  /**
   * Walks the tape until `untilRow` rows are done, or to the first point at which something happens that `stopAt` names.
   * @param stopAt `proposal`: one that waits for the user; `event`: anything that is recorded
   */
  run(untilRow: number, stopAt: 'none' | 'proposal' | 'event' = 'none'): Stop {
    const { tape } = this;
    const rows = rowsOf(tape);
    const until = Math.min(untilRow, rows);
    const last = tape.columns.kind === 'bars' ? 5 : 1;
    if (!this.midRow && this.row === 0) this.repeatDecisions();
    while (this.row < until) {
      const seen = this.core.journal.length;
      if (this.nextPoint === 0) {
        if (tape.columns.kind === 'trades') this.doze(tape.columns, until);
        else if (this.dozeBar(tape.columns)) this.nextPoint = last + 1;
        if (this.row === until) break;
      }
      if (this.nextPoint > last && this.stops(stopAt, seen)) {
        this.nextRow();
        return stopAt;
      }
      while (this.nextPoint <= last) {
        const before = this.core.journal.length;
        this.point(tape.columns);
        this.nextPoint += 1;
        if (this.nextDecision < this.decisions.length) this.repeatDecisions();
        if (this.stops(stopAt, before)) {
          if (this.nextPoint > last) this.nextRow();
          return stopAt;
        }
      }
      this.nextRow();
    }
    return this.row >= rows ? 'end' : 'row';
  }

  /**
   * Walks trades as long as they wake nothing: inside the band, before the bar's end, the next due time and the next entry or decision. What
   * it leaves behind is what `point` would, but in one loop over locals: nearly every trade of a tape is one of these.
   */
  private doze({ ts, price, size }: TradeColumns, until: number): void {
    const { core } = this;
    const { market } = core;
    const { lower, upper } = market;
    const wakeTs = Math.min(market.barEnd, market.due, this.dayEnd, this.entries[this.nextEntry]?.ts ?? Number.POSITIVE_INFINITY);
    const wakeRow = Math.min(until, this.decisions[this.nextDecision]?.at.row ?? until);
    if (!(core.ts < wakeTs)) return;
    let { high, low, last, volume, runHigh, runLow } = market;
    let now = core.ts;
    let row = this.row;
    for (; row < wakeRow; row += 1) {
      const time = ts[row] ?? Number.NaN;
      const print = price[row] ?? Number.NaN;
      if (!(time < wakeTs && print > lower && print < upper)) break;
      if (time > now) now = time;
      if (print > high) high = print;
      if (print < low) low = print;
      if (print > runHigh) runHigh = print;
      if (print < runLow) runLow = print;
      volume += size[row] ?? 0;
      last = print;
    }
    if (row === this.row) return;
    this.row = row;
    core.row = row - 1;
    core.point = 1;
    core.ts = now;
    market.high = high;
    market.low = low;
    market.close = last;
    market.last = last;
    market.volume = volume;
    market.runHigh = runHigh;
    market.runLow = runLow;
  }

  /**
   * Walks a bar in one go where nothing on its way wakes: all its prices lie inside the band, and no time, entry or decision comes before its end.
   * What it leaves behind is what `point` would.
   * @returns false where the bar must be walked price by price
   */
  private dozeBar({ ts, open, high, low, close, volume, intervalMs }: BarColumns): boolean {
    const { core, row } = this;
    const { market } = core;
    const start = ts[row] ?? Number.NaN;
    const end = start + intervalMs;
    const top = high[row] ?? Number.NaN;
    const bottom = low[row] ?? Number.NaN;
    if (!(bottom > market.lower && top < market.upper && end < market.due && start < this.dayEnd)) return false;
    if (start >= market.barEnd || (this.entries[this.nextEntry]?.ts ?? end) <= start) return false;
    if ((this.decisions[this.nextDecision]?.at.row ?? Number.POSITIVE_INFINITY) <= row) return false;
    core.row = row;
    core.point = 5;
    if (end > core.ts) core.ts = end;
    if (Number.isNaN(market.barEnd)) market.startBar(start, open[row] ?? Number.NaN);
    market.stretch(top);
    market.stretch(bottom);
    market.close = close[row] ?? Number.NaN;
    market.last = market.close;
    market.volume += volume[row] ?? 0;
    if (top > market.runHigh) market.runHigh = top;
    if (bottom < market.runLow) market.runLow = bottom;
    if (end >= market.barEnd) this.watch.barClosed();
    this.watch.timers();
    return true;
  }

  /** One price further, whatever it is: a trade, or a point of a bar. */
  step(): void {
    if (this.ended) return;
    const last = this.tape.columns.kind === 'bars' ? 5 : 1;
    if (!this.midRow && this.row === 0) this.repeatDecisions();
    do {
      this.point(this.tape.columns);
      this.nextPoint += 1;
      this.repeatDecisions();
    } while (this.core.point === 0);
    if (this.nextPoint > last) this.nextRow();
  }

  private nextRow(): void {
    this.row += 1;
    this.nextPoint = 0;
  }

  private stops(stopAt: 'none' | 'proposal' | 'event', seen: number): stopAt is 'proposal' | 'event' {
    return stopAt !== 'none' && this.core.journal.length !== seen && (stopAt === 'event' || this.asksSince(seen));
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
    this.watch.takePeaks();
    receive(this.core, command);
    this.watch.settle();
  }

  private repeatDecisions(): void {
    for (;;) {
      const decision = this.decisions[this.nextDecision];
      if (!decision || later(decision.at, this.core.at)) return;
      this.nextDecision += 1;
      this.take(decision.command);
    }
  }

  private point(columns: BarColumns | TradeColumns): void {
    const { core, row } = this;
    core.row = row;
    core.point = this.nextPoint;
    if (columns.kind === 'trades') this.tradePoint(columns, row, this.nextPoint);
    else this.barPoint(columns, row, this.nextPoint);
  }

  private tradePoint(columns: TradeColumns, row: number, point: number): void {
    const { core } = this;
    const { market } = core;
    const ts = columns.ts[row] ?? core.ts;
    if (point === 0) {
      this.clock(ts);
      return;
    }
    const price = columns.price[row] ?? Number.NaN;
    if (Number.isNaN(market.barEnd)) market.startBar(ts, price);
    else market.stretch(price);
    market.close = price;
    market.volume += columns.size[row] ?? 0;
    this.watch.price(price, ts, false);
  }

  private barPoint(columns: BarColumns, row: number, point: number): void {
    const { core } = this;
    const { market } = core;
    const start = columns.ts[row] ?? core.ts;
    const { intervalMs } = columns;
    const open = columns.open[row] ?? Number.NaN;
    switch (point) {
      case 0:
        this.clock(start);
        return;
      case 1:
        if (Number.isNaN(market.barEnd)) market.startBar(start, open);
        else market.stretch(open);
        market.close = open;
        this.watch.price(open, start, false);
        return;
      case 2:
        this.highFirst = this.goesHighFirst(open, columns.high[row] ?? open, columns.low[row] ?? open);
        this.extreme(columns, row, this.highFirst, start + Math.floor(intervalMs / 3));
        return;
      case 3:
        this.extreme(columns, row, !this.highFirst, start + Math.floor((2 * intervalMs) / 3));
        return;
      case 4: {
        const close = columns.close[row] ?? Number.NaN;
        market.close = close;
        this.watch.price(close, start + intervalMs, true);
        return;
      }
      default:
        market.volume += columns.volume[row] ?? 0;
        if (start + intervalMs >= market.barEnd) this.watch.barClosed();
        this.watch.timers();
    }
  }

  private extreme(columns: BarColumns, row: number, high: boolean, ts: Milliseconds): void {
    const price = (high ? columns.high[row] : columns.low[row]) ?? Number.NaN;
    this.core.market.stretch(price);
    this.core.market.close = price;
    this.watch.price(price, ts, true);
  }

  /** Which extreme of a bar comes first. Adverse to the open position, or to the working entry, unless the path says otherwise. */
  private goesHighFirst(open: number, high: number, low: number): boolean {
    if (this.barPath === 'ohlc') return true;
    if (this.barPath === 'olhc') return false;
    if (this.barPath === 'nearest-first' && high - open !== open - low) return high - open < open - low;
    const first = this.core.book[0];
    if (first) return first.side < 0;
    return this.core.resting[0]?.side === 'sell';
  }

  /** Market time reaches `ts`: bars that are over close, then timers fall due, then entries of this time are placed. */
  private clock(ts: Milliseconds): void {
    const { core } = this;
    if (ts > core.ts) core.ts = ts;
    if (ts >= this.dayEnd) this.dayOpens(ts);
    if (ts >= core.market.barEnd) this.watch.barClosed();
    this.watch.timers();
    for (let entry = this.entries[this.nextEntry]; entry && entry.ts <= ts; entry = this.entries[this.nextEntry]) {
      this.nextEntry += 1;
      this.take(entry.command);
    }
  }

  private dayOpens(ts: Milliseconds): void {
    const { core } = this;
    this.dayEnd = core.market.clock.day(ts).end;
    for (const id of core.state.accounts.keys()) core.dayOpening.set(id, core.equity(id));
  }
}
