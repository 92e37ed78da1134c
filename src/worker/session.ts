import type { Command, PlaceEntry } from '../domain/commands.ts';
import { dec } from '../domain/decimal.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { Outlook } from '../domain/proposal.ts';
import { isAfter, type Tape, type TapePosition } from '../domain/tape.ts';
import { quantityRefusal } from '../engine/commands.ts';
import { outlooksNow, stopOutlooks } from '../engine/desk.ts';
import { type Decision, decisionsOf, Engine, type Stop, type StopAt } from '../engine/engine.ts';
import type { Market } from '../engine/market.ts';
import { decisive, type Difference, difference } from '../policy/explain.ts';
import { commandSchema } from '../formats/command.ts';
import { fitted } from '../formats/json.ts';
import { type LoadedPolicy, loadPolicy } from '../policy/load.ts';
import { figuresJson, journalText, positionsJson, prettyJson } from '../projections/figures.ts';
import { metricsText } from '../projections/metrics.ts';
import { performanceOf } from '../projections/performance.ts';
import type { PerformanceView, TradeFilter } from '../projections/performance-views.ts';
import { refusalWords } from '../projections/lines.ts';
import { ticketQuote } from '../projections/ticket.ts';
import type { TicketQuote } from '../projections/views.ts';
import type { Case } from '../study/case.ts';
import { Checkpoints } from './checkpoints.ts';
import { Frames, type Latest } from './frames.ts';
import { marketSenseOf } from './market-sense.ts';
import { withInterval } from './interval.ts';
import { rowAt } from './jump.ts';
import { markedLines, type MarkedLines, Marks, surroundingsOf } from './marks.ts';
import { policyEffect, policyRefused } from './policy-effect.ts';
import type { Answers, PolicyEffect } from './protocol.ts';
import { rowsOver, timeOfRow } from './rows.ts';
import { rowsOfAll, type SessionFiles, sessionView } from './session-view.ts';

/** Bars walked before a session is shown, so that indicators are known and there is a chart to look at. */
const WARM_UP_BARS = 60;

const NOTHING_AHEAD: Latest = { latest: null, ahead: [] };

/** What a study takes of a session's files and what was decided in it, walked to its end. */
export const caseWith = (files: SessionFiles, decisions: readonly Decision[]): Omit<Case, 'name' | 'place'> => ({
  tapes: files.sources.map(({ tape }) => tape),
  policy: files.policy.source,
  barPath: files.barPath,
  entries: files.entries,
  decisions,
});

/** A session as a study takes it. */
export const caseOf = ({ files, engine, place, title }: Session): Case => ({
  ...caseWith(files, engine.allDecisions),
  name: title,
  place,
});

/** One session in the worker: the engine on its tapes, and the way through them. */
export class Session {
  readonly files: SessionFiles;
  private current: Engine;
  private readonly checkpoints: Checkpoints;
  /** where this run had come farthest before it went back, and what is marked on the way there */
  private farthest: { engine: Engine; marks: Marks } | undefined;
  /** grows with every run that does not go on from where it was: the replay has gone back, and whoever looks on is shown everything anew */
  generation = 0;
  /** the instrument on the chart */
  private shown: string;

  /** @param past where a session that was kept goes on, and what was decided in it; one that begins walks its first bars */
  constructor(files: SessionFiles, past?: { place: TapePosition; decisions: readonly Decision[] }) {
    const [first] = files.sources;
    if (!first) throw new RangeError('a session needs at least one file');
    this.files = files;
    this.shown = first.tape.instrument.symbol;
    this.current = this.start(past?.decisions ?? []);
    this.checkpoints = new Checkpoints(this.rows);
    if (past) this.goTo(past.place);
    else this.warmUp();
  }

  private warmUp(): void {
    const enough = Math.floor(this.rows / 4);
    while (this.bars < WARM_UP_BARS && this.engine.rowsDone < enough) this.run(this.engine.rowsDone + 1, 'none');
  }

  get engine(): Engine {
    return this.current;
  }

  get journal(): readonly JournalRecord[] {
    return this.engine.journal;
  }

  /** What it is called where nothing else was said. */
  get title(): string {
    return sessionView(this.files, this.engine, this.shown).title;
  }

  /** True while nothing has happened in it. */
  get untouched(): boolean {
    return this.journal.length === 1;
  }

  /** What it is made of, under another policy. */
  filesWith(policy: LoadedPolicy): SessionFiles {
    return { ...this.files, policy: this.withOwnInterval(policy) };
  }

  /** Where on the tape it stands. */
  get place(): TapePosition {
    return this.engine.at;
  }

  /** On to a place at which it has stood before. */
  goTo(place: TapePosition): void {
    // of several tapes each may be inside a row at that place: those rows are not done
    this.walk(place.row + 1 - this.tapes.length, 'none');
    this.engine.goTo(place);
  }

