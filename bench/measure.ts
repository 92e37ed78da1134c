import { Engine } from '../src/engine/engine.ts';
import { Inline, type Results } from './inline.ts';
import { type Workload, workloads } from './workload.ts';

/** Pairs of runs of which the median counts. */
const PAIRS = 7;
/** A sample repeats a short run for at least this long: clocks in a browser are coarse. */
const LEAST_MS = 40;

/** What one workload took, in one runtime. */
export interface Measurement {
  workload: 'trades' | 'bars';
  rows: number;
  positions: number;
  entries: number;
  /** median nanoseconds a row: a trade or a bar */
  inlineNs: number;
  engineNs: number;
  /** median of the ratios of the pairs */
  ratio: number;
  journal: number;
  inlineSum: string;
  engineSum: string;
  /** totals, in ticks × units for P&L */
  inlineTotals: Totals;
  engineTotals: Totals;
  /** the first position in which the two differ */
  difference: string | undefined;
}

interface Totals {
  pnl: number;
  fills: number;
  moves: number;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Mean milliseconds of one run. */
function time(run: () => void): number {
  const start = performance.now();
  let runs = 0;
  let spent = 0;
  do {
    run();
    runs += 1;
    spent = performance.now() - start;
  } while (spent < LEAST_MS);
  return spent / runs;
}

function runEngine({ tape, policy, entries }: Workload): Engine {
  const engine = new Engine({ tapes: [tape], policy, barPath: 'ohlc', entries });
  engine.run(tape.columns.ts.length);
  return engine;
}

/** Reads what became of each position out of the engine's journal, in the inline loop's units. */
function resultsOf(engine: Engine): Results {
  const { positions } = engine.state;
  const indexOf = new Map([...positions.keys()].map((id, index) => [id, index]));
  const results: Results = {
    count: positions.size,
    pnl: Float64Array.from(positions.values(), ({ realizedPnl }) => realizedPnl.times(100).toNumber()),
    fills: new Int32Array(positions.size),
    moves: new Int32Array(positions.size),
    stop: new Int32Array(positions.size),
  };
  for (const { event } of engine.journal) {
    if (event.type !== 'OrderFilled' && event.type !== 'StopRaised' && event.type !== 'StopSet') continue;
    const i = indexOf.get(event.positionId) ?? -1;
    if (event.type === 'OrderFilled') results.fills[i] = (results.fills[i] ?? 0) + 1;
    else {
      if (event.type === 'StopRaised') results.moves[i] = (results.moves[i] ?? 0) + 1;
      results.stop[i] = Math.round(Number(event.type === 'StopRaised' ? event.to : event.price) * 100);
    }
  }
  return results;
}

const rowOf = ({ pnl, fills, moves, stop }: Results, i: number): number[] => [
  pnl[i] ?? 0,
  fills[i] ?? 0,
  moves[i] ?? 0,
  stop[i] ?? 0,
];

/** FNV-1a over the decimal text of every figure of every position. */
function checksum(results: Results): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < results.count; i += 1)
    for (const character of `${rowOf(results, i).join(' ')}\n`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

function totals({ count, pnl, fills, moves }: Results): Totals {
  const all: Totals = { pnl: 0, fills: 0, moves: 0 };
  for (let i = 0; i < count; i += 1) {
    all.pnl += pnl[i] ?? 0;
    all.fills += fills[i] ?? 0;
    all.moves += moves[i] ?? 0;
  }
  return all;
}

function differenceOf(inline: Results, engine: Results): string | undefined {
  for (let i = 0; i < Math.max(inline.count, engine.count); i += 1) {
    const [a, b] = [rowOf(inline, i).join(' '), rowOf(engine, i).join(' ')];
    if (a !== b) return `position ${i + 1} (P&L, fills, stop moves, last stop): inline ${a}, engine ${b}`;
  }
  return inline.count === engine.count ? undefined : `${inline.count} positions inline, ${engine.count} in the engine`;
}

function measure(workload: Workload): Measurement {
  const inline = new Inline(workload.prints, workload.positions);
  inline.run(workload.plan);
  const byEngine = runEngine(workload);
  const rows = workload.tape.columns.ts.length;
  const inlineMs: number[] = [];
  const engineMs: number[] = [];
  const ratios: number[] = [];
  // The first pair warms up.
  for (let pair = 0; pair <= PAIRS; pair += 1) {
    const one = time(() => inline.run(workload.plan));
    const other = time(() => runEngine(workload));
    if (pair === 0) continue;
    inlineMs.push(one);
    engineMs.push(other);
    ratios.push(other / one);
  }
  const mine = inline.results;
  const theirs = resultsOf(byEngine);
  return {
    workload: workload.name,
    rows,
    positions: workload.positions,
    entries: workload.entries.length,
    inlineNs: (median(inlineMs) * 1e6) / rows,
    engineNs: (median(engineMs) * 1e6) / rows,
    ratio: median(ratios),
    journal: byEngine.journal.length,
    inlineSum: checksum(mine),
    engineSum: checksum(theirs),
    inlineTotals: totals(mine),
    engineTotals: totals(theirs),
    difference: differenceOf(mine, theirs),
  };
}

/** Measures every workload, one after the other. */
export function* measureAll(trades: number, bars: number): Generator<Measurement> {
  for (const workload of workloads(trades, bars)) yield measure(workload);
}
