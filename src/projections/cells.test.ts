import * as fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { csvText, jsonLines, readCells } from './cells.ts';

/** A table of one cell, as a file and without its header. */
const fileOf = (cell: string): string => csvText(['a'], [[cell]]).slice('a\n'.length);

describe('cells of a CSV file', () => {
  it.each([
    ['=HYPERLINK("https://x.invalid","y")', `"'=HYPERLINK(""https://x.invalid"",""y"")"\n`],
    ['+1', "'+1\n"],
    ['@x', "'@x\n"],
    ['-1+2', "'-1+2\n"],
    ['-', "'-\n"],
    ['"=1"', `"'""=1"""\n`],
    [' =1', "' =1\n"],
    ["'=1", "''=1\n"],
    ['\tx', "'\tx\n"],
    ['\rx', `"'\rx"\n`],
    ['＝1', "'＝1\n"],
    ['-1e5', "'-1e5\n"],
  ])('%j, which a spreadsheet would run, has an apostrophe before it', (cell, file) => expect(fileOf(cell)).toBe(file));

  it.each([
    ['-5.04', '-5.04\n'],
    ['-0.00000001', '-0.00000001\n'],
    ['1550242800000', '1550242800000\n'],
    ['early-exit', 'early-exit\n'],
    ["it's", "it's\n"],
    ['a "b", c', '"a ""b"", c"\n'],
    ['two\nlines', '"two\nlines"\n'],
    ['Größe ≥ 1R → “ok” 🙂', 'Größe ≥ 1R → “ok” 🙂\n'],
    ['', '\n'],
  ])('%j is written as it is, quoted where it must be', (cell, file) => expect(fileOf(cell)).toBe(file));

  it('are numbers where they are numbers, and empty where there is nothing', () => {
    expect(csvText(['a', 'b', 'c'], [[-5.04, null, 0]])).toBe('a,b,c\n-5.04,,0\n');
  });

  const text = fc.oneof(fc.string({ unit: fc.constantFrom(...'=+-@\'" \t\r\n,;x1.é＝') }), fc.string({ unit: 'grapheme' }));
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

  it('come back as they were', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const [header = [], ...body] = rows;
        expect(readCells(csvText(header, body))).toEqual(rows);
      }),
      { numRuns: 2_000, seed: 20_190_215 },
    );
  });

  it('are read alike by another reader, which finds no formula', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const [header = [], ...body] = rows;
        const { data } = Papa.parse<string[]>(csvText(header, body).slice(0, -1), { delimiter: ',', newline: '\n' });
        expect(data.map((row) => row.length)).toEqual(rows.map((row) => row.length));
        for (const [r, row] of rows.entries())
          for (const [c, cell] of row.entries()) {
            const found = data[r]?.[c] ?? '';
            expect([cell, `'${cell}`]).toContain(found);
            expect(/^[=+@\t\r]/.test(found) || (found.startsWith('-') && Number.isNaN(Number(found)))).toBe(false);
          }
      }),
      { numRuns: 500, seed: 20_190_216 },
    );
  });
});

it('lines of JSON are a record each', () => {
  expect(jsonLines([{ a: 'x\ny' }, { a: null }])).toBe('{"a":"x\\ny"}\n{"a":null}\n');
});
