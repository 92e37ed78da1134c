import { assert, bigInt, boolean, constantFrom, property, record, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalMark, plainDecimal } from './numbers.ts';

describe('plainDecimal', () => {
  it.each([
    ['1', '1'],
    ['-0.50', '-0.5'],
    ['−5', '-5'],
    ['- 2.50', '-2.5'],
    ['4 101.093', '4101.093'],
    ['18,250.50', '18250.5'],
    ['1,250', '1250'],
    ['$0.62', '0.62'],
    ['-$1.20', '-1.2'],
    ['($1.20)', '-1.2'],
    ['.5', '0.5'],
  ])('reads %j as %s where points are decimal', (cell, expected) => expect(plainDecimal(cell, '.')).toBe(expected));

  it.each([
    ['7200,75', '7200.75'],
    ['0,62 $', '0.62'],
    ['1 250,50 €', '1250.5'],
    ['1.250', '1250'],
    ['2.113,00', '2113'],
  ])('reads %j as %s where commas are decimal', (cell, expected) => expect(plainDecimal(cell, ',')).toBe(expected));

  it.each(['', '-', '1e5', '12,50', '1.2.3', '1,25,000', 'free', 'NaN', '0.12345678901234567890123456789'])(
    'reads %j as no decimal where points are decimal',
    (cell) => expect(plainDecimal(cell, '.')).toBeUndefined(),
  );
  it.each(['12.50', '1.2', '1,2,3'])('reads %j as no decimal where commas are decimal', (cell) =>
    expect(plainDecimal(cell, ',')).toBeUndefined(),
  );

  it('is exact, whichever mark and grouping a number was written with', () => {
    const parts = record({
      whole: bigInt({ min: 0n, max: 10n ** 12n }),
      places: stringMatching(/^\d{0,7}[1-9]$/),
      mark: constantFrom('.' as const, ',' as const),
      grouped: boolean(),
    });
    assert(
      property(parts, ({ whole, places, mark, grouped }) => {
        const groups = grouped ? whole.toString().replace(/\B(?=(\d{3})+$)/g, mark === '.' ? ',' : '.') : whole.toString();
        expect(plainDecimal(`${groups}${mark}${places}`, mark)).toBe(`${whole}.${places}`);
      }),
    );
  });
});

describe('decimalMark', () => {
  it.each([
    [['1.5', '1,250'], ',', '.'],
    [['7200,75', '1'], ';', ','],
    [['1.250', '2.113,00'], ';', ','],
    [['1,250.50'], ';', '.'],
    [['1,250'], ',', '.'],
    [['1,250'], ';', ','],
    [['1.250'], ';', '.'],
    [['5', ''], ';', '.'],
  ])('of %j between %j is %j', (cells, delimiter, mark) => expect(decimalMark(cells, delimiter)).toBe(mark));
});
