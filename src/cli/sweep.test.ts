import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledSession } from '../feeds/synthetic.ts';
import { compare } from './compare.ts';
import { replay } from './replay.ts';
import { sweep } from './sweep.ts';
import { commandLine } from './testing.ts';

const line = commandLine();
const { fileWith } = line;

/** The bundled bars as a file, and an entry every `every` bars. */
function market(every = 15): { bars: string; entries: string } {
  const { csv } = bundledSession();
  const times = csv
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(',')[0]);
  const rows = times.flatMap((ts, at) => (at % every === every - 1 ? [`${ts},MADE,${at % 2 === 0 ? 'long' : 'short'},,,`] : []));
  return {
    bars: fileWith('eq_MADE_1m.csv', csv),
    entries: fileWith('entries.csv', ['ts,symbol,side,quantity,stop,target', ...rows].join('\n')),
  };
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const cellsOf = (path: string): string[] => linesOf(path).slice(1).toSorted();

describe('ratchet compare', () => {
  it('prints the table of two policies, as text, CSV and JSON', async () => {
    const { bars, entries } = market();
    const args = [bars, '--policy', 'fixed', '--policy', 'intraday', '--entries', entries];
    await compare(args);
    expect(line.printed).toMatch(/A fixed +B intraday +B − A/);
    expect(line.printed).toMatch(/Total P&L, money +-?\d+\.\d\d +-?\d+\.\d\d +-?\d+\.\d\d/);
    line.printed = '';
    await compare([...args, '--as', 'csv']);
    expect(line.printed.split('\n')[0]).toBe('id,label,a,b,difference,low,high,why,formula');
    line.printed = '';
    await compare([...args, '--as', 'json']);
    const { sides, rows } = JSON.parse(line.printed);
    expect(sides[0].entries).toBe(sides[1].entries);
    expect(sides[0].entries).toBeGreaterThan(20);
    expect(rows).toHaveLength(12);
  });

  it('takes the entries of a journal, and repeats its decisions', async () => {
    const { bars, entries } = market();
    await replay([
      bars,
      '--entries',
      entries,
      '--policy',
      'intraday',
      '--decide',
      'approve-all',
      '--out',
      join(line.folder, 'out'),
    ]);
    line.printed = '';
    const journal = join(line.folder, 'out', 'journal.jsonl');
    const args = [bars, '--policy', 'intraday', '--policy', 'intraday', '--entries', journal, '--as', 'json'];
    await compare([...args, '--decide', 'repeat']);
    const { sides, rows } = JSON.parse(line.printed);
    const equity = JSON.parse(readFileSync(join(line.folder, 'out', 'figures.json'), 'utf8'));
    expect(sides[0]).toMatchObject({ dropped: 0 });
    expect(rows[0]).toMatchObject({ id: 'pnl', difference: '0.00', a: Number(equity.netPnl).toFixed(2) });
  });

  it.each([
    [['--policy', 'fixed'], /1 policies; expected --policy A --policy B/],
    [['--policy', 'fixed', '--policy', 'nobody'], /--policy nobody: no preset of this name/],
    [['--policy', 'fixed', '--policy', 'intraday', '--as', 'xml'], /--as xml: expected table, csv, json/],
    [['--policy', 'fixed', '--policy', 'intraday', '--decide', 'repeat'], /--decide repeat: expected --entries with a journal/],
  ])('refuses %j in words', async (args, message) => {
    const { bars, entries } = market();
    await expect(compare([bars, '--entries', entries, ...args])).rejects.toThrow(message);
  });

  it('wants entries', async () => {
    await expect(compare([market().bars, '--policy', 'fixed', '--policy', 'intraday'])).rejects.toThrow(
      /expected --entries FILE/,
    );
  });
});

describe('ratchet sweep', () => {
  const key = ['--key', 'rules.breakeven.trigger=0.5R:1.5R:0.5R', '--key', 'rules.time-stop.after=10m,30m'];
  const run = (bars: string, entries: string, out: string, more: string[] = key) =>
    sweep([bars, '--entries', entries, '--out', out, '--hands', '2', ...more]);

  it('writes a row a cell, goes on where it was torn off, and gives the same rows', async () => {
    const { bars, entries } = market(60);
    const whole = join(line.folder, 'whole.jsonl');
    await run(bars, entries, whole);
    expect(cellsOf(whole)).toHaveLength(6);
    expect(line.printed).toMatch(/^6 cells\n(best Total P&L|Total P&L, money: not enough)/);
    const [header = '', first = '', second = '', third = ''] = linesOf(whole);
    const torn = fileWith('torn.jsonl', `${[header, first, second].join('\n')}\n${third.slice(0, 30)}`);
    await run(bars, entries, torn);
    expect(cellsOf(torn)).toEqual(cellsOf(whole));
    expect(linesOf(torn).slice(0, 3)).toEqual([header, first, second]);
    const before = readFileSync(torn, 'utf8');
    await run(bars, entries, torn);
    expect(readFileSync(torn, 'utf8')).toBe(before);
    appendFileSync(torn, `${second}\n`);
    line.printed = '';
    await run(bars, entries, torn);
    expect(line.printed).toMatch(/^6 cells\n/);
  }, 60_000);

  it('leaves the file of another sweep, or of none, as it is', async () => {
    const { bars, entries } = market(60);
    const out = join(line.folder, 'rows.jsonl');
    await run(bars, entries, out, ['--key', 'rules.breakeven.trigger=1R']);
    const before = readFileSync(out, 'utf8');
    await expect(run(bars, entries, out, ['--key', 'rules.breakeven.trigger=2R'])).rejects.toThrow(
      /of another sweep: its keys is not the same/,
    );
    await expect(run(bars, entries, out, ['--key', 'rules.breakeven.trigger=1R', '--policy', 'active'])).rejects.toThrow(
      /its policy is not the same/,
    );
    expect(readFileSync(out, 'utf8')).toBe(before);
    await expect(run(bars, entries, entries)).rejects.toThrow(/its first line is no header of a sweep/);
    appendFileSync(out, 'nonsense\n');
    await expect(run(bars, entries, out, ['--key', 'rules.breakeven.trigger=1R'])).rejects.toThrow(
      /line 3: nonsense: expected a row of the sweep/,
    );
  }, 60_000);

  it.each([
    [[], /0 keys: expected one or two/],
    [['--key', 'rules.breakeven.trigger'], /expected KEY=VALUES/],
    [['--key', 'rules.breakeven.trigger=1R', '--hands', '0'], /--hands 0: expected how many/],
    [['--key', 'rules.breakeven.trigger=1R', '--figure', 'luck'], /--figure luck: expected pnl/],
  ])('refuses %j in words', async (more, message) => {
    const { bars, entries } = market(60);
    await expect(sweep([bars, '--entries', entries, '--out', join(line.folder, 'x.jsonl'), ...more])).rejects.toThrow(message);
  });
});
