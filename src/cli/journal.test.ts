import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { journalText } from '../projections/figures.ts';
import { end, holding } from '../engine/testing.ts';
import { journal } from './journal.ts';
import { replay } from './replay.ts';
import { commandLine } from './testing.ts';

const line = commandLine();

const text = journalText(end(holding([101, 99])).journal);
const fileWith = (content: string): string => {
  const path = join(line.folder, 'journal.jsonl');
  writeFileSync(path, content);
  return path;
};
const read = (...path: string[]): string => readFileSync(join(line.folder, ...path), 'utf8');

const TABLES = [
  ...['exits.csv', 'journal.csv', 'ml_position_predictions.csv', 'ml_position_predictions.jsonl'],
  ...['position_events.csv', 'position_events.jsonl', 'positions.csv', 'trades.csv'],
];

describe('journal FILE', () => {
  it('makes the tables that the replay made, to the byte, without the tape', async () => {
    const entries = join(line.folder, 'entries.csv');
    const start = Date.UTC(2025, 2, 3, 14, 30);
    const rows = Array.from({ length: 120 }, (_, i) => {
      const price = 100 + Math.round(40 * Math.sin(i / 9)) / 10;
      return `${start + i * 60_000},${price},${price + 0.3},${price - 0.3},${price},100`;
    });
    writeFileSync(join(line.folder, 'eq_X_1m.csv'), ['ts,open,high,low,close,volume', ...rows].join('\n'));
    const asked = [20, 50, 80].map((i) => `${start + i * 60_000},X,${i === 50 ? 'short' : 'long'},10,,`);
    writeFileSync(entries, ['ts,symbol,side,quantity,stop,target', ...asked].join('\n'));
    const out = join(line.folder, 'made');
    await replay([join(line.folder, 'eq_X_1m.csv'), '--entries', entries, '--decide', 'approve-all', '--out', out]);
    expect(readdirSync(out).toSorted()).toEqual(
      [...TABLES, 'figures.json', 'journal.jsonl', 'metrics.txt', 'positions.json'].toSorted(),
    );
    await journal([join(out, 'journal.jsonl'), '--out', join(line.folder, 'again')]);
    expect(readdirSync(join(line.folder, 'again')).toSorted()).toEqual(TABLES);
    for (const name of TABLES) expect(read('again', name)).toBe(read('made', name));
    expect(read('made', 'position_events.csv')).toContain(',entry,');
    expect(read('made', 'trades.csv').split('\n').length).toBeGreaterThan(2);
  });

  it('says what it read and wrote', async () => {
    const path = fileWith(text);
    await journal([path, '--out', join(line.folder, 'out')]);
    expect(line.printed).toBe(
      `${path}: ${text.trimEnd().split('\n').length} records\nwrote ${[
        'journal.csv',
        'position_events.csv',
        'position_events.jsonl',
        'ml_position_predictions.csv',
        'ml_position_predictions.jsonl',
        'positions.csv',
        'trades.csv',
        'exits.csv',
      ].join(', ')} to ${join(line.folder, 'out')}\n`,
    );
  });

  it('[F15] leaves out a last line that is torn, and says so', async () => {
    const path = fileWith(text.slice(0, -20));
    await journal([path, '--out', join(line.folder, 'out')]);
    expect(line.printed).toMatch(/journal\.jsonl, line \d+: cut off after \d+ characters and left out; \d+ records are whole\n/);
    expect(read('out', 'position_events.csv')).toContain(',stop_loss,');
  });

  it('[F15] names the line of a record that is damaged or out of order, and writes nothing', async () => {
    const lines = text.split('\n');
    await expect(journal([fileWith(lines.toSpliced(2, 1).join('\n')), '--out', join(line.folder, 'out')])).rejects.toThrow(
      'journal.jsonl, line 3: record 4: expected 3',
    );
    await expect(
      journal([fileWith(text.replace('"OrderFilled"', '"OrderDreamt"')), '--out', join(line.folder, 'out')]),
    ).rejects.toThrow('event "OrderDreamt" is not known here');
    expect(existsSync(join(line.folder, 'out'))).toBe(false);
  });

  it('names the record that does not follow from those before it', async () => {
    const renamed = text.replace(
      '{"type":"TrancheOpened","positionId":"TEST-1"',
      '{"type":"TrancheOpened","positionId":"TEST-9"',
    );
    await expect(journal([fileWith(renamed), '--out', line.folder])).rejects.toThrow(
      /journal\.jsonl: record \d+, TrancheOpened: the journal names position TEST-9, which does not exist/,
    );
  });

  it('--position prints how it was managed, or which there are', async () => {
    const path = fileWith(text);
    await journal([path, '--position', 'TEST-1']);
    expect(JSON.parse(line.printed)).toMatchObject({ position: 'TEST-1', status: 'CLOSED', actions: { entry: 1, stop_loss: 1 } });
    await expect(journal([path, '--position', 'X-1'])).rejects.toThrow(`--position X-1: not in ${path}; expected TEST-1`);
  });

  it('wants one file', async () => {
    await expect(journal([])).rejects.toThrow('journal: expected one FILE');
    await expect(journal(['a', 'b'])).rejects.toThrow('journal: expected one FILE');
  });
});
