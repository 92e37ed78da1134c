import type { JournalRecord } from '../domain/events.ts';
import type { Engine } from '../engine/engine.ts';
import type { RuleReading } from '../engine/explain.ts';
import type { Market } from '../engine/market.ts';
import { ChartFold } from '../projections/chart.ts';
import { pins } from '../projections/desk.ts';
import { chartView } from '../projections/holdings.ts';
import type { BarsDelta, BesideView, OtherWay } from '../projections/views.ts';
import { type SessionFiles, sessionView } from './session-view.ts';

/** Bars of a market from one on, with the one that is under way: what of it there is so far. */
export function barsSince(market: Market, from: number): BarsDelta {
  const { history } = market;
  const forming = Number.isNaN(market.barEnd) ? 0 : 1;
  const column = (name: Parameters<typeof history.column>[0], last: number): Float64Array => {
    const part = new Float64Array(history.length - from + forming);
    part.set(history.column(name).subarray(from, history.length));
    if (forming) part[part.length - 1] = last;
    return part;
  };
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

/** What a page has been given of an instrument that it sees beside the one on the chart. */
export class Pane {
  private readonly files: SessionFiles;
  private engine: Engine;
  private readonly symbol: string;
  private readonly fold: ChartFold;
  private folded = 0;
  private sentBars = 0;
  private sentDrawn = 0;
  private told = false;

  constructor(files: SessionFiles, engine: Engine, symbol: string) {
    this.files = files;
    this.engine = engine;
    this.symbol = symbol;
    this.fold = new ChartFold(symbol, this.market.instrument.prices.decimals);
  }

  /**
   * Everything that has changed since the last call.
   * @param engine the run, which may have been gone on with in another engine
   * @param otherOf a fill's record that might have been another one
   */
  changes(
    engine: Engine,
    readings: ReadonlyMap<string, readonly RuleReading[]>,
    otherOf: (record: JournalRecord) => OtherWay | null,
  ): BesideView {
    this.engine = engine;
    const { symbol, fold } = this;
    const { journal } = engine;
    for (; this.folded < journal.length; this.folded += 1) {
      const record = journal[this.folded];
      if (record) fold.apply(record, otherOf(record));
    }
    const view: BesideView = {
      symbol,
      chart: chartView(engine.core, symbol, fold.open, readings, pins(engine.state.proposals.values(), symbol)),
      drawn: { from: this.sentDrawn, positions: fold.closed.slice(this.sentDrawn) },
      bars: barsSince(this.market, Math.min(this.sentBars, this.market.history.length)),
      ...(this.told ? {} : { session: sessionView(this.files, engine, symbol) }),
    };
    this.told = true;
    this.sentDrawn = fold.closed.length;
    this.sentBars = this.market.history.length;
    return view;
  }

  private get market(): Market {
    return this.engine.core.lane(this.symbol).market;
  }
}
