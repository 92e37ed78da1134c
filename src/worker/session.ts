import type { Command, PlaceEntry } from '../domain/commands.ts';
import { dec } from '../domain/decimal.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { Position } from '../domain/position.ts';
import { ACTION_KINDS, type ActionKind, type Autonomy, type Outlook, type Proposal } from '../domain/proposal.ts';
import { type BarPath, rowsOf, type Tape } from '../domain/tape.ts';
import { Engine, type Stop } from '../engine/engine.ts';
import { outlooksNow, stopOutlooks } from '../engine/desk.ts';
import { explain, explainBook, type RuleReading } from '../engine/explain.ts';
import { gauges } from '../engine/gauges.ts';
import type { Market } from '../engine/market.ts';
import { policyRefusal, underPolicy } from '../engine/policy.ts';
import { PAPER } from '../engine/scout.ts';
import type { ReadResult } from '../formats/csv.ts';
import { decisive, type Difference, difference } from '../policy/explain.ts';
import { type LoadedPolicy, loadPolicy, presets } from '../policy/load.ts';
import { FLOOR } from '../policy/schema.ts';
import { ChartFold } from '../projections/chart.ts';
import { pins, proposalViews } from '../projections/desk.ts';
import { Diary } from '../projections/diary.ts';
import { effectLines } from '../projections/effect.ts';
import { figuresJson, journalText, positionsJson, prettyJson } from '../projections/figures.ts';
import { accountView, chartLevels, chartView, instrumentViews, orderViews, positionViews } from '../projections/holdings.ts';
import { journalLine, proposalTitle, type Surroundings } from '../projections/lines.ts';
import { ticketQuote } from '../projections/ticket.ts';
import type { BarsDelta, ClockView, FileView, SessionView, TicketQuote } from '../projections/views.ts';
import type { Frame, PolicyEffect } from './protocol.ts';
import { rowsOver, timeOfRow } from './rows.ts';

const MINUTE = 60_000;
/** Bars walked before a session is shown, so that indicators are known and there is a chart to look at. */
const WARM_UP_BARS = 60;

/** A policy with another bar interval, for trades and quotes, whose bars are ours to choose. */
export function withInterval(loaded: LoadedPolicy, intervalMs: number | null): LoadedPolicy {
  if (intervalMs === null) return loaded;
  return loadPolicy({ ...loaded.source, interval: `${intervalMs}ms` }, 'interval');
}

/** The longest of the usual intervals that gives a stretch of trades or quotes at least 60 bars. */
export function suggestInterval(tape: Tape): number {
  const { ts } = tape.columns;
  const span = (ts.at(-1) ?? 0) - (ts[0] ?? 0);
  return [MINUTE, 15_000, 5_000, 1_000].find((interval) => span / interval >= WARM_UP_BARS) ?? 1_000;
}

/** What changed since a frame; the host numbers it and sends it. */
export type Changes = Omit<Frame, 'type' | 'seq'>;

/** A file of a session: what was read, and what it is called. */
export interface Source extends ReadResult {
  name: string;
}

/** One session in the worker: the engine on its tape, and the views of it that the page has already been given. */
export class Session {
  private readonly sources: readonly Source[];
  private readonly policy: LoadedPolicy;
  private readonly barPath: BarPath;
  /** the instrument on the chart */
  private shown: string;
  private engine: Engine;
  private fold: ChartFold;
  private readonly around: Surroundings;
  private folded = 0;
  private marks: ClockView['marks'] = [];
  private diary = new Diary();
  private epoch: number;
  /** the epoch in which this run of the tape began: another instrument on the chart does not begin one */
  private runEpoch: number;
  private sentBars = 0;
  private sentLines = 0;
  /** positions that are closed, in the order of their close, and how many of them the page has */
  private closed: Position[] = [];
  private sentClosed = 0;
  private sentDrawn = 0;
  private sentSession = false;
  private sentPolicy = false;
  /** the policy in force, as it is written */
  private inForce: PolicyDocument;
  private seen = { journal: -1, row: -1, point: -1 };

