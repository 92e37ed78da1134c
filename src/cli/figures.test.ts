import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFile } from '../feeds/open.ts';
import { readJournal } from '../formats/journal.ts';
import { caseOfJournal } from '../study/journal-case.ts';
import { worth } from '../study/worth.ts';
import { figures } from './figures.ts';
import { blobOf } from './files.ts';
import { replay } from './replay.ts';
import { commandLine } from './testing.ts';

const line = commandLine();
const { fileWith: fileOf } = line;

const START = Date.UTC(2025, 2, 3, 14, 30);

/** Two instruments that swing alike for two hours, entered every ten minutes and at the end, and left alone; what a replay wrote of it. */
async function replayed(...how: readonly string[]): Promise<{ out: string; tapes: string[] }> {
  const tapes = ['AA', 'BB'].map((symbol, at) => {
    const rows = Array.from({ length: 120 }, (_, i) => {
      const price = 100 + Math.round(40 * Math.sin(i / 9) + at * ((i * 7) % 5)) / 10;
      const [close, high, low] = [price, price + 0.3, price - 0.3].map((one) => one.toFixed(1));
      return `${START + i * 60_000},${close},${high},${low},${close},100`;
    });
    return fileOf(`eq_${symbol}_1m.csv`, ['ts,open,high,low,close,volume', ...rows].join('\n'));
  });
  const asked = Array.from({ length: 10 }, (_, i) => `${START + (i + 1) * 600_000},${i % 2 === 0 ? 'AA' : 'BB'},long,10,,`);
  for (const symbol of ['AA', 'BB']) asked.push(`${START + 116 * 60_000},${symbol},long,10,50,150`);
  const entries = fileOf('entries.csv', ['ts,symbol,side,quantity,stop,target', ...asked].join('\n'));
  const out = join(line.folder, 'out');
  await replay([...tapes, ...(how.length > 0 ? how : ['--policy', 'fixed']), '--entries', entries, '--out', out]);
  line.printed = '';
  return { out, tapes };
}

const json = () => JSON.parse(line.printed);

