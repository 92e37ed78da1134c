import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journal } from './journal.ts';
import type { Measurement } from './measure.ts';
import { policies } from './policies.ts';
import { seedsTable } from './seeds-table.ts';
import { bundle, inChromium, inNode } from './runtimes.ts';
import { seek } from './seek.ts';

/*
 * The engine beside a tight inline loop with the same rules, on the same tape, in the same run: what an event-sourced engine costs. It prints
 * and asserts nothing on time; results that differ end it with 1.
 */

const ROWS = { trades: 1_000_000, bars: 100_000 };

/** Engine time over inline time, by positions, that the engine is built for; for trades, where a position can sleep between its levels. */
const TARGETS = new Map([
  [1, '≤ 3'],
  [100, '< 1'],
]);

const COLUMNS = [
  ['runtime', 9],
  ['workload', 9],
  ['positions', 10],
  ['inline', 13],
  ['engine', 13],
  ['ratio', 7],
  ['target', 7],
  ['records', 8],
  ['inline bars/s', 14],
  ['engine bars/s', 14],
  ['checksums', 10],
] as const;

const line = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i < 2 ? cell.padEnd(COLUMNS[i]?.[1] ?? 0) : cell.padStart(COLUMNS[i]?.[1] ?? 0))).join(' ');

const perSecond = (ns: number): string => Math.round(1e9 / ns).toLocaleString('en-US');

function row(runtime: string, one: Measurement): string {
  const unit = one.workload === 'trades' ? 'ns/tick' : 'ns/bar';
  const isBars = one.workload === 'bars';
  return line([
    runtime,
    one.workload,
    String(one.positions),
    `${one.inlineNs.toFixed(1)} ${unit}`,
    `${one.engineNs.toFixed(1)} ${unit}`,
    one.ratio.toFixed(2),
    isBars ? '' : (TARGETS.get(one.positions) ?? ''),
    String(one.journal),
    isBars ? perSecond(one.inlineNs) : '',
    isBars ? perSecond(one.engineNs) : '',
    one.difference === undefined ? 'equal' : 'DIFFER',
  ]);
}

const keyOf = ({ workload, positions }: Measurement): string => `${workload}, ${positions} positions`;
const faults: string[] = [];
const results: string[] = [];
/** what each workload came to, by the first runtime that ran it */
const known = new Map<string, string>();

function take(runtime: string, one: Measurement): void {
  console.log(row(runtime, one));
  const key = keyOf(one);
  if (one.difference !== undefined) faults.push(`${runtime}, ${key}: ${one.difference}`);
  const before = known.get(key);
  if (before === undefined) {
    known.set(key, one.engineSum);
    const { pnl, fills, moves } = one.engineTotals;
    results.push(
      `${key}: ${one.entries} entries, ${fills} fills, ${moves} stop moves, realised P&L ${(pnl / 100).toFixed(2)}; inline ${one.inlineSum}, engine ${one.engineSum}`,
    );
  } else if (before !== one.engineSum) faults.push(`${runtime}, ${key}: ${one.engineSum}, but ${before} in the first runtime`);
}

async function engineBesideInline(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
  try {
    await bundle(folder);
    console.log(
      `${ROWS.trades} trades in bars of about 100; ${ROWS.bars} bars of a minute. Medians of 7 interleaved pairs after a warm-up.\n`,
    );
    console.log(line(COLUMNS.map(([name]) => name)));
    await inNode(folder, ROWS, (one) => take('Node', one));
    const version = await inChromium(folder, ROWS, (one) => take('Chromium', one));
    console.log(
      `\nNode ${process.versions.node}; ${version === undefined ? 'no Chromium was found, so nothing was measured in one' : `Chromium ${version}, in a worker`}`,
    );
    console.log(`\n${results.join('\n')}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (faults.length === 0) return true;
  console.error(`\nTHE RESULTS DIFFER: the figures above compare two different things.\n${faults.join('\n')}`);
  return false;
}

const BENCHES: Readonly<Record<string, () => Promise<boolean>>> = {
  engine: engineBesideInline,
  journal,
  policies,
  seek,
  'seeds-table': seedsTable,
};

const [wanted = 'engine', ...more] = process.argv.slice(2);
const run = Object.hasOwn(BENCHES, wanted) ? BENCHES[wanted] : undefined;
if (!run || more.length > 0) {
  console.error(`bench ${[wanted, ...more].join(' ')}: expected nothing or one of ${Object.keys(BENCHES).join(', ')}`);
  process.exitCode = 2;
} else if (!(await run())) process.exitCode = 1;
