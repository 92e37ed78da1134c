import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { loadPreset } from '../policy/load.ts';
import { UsageError, writing } from './files.ts';
import { ledger } from './ledger.ts';
import { replay } from './replay.ts';
import { commandLine } from './testing.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A folder of one test, and what the command line has printed in it. */

const line = commandLine();
const { fileWith } = line;

const START = Date.UTC(2025, 2, 3, 14, 30);
const bars = (): string =>
  fileWith(
    'eq_X_1m.csv',
    ['ts,open,high,low,close,volume', ...Array.from({ length: 40 }, (_, i) => `${START + i * 60_000},10,10.2,9.9,10.1,100`)].join(
      '\n',
    ),
  );
const trades = (): string =>
  fileWith(
    'tk_X.csv',
    ['ts,price,size', ...Array.from({ length: 40 }, (_, i) => `${START + i * 9_000},10.${i % 7},1`)].join('\n'),
  );

/** Why it was refused; an error that is not the user's to put right is thrown on. */
async function refusalOf(run: Promise<void>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof UsageError || error instanceof FormatError) return error.message;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('replay --out', () => {
  it('makes the folder, and those above it', async () => {
    const out = join(line.folder, 'a', 'b');
    await replay([bars(), '--out', out]);
    expect(readFileSync(join(out, 'journal.jsonl'), 'utf8')).toContain('"SessionStarted"');
    expect(line.printed).toMatch(/40 rows of bars, 0 left out/);
  });

  it('says so where a file stands in the place of the folder, before it or above it, and writes nothing', async () => {
    const file = fileWith('taken', 'mine');
    const message = await refusalOf(replay([bars(), '--out', file]));
    expect(message).toBe(`--out ${file}: a file stands where a folder is needed (${file}); expected a folder to write in`);
    const below = join(file, 'below');
    expect(await refusalOf(replay([bars(), '--out', below]))).toBe(
      `--out ${below}: a file stands where a folder is needed (${file}); expected a folder to write in`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(line.printed).toBe('');
  });

  it.skipIf(process.platform !== 'linux')('comes to an end where the system makes no folders', async () => {
    expect(await refusalOf(replay([bars(), '--out', '/proc/ratchet']))).toMatch(/^--out \/proc\/ratchet: .*expected a folder/);
  });

  it('says so where a folder stands in the place of a file', async () => {
    const out = join(line.folder, 'out');
    mkdirSync(join(out, 'positions.json'), { recursive: true });
    expect(await refusalOf(replay([bars(), '--out', out]))).toContain(
      `--out ${out}: a folder stands where a file is needed (${join(out, 'positions.json')})`,
    );
  });

  it.each([
    ['EACCES', 'no permission to write there'],
    ['EPERM', 'no permission to write there'],
    ['EROFS', 'nothing can be written there, it is read-only'],
    ['ENOSPC', 'no space is left there'],
    ['EIO', 'EIO: as the system says it'],
  ])('says it in words where the system answers %s, and which path it was', async (code, words) => {
    const fault = Object.assign(new Error(`${code}: as the system says it`), { code, path: '/there/journal.jsonl' });
    expect(await refusalOf(writing('/there', () => Promise.reject(fault)))).toBe(
      `--out /there: ${words} (/there/journal.jsonl); expected a folder to write in`,
    );
  });

  it('lets a fault of its own through', async () => {
    const fault = new TypeError('broken');
    await expect(writing('/there', () => Promise.reject(fault))).rejects.toBe(fault);
  });

  it('ends with status 2 and one line, without a stack', () => {
    const file = fileWith('taken', '');
    const words = ['--import', 'tsx', 'src/headless.ts', 'replay', bars(), '--out', file];
    const run = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8', timeout: 60_000 });
    expect([run.status, run.stdout]).toEqual([2, '']);
    expect(run.stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(`--out ${file}: a file stands`)]);
  });
});

