import { describe, expect, it } from 'vitest';
import { leftOut, readLines } from './testing.ts';

const T = 1_700_000_000_000;

/** Every numeric column of every kind of table, with a row that can be read. */
const TABLES: Record<string, readonly string[]> = {
  'ts,open,high,low,close,volume': [`${T}`, '10', '12', '9', '11', '5'],
  'ts,price,size,side': [`${T}`, '10', '2', 'buy'],
  'ts,bid,ask': [`${T}`, '10', '11'],
  'ts,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close': `${T},10,12,9,11,10,12,9,11`.split(','),
};
const BAD = ['NaN', 'Infinity', '-Infinity', '0', '0.00', '-5', '1e308', '-1e308', '1e-308', 'text', '', '0x10', '1,5', '1 5'];
/** Zero is a volume, and the first moment of 1970. */
const MAY_BE_ZERO = new Set(['ts', 'volume']);

const cases = Object.entries(TABLES).flatMap(([header, good]) =>
  header
    .split(',')
    .map((name, at) => ({ header, good, name, at }))
    .filter(({ name }) => name !== 'side'),
);

describe('F9 NaN, infinity, zero, negative, 1e308, text: refused with row and field', () => {
  it.each(cases)('in column $name of $header', ({ header, good, name, at }) => {
    const bad = BAD.filter((text) => !(MAY_BE_ZERO.has(name) && /^0(?:\.0+)?$/.test(text)));
    // semicolons, so that a comma in a number is one wrong number and not two fields
    const rows = [good, ...bad.map((text) => good.with(at, text)), good.with(0, String(T + 60_000))];
    const result = readLines([header.replaceAll(',', ';'), ...rows.map((row) => row.join(';'))], 'x.csv', {
      layout: { delimiter: ';' },
    });
    expect(result.report).toMatchObject({ rows: 2, rejectedRows: bad.length });
    const found = leftOut(result);
    for (const [i, text] of bad.entries()) {
      expect(found[i]?.[0]).toBe(i + 3);
      expect(found[i]?.[1]).toContain(`'${text}'`);
      expect(found[i]?.[1]).toContain(name === 'ts' ? 'time' : ['size', 'volume'].includes(name) ? name : `in column ${name}`);
    }
  });
});
