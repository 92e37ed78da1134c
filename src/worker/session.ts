import type { Command, PlaceEntry } from '../domain/commands.ts';
import { dec, text } from '../domain/decimal.ts';
import type { PolicyDocument } from '../domain/document.ts';
import { durationText } from '../domain/measure.ts';
import type { JournalRecord } from '../domain/events.ts';
import { ACTION_KINDS, type ActionKind, type Autonomy, type Outlook, type Proposal } from '../domain/proposal.ts';
import { parseSession, ZoneClock } from '../domain/session.ts';
import { type BarPath, rowsOf, type Tape } from '../domain/tape.ts';
import { Engine, intervalOf, type Stop } from '../engine/engine.ts';
import { outlooksNow, stopOutlooks } from '../engine/desk.ts';
import type { EntryPlan } from '../engine/entries.ts';
import { explain, type RuleReading } from '../engine/explain.ts';
import { Managed } from '../engine/managed.ts';
import type { State } from '../engine/state.ts';
import type { ReadResult } from '../formats/csv.ts';
import { decisive, type Difference, difference } from '../policy/explain.ts';
import { type LoadedPolicy, loadPolicy, presets } from '../policy/load.ts';
import { FLOOR } from '../policy/schema.ts';
import { ChartFold } from '../projections/chart.ts';
import { pins, proposalViews } from '../projections/desk.ts';
import { effectLines } from '../projections/effect.ts';
import { figuresJson, journalText, positionsJson, prettyJson } from '../projections/figures.ts';
import { accountView, chartLevels, chartView, orderViews, positionViews } from '../projections/holdings.ts';
import { journalLine, proposalTitle, type Surroundings } from '../projections/lines.ts';
import type { BarsDelta, ClockView, SessionView, TicketQuote } from '../projections/views.ts';
import type { Frame, PolicyEffect } from './protocol.ts';

const MINUTE = 60_000;
/** Bars walked before a session is shown, so that indicators are known and there is a chart to look at. */
const WARM_UP_BARS = 60;

/** A policy with another bar interval, for trades, whose bars are ours to choose. */
export function withInterval(loaded: LoadedPolicy, intervalMs: number | null): LoadedPolicy {
  if (intervalMs === null) return loaded;
  return loadPolicy({ ...loaded.source, interval: `${intervalMs}ms` }, 'interval');
}

/** The longest of the usual intervals that gives a stretch of trades at least 60 bars. */
export function suggestInterval(tape: Tape): number {
  const { ts } = tape.columns;
  const span = (ts.at(-1) ?? 0) - (ts[0] ?? 0);
  return [MINUTE, 15_000, 5_000, 1_000].find((interval) => span / interval >= WARM_UP_BARS) ?? 1_000;
}

/** What changed since a frame; the host numbers it and sends it. */
export type Changes = Omit<Frame, 'type' | 'seq'>;

/** One session in the worker: the engine on its tape, and the views of it that the page has already been given. */
export class Session {
  readonly tape: Tape;
  private readonly source: ReadResult;
  private readonly name: string;
  private readonly policy: LoadedPolicy;
  private readonly barPath: BarPath;
  private readonly clock: ZoneClock;
  private engine: Engine;
  private fold: ChartFold;
  private readonly around: Surroundings;
  private folded = 0;
  private marks: ClockView['marks'] = [];
  private epoch: number;
  private sentBars = 0;
  private sentLines = 0;
  private sentSession = false;
  private sentPolicy = false;
  /** the policy in force, as it is written */
  private inForce: PolicyDocument;
  private seen = { journal: -1, row: -1, point: -1 };

  constructor(name: string, source: ReadResult, policy: LoadedPolicy, barPath: BarPath, epoch: number) {
    this.name = name;
    this.source = source;
    this.tape = source.tape;
    this.policy = policy;
    this.inForce = policy.source;
    this.barPath = barPath;
    this.epoch = epoch;
    this.clock = new ZoneClock(parseSession(this.tape.instrument.session));
    this.engine = this.start([]);
    this.fold = this.emptyFold();
    this.around = {
      sideOf: (id) => this.sideOf(id),
      titleOf: (id) => {
        const proposal = this.engine.state.proposals.get(id)?.proposal;
        return proposal ? proposalTitle(proposal, this.sideOf(proposal.positionId)) : id;
      },
      decimals: this.engine.market.instrument.prices.decimals,
    };
    const enough = Math.floor(rowsOf(this.tape) / 4);
    while (this.engine.market.history.length < WARM_UP_BARS && this.engine.rowsDone < enough)
      this.engine.run(this.engine.rowsDone + 1);
  }

  get rows(): number {
    return rowsOf(this.tape);
  }

  get rowsDone(): number {
    return this.engine.rowsDone;
  }