  constructor(sources: readonly Source[], policy: LoadedPolicy, barPath: BarPath, epoch: number) {
    const [first] = sources;
    if (!first) throw new RangeError('a session needs at least one file');
    this.sources = sources;
    this.policy = policy;
    this.inForce = policy.source;
    this.barPath = barPath;
    this.epoch = epoch;
    this.runEpoch = epoch;
    this.shown = first.tape.instrument.symbol;
    this.engine = this.start([]);
    this.fold = this.emptyFold();
    this.around = {
      sideOf: (id) => this.sideOf(id),
      titleOf: (id) => {
        const proposal = this.engine.state.proposals.get(id)?.proposal;
        return proposal ? proposalTitle(proposal, this.sideOf(proposal.positionId)) : id;
      },
      decimalsOf: (positionId) => this.marketOf(positionId).instrument.prices.decimals,
      positionOf: (id) => this.engine.state.proposals.get(id)?.proposal.positionId ?? null,
      symbolOf: (id) => this.positionOf(id)?.symbol ?? null,
    };
    const enough = Math.floor(this.rows / 4);
    while (this.bars < WARM_UP_BARS && this.engine.rowsDone < enough) this.run(this.engine.rowsDone + 1, 'none');
  }

  get rows(): number {
    return this.sources.reduce((sum, { tape }) => sum + rowsOf(tape), 0);
  }

  get rowsDone(): number {
    return this.engine.rowsDone;
  }

  get ended(): boolean {
    return this.engine.ended;
  }

  /** bars of the shown instrument that have closed */
  get bars(): number {
    return this.market.bars;
  }

  get intervalMs(): number {
    return this.market.intervalMs;
  }

  private get market(): Market {
    return this.engine.core.lane(this.shown).market;
  }

  /** A position, or one that an entry plan would open. */
  private positionOf(positionId: string): Position | undefined {
    return this.engine.state.positions.get(positionId) ?? this.engine.core.managed(positionId)?.position;
  }

  /** The market of a position; of the shown instrument where there is no such position. */
  private marketOf(positionId: string | null): Market {
    const position = positionId === null ? undefined : this.positionOf(positionId);
    return position ? this.engine.core.lane(position.symbol).market : this.market;
  }

  /** the instrument on the chart */
  get symbol(): string {
    return this.shown;
  }

  /** Puts another instrument on the chart: bars begin anew, the journal goes on. @throws RangeError when the session has no such instrument */
  show(symbol: string): void {
    if (!this.engine.core.hasLane(symbol))
      throw new RangeError(`the session has no instrument ${symbol}; expected ${this.symbols.join(', ')}`);
    if (symbol === this.shown) return;
    this.shown = symbol;
    this.drawAnew();
  }

  has(symbol: string): boolean {
    return this.engine.core.hasLane(symbol);
  }

  private get symbols(): string[] {
    return this.engine.core.lanes.map((lane) => lane.symbol);
  }

  get currentEpoch(): number {
    return this.epoch;
  }

  get currentRun(): number {
    return this.runEpoch;
  }

  /** Market time of the next price, NaN at the end. */
  get nextTs(): number {
    return this.engine.nextTs;
  }

  get ts(): number {
    return this.engine.core.ts;
  }

  /** Where a policy, as written, would change the one in force. Bars that are built from trades keep their interval, whatever it says. */
  differsFromInForce(written: unknown): Difference[] {
    const { interval } = this.inForce;
    const kept = this.builtBars && typeof written === 'object' && written !== null;
    return decisive(difference(this.inForce, kept ? { ...written, interval } : written));
  }

  /** Walks until so many rows are done, and on to the end of that instant: bars that end together have all closed where it stops. */
  run(untilRow: number, stopAt: 'none' | 'proposal' | 'event'): Stop {
    const { engine } = this;
    let stop = engine.run(untilRow, stopAt);
    while (stop === 'row' && engine.closing) stop = engine.run(engine.rowsDone + 1, stopAt);
    return stop;
  }

  /** One price further. @returns true when a proposal came up that waits for the user */
  step(): boolean {
    const before = this.engine.journal.length;
    this.engine.step();
    return this.engine.asksSince(before);
  }

  /** @throws PolicyError where a command carries a policy that cannot be used */
  command(command: Command): void {
    if (command.type !== 'SetPolicy') return this.engine.command(command);
    const { source } = this.withOwnInterval(loadPolicy(command.policy, 'policy'));
    this.engine.command({ type: 'SetPolicy', policy: source });
  }

  /** Goes to where `row` rows are done. Back means: the same session again from the start, with the same decisions, which stay ahead until the user decides anew. */
  seek(row: number): void {
    const target = Math.max(0, Math.min(Math.floor(row), this.rows));
    if (target < this.engine.rowsDone || (target === this.engine.rowsDone && this.engine.midRow)) {
      this.engine = this.start(this.engine.allDecisions);
      this.putInForce(this.policy.source);
      this.startAnew();
    }
    this.run(target, 'none');
  }

