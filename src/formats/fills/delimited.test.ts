import { describe, expect, it } from 'vitest';
import { findHeader, tableBelow } from './delimited.ts';

const fits = (names: string[]): boolean => names.includes('a') && names.includes('b');
const table = (text: string, everywhere = false) => {
  const header = findHeader(text, fits, everywhere);
  return header && tableBelow(text, header);
};

describe('a table in text', () => {
  it.each([',', ';', '\t'])('is found between %j, below lines that are no header, with its lines counted', (between) => {
    const text = `Title\r\n\r\n"A"${between} B ${between}\r\n1${between}2${between}\r\n\r\n3${between}"4${between}4"${between}\r\n`;
    expect(table(text)).toEqual({
      delimiter: between,
      names: ['a', 'b'],
      line: 3,
      rows: [
        { line: 4, text: `1${between}2${between}`, cells: ['1', '2', ''] },
        { line: 6, text: `3${between}"4${between}4"${between}`, cells: ['3', `4${between}4`, ''] },
      ],
    });
  });

  it('has quotes inside of quotes, and a quote that does not end as it stands', () => {
    const [first, second, third] = table('a,b\n"say ""x""",2\n"open,2\nx"y,"2"\n')?.rows ?? [];
    expect([first?.cells, second?.cells, third?.cells]).toEqual([
      ['say "x"', '2'],
      ['"open', '2'],
      ['x"y', '2'],
    ]);
  });

  it('is looked for at the beginning, or everywhere', () => {
    const text = `${'x,y\n'.repeat(100)}a,b\n1,2\n`;
    expect(table(text)).toBeUndefined();
    expect(table(text, true)?.rows).toEqual([{ line: 102, text: '1,2', cells: ['1', '2'] }]);
  });
});