  get ended(): boolean {
    return this.engine.ended;
  }

  get bars(): number {
    return this.engine.market.history.length;
  }

  get intervalMs(): number {
    return this.engine.market.intervalMs;
  }

  get currentEpoch(): number {
    return this.epoch;
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
    const kept = this.tape.columns.kind === 'trades' && typeof written === 'object' && written !== null;
    return decisive(difference(this.inForce, kept ? { ...written, interval } : written));
  }

  run(untilRow: number, stopAt: 'none' | 'proposal' | 'event'): Stop {
    return this.engine.run(untilRow, stopAt);
  }

  /** One price further. @returns true when a proposal came up that waits for the user */
  step(): boolean {
    const before = this.engine.journal.length;
    this.engine.step();
    return this.engine.asksSince(before);
  }

  command(command: Command): void {
    this.engine.command(command);
  }

  /** Goes to where `row` rows are done. Back means: the same session again from the start, with the same decisions, which stay ahead until the user decides anew. */
  seek(row: number): void {
    const target = Math.max(0, Math.min(Math.floor(row), this.rows));
    if (target < this.engine.rowsDone || (target === this.engine.rowsDone && this.engine.midRow)) {
      this.engine = this.start(this.engine.allDecisions);
      this.fold = this.emptyFold();
      this.folded = 0;
      this.marks = [];
      this.putInForce(this.policy.source);
      this.epoch += 1;
      this.sentBars = 0;
      this.sentLines = 0;
      this.seen = { journal: -1, row: -1, point: -1 };
    }
    this.engine.run(target);
  }

  quote(entry: PlaceEntry): TicketQuote {
    const plan = this.engine.plan(entry);
    return quoteOf(plan, entry, this.engine);
  }

  stopOutlooks(positionId: string, price: string): { before: Outlook; after: Outlook } {
    const position = this.engine.state.positions.get(positionId);
    if (!position) throw new RangeError(`position ${positionId} does not exist`);
    return stopOutlooks(this.engine.core, position, dec(price));
  }

  /** What the policy would change for what is held, were it in force from now on. Changes nothing. */
  policyEffect(wanted: LoadedPolicy): PolicyEffect {
    const { core } = this.engine;
    // bars that are built from trades keep the interval that the session was opened with
    const { policy } = withInterval(wanted, this.tape.columns.kind === 'trades' ? this.intervalMs : null);
    const autonomy = new Map(Object.entries(policy.autonomy) as [ActionKind, Autonomy][]);
    const kinds = ACTION_KINDS.flatMap((kind) => {
      const [was, is] = [core.state.autonomy.get(kind), autonomy.get(kind)].map(autonomyText);
      return was === is ? [] : [`Autonomy of ${kind}: ${was} → ${is}`];
    });
    const readings = this.readings();
    const effect: PolicyEffect = { positions: [], refused: this.unfit(policy), levels: [] };
    for (const managed of core.book) {
      const { position } = managed;
      const trial = underPolicy(managed, { ...core.state, autonomy }, policy);
      const after = explain(trial);
      const { decimals } = managed.prices;
      const rules = effectLines(readings.get(position.id) ?? [], after, decimals, (ts) => this.timeOfDay(ts));
      effect.positions.push({ positionId: position.id, symbol: position.symbol, changes: [...rules, ...kinds] });
      effect.levels.push(...chartLevels(trial, after));
    }
    return effect;
  }

  /** Why the running session cannot take a policy. */
  private unfit(policy: LoadedPolicy['policy']): string | null {
    return intervalOf(this.tape, policy) === this.intervalMs
      ? null
      : `interval ${policy.interval.text}: the bars of this session are of ${durationText(this.intervalMs)}; start over with it instead`;
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
    const readings = this.readings();
    const clock = (ts: number): string => this.timeOfDay(ts);
    const pinned = pins(engine.state.proposals.values());
    const changes: Changes = {
      epoch: this.epoch,
      clock: this.clockView(replay),
      account: accountView(engine.core, (kind) => FLOOR[kind] === 'auto'),
      positions: positionViews(engine.core, readings, clock),
      proposals: proposalViews(
        engine.state.proposals.values(),
        (id) => this.sideOf(id),
        this.tape.instrument.lot,
        this.policy.policy.proposals.tolerance.text,
        (proposal) => this.outlooksOf(proposal),
      ),
      orders: orderViews(engine.core),
      chart: chartView(engine.core, this.fold.positions, readings, pinned),
      bars: this.barsDelta(),
      journal: {
        from: this.sentLines,
        lines: engine.journal.slice(this.sentLines).map((record) => journalLine(record, this.around)),
      },
    };
    this.sentLines = engine.journal.length;
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
    return new Engine({ tape: this.tape, policy: this.policy, barPath: this.barPath, decisions });
  }