  /** The page is given everything from the beginning. */
  private startAnew(): void {
    this.drawAnew();
    this.runEpoch = this.epoch;
    this.sentLines = 0;
    this.sentClosed = 0;
  }

  /** The page is given the chart from the beginning. */
  private drawAnew(): void {
    this.fold = this.emptyFold();
    this.folded = 0;
    this.closed = [];
    this.sentDrawn = 0;
    this.marks = [];
    this.diary = new Diary();
    this.epoch += 1;
    this.sentBars = 0;
    this.sentSession = false;
    this.sentPolicy = false;
    this.seen = { journal: -1, row: -1, point: -1 };
  }

  /** One bar of the shown instrument back: how many rows are to be done there. */
  get rowsOneBarBack(): number {
    const { market } = this;
    const closed = market.history.column('ts')[market.history.length - 1] ?? Number.NaN;
    const start = Number.isNaN(market.barEnd) ? closed : market.barStart;
    return Number.isNaN(start) ? 0 : Math.min(rowsOver(this.tapes, start), Math.max(0, this.rowsDone - 1));
  }

  /** Market time at which a row begins. */
  timeOfRow(row: number): number {
    return timeOfRow(this.tapes, row);
  }

  private get tapes(): Tape[] {
    return this.sources.map(({ tape }) => tape);
  }

  quote(entry: PlaceEntry): TicketQuote {
    return ticketQuote(this.engine.core, this.engine.plan(entry), entry);
  }

  stopOutlooks(positionId: string, price: string): { before: Outlook; after: Outlook } {
    const position = this.engine.state.positions.get(positionId);
    if (!position) throw new RangeError(`position ${positionId} does not exist`);
    return stopOutlooks(this.engine.core, position, dec(price));
  }

  /** What the policy would change for what is held, were it in force from now on. Changes nothing. */
  policyEffect(wanted: LoadedPolicy): PolicyEffect {
    const { core } = this.engine;
    const loaded = this.withOwnInterval(wanted);
    const autonomy = new Map(Object.entries(loaded.policy.autonomy) as [ActionKind, Autonomy][]);
    const kinds = ACTION_KINDS.flatMap((kind) => {
      const [was, is] = [core.state.autonomy.get(kind), autonomy.get(kind)].map(autonomyText);
      return was === is ? [] : [`Autonomy of ${kind}: ${was} → ${is}`];
    });
    const readings = explainBook(this.engine.core);
    const refusal = policyRefusal(core, loaded);
    const refused =
      refusal &&
      refusal.message +
        (refusal.figure === undefined || refusal.limit === undefined ? '' : ` (${refusal.limit} now, ${refusal.figure} then)`);
    const effect: PolicyEffect = { positions: [], refused: refused ?? null, levels: [] };
    for (const managed of core.book) {
      const { position, market } = managed;
      const trial = underPolicy(core, managed, loaded, { ...core.state, autonomy });
      const after = explain(trial, core.ts);
      const { decimals } = managed.prices;
      const clock = (ts: number): string => market.clock.timeOfDay(ts);
      const rules = effectLines(readings.get(position.id) ?? [], after, decimals, clock);
      effect.positions.push({ positionId: position.id, symbol: position.symbol, changes: [...rules, ...kinds] });
      if (position.symbol === this.shown) effect.levels.push(...chartLevels(trial, after));
    }
    return effect;
  }

  /** true where bars are built from trades or quotes */
  private get builtBars(): boolean {
    return this.sources.some(({ tape }) => tape.columns.kind !== 'bars');
  }

  /** Bars that are built from trades or quotes keep the interval that the session was opened with. */
  private withOwnInterval(policy: LoadedPolicy): LoadedPolicy {
    return this.builtBars ? withInterval(policy, this.engine.core.policy.interval.value.toNumber()) : policy;
  }

  record(seq: number): JournalRecord {
    const record = this.engine.journal[seq - 1];
    if (!record) throw new Error(`record ${seq} does not exist`);
    return record;
  }

