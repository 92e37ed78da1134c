import type { PolicyDocument } from '../domain/document.ts';
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
import { journalLine, proposalTitle, type Surroundings } from '../projections/lines.ts';
import type { BarsDelta, ClockView } from '../projections/views.ts';
import type { Frame } from './protocol.ts';
import { rowsOfAll, type SessionFiles, sessionView } from './session-view.ts';

/** What changed since a frame; the host numbers it and sends it. */
export type Changes = Omit<Frame, 'type' | 'seq'>;

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
  private marks: ClockView['marks'] = [];
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
    this.marks = [];
    this.diary = new Diary();
    this.epoch += 1;
    this.sentBars = 0;
    this.sentSession = false;
    this.sentPolicy = undefined;
    this.seen = { journal: -1, row: -1, point: -1 };
  }

  /** Everything that has changed since the last call; undefined when nothing has. */
  changes(replay: Replay, force: boolean): Changes | undefined {
    const { engine } = this;
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
      clock: this.clockView(replay),
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
        lines: engine.journal.slice(this.sentLines).map((record) => journalLine(record, this.around)),
      },
    };
    this.sentLines = engine.journal.length;
    this.sentClosed = this.closed.length;
    this.sentDrawn = this.fold.closed.length;
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

  /** The market of a position; of the shown instrument where there is no such position. */
  private marketOf(positionId: string | null): Market {
    const position = positionId === null ? undefined : this.positionOf(positionId);
    return position ? this.engine.core.lane(position.symbol).market : this.market;
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
      const { kind, tone } = journalLine(record, this.around);
      if (tone !== 'muted' && kind !== 'session' && this.marks.at(-1)?.row !== record.tape.row)
        this.marks.push({ row: record.tape.row, tone });
    }
  }

  private clockView(replay: Replay): ClockView {
    const { engine } = this;
    return {
      ts: engine.core.lanes.every(({ market }) => Number.isNaN(market.last)) ? null : engine.core.ts,
      row: engine.rowsDone,
      point: engine.at.point,
      rows: rowsOfAll(this.files.sources),
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
}
