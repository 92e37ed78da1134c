import type { PolicyDocument } from '../domain/document.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { Position } from '../domain/position.ts';
import type { Proposal } from '../domain/proposal.ts';
import { outlooksNow } from '../engine/desk.ts';
import type { Engine } from '../engine/engine.ts';
import { explain, explainBook, type RuleReading } from '../engine/explain.ts';
import { gauges } from '../engine/gauges.ts';
import type { Market } from '../engine/market.ts';
import { PAPER } from '../engine/scout.ts';
import { FLOOR } from '../policy/schema.ts';
import { ChartFold } from '../projections/chart.ts';
import { pins, proposalViews } from '../projections/desk.ts';
import { Diary } from '../projections/diary.ts';
import { accountView, chartView, instrumentViews, orderViews, positionViews } from '../projections/holdings.ts';
import { journalLine, type Surroundings } from '../projections/lines.ts';
import { OtherWays } from '../projections/other-way.ts';
import type { BarsDelta, BesideView, ClockView, JournalLine, OtherWay } from '../projections/views.ts';
import { PaperTerms } from './exit-terms.ts';
import { Marks, surroundingsOf } from './marks.ts';
import { barsSince, Pane } from './pane.ts';
import type { Frame } from './protocol.ts';
import { rowsOfAll, type SessionFiles, sessionView } from './session-view.ts';

/** What changed since a frame; the host numbers it and sends it. */
export type Changes = Omit<Frame, 'type' | 'seq'>;

/** How far the run has been before it went back. */
export type Latest = Pick<ClockView, 'latest' | 'ahead'>;

/** How the host replays. */
export type Replay = Pick<ClockView, 'playing' | 'speed' | 'stoppedBy' | 'pauseOnProposal'>;

/** What the page has been given of a session, so that a frame carries only what has changed since. */
export class Frames {
  private readonly files: SessionFiles;
  private readonly around: Surroundings;
  private engine: Engine;
  /** the instrument on the chart */
  private shown: string;
  private epoch: number;
  /** the epoch in which this run of the tape began: another instrument on the chart does not begin one */
  private run: number;
  private fold: ChartFold;
  private diary = new Diary();
  private marks: Marks;
  private otherWays = new OtherWays(new PaperTerms());
  /** of fills that might have been other ones, by the record's number */
  private readonly others = new Map<number, OtherWay>();
  private readonly panes = new Map<string, Pane>();
  /** records of the journal that the folds have taken */
  private folded = 0;
  private sentBars = 0;
  private sentLines = 0;
  /** positions that are closed, in the order of their close, and how many of them the page and its chart have */
  private closed: Position[] = [];
  private sentClosed = 0;
  private sentDrawn = 0;
  private sentSession = false;
  private sentPolicy: PolicyDocument | undefined;
  private seen = { journal: -1, row: -1, point: -1 };

  constructor(files: SessionFiles, engine: Engine, shown: string, epoch: number) {
    this.files = files;
    this.engine = engine;
    this.shown = shown;
    this.epoch = epoch;
    this.run = epoch;
    this.fold = this.emptyFold();
    this.around = surroundingsOf(
      () => this.engine,
      () => this.shown,
    );
    this.marks = new Marks(this.around);
  }

  get currentEpoch(): number {
    return this.epoch;
  }

  get currentRun(): number {
    return this.run;
  }

  /** Another engine on the same tapes: the page is given everything from the beginning. */
  restart(engine: Engine): void {
    this.engine = engine;
    this.redraw(this.shown);
    this.run = this.epoch;
    this.panes.clear();
    this.sentLines = 0;
    this.sentClosed = 0;
  }

  /** The page is given the chart from the beginning, with this instrument on it; the journal goes on. */
  redraw(shown: string): void {
    this.shown = shown;
    this.fold = this.emptyFold();
    this.folded = 0;
    this.closed = [];
    this.sentDrawn = 0;
    this.marks = new Marks(this.around);
    this.diary = new Diary();
    this.otherWays = new OtherWays(new PaperTerms());
    this.others.clear();
    this.epoch += 1;
    this.sentBars = 0;
    this.sentSession = false;
    this.sentPolicy = undefined;
    this.seen = { journal: -1, row: -1, point: -1 };
  }