  /** The session as files: journal, positions, figures. */
  export(): { journal: string; positions: string; figures: string; records: number } {
    const { engine } = this;
    return {
      journal: journalText(engine.journal),
      positions: prettyJson(positionsJson(engine.state)),
      figures: prettyJson(figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account))),
      records: engine.journal.length,
    };
  }

  /** Everything that has changed since the last call; undefined when nothing has. */
  changes(replay: Pick<ClockView, 'playing' | 'speed' | 'stoppedBy' | 'pauseOnProposal'>, force: boolean): Changes | undefined {
    const { engine } = this;
    const at = engine.at;
    const moved = at.row !== this.seen.row || at.point !== this.seen.point || engine.journal.length !== this.seen.journal;
    if (!moved && !force) return undefined;
    this.seen = { row: at.row, point: at.point, journal: engine.journal.length };
    this.foldJournal();
    const readings = explainBook(this.engine.core);
    const clock =
      (symbol: string) =>
      (ts: number): string =>
        engine.core.lane(symbol).market.clock.timeOfDay(ts);
    const pinned = pins(engine.state.proposals.values(), this.shown);
    const changes: Changes = {
      epoch: this.epoch,
      run: this.runEpoch,
      clock: this.clockView(replay),
      account: accountView(engine.core, gauges(engine.core, PAPER), this.diary, (kind) => FLOOR[kind] === 'auto'),
      instruments: instrumentViews(engine.core, this.plans(), clock, this.diary),
      positions: positionViews(
        engine.core,
        [...engine.state.open.values()].flatMap((id) => this.positionOf(id) ?? []),
        readings,
        clock,
        this.diary,
      ),
      closed: {
        from: this.sentClosed,
        positions: positionViews(engine.core, this.closed.slice(this.sentClosed), readings, clock, this.diary),
      },
      proposals: proposalViews(
        engine.state.proposals.values(),
        (id) => this.sideOf(id),
        (symbol) => engine.core.lane(symbol).market.instrument.spec.lot,
        engine.core.policy.proposals.tolerance.text,
        (proposal) => this.outlooksOf(proposal),
      ),
      orders: orderViews(engine.core),
      chart: chartView(engine.core, this.shown, this.fold.open, readings, pinned),
      drawn: { from: this.sentDrawn, positions: this.fold.closed.slice(this.sentDrawn) },
      bars: this.barsDelta(),
      journal: {
        from: this.sentLines,
        lines: engine.journal.slice(this.sentLines).map((record) => journalLine(record, this.around)),
      },
    };
    this.sentLines = engine.journal.length;
    this.sentClosed = this.closed.length;
    this.sentDrawn = this.fold.closed.length;
    if (!this.sentPolicy) {
      this.sentPolicy = true;
      changes.policy = this.inForce;
    }
    if (!this.sentSession) {
      this.sentSession = true;
      changes.session = this.sessionView();
    }
    return changes;
  }

  private start(decisions: Engine['allDecisions']): Engine {
    return new Engine({ tapes: this.tapes, policy: this.policy, barPath: this.barPath, decisions });
  }

  private emptyFold(): ChartFold {
    return new ChartFold(this.shown, this.market.instrument.prices.decimals);
  }

  private outlooksOf(proposal: Proposal): Pick<Proposal, 'before' | 'after'> {
    const position = this.positionOf(proposal.positionId);
    return position ? outlooksNow(this.engine.core, position, proposal.action) : proposal;
  }

  private sideOf(positionId: string): 'long' | 'short' {
    return this.positionOf(positionId)?.side ?? 'long';
  }

  /** How entry plans stand, by symbol. */
  private plans(): Map<string, RuleReading[]> {
    const { lanes, ts } = this.engine.core;
    return new Map(lanes.flatMap(({ symbol, scout }) => (scout ? [[symbol, explain(scout, ts)]] : [])));
  }

  private foldJournal(): void {
    const { journal } = this.engine;
    for (; this.folded < journal.length; this.folded += 1) {
      const record = journal[this.folded];
      if (!record) continue;
      this.fold.apply(record);
      this.diary.apply(record, (id) => this.engine.state.proposals.get(id)?.proposal);
      const closed = record.event.type === 'PositionClosed' ? this.positionOf(record.event.positionId) : undefined;
      if (closed) this.closed.push(closed);
      if (record.event.type === 'PolicyChanged') this.putInForce(record.event.policy as PolicyDocument);
      const { kind, tone } = journalLine(record, this.around);
      if (tone !== 'muted' && kind !== 'session' && this.marks.at(-1)?.row !== record.tape.row)
        this.marks.push({ row: record.tape.row, tone });
    }
  }

  private putInForce(policy: PolicyDocument): void {
    if (policy === this.inForce) return;
    this.inForce = policy;
    this.sentPolicy = false;
  }

  private clockView(replay: Pick<ClockView, 'playing' | 'speed' | 'stoppedBy' | 'pauseOnProposal'>): ClockView {
    const { engine } = this;
    return {
      ts: engine.core.lanes.every(({ market }) => Number.isNaN(market.last)) ? null : engine.core.ts,
      row: engine.rowsDone,
      point: engine.at.point,
      rows: this.rows,
      ...replay,
      laterDecisions: engine.laterDecisions.length,
      marks: this.marks,
    };
  }

  private barsDelta(): BarsDelta {
    const { market } = this;
    const { history } = market;
    const from = Math.min(this.sentBars, history.length);
    const forming = Number.isNaN(market.barEnd) ? 0 : 1;
    const column = (name: Parameters<typeof history.column>[0], last: number): Float64Array => {
      const part = new Float64Array(history.length - from + forming);
      part.set(history.column(name).subarray(from, history.length));
      if (forming) part[part.length - 1] = last;
      return part;
    };
    this.sentBars = history.length;
    return {
      from,
      ts: column('ts', market.barStart),
      open: column('open', market.open),
      high: column('high', market.high),
      low: column('low', market.low),
      close: column('close', market.close),
      volume: column('volume', market.volume),
      rsi: column('rsi', Number.NaN),
      macd: column('macd', Number.NaN),
      macdSignal: column('macdSignal', Number.NaN),
      atr: column('atr', Number.NaN),
    };
  }

  private sessionView(): SessionView {
    const { market, sources } = this;
    const source = sources.find(({ tape }) => tape.instrument.symbol === this.shown) ?? sources[0];
    if (!source) throw new Error('a session has at least one file');
    const { tape } = source;
    const starts = sources.map((one) => one.tape.columns.ts[0] ?? Number.POSITIVE_INFINITY);
    const ends = sources.map((one) => one.tape.columns.ts.at(-1) ?? Number.NEGATIVE_INFINITY);
    const fromTs = Math.min(...starts);
    const toTs = Math.max(...ends);
    const { symbols } = this;
    return {
      title: `${symbols.join(', ')} · ${dateRange(market.clock.day(fromTs).date, market.clock.day(toTs).date)}`,
      source: sources.map(({ name }) => name).join(', '),
      symbols,
      decimals: Object.fromEntries(this.engine.core.lanes.map((lane) => [lane.symbol, lane.market.instrument.prices.decimals])),
      files: sources.map((one) => this.fileView(one)).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1)),
      instrument: tape.instrument,
      kind: tape.columns.kind,
      synthetic: sources.some((one) => one.tape.synthetic),
      stamp: tape.stamp,
      intervalMs: market.intervalMs,
      barPath: this.barPath,
      digest: tape.digest,
      rows: this.rows,
      fromTs,
      toTs,
      zone: market.instrument.session.zone,
      policy: this.policy.policy.name,
      policies: Object.keys(presets),
      priceDecimals: market.instrument.prices.decimals,
      report: source.report,
      notes: [...source.notes, ...this.engine.notes],
    };
  }

  private fileView({ tape, name, report }: Source): FileView {
    const { market } = this.engine.core.lane(tape.instrument.symbol);
    return {
      symbol: tape.instrument.symbol,
      name,
      kind: tape.columns.kind,
      rows: rowsOf(tape),
      rejectedRows: report.rejectedRows,
      intervalMs: market.intervalMs,
      stamp: tape.stamp,
      zone: market.instrument.session.zone,
      digest: tape.digest,
    };
  }
}

const autonomyText = (autonomy: Autonomy | undefined): string =>
  autonomy?.mode === 'auto-after' ? `auto-after ${autonomy.seconds}s` : (autonomy?.mode ?? '');

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "11–15 Feb 2019" from two local dates. */
function dateRange(from: string, to: string): string {
  const [a, b] = [from, to].map((date) => ({
    year: date.slice(0, 4),
    month: MONTHS[Number(date.slice(5, 7)) - 1] ?? '',
    day: Number(date.slice(8)),
  }));
  if (!a || !b) return from;
  const end = `${b.day} ${b.month} ${b.year}`;
  if (from === to) return end;
  if (a.year !== b.year) return `${a.day} ${a.month} ${a.year} – ${end}`;
  return a.month === b.month ? `${a.day}–${end}` : `${a.day} ${a.month} – ${end}`;
}
