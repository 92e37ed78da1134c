import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { CsvWriter, MOST_ROWS } from './csv-writer.ts';

describe('CsvWriter', () => {
  it('writes columns as lines under their names, over any number of parts', () => {
    const writer = new CsvWriter(['ts', 'price'], 'x');
    writer.add([String, (row) => `${row}.5`], 2, {});
    writer.add([], 0, {});
    writer.add([(row) => String(row + 2), () => ''], 5_000, {});
    const lines = new TextDecoder().decode(writer.bytes()).split('\n');
    expect(lines.slice(0, 4)).toEqual(['ts,price', '0,0.5', '1,1.5', '2,']);
    expect(lines).toHaveLength(5_004);
    expect(lines.slice(-2)).toEqual(['5001,', '']);
  });

  it('refuses more rows than a file may have before it writes any of them, and more text', () => {
    let written = 0;
    const cell = (): string => String((written += 1));
    expect(() => new CsvWriter(['ts'], 'x').add([cell], MOST_ROWS + 1, {})).toThrow(FormatError);
    expect(written).toBe(0);
    expect(() => new CsvWriter(['ts'], 'x', 1 << 20).add([() => '0'.repeat(100)], 20_000, {})).toThrow(
      'x: rows of more than 1 MB as text',
    );
  });
});