  private emptyFold(): ChartFold {
    return new ChartFold(this.engine.market.instrument.prices.decimals);
  }

  private outlooksOf(proposal: Proposal): Pick<Proposal, 'before' | 'after'> {
    const position = this.engine.state.positions.get(proposal.positionId);
    return position ? outlooksNow(this.engine.core, position, proposal.action) : proposal;
  }

  private sideOf(positionId: string): 'long' | 'short' {
    return this.engine.state.positions.get(positionId)?.side ?? 'long';
  }

  private timeOfDay(ts: number): string {
    const minutes = Math.floor((ts - this.clock.day(ts).start) / MINUTE);
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  }

  private readings(): Map<string, RuleReading[]> {
    const { core } = this.engine;
    return new Map(
      core.book.map((managed) => {
        managed.price = core.market.last;
        managed.ts = core.ts;
        return [managed.position.id, explain(managed)];
      }),
    );
  }

  private foldJournal(): void {
    const { journal } = this.engine;
    for (; this.folded < journal.length; this.folded += 1) {
      const record = journal[this.folded];
      if (!record) continue;
      this.fold.apply(record);
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
      ts: Number.isNaN(engine.market.last) ? null : engine.core.ts,
      row: engine.rowsDone,
      point: engine.at.point,
      rows: this.rows,
      ...replay,
      laterDecisions: engine.laterDecisions.length,
      marks: this.marks,
    };
  }

  private barsDelta(): BarsDelta {
    const { market } = this.engine;
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
    const { tape, source } = this;
    const { ts } = tape.columns;
    const hours = parseSession(tape.instrument.session);
    const fromTs = ts[0] ?? 0;
    const toTs = ts.at(-1) ?? 0;
    return {
      title: `${tape.instrument.symbol} · ${dateRange(this.clock.day(fromTs).date, this.clock.day(toTs).date)}`,
      source: this.name,
      instrument: tape.instrument,
      kind: tape.columns.kind,
      synthetic: tape.synthetic,
      stamp: tape.stamp,
      intervalMs: intervalOf(tape, this.policy.policy),
      barPath: this.barPath,
      digest: tape.digest,
      rows: this.rows,
      fromTs,
      toTs,
      zone: hours.zone,
      openMinute: hours.open ?? null,
      closeMinute: hours.close ?? null,
      policy: this.policy.policy.name,
      policies: Object.keys(presets),
      priceDecimals: this.engine.market.instrument.prices.decimals,
      report: source.report,
      notes: source.notes,
    };
  }
}

const autonomyText = (autonomy: Autonomy | undefined): string =>
  autonomy?.mode === 'auto-after' ? `auto-after ${autonomy.seconds}s` : (autonomy?.mode ?? '');

/** A position as it would be watched under another policy: what it has seen so far stays, and what waits on the desk. */
function underPolicy(managed: Managed, state: State, policy: LoadedPolicy['policy']): Managed {
  const { position, market, entryVolume, entryResistance, high, low, best } = managed;
  const trial = new Managed(position, market, state, policy, market.last, managed.ts);
  Object.assign(trial, { entryVolume, entryResistance, high, low });
  trial.refresh(state);
  trial.best = best;
  for (const armed of trial.armed)
    armed.live = managed.armed.find(({ rule, trigger }) => rule === armed.rule && trigger.key === armed.trigger.key)?.live;
  return trial;
}

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

function quoteOf(plan: EntryPlan, entry: PlaceEntry, engine: Engine): TicketQuote {
  const { price, quantity, stop, target, refusal, steps, account } = plan;
  const multiplier = dec(engine.market.instrument.spec.multiplier);
  const perUnit = stop ? price.minus(stop).abs() : undefined;
  const risk = perUnit?.times(quantity).times(multiplier);
  const equity = engine.core.equity(account);
  const share = (value: typeof price): string => (equity.greaterThan(0) ? value.div(equity).times(100).toFixed(2) : '0');
  return {
    side: entry.side,
    entry: text(price),
    quantity: text(quantity),
    stop: stop ? text(stop) : '',
    target: target ? text(target) : '',
    riskPerUnit: perUnit ? text(perUnit) : '',
    riskMoney: risk ? risk.toFixed(2) : '',
    riskPercent: risk ? share(risk) : '',
    rewardRisk: target && perUnit && !perUnit.isZero() ? target.minus(price).abs().div(perUnit).toFixed(2) : '',
    exposurePercent: share(price.times(quantity).times(multiplier)),
    steps,
    refusal: refusal
      ? refusal.message +
        (refusal.figure !== undefined && refusal.limit !== undefined ? ` (${refusal.figure} against ${refusal.limit})` : '')
      : '',
  };
}
