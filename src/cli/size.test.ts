import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { size } from './size.ts';

/** S3 as a user would write it. */
const S3 = {
  name: 'mine',
  sizing: { strategy: 'min-of', of: ['kelly', 'risk'], riskCountsLeverage: false },
  initialStop: { kind: 'atr', atr: '2.5ATR' },
  target: { kind: 'reward', distance: '5ATR', rewardRisk: '2' },
  limits: { totalExposure: '20%' },
  rules: { 'scale-in': { enabled: false } },
};

let folder = '';
let s3 = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'size-'));
  s3 = join(folder, 's3.json');
  await writeFile(s3, JSON.stringify(S3));
});
afterAll(() => rm(folder, { recursive: true }));

/** What the verb prints for these words, line by line. */
async function said(words: string): Promise<string[]> {
  const lines: string[] = [];
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  try {
    await size(words.split(' ').map((word) => (word === 'S3' ? s3 : word)));
  } finally {
    out.mockRestore();
  }
  return lines.join('').split('\n').slice(0, -1);
}

const FIRST = '--policy S3 --equity 500 --leverage 3 --lot 0.000001';

describe('ratchet size', () => {
  it('prints every step of the first trade of S3, and what it comes to', async () => {
    expect(await said(`${FIRST} --entry 623.45 --stop 577.95 --atr 18.2`)).toEqual([
      'long at 623.45, stop 577.95 (given)',
      'target 714.45, reward:risk 2.00',
      "  kelly: 6.25 % of 500.00: W 0.5, R 2, × 0.25 (the policy's: 0 of 20 trades) → 31.25",
      '  risk: 1 % of 500.00 at risk, stop 45.5 (7.3 %) away → 68.51',
      '  least of these: kelly, risk → 31.25',
      '  clamp: 25.00–50.00, 5 % to 10 % of equity ✓ → 31.25',
      '  open positions: × 1/1: 0 open besides ✓ → 31.25',
      '  position limit: 10 % of equity ✓ → 31.25',
      '  total exposure: 100.00 less 0.00 held ✓ → 31.25',
      '  cash: 500.00 free ✓ → 31.25',
      '  lots: 0.150372 at 623.45 in lots of 0.000001, leverage 3 → 31.25',
      'quantity 0.150372',
      'size 31.25 (6.25 % of equity)',
      'notional 93.75 at leverage 3',
      'at risk 6.84 (1.37 % of equity), leverage included',
    ]);
  });

  it.each([
    ['--entry 100 --atr 3.5', 'long at 100, stop 91.25 (2.5 × ATR 3.5)', 'size 31.25 (6.25 % of equity)'],
    ['--entry 100 --atr 3.5 --open 1 --exposure 31.25', '  cash: 468.75 free ✓ → 15.63', 'size 15.63 (3.13 % of equity)'],
    [
      '--entry 100 --atr 3.5 --open 2 --exposure 46.88',
      '  open positions: × 1/3: 2 open besides → 10.42',
      'size 10.42 (2.08 % of equity)',
    ],
    ['--entry 100 --atr 3.5 --side short', 'short at 100, stop 108.75 (2.5 × ATR 3.5)', 'target 82.50, reward:risk 2.00'],
    ['--entry 100 --stop 108.75', 'short at 100, stop 108.75 (given)', 'size 31.25 (6.25 % of equity)'],
    [
      '--entry 100 --stop 91.25 --correlation 0.85',
      '  correlation: × 0.5: ρ 0.85 with an open position, above 0.7 → 15.63',
      'target: the target needs an ATR, which is not known yet',
    ],
    [
      '--entry 100 --stop 91.25 --wins 13 --losses 7 --average-win 21 --average-loss 10',
      'expectancy 10.15 a trade over 20 trades',
      'size 50.00 (10.00 % of equity)',
    ],
  ])('%s says what binds and what comes of it', async (words, ...wanted) => {
    const lines = await said(`${FIRST} ${words}`);
    for (const line of wanted) expect(lines).toContain(line);
  });

  it.each([
    [
      'S3',
      '--entry 100 --stop 91.25 --wins 4 --losses 16 --average-win 20 --average-loss 10',
      'refused: SIZE_ZERO, the Kelly fraction is not above 0: W 0.2 and R 2 leave no edge (-5 % against above 0 %)',
    ],
    [
      'S3',
      '--entry 100 --stop 91.25 --exposure 120',
      'refused: SIZE_ZERO, the size is nothing after the step total exposure (120.00 against 100.00)',
    ],
    [
      'S3',
      '--entry 100 --stop 91.25 --min-notional 100',
      'refused: MIN_NOTIONAL, the size is below the least notional of the instrument (31.20 against 100.00)',
    ],
    ['S3', '--entry 100', 'refused: ATR_UNKNOWN, the stop needs an ATR, which is not known yet (unknown against above 0)'],
    [
      'intraday',
      '--entry 10000 --stop 9900 --lot 1',
      'refused: SIZE_BELOW_LOT, the size is less than one lot (33.33 against 10000.00)',
    ],
  ])('%s %s prints the refusal with its figure and its limit as its last line', async (name, words, wanted) => {
    expect((await said(`--policy ${name} --equity 500 ${words}`)).at(-1)).toBe(wanted);
  });

  it.each([
    ['--entry 100 --stop 90', 'size: --equity is missing'],
    ['--equity 0 --entry 100 --stop 90', '--equity 0: expected a decimal above 0'],
    ['--equity 5e2 --entry 100 --stop 90', '--equity 5e2: expected a decimal above 0'],
    ['--equity 500 --entry 100 --stop 110 --side long', '--stop 110: expected a price below the entry 100 of a long'],
    ['--equity 500 --entry 100 --stop 100', '--stop 100: expected a price above the entry 100 of a short'],
    ['--equity 500 --entry 100 --stop 90.005', '--stop 90.005: expected a multiple of the tick 0.01'],
    ['--equity 500 --entry 100 --stop 90 --side up', '--side up: expected long, short'],
    ['--equity 500 --entry 100 --stop 90 --open 1.5', '--open 1.5: expected a whole number from 0 to 100000'],
    ['--equity 500 --entry 100 --stop 90 --leverage 0.5', '--leverage 0.5: expected a decimal from 1'],
    ['--equity 500 --entry 100 --stop 90 --correlation 2', '--correlation 2: expected a decimal from -1 to 1'],
    ['--equity 500 --entry 100 --stop 90 --wins 3', 'size: --losses is missing'],
    ['--equity 500 --entry 100 --stop 90 --wins 3 --losses 2 --average-win 5', 'size: --average-loss is missing'],
    ['--equity 500 --entry 100 --stop 90 --average-win 5', '--average-win: expected --wins and --losses with it'],
    ['--equity 500 --entry 100 --stop 90 --instrument-exposure 5', '--instrument-exposure 5: expected at most --exposure 0'],
    ['--equity 500 --entry 100 --stop 90 --lot 0', '--lot 0: expected a decimal above 0'],
    ['--equity 500 --entry 100 --stop 90 --tick 0.0000000000001', '--tick 0.0000000000001: '],
    ['--equity 500 --entry 100 --stop 90 more', 'size: more: expected options only'],
    ['--equity 500 --entry 100 --stop 90 --policy swing', '--policy swing: no preset of this name'],
  ])('%s is bad input that names the option, the value and what was expected', async (words, message) => {
    await expect(said(words)).rejects.toThrow(message);
  });
});