describe('figures FILE', () => {
  it('prints the figures of a journal, which are those that the replay wrote, and of its parts', async () => {
    const { out } = await replayed();
    await figures([join(out, 'journal.jsonl')]);
    const { what, figures: found, by } = json();
    const written = JSON.parse(readFileSync(join(out, 'figures.json'), 'utf8')).figures;
    expect(what).toBe('journal');
    expect(Number(found.trades.value)).toBeGreaterThan(1);
    for (const [id, { value, unit, why }] of Object.entries<Record<string, unknown>>(found))
      if (id !== 'correlation')
        expect({ value, unit, ...(why === undefined ? {} : { why }) }, `figure ${id}`).toMatchObject(written[id]);
    expect(Object.keys(by)).toEqual(['symbol', 'rule', 'policy', 'hour']);
    expect(Object.keys(by.policy)).toEqual(['fixed']);
    expect(by.policy.fixed['net-pnl']).toBe(found['net-pnl'].value);
  });

  it('asks the tapes for what the journal does not hold', async () => {
    const { out, tapes } = await replayed();
    await figures([join(out, 'journal.jsonl')]);
    expect(json().figures['open-positions'].value).toBe('2');
    expect(json().figures.correlation).toMatchObject({ value: null, why: expect.stringContaining('it takes the tape') });
    line.printed = '';
    await figures([join(out, 'journal.jsonl'), ...tapes.flatMap((tape) => ['--tape', tape])]);
    const { correlation } = JSON.parse(readFileSync(join(out, 'figures.json'), 'utf8')).figures;
    expect(Number(correlation.value)).toBeGreaterThan(0.5);
    expect(json().figures.correlation.value).toBe(correlation.value);
  });

  it('asks the tapes what decisions were worth', async () => {
    const { out, tapes } = await replayed('--policy', 'intraday', '--decide', 'approve-all');
    await figures([join(out, 'journal.jsonl')]);
    expect(json().figures['value-auto']).toMatchObject({ value: null, why: expect.stringContaining('it takes the tape') });
    line.printed = '';
    await figures([join(out, 'journal.jsonl'), ...tapes.flatMap((tape) => ['--tape', tape])]);
    const { records } = readJournal(readFileSync(join(out, 'journal.jsonl'), 'utf8'), 'journal.jsonl');
    const opened = await Promise.all(tapes.map(async (tape) => (await openFile(await blobOf(tape), {})).tape));
    const { byOutcome } = worth(caseOfJournal('it', records, opened), () => undefined);
    const sumOf = (outcome: string) => byOutcome.find((one) => one.outcome === outcome)?.worth;
    expect(sumOf('auto')).toBeDefined();
    expect(Number(json().figures['value-auto'].value)).toBeCloseTo(Number(sumOf('auto')), 6);
    expect(Number(json().figures['value-taken'].value)).toBeCloseTo(Number(sumOf('approved') ?? 0), 6);
  });

  it('refuses a tape of another market, and a journal with one of its tapes missing', async () => {
    const { out, tapes } = await replayed();
    const other = fileOf(
      'eq_AA_1m_other.csv',
      `ts,open,high,low,close,volume\n${START},1,1,1,1,1\n${START + 60_000},1,1,1,1,1\n`,
    );
    const path = join(out, 'journal.jsonl');
    await expect(figures([path, '--tape', other])).rejects.toThrow(
      /made on the tape [0-9a-f]{12} of AA; expected it, found [0-9a-f]{12} of AA/,
    );
    await expect(figures([path, '--tape', tapes[0] ?? ''])).rejects.toThrow(/made on the tape [0-9a-f]{12} of BB; expected it/);
  });

  it('prints text for a monitoring system, which the replay wrote too', async () => {
    const { out } = await replayed();
    await figures([join(out, 'journal.jsonl'), '--as', 'openmetrics']);
    expect(line.printed.endsWith('# EOF\n')).toBe(true);
    expect(readFileSync(join(out, 'metrics.txt'), 'utf8').replace(/.*metric="correlation".*\n/, '')).toBe(line.printed);
  });

  it('reads what a replay wrote as trades.csv, and comes to the same', async () => {
    const { out } = await replayed();
    await figures([join(out, 'journal.jsonl')]);
    const ofJournal = json().figures;
    line.printed = '';
    await figures([join(out, 'trades.csv'), '--equity', '100000']);
    for (const id of ['trades', 'net-pnl', 'win-rate', 'profit-factor', 'r-mean', 'drawdown', 'drawdown-share'])
      expect(json().figures[id].value, `figure ${id}`).toBe(ofJournal[id].value);
    expect(json().figures.fees).toMatchObject({ value: null, why: expect.stringContaining('takes the journal') });
  });

  it('leaves out rows that cannot be used, says which and counts them', async () => {
    await figures([fileOf('t.csv', 'closedAt,pnl\n1000,5\nsoon,5\n2000,-4\n3000,much\n')]);
    expect(json()).toMatchObject({ what: 'trades', rows: 2, rejectedRows: 2, figures: { 'net-pnl': { value: '1' } } });
    expect(line.said).toContain('t.csv, line 3: closedAt "soon": expected UTC milliseconds');
    expect(line.said).toContain('t.csv, line 5: pnl "much": expected a decimal; left out');
  });

  it('prints a table for people, with what is asked of a figure', async () => {
    await figures([fileOf('t.csv', 'closedAt,pnl,rMultiple\n1000,50,1\n2000,-40,-0.8\n'), '--as', 'table']);
    expect(line.printed).toMatch(/^Outcome\n {2}Closed positions +2\n/);
    expect(line.printed).toMatch(/\n {2}Win rate +50\.0 %\n/);
    expect(line.printed).toMatch(/\n {2}Sharpe ratio, a year +– {2}1 day; 20 are needed.* · target > 1\.5\n/);
    expect(line.printed.split('\n').every((line) => !/\s$/.test(line))).toBe(true);
  });

  it.each([
    [[], 'figures: expected one FILE'],
    [['FILE', '--as', 'xml'], '--as xml: expected json, table, openmetrics'],
    [['FILE', '--equity', 'much'], '--equity much: expected money above 0'],
    [['FILE', '--tape', 'x.csv'], '--tape x.csv: expected a journal to go with it'],
    [['nowhere.csv'], 'nowhere.csv: no such file'],
  ])('refuses %j', async (args, message) => {
    const file = fileOf('t.csv', 'closedAt,pnl\n1,1\n');
    await expect(figures(args.map((arg) => (arg === 'FILE' ? file : arg)))).rejects.toThrow(message);
  });

  it('names what is wrong with a file that is neither', async () => {
    await expect(figures([fileOf('t.csv', 'ts,open\n1,2\n')])).rejects.toThrow('t.csv, line 1: no column "closedAt"');
    await expect(figures([fileOf('j.jsonl', '{"seq":1}\n')])).rejects.toThrow('j.jsonl, line 1: a record without seq or event');
  });
});
