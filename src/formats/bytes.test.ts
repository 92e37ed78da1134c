import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Column, DecimalReader, Lines, textOf } from './bytes.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): number => new DecimalReader().read(bytesOf(text), 0, text.length);

const all = (text: string): string[][] => {
  const lines = new Lines(bytesOf(text), 0, 8);
  const found: string[][] = [];
  while (lines.advance()) found.push(Array.from({ length: lines.fields }, (_, field) => lines.field(field)));
  return found;
};

describe('DecimalReader', () => {
  it('reads the double nearest to the text, for every decimal of at most 15 digits', () => {
    const digits = fc.tuple(fc.integer({ min: 0, max: 999_999_999_999_999 }), fc.integer({ min: 0, max: 22 }), fc.boolean());
    fc.assert(
      fc.property(digits, ([whole, places, negative]) => {
        const text = String(whole).padStart(places + 1, '0');
        const decimal = `${negative ? '-' : ''}${text.slice(0, text.length - places)}${places > 0 ? '.' : ''}${text.slice(text.length - places)}`;
        expect(read(decimal) + 0).toBe(Number(decimal) + 0);
      }),
      { seed: 1, numRuns: 5_000 },
    );
  });

  it.each([
    ['61686.00000000', 61_686, 5, 0],
    ['0.3067', 0.3067, 4, 4],
    ['13.51001', 13.51001, 7, 5],
    ['100', 100, 1, 0],
    ['000.0500', 0.05, 1, 2],
    ['.5', 0.5, 1, 1],
    ['5.', 5, 1, 0],
    ['+7', 7, 1, 0],
    ['-2.50', -2.5, 2, 1],
    ['1e-7', 1e-7, 1, 7],
    ['1.5E+3', 1_500, 2, 0],
    ['0.000', 0, 0, 0],
    ['123456789012345', 123_456_789_012_345, 15, 0],
    ['0.1234567890123456', 0.1234567890123456, 16, 16],
    ['100000000000000000000', 1e20, 1, 0],
  ])('reads %s as %d with %i significant digits and %i places', (text, value, digits, places) => {
    const reader = new DecimalReader();
    expect(reader.read(bytesOf(text), 0, text.length)).toBe(value);
    expect([reader.digits, reader.places]).toEqual([digits, places]);
  });

  it.each([
    '',
    '-',
    '.',
    'abc',
    '1.2.3',
    '1e',
    '1e+',
    '1e1234',
    '1e308',
    '1e-40',
    'NaN',
    'Infinity',
    '0x10',
    '1 2',
    '1,5',
    '--1',
    '1e1.5',
  ])('refuses "%s"', (text) => {
    expect(read(text)).toBeNaN();
  });
});

describe('DecimalReader of other scales and marks', () => {
  it.each([
    ['4500250000000', -9, 4500.25, 2],
    ['1', -12, 1e-12, 12],
    ['12.5', -2, 0.125, 3],
    ['9223372036854775807', -9, 9223372036.854776, 9],
  ])('reads %s that counts 1e%i as %d with %i places', (text, scale, value, places) => {
    const reader = new DecimalReader();
    expect(reader.read(bytesOf(text), 0, text.length, scale)).toBe(value);
    expect(reader.places).toBe(places);
  });

  it.each([
    ['1,5', 1.5],
    ['0,1234567890123456', 0.1234567890123456],
    ['1.5', NaN],
    ['1.234,5', NaN],
    ['1,2,3', NaN],
  ])('reads %s with a decimal comma as %d', (text, value) => {
    expect(new DecimalReader(true).read(bytesOf(text), 0, text.length)).toBe(value);
  });
});

describe('Lines', () => {
  it('splits at commas and at line ends of either kind, with or without one at the end', () => {
    const expected = [
      ['a', 'b'],
      ['1', ''],
    ];
    expect(all('a,b\n1,\n')).toEqual(expected);
    expect(all('a,b\r\n1,\r\n')).toEqual(expected);
    expect(all('a,b\n1,')).toEqual(expected);
  });

  it('leaves blanks and one pair of quotes around a field away', () => {
    expect(all(' a ,"b"\t," c"\n')).toEqual([['a', 'b', ' c']]);
  });

  it('keeps delimiters between quotes, and reads two quotes there as one', () => {
    expect(all('"a,b",c,"d ""e"", f" ,"g\nx,"y"z,"",1"2",3\n')).toEqual([
      ['a,b', 'c', 'd "e", f', '"g'],
      ['x', '"y"z', '', '1"2"', '3'],
    ]);
  });

  it('splits at another delimiter where it is told', () => {
    const lines = new Lines(bytesOf('a;"b;c";1,5\n'), 0, 8, ';');
    lines.advance();
    expect(Array.from({ length: lines.fields }, (_, field) => lines.field(field))).toEqual(['a', 'b;c', '1,5']);
  });

  it('passes over blank lines and says how many stood before a line', () => {
    const lines = new Lines(bytesOf('a\n\n\r\nb\n\n\n'), 0, 2);
    expect([lines.advance(), lines.line, lines.blankBefore]).toEqual([true, 1, 0]);
    expect([lines.advance(), lines.line, lines.blankBefore]).toEqual([true, 4, 2]);
    expect(lines.advance()).toBe(false);
  });

  it('counts fields beyond its width without keeping them', () => {
    const lines = new Lines(bytesOf('1,2,3,4'), 0, 2);
    lines.advance();
    expect([lines.fields, lines.field(1)]).toEqual([4, '2']);
  });
});

describe('textOf', () => {
  it('reads UTF-8 and replaces what is not', () => {
    const good = bytesOf('é€ x');
    expect(textOf(good, 0, good.length)).toBe('é€ x');
    expect(textOf(Uint8Array.of(0x41, 0xff, 0x42), 0, 3)).toBe('A\ufffdB');
  });
});

describe('Column', () => {
  it('grows and gives its values in an array of their own', () => {
    const column = new Column();
    for (let i = 0; i < 5_000; i += 1) column.push(i);
    const array = column.array();
    column.push(1);
    expect([array.length, array[4_999]]).toEqual([5_000, 4_999]);
  });
});
