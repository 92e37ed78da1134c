import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ENGINE } from '../engine/engine.ts';
import { HEAT_FIGURES, heatMap } from '../study/heat-map.ts';
import { type SweepCell, sweepCells, type SweepRow, type SweepSetup, type SweptKey, sweptKey } from '../study/sweep.ts';
import { type Hand, pooled } from '../worker/pool.ts';
import type { FromSweeper, ToSweeper } from '../worker/sweep-protocol.ts';
import { CASE_OPTIONS, casesOf } from './cases.ts';
import { oneOf, policyOf, UsageError, writing } from './files.ts';
import { sweepFile } from './sweep-file.ts';

const SWEEP_OPTIONS = {
  ...CASE_OPTIONS,
  policy: { type: 'string', default: 'intraday' },
  key: { type: 'string', multiple: true },
  figure: { type: 'string', default: 'pnl' },
  hands: { type: 'string' },
  out: { type: 'string' },
} as const;

/** "rules.breakeven.trigger=0.5R:2R:0.25R" */
function keyOf(text: string): SweptKey {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--key ${text}: expected KEY=VALUES, such as rules.breakeven.trigger=0.5R:2R:0.25R`);
  return sweptKey(text.slice(0, at), text.slice(at + 1));
}

function handsOf(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  if (!/^[1-9]\d?$/.test(text)) throw new UsageError(`--hands ${text}: expected how many processes work, 1 to 99`);
  return Number(text);
}

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Runs a policy once for each value of a key, or each pair of two, and writes a row a cell as they come. */
export async function sweep(args: string[]): Promise<void> {
  const { values, positionals: paths } = parseArgs({ args, options: SWEEP_OPTIONS, allowPositionals: true });
  const { out } = values;
  if (out === undefined) throw new UsageError('sweep: expected --out FILE, where its rows are written');
  const figure = oneOf(
    '--figure',
    values.figure,
    HEAT_FIGURES.map(({ id }) => id),
  );
  const keys = (values.key ?? []).map(keyOf);
  const policy = await policyOf(values.policy, '--policy');
  const cells = sweepCells(keys, policy.source);
  const hands = handsOf(values.hands);
  const { sessions, decider } = await casesOf('sweep', values, paths, policy);
  const setup: SweepSetup = {
    sessions: sessions.map(({ made, policyIn }) => ({ made, policy: policyIn(policy) })),
    paths: keys.map(({ path }) => path),
    decider,
  };
  const header = {
    sweep: 1,
    engine: ENGINE,
    keys,
    decide: decider,
    tapes: sessions.map(({ made }) => made.tapes.map(({ digest }) => digest)),
    barPath: values['bar-path'],
    entries: digestOf(sessions.map(({ made: { entries, decisions } }) => [entries, decisions])),
    policy: digestOf(setup.sessions.map((one) => one.policy)),
  } as const;
  const failures: string[] = [];
  let rows: SweepRow[] = [];
  await writing(
    out,
    async () => {
      const file = sweepFile(out, header);
      rows = [...file.rows];
      const there = new Set(rows.map(({ cell }) => cell));
      const say = (): void => void process.stderr.write(`\r${rows.length} of ${cells.length} cells `);
      if (file.cut > 0) process.stderr.write(`${out}: a torn last line of ${file.cut} bytes was cut off\n`);
      await pooled(
        cells.filter(({ cell }) => !there.has(cell)),
        hands,
        () => processHand(setup),
        {
          done: (row) => {
            file.add(row);
            rows.push(row);
            say();
          },
          failed: ({ values: tried }, error) =>
            failures.push(`${tried.join(', ')}: ${error instanceof Error ? error.message : String(error)}`),
        },
        new AbortController().signal,
      );
      say();
      process.stderr.write('\n');
    },
    { name: '--out', expected: 'a file to write' },
  );
  process.stdout.write(summary(keys, rows, figure));
  for (const failure of failures) process.stderr.write(`not run: ${failure}; run the sweep again to try it once more\n`);
  if (failures.length > 0) process.exitCode = 1;
}

/** The best cell of a figure, cells that could not be run, and whether the best stands alone. */
function summary(keys: readonly SweptKey[], rows: readonly SweepRow[], figure: (typeof HEAT_FIGURES)[number]['id']): string {
  const map = heatMap(keys, rows, figure);
  const best = map.cells.flat().find((cell) => cell.best);
  const row = rows.find(({ cell }) => cell === best?.cell);
  const wrong = rows.filter(({ error }) => error !== '');
  return [
    `${rows.length} cells`,
    ...wrong.map(({ values, error }) => `${values.join(', ')}: ${error}`),
    row && best
      ? `best ${map.label}: ${best.value} at ${keys.map(({ path }, at) => `${path}=${row.values[at]}`).join(' ')}`
      : `${map.label}: not enough data to call one the best`,
    ...(map.warning === '' ? [] : [map.warning]),
    '',
  ].join('\n');
}

/** A process that is sent the sessions once and then a cell at a time. */
function processHand(setup: SweepSetup): Hand<SweepCell, SweepRow> {
  const script = fileURLToPath(new URL('./sweep-hand.ts', import.meta.url));
  // what every program of ours is started with
  const starter = join(dirname(script), '..', '..', 'scripts', 'run.mjs');
  const child = spawn(process.execPath, [starter, script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const send = (message: ToSweeper): void => void child.send(message, () => undefined);
  let waiting: { resolve(row: SweepRow): void; reject(error: Error): void } | undefined;
  child.on('message', (message) => waiting?.resolve((message as FromSweeper).row));
  child.on('error', (error) => waiting?.reject(error));
  child.on('exit', (code, signal) => waiting?.reject(new Error(`its process has ended (${signal ?? `status ${code}`})`)));
  send({ type: 'setup', setup });
  return {
    work: (cell) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        send({ type: 'cell', cell });
      }),
    end: () => void child.kill(),
  };
}