describe('replay --decide', () => {
  const journalOf = async (...words: string[]): Promise<string> => {
    const out = join(line.folder, 'made');
    await replay([...words, '--out', out]);
    return join(out, 'journal.jsonl');
  };

  it('repeats a journal of the same policy to the same bytes', async () => {
    const file = bars();
    const journal = await journalOf(file);
    await replay([file, '--decide', journal, '--out', join(line.folder, 'again')]);
    expect(readFileSync(join(line.folder, 'again', 'journal.jsonl'), 'utf8')).toBe(readFileSync(journal, 'utf8'));
  });

  it('repeats a change of policy and a reset of the peak at their places, to the same bytes', async () => {
    const file = bars();
    const { source } = loadPreset('intraday');
    const tighter = { ...source, rules: { ...(source.rules as object), breakeven: { trigger: '0.5R' } } };
    const commands = [
      { type: 'PlaceEntry', symbol: 'X', side: 'long', kind: 'market', quantity: '10', stop: '9.5', source: 'ticket' },
      { type: 'SetPolicy', policy: tighter },
      { type: 'SetPolicy', policy: { name: 'broken', interval: '1R' } },
      { type: 'ResetPeak', reason: 'a new month' },
    ];
    const records = commands.map((command, index) => ({
      seq: index + 1,
      tape: { row: 3 + index, point: 5 },
      ts: START,
      event: { type: 'CommandReceived', command },
    }));
    const asked = fileWith('asked.jsonl', records.map((record) => JSON.stringify(record)).join('\n'));
    const journal = await journalOf(file, '--decide', asked);
    const text = readFileSync(journal, 'utf8');
    for (const type of ['PolicyChanged', 'PeakReset', 'CommandRefused']) expect(text).toContain(`"type":"${type}"`);
    expect(text).toContain('"path":"rules.breakeven.trigger","from":"1R","to":"0.5R"');
    await replay([file, '--decide', journal, '--out', join(line.folder, 'again')]);
    expect(readFileSync(join(line.folder, 'again', 'journal.jsonl'), 'utf8')).toBe(text);
  });

  it('refuses a journal that was made with another policy and names what differs first', async () => {
    const file = bars();
    const journal = await journalOf(file, '--policy', 'fixed');
    expect(await refusalOf(replay([file, '--decide', journal, '--out', line.folder]))).toBe(
      `--decide ${journal}: made with another policy: name is fixed there and intraday here; expected the same`,
    );
  });

  it('refuses a journal whose policy differs in one key below, and takes it with the policy it was made with', async () => {
    const file = bars();
    const source = JSON.parse(JSON.stringify(loadPreset('intraday').source)) as { limits: Record<string, unknown> };
    source.limits.positionEquity = '7%';
    const policy = fileWith('mine.json', JSON.stringify(source));
    const journal = await journalOf(file, '--policy', policy);
    expect(await refusalOf(replay([file, '--decide', journal, '--out', line.folder]))).toContain(
      'made with another policy: limits.positionEquity is 7% there and 10% here',
    );
    await replay([file, '--policy', policy, '--decide', journal, '--out', join(line.folder, 'again')]);
  });

  it('refuses bars of another length built from the same trades, and takes the same length in other words', async () => {
    const file = trades();
    const journal = await journalOf(file, '--interval', '5s');
    expect(await refusalOf(replay([file, '--decide', journal, '--out', line.folder]))).toContain(
      'interval is 5000ms there and 1m here',
    );
    const minutes = await journalOf(file, '--interval', '60s');
    await replay([file, '--decide', minutes, '--out', join(line.folder, 'again')]);
  });
});

describe('ledger', () => {
  const HEADER = 'ts,symbol,side,quantity,price,fee,multiplier';

  it('prints the position after each fill', async () => {
    await ledger([fileWith('fills.csv', `${HEADER}\n1,ES,buy,1,4000,2,50\n2,ES,sell,1,4001,2,50\n3,ES,buy,1,4000,0,5\n`)]);
    const lines = line.printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ realizedPnl, status }) => [realizedPnl, status])).toEqual([
      ['-2', 'OPEN'],
      ['46', 'CLOSED'],
      ['0', 'OPEN'],
    ]);
  });

  it.each([
    ['2,ES,buy,1,4000,0,5', '5'],
    ['2,ES,sell,1,4000,0,', '1'],
    ['2,ES,sell,7,4000,0,5', '5'],
  ])('refuses %s inside a position of another multiplier, with file and line, and prints nothing', async (row, value) => {
    const file = fileWith('fills.csv', `${HEADER}\n1,ES,buy,2,4000,0,50\n1,NQ,buy,2,4000,0,20\n${row}\n`);
    expect(await refusalOf(ledger([file]))).toBe(
      `${file}, line 4: multiplier "${value}": expected 50, that of the open position in ES`,
    );
    expect(line.printed).toBe('');
  });
});
