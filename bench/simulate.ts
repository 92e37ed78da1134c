import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Figures, simulate } from '../src/worker/simulate.ts';

/*
 * The whole stack under faults, many times: `npm run simulate [-- SEEDS [FIRST]]`, and one of them with its story: `npm run simulate -- --seed N`.
 * Ends with status 1 at the first seed that breaks a promise.
 */

const SEEDS = 10_000;
/** Seeds between two signs of life. */
const REPORT = 50;

/** What a part of the seeds says, a line each. */
type Word = { done: number; figures: Figures } | { seed: number; broken: string; story: string[] };

const none = (): Figures => ({ crashes: 0, faults: 0, commands: 0, sessions: 0, records: 0, held: 0 });

const plus = (a: Figures, b: Figures): Figures => ({
  crashes: a.crashes + b.crashes,
  faults: a.faults + b.faults,
  commands: a.commands + b.commands,
  sessions: a.sessions + b.sessions,
  records: a.records + b.records,
  held: a.held + b.held,
});

/** Runs every `step`th seed and says what comes of it. */
async function part(first: number, count: number, step: number): Promise<void> {
  const say = (word: Word): void => void process.stdout.write(`${JSON.stringify(word)}\n`);
  let figures = none();
  let done = 0;
  for (let seed = first; seed < first + count; seed += step) {
    const simulated = await simulate(seed);
    if (simulated.broken !== undefined) return say({ seed, broken: simulated.broken, story: simulated.story });
    figures = plus(figures, simulated.figures);
    done += 1;
    if (done === REPORT || seed + step >= first + count) {
      say({ done, figures });
      figures = none();
      done = 0;
    }
  }
}

/** Runs the seeds on all cores. @returns false where one breaks a promise */
async function all(count: number, first: number): Promise<boolean> {
  const began = performance.now();
  const cores = availableParallelism();
  const script = fileURLToPath(new URL('../scripts/run.mjs', import.meta.url));
  let figures = none();
  let done = 0;
  let failed: Extract<Word, { seed: number }> | undefined;
  const parts = Array.from({ length: cores }, (_, core) => {
    const words = [script, 'bench/simulate.ts', '--part', String(first + core), String(count - core), String(cores)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const word = JSON.parse(line) as Word;
        if ('broken' in word) {
          if (!failed || word.seed < failed.seed) failed = word;
          for (const other of parts) other.child.kill();
          continue;
        }
        done += word.done;
        figures = plus(figures, word.figures);
        process.stderr.write(`\r${done} of ${count} seeds `);
      }
    });
    return { child, over: new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 0))) };
  });
  const codes = await Promise.all(parts.map(({ over }) => over));
  process.stderr.write('\n');
  const seconds = ((performance.now() - began) / 1_000).toFixed(0);
  if (failed) {
    tell(failed);
    return false;
  }
  console.log(
    `${done} seeds held in ${seconds} s: ${Object.entries(figures)
      .map(([what, number]) => `${number} ${what}`)
      .join(', ')}`,
  );
  return done === count && codes.every((code) => code === 0);
}

function tell({ seed, broken, story }: Extract<Word, { seed: number }>): void {
  console.log(`seed ${seed}: ${broken}`);
  for (const line of story) console.log(`  ${line}`);
  console.log(`again: npm run simulate -- --seed ${seed}`);
}

const words = process.argv.slice(2);
const [flag, value] = words;
if (flag === '--part') {
  const [first = 1, count = 0, step = 1] = words.slice(1).map(Number);
  await part(first, count, step);
} else if (flag === '--seed') {
  const seed = Number(value);
  const { broken, story, figures } = await simulate(seed);
  tell({ seed, broken: broken ?? 'every promise held', story });
  console.log(figures);
  process.exitCode = broken === undefined ? 0 : 1;
} else {
  const [count = SEEDS, first = 1] = words.map(Number);
  process.exitCode = (await all(count, first)) ? 0 : 1;
}