  /**
   * Everything that has changed since the last call; undefined when nothing has.
   * @param engine the run, which may have been gone on with in another engine
   * @param beside instruments that are seen besides the one on the chart
   */
  changes(engine: Engine, replay: Replay, latest: Latest, force: boolean, beside: readonly string[] = []): Changes | undefined {
    this.engine = engine;
    const at = engine.at;
    const moved = at.row !== this.seen.row || at.point !== this.seen.point || engine.journal.length !== this.seen.journal;
    if (!moved && !force) return undefined;
    this.seen = { row: at.row, point: at.point, journal: engine.journal.length };
    this.foldJournal();
    const readings = explainBook(engine.core);
    const clock =
      (symbol: string) =>
      (ts: number): string =>
        engine.core.lane(symbol).market.clock.timeOfDay(ts);
    const pinned = pins(engine.state.proposals.values(), this.shown);
    const changes: Changes = {
      epoch: this.epoch,
      run: this.run,
      clock: this.clockView(replay, latest),
      account: accountView(engine.core, gauges(engine.core, PAPER), this.diary, (kind) => FLOOR[kind] === 'auto'),
      instruments: instrumentViews(engine.core, this.plans(), clock, this.diary),
      positions: positionViews(engine.core, this.open, readings, clock, this.diary),
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
        lines: engine.journal.slice(this.sentLines).map((record) => this.line(record)),
      },
    };
    this.sentLines = engine.journal.length;
    this.sentClosed = this.closed.length;
    this.sentDrawn = this.fold.closed.length;
    if (beside.length > 0 || this.panes.size > 0) changes.beside = this.besideViews(beside, readings);
    const inForce = engine.core.policySource;
    if (this.sentPolicy !== inForce) {
      this.sentPolicy = inForce;
      changes.policy = inForce;
    }
    if (!this.sentSession) {
      this.sentSession = true;
      changes.session = sessionView(this.files, engine, this.shown);
    }
    return changes;
  }

  private get market(): Market {
    return this.engine.core.lane(this.shown).market;
  }

  /** Positions that are not closed, in the order of their opening. */
  private get open(): Position[] {
    return [...this.engine.state.open.values()].flatMap((id) => this.positionOf(id) ?? []);
  }

  private positionOf(positionId: string): Position | undefined {
    return this.engine.core.findPosition(positionId);
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
      const other = this.otherWays.apply(record);
      if (other) this.others.set(record.seq, other);
      this.fold.apply(record, other);
      this.diary.apply(record, (id) => this.engine.state.proposals.get(id)?.proposal);
      const closed = record.event.type === 'PositionClosed' ? this.positionOf(record.event.positionId) : undefined;
      if (closed) this.closed.push(closed);
      this.marks.apply(record);
    }
  }

  private line(record: JournalRecord): JournalLine {
    const other = this.others.get(record.seq);
    const line = journalLine(record, this.around);
    return other ? { ...line, other } : line;
  }

  private clockView(replay: Replay, latest: Latest): ClockView {
    const { engine } = this;
    return {
      ts: engine.core.lanes.every(({ market }) => Number.isNaN(market.last)) ? null : engine.core.ts,
      row: engine.rowsDone,
      point: engine.at.point,
      rows: rowsOfAll(this.files.sources),
      ...replay,
      laterDecisions: engine.laterDecisions.length,
      marks: this.marks.list,
      ...latest,
    };
  }

  private barsDelta(): BarsDelta {
    const { market } = this;
    const delta = barsSince(market, Math.min(this.sentBars, market.history.length));
    this.sentBars = market.history.length;
    return delta;
  }

  /** What is seen beside the chart: of instruments that are new here everything, of the others what has changed. */
  private besideViews(symbols: readonly string[], readings: ReturnType<typeof explainBook>): BesideView[] {
    for (const symbol of this.panes.keys()) if (!symbols.includes(symbol)) this.panes.delete(symbol);
    return symbols.map((symbol) => {
      const pane = this.panes.get(symbol) ?? new Pane(this.files, this.engine, symbol);
      this.panes.set(symbol, pane);
      return pane.changes(this.engine, readings, ({ seq }) => this.others.get(seq) ?? null);
    });
  }
}
