import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Figures, noFigures, type Outcome, plus, simulate } from '../src/worker/simulate.ts';

/*
 * The whole stack under faults, many times: `npm run simulate [-- SEEDS [FIRST]]`, and one of them with its story: `npm run simulate -- --seed N`.
 * Ends with status 1 where a seed breaks a promise, and tells the first one that does.
 */

const SEEDS = 10_000;
/** Seeds between two signs of life. */
const REPORT = 25;

/** What a part of the seeds says, a line each. */
type Word = { done: number; figures: Figures } | (Outcome & { broken: object });

/** Runs every `step`th seed and says what comes of it. */
async function part(first: number, count: number, step: number): Promise<void> {
  const say = (word: Word): void => void process.stdout.write(`${JSON.stringify(word)}\n`);
  let figures = noFigures();
  let done = 0;
  for (let seed = first; seed < first + count; seed += step) {
    const outcome = await simulate(seed);
    const { broken } = outcome;
    if (broken) return say({ ...outcome, broken });
    figures = plus(figures, outcome.figures);
    done += 1;
    if (done < REPORT && seed + step < first + count) continue;
    say({ done, figures });
    figures = noFigures();
    done = 0;
  }
}

/** Runs the seeds on all cores. @returns false where one breaks a promise */
async function all(count: number, first: number): Promise<boolean> {
  const began = performance.now();
  const cores = Math.min(availableParallelism(), count);
  const script = fileURLToPath(new URL('../scripts/run.mjs', import.meta.url));
  let figures = noFigures();
  let done = 0;
  let failed: Outcome | undefined;
  const seconds = (): string => ((performance.now() - began) / 1_000).toFixed(0);
  const take = (word: Word): void => {
    if ('story' in word) {
      if (!failed || word.seed < failed.seed) failed = word;
      return;
    }
    done += word.done;
    figures = plus(figures, word.figures);
    process.stderr.write(`\r${done} of ${count} seeds, ${seconds()} s `);
  };
  const parts = Array.from({ length: cores }, (_, core): Promise<number> => {
    const words = [script, 'bench/simulate.ts', '--part', String(first + core), String(count - core), String(cores)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(JSON.parse(line) as Word);
    });
    return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  });
  const codes = await Promise.all(parts);
  process.stderr.write('\n');
  console.log(`${done} seeds held in ${seconds()} s: ${inWords(figures)}`);
  if (failed) tell(failed);
  return !failed && done === count && codes.every((code) => code === 0);
}

const inWords = ({ faults, ...figures }: Figures): string => {
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .toSorted(([, a], [, b]) => b - a)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  const total = Object.values(faults).reduce((sum, count) => sum + count, 0);
  return `${list(figures)}; ${total} faults of the store (${list(faults)})`;
};

function tell({ seed, broken, story, figures }: Outcome): void {
  for (const line of story) console.log(line);
  console.log(
    `\nseed ${seed}: ${broken ? `BROKEN ${broken.promise}: ${broken.why}` : 'every promise held'}; ${inWords(figures)}`,
  );
  if (broken) console.log(`again: npm run simulate -- --seed ${seed}`);
}

const words = process.argv.slice(2);
const [flag, ...numbers] = words;
const [count = SEEDS, first = 1] = words.map(Number);
if (flag === '--part') {
  const [from = 1, of = 0, step = 1] = numbers.map(Number);
  await part(from, of, step);
} else if (flag === '--seed' && Number.isSafeInteger(Number(numbers[0]))) {
  const outcome = await simulate(Number(numbers[0]));
  tell(outcome);
  process.exitCode = outcome.broken ? 1 : 0;
} else if (Number.isSafeInteger(count) && count > 0 && Number.isSafeInteger(first))
  process.exitCode = (await all(count, first)) ? 0 : 1;
else {
  console.error(`simulate ${words.join(' ')}: expected nothing, SEEDS, SEEDS FIRST, or --seed N`);
  process.exitCode = 2;
}