  /** What was decided later on the tape and will be repeated. */
  get ahead(): readonly Decision[] {
    return this.engine.laterDecisions;
  }

  /** What a page that looks on is given, from the beginning. */
  look(shown: string, epoch: number): Frames {
    return new Frames(this.files, this.engine, shown, epoch);
  }

  /** Takes back everything after the first `records` records: the session is what it was at that place, with the decisions that lay ahead of it then. */
  restore(records: number, place: TapePosition, ahead: readonly Decision[]): void {
    const decisions = [...decisionsOf(this.journal.slice(0, records)), ...ahead];
    this.checkpoints.takeBack(records, place);
    this.farthest = undefined;
    this.replace(this.checkpoints.ofPlace(place), decisions);
    this.goTo(place);
  }

  get rows(): number {
    return rowsOfAll(this.files.sources);
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

  /** the instrument on the chart */
  get symbol(): string {
    return this.shown;
  }

  /** Puts another instrument on the chart: bars begin anew, the journal goes on. @throws RangeError when the session has no such instrument */
  show(symbol: string): void {
    if (!this.engine.core.hasLane(symbol))
      throw new RangeError(`the session has no instrument ${symbol}; expected ${this.symbols.join(', ')}`);
    this.shown = symbol;
  }

  has(symbol: string): boolean {
    return this.engine.core.hasLane(symbol);
  }

  private get symbols(): string[] {
    return this.engine.core.lanes.map((lane) => lane.symbol);
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
    const inForce = this.engine.core.policySource;
    const kept = this.builtBars && typeof written === 'object' && written !== null;
    return decisive(difference(inForce, kept ? { ...written, interval: inForce.interval } : written));
  }

  /** Walks until so many rows are done, and on to the end of that instant: bars that end together have all closed where it stops. */
  run(untilRow: number, stopAt: StopAt): Stop {
    const { engine } = this;
    let stop = this.walk(untilRow, stopAt);
    while (stop === 'row' && engine.closing) stop = engine.run(engine.rowsDone + 1, stopAt);
    return stop;
  }

  /** Walks until so many rows are done, in pieces that end where a checkpoint is to be kept. */
  private walk(untilRow: number, stopAt: StopAt): Stop {
    const { engine, checkpoints } = this;
    for (;;) {
      const stop = engine.run(Math.min(untilRow, checkpoints.next(engine.rowsDone)), stopAt);
      checkpoints.pass(engine);
      if (stop !== 'row' || engine.rowsDone >= untilRow) return stop;
    }
  }

  /** One price further. @returns true when a proposal came up that waits for the user */
  step(): boolean {
    const { engine } = this;
    const [records, row] = [engine.journal.length, engine.rowsDone];
    engine.step();
    if (engine.rowsDone > row) this.checkpoints.pass(engine);
    return engine.asksSince(records);
  }

  /** @throws FormatError where a command is none, PolicyError where it carries a policy that cannot be used */
  command(command: Command): void {
    // what the journal could not be read again with is not taken
    fitted(commandSchema, JSON.parse(JSON.stringify(command)), 'the command');
    if (command.type !== 'SetPolicy') return this.decide(command);
    const { source } = this.withOwnInterval(loadPolicy(command.policy, 'policy'));
    this.decide({ type: 'SetPolicy', policy: source });
  }

  /** What lay ahead will not happen: nothing of it is kept. */
  private decide(command: Command): void {
    this.checkpoints.turnAt(this.place);
    this.farthest = undefined;
    this.engine.command(command);
  }

  /**
   * Goes to where `row` rows are done, from the nearest checkpoint on the way. Back means: the same run again, with the same decisions, which stay
   * ahead until the user decides anew.
   */
  seek(row: number): void {
    const target = this.within(row);
    const nearest = this.checkpoints.ofRow(target);
    if (this.isBehind(row)) this.goBack(nearest);
    else if (nearest && nearest.rowsDone > this.rowsDone) this.goOn(nearest);
    this.run(target, 'none');
  }

  /** Back to the last place before this one at which something was recorded, the start of the session among them. */
  seekEventBefore(): void {
    const { place } = this;
    const before = this.journal.findLast(({ tape }) => isAfter(place, tape));
    if (!before) return;
    this.goBack(this.checkpoints.ofPlace(before.tape));
    this.goTo(before.tape);
  }

  /** On to where this run had come farthest, if it has gone back since. */
  seekLatest(): void {
    const { latestEngine } = this;
    if (latestEngine) this.goOn(latestEngine);
  }

  /** How many rows were done where this run had come farthest, and what is marked between here and there. */
  get latest(): Latest {
    const { farthest, latestEngine } = this;
    if (!farthest || !latestEngine) return NOTHING_AHEAD;
    return { latest: latestEngine.rowsDone, ahead: farthest.marks.after(this.journal.length) };
  }

  private get latestEngine(): Engine | undefined {
    if (this.farthest && !isAfter(this.farthest.engine.at, this.place)) this.farthest = undefined;
    return this.farthest?.engine;
  }

  /** What is marked between two rows, both included, as far as the run has ever come. */
  markedBetween(fromRow: number, toRow: number): MarkedLines {
    return markedLines(this.latestEngine ?? this.engine, this.shown, [fromRow, toRow], this.journal.length);
  }

  /** How many rows are over at a time that a person has written down. @throws RangeError saying what was expected */
  rowAt(written: string): number {
    return rowAt(this.tapes, this.market.instrument.session.zone, written, this.ts);
  }

  /** True where going to `row` is going back: it is done, or stands between two of its prices. */
  isBehind(row: number): boolean {
    const { rowsDone, midRow } = this.engine;
    return this.within(row) < rowsDone || (this.within(row) === rowsDone && midRow);
  }

  private within(row: number): number {
    return Math.max(0, Math.min(Math.floor(row), this.rows));
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
    return this.files.sources.map(({ tape }) => tape);
  }

  quote(entry: PlaceEntry): TicketQuote {
    return ticketQuote(this.engine.core, this.engine.plan(entry), entry);
  }

  stopOutlooks(positionId: string, price: string): { before: Outlook; after: Outlook } {
    const position = this.engine.state.positions.get(positionId);
    if (!position) throw new RangeError(`position ${positionId} does not exist`);
    return stopOutlooks(this.engine.core, position, dec(price));
  }

  /** What approving an open proposal with another quantity would make of its position, or why that is refused. */
  outlook(proposalId: string, quantity: string): Answers['outlook'] {
    const { core, state } = this.engine;
    const proposal = state.proposals.get(proposalId)?.proposal;
    const position = proposal && core.findPosition(proposal.positionId);
    if (!position) throw new RangeError(`proposal ${proposalId} does not exist`);
    const refusal = quantityRefusal(core, proposal, quantity);
    const { action } = proposal;
    const asked = refusal || !('quantity' in action) ? action : { ...action, quantity };
    return { ...outlooksNow(core, position, asked), refusal: refusal ? refusalWords(refusal) : '' };
  }

  /** What the policy would change for what is held, were it in force from now on. Changes nothing. */
  policyEffect(policy: LoadedPolicy): PolicyEffect {
    return policyEffect(this.engine.core, this.withOwnInterval(policy), this.shown);
  }

  /** Why a policy cannot take the place of another under way; null where it can. */
  refusesPolicy(policySource: PolicyDocument, policy: LoadedPolicy): string | null {
    return policyRefused({ policySource }, this.withOwnInterval(policy));
  }

  /** true where bars are built from trades or quotes */
  private get builtBars(): boolean {
    return this.files.sources.some(({ tape }) => tape.columns.kind !== 'bars');
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

  /** How the session went so far, or a part of it. */
  performance(filter: TradeFilter): PerformanceView {
    return performanceOf(this.journal, filter, marketSenseOf(this.engine.core));
  }

  /** The same as text for a monitoring system. */
  metrics(): string {
    return metricsText(this.journal, marketSenseOf(this.engine.core));
  }

  /** The session as files: journal, positions, figures. */
  export(): { journal: string; positions: string; figures: string; records: number } {
    const { engine } = this;
    return {
      journal: journalText(engine.journal),
      positions: prettyJson(positionsJson(engine.state)),
      figures: prettyJson(
        figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account), marketSenseOf(engine.core)),
      ),
      records: engine.journal.length,
    };
  }

  private start(decisions: readonly Decision[]): Engine {
    const { policy, barPath, entries } = this.files;
    return new Engine({
      tapes: this.tapes,
      policy,
      barPath,
      decisions,
      entries,
    });
  }

  /** The same run from a place before this one, or from the start where none is known. */
  private goBack(from: Engine | undefined): void {
    const { current } = this;
    if (!this.latestEngine) {
      const marks = new Marks(
        surroundingsOf(
          () => current,
          () => this.shown,
        ),
      );
      for (const record of current.journal) marks.apply(record);
      this.farthest = { engine: current, marks };
    }
    this.replace(from, current.allDecisions);
  }

  /** The same run at a place after this one, at which it has stood before. */
  private goOn(at: Engine): void {
    this.current = at.copy(this.engine.allDecisions);
  }

  private replace(from: Engine | undefined, decisions: readonly Decision[]): void {
    this.current = from?.copy(decisions) ?? this.start(decisions);
    this.generation += 1;
  }
}
