import { dec, text } from '../../domain/decimal.ts';

export type DecimalMark = '.' | ',';

/** Digits that a decimal of a row may have: products of two of them are still exact. */
const MOST_DIGITS = 28;

/** Signs of money and kinds of blanks that programs write into numbers. */
const ORNAMENTS = /[\s\u00a0\u202f$€£¥₹]/g;

const bare = (cell: string): string =>
  cell
    .replace(ORNAMENTS, '')
    .replace(/^\u2212/, '-')
    .replace(/^\((.+)\)$/, '-$1');

/** 1,250 or 1.250.000: a number that does not say which mark is the decimal one. */
const GROUPED = /^[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*$/;

/** Which mark stands before the decimals, by the cells that leave no doubt; where all do, what the delimiter of the file suggests. */
export function decimalMark(cells: readonly string[], delimiter: string): DecimalMark {
  let points = 0;
  let commas = 0;
  let only = '';
  for (const cell of cells) {
    const number = bare(cell);
    const last = Math.max(number.lastIndexOf('.'), number.lastIndexOf(','));
    if (last < 0) continue;
    const mark = number[last];
    if (GROUPED.test(number)) only = mark ?? '';
    else if (mark === ',') commas += 1;
    else points += 1;
  }
  if (commas !== points) return commas > points ? ',' : '.';
  return only === ',' && delimiter !== ',' ? ',' : '.';
}

/**
 * Decimal text in plain notation of a number as programs write it for people: groups of thousands, signs of money, a minus of any kind,
 * brackets for below zero. Undefined for anything else, and for more than 28 digits.
 */
export function plainDecimal(cell: string, mark: DecimalMark): string | undefined {
  const number = bare(cell);
  const group = mark === ',' ? '.' : ',';
  const grouped = new RegExp(`^[+-]?\\d{1,3}(?:\\${group}\\d{3})+(?:\\${mark}\\d*)?$`);
  const joined = grouped.test(number) ? number.replaceAll(group, '') : number;
  if (joined.includes(group)) return undefined;
  const plain = joined.replace(mark, '.');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain)) return undefined;
  const written = text(dec(plain.replace(/^\+/, '')));
  return written.replace(/\D/g, '').length > MOST_DIGITS ? undefined : written;
}
