import { Decimal as Base } from 'decimal.js';

/** The one decimal type of the house: 60 significant digits, so that products and sums of prices, quantities and fees are exact. */
export const Decimal = Base.clone({ precision: 60, rounding: Base.ROUND_HALF_UP, toExpNeg: -40, toExpPos: 40 });
export type Decimal = Base;

export const ZERO = new Decimal(0);
export const ONE = new Decimal(1);

/** A decimal from decimal text, or from a tape's double (by its shortest text, exact up to 15 significant digits). */
export const dec = (value: string | number | Decimal): Decimal => new Decimal(value);

const NUMBERS = new WeakMap<Decimal, number>();

/** The nearest double of a decimal that is kept and asked for again and again: found once, because the way there goes through text. */
export function numberOf(value: Decimal): number {
  let number = NUMBERS.get(value);
  if (number === undefined) {
    number = value.toNumber();
    NUMBERS.set(value, number);
  }
  return number;
}

/** Decimal text for events and files: plain notation, no exponent, no trailing zeros. */
export const text = (value: Decimal): string => value.toFixed();

/** Money to show: two places, rounded half-up; what rounds to nothing has no sign. */
export const money = (value: Decimal): string => value.toDecimalPlaces(2).toFixed(2);

export const maxOf = (a: Decimal, b: Decimal): Decimal => (a.greaterThan(b) ? a : b);
export const minOf = (a: Decimal, b: Decimal): Decimal => (a.lessThan(b) ? a : b);

/** Digits kept where a division does not end (cost shares, averages in files). The last exit takes the remainder, so sums stay exact. */
export const SHARE_DIGITS = 18;
