import { rowsOf } from '../src/domain/tape.ts';
import { dice } from '../src/engine/dice.ts';
import { Engine } from '../src/engine/engine.ts';
import { Session } from '../src/worker/session.ts';
import { type Workload, workloads } from './workload.ts';

/*
 * How long it takes to go to a random row of a long session, back and forth, beside what it would take without checkpoints: the same run again,
 * from the start. It prints and asserts nothing on time; a journal that differs ends it with 1.
 */

const TRADES = 1_000_000;
const SEEKS = 300;
/** Straight runs take long: fewer of them. */
const RUNS = 60;

const COLUMNS = [
  ['positions', 9],
  ['records', 8],
  ['walk', 10],
  ['', 22],
  ['p50', 9],
  ['p99', 9],
  ['journals', 8],
] as const;

const line = (cells: readonly string[]): string => cells.map((cell, i) => cell.padStart(COLUMNS[i]?.[1] ?? 0)).join('  ');
const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** The value below which a share of them lies. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function sessionOf({ tape, policy, entries }: Workload): Session {
  const timeline = { newestFirst: false, stepsBack: 0, duplicates: 0, repeats: 0, gaps: null };
  const report = { rows: rowsOf(tape), rejectedRows: 0, counts: [], rejected: [], timeline };
  const sources = [{ tape, name: 'the bench', report, notes: [], intervalMs: null }];
  return new Session({ sources, policy, barPath: 'ohlc', entries }, { place: { row: 0, point: 0 }, decisions: [] });
}

const last = (engine: Engine): string => `${engine.journal.length} ${JSON.stringify(engine.journal.at(-1))}`;

function measure(workload: Workload): boolean {
  const { tape, policy, entries, positions } = workload;
  const rows = rowsOf(tape);
  const next = dice(20_190_215);
  const session = sessionOf(workload);
  const walk = timed(() => session.seek(rows));
  const records = session.journal.length;
  const seeks: number[] = [];
  const runs: number[] = [];
  let same = true;
  for (let i = 0; i < SEEKS; i += 1) {
    const row = Math.floor(next() * rows);
    seeks.push(timed(() => session.seek(row)));
    if (i >= RUNS) continue;
    const engine = new Engine({ tapes: [tape], policy, barPath: 'ohlc', entries });
    runs.push(timed(() => engine.run(row)));
    same &&= last(engine) === last(session.engine);
  }
  const told = [String(positions), String(records), ms(walk)];
  console.log(line([...told, 'seek', ms(quantile(seeks, 0.5)), ms(quantile(seeks, 0.99)), same ? 'equal' : 'DIFFER']));
  console.log(line(['', '', '', 'again from the start', ms(quantile(runs, 0.5)), ms(quantile(runs, 0.99)), '']));
  return same;
}

/** Prints the times of seeks in a million trades, for every number of positions. @returns false where a journal differs */
export function seek(): Promise<boolean> {
  console.log(
    `Going to random rows of ${TRADES} trades: ${SEEKS} seeks, and ${RUNS} straight runs to the same rows. Node ${process.versions.node}.\n`,
  );
  console.log(line(COLUMNS.map(([name]) => name)));
  let same = true;
  for (const workload of workloads(TRADES, 1_000)) if (workload.name === 'trades') same = measure(workload) && same;
  return Promise.resolve(same);
}
