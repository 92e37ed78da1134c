import { describe, expect, it } from 'vitest';
import { cellText, decimalText, doubleText, floatText, millisecondText, signedBigInt, wholeTimes } from './cells.ts';

describe('the text of', () => {
  it.each([
    [0.1, '0.1'],
    [61_686.5, '61686.5'],
    [1e-7, '1e-7'],
    [16_777_216, '16777216'],
    [0.30000001192092896, '0.3'],
    [3.4028234663852886e38, '3.4028235e+38'],
    [NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('the float %d has the digits that tell it from other floats', (value, text) => {
    expect(floatText(Math.fround(value))).toBe(text);
    expect(Math.fround(Number(text))).toBe(Math.fround(value));
  });

  it('a double is the shortest that is read as it', () => {
    expect([0.1, 42_000.7, 1e21].map(doubleText)).toEqual(['0.1', '42000.7', '1e+21']);
  });

  it.each([
    [123n, 0, '123'],
    [123n, 2, '1.23'],
    [5n, 4, '0.0005'],
    [-5n, 1, '-0.5'],
    [12n, -2, '1200'],
    [12_345_678_901_234_567_890n, 10, '1234567890.1234567890'],
  ])('the decimal %d with %d places keeps every digit', (unscaled, scale, text) =>
    expect(decimalText(unscaled, scale)).toBe(text),
  );

  it('a time is the millisecond in which it lies, before 1970 as well', () => {
    expect([1_999n, 2_000n, -1n, -1_000n].map((time) => millisecondText(time, 1_000n))).toEqual(['1', '2', '-1', '-1']);
  });

  it('words stays one cell of one line, and different words stay different', () => {
    const words = ['a,b', 'a%2cb', 'a\nb', 'é', 'buy', '2024-01-01 00:00:00+00:00'];
    expect(words.map(cellText)).toEqual(['a%2cb', 'a%252cb', 'a%ab', '%e9', 'buy', '2024-01-01 00:00:00+00:00']);
  });
});

describe('wholeTimes', () => {
  it.each([
    [1_700_000_000n, 'seconds'],
    [1_700_000_000_000n, undefined],
    [1_700_000_000_000_999n, 'microseconds'],
    [1_700_000_000_000_999_999n, 'nanoseconds'],
  ])('takes %d for what its size says, and says so unless it is milliseconds', (time, unit) => {
    const notes = new Set<string>();
    expect(wholeTimes(notes)(time)).toBe('1700000000000');
    expect([...notes]).toEqual(unit === undefined ? [] : [`Times count ${unit} since 1970, UTC.`]);
  });
});

describe('signedBigInt', () => {
  it("reads two's complement, most significant byte first", () => {
    expect(signedBigInt(Uint8Array.of(0xff, 0xfe))).toBe(-2n);
    expect(signedBigInt(Uint8Array.of(0x00, 0xfe))).toBe(254n);
    expect(signedBigInt(new Uint8Array())).toBe(0n);
  });
});
