import { type Decimal, dec, money, ONE, ZERO } from '../../domain/decimal.ts';
import type { Evidence } from './evidence.ts';

/** What figures are sorted by. */
type FigureGroup =
  | 'Outcome'
  | 'Risk'
  | 'R and excursions'
  | 'Losses'
  | 'Profits'
  | 'Scale-ins'
  | 'Approvals'
  | 'Sizing'
  | 'What is open'
  | 'Models'
  | 'Actions';

/** What a figure counts: whole things, money, a share of one (0.52 is 52 %), a plain ratio, multiples of the initial risk, milliseconds. */
export type FigureUnit = 'count' | 'money' | 'share' | 'ratio' | 'R' | 'ms';

/** A figure's value, with its standard error where that is large enough to be said, or why there is none. */
export type Reckoned = { value: Decimal; error?: Decimal } | { value: null; why: string };

/** What a seed asks of a figure: a bound that it is to be above, or below. */
interface Target {
  text: string;
  bound: string;
  below?: true;
}

/** One figure: how it is reckoned, what it takes as given, and the function that does it. */
export interface Figure {
  /** in lower case with hyphens; unique */
  id: string;
  group: FigureGroup;
  label: string;
  unit: FigureUnit;
  formula: string;
  /** annualisation, degrees of freedom, what does not count, what is needed at least */
  convention: string;
  /** S0…S4 are the documents that the policies come from */
  source: string;
  /** what a seed asks of it */
  target?: Target;
  reckon(evidence: Evidence): Reckoned;
}

/** The figures of one group. */
export const figuresOf = (group: FigureGroup, what: readonly Omit<Figure, 'group'>[]): Figure[] =>
  what.map((figure) => ({ ...figure, group }));

export const known = (value: Decimal | number): Reckoned => ({ value: dec(value) });
export const unknown = (why: string): Reckoned => ({ value: null, why });

/** Why there is nothing to reckon with, where nothing was closed. */
export const NO_TRADE = 'no closed position';
/** Why a list of trades is not enough. */
export const NEEDS_JOURNAL = 'a list of trades does not say it: it takes the journal';

export const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);

/** @param values at least one */
export const mean = (values: readonly Decimal[]): Decimal => sum(values).div(values.length);

/** Sum of squares; days on which nothing was closed are many, and cost nothing. */
export const squares = (values: readonly Decimal[]): Decimal =>
  sum(values.flatMap((value) => (value.isZero() ? [] : [value.times(value)])));

/**
 * Square root of the mean squared distance from the mean, with n − 1 degrees of freedom. Sixty digits leave room for the difference of two sums,
 * which is exactly 0 where all values are one. @param values at least two
 */
export function deviation(values: readonly Decimal[]): Decimal {
  const total = sum(values);
  return squares(values)
    .minus(total.times(total).div(values.length))
    .div(values.length - 1)
    .sqrt();
}

/** The value in the middle of the sorted values, or the mean of the two. @param values at least one */
export function median(values: readonly Decimal[]): Decimal {
  const sorted = values.toSorted((a, b) => a.comparedTo(b));
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? ZERO;
  return sorted.length % 2 === 1 ? upper : upper.plus(sorted[half - 1] ?? ZERO).div(2);
}

/** The mean of values, or why there is none. */
export const meanOf = (values: readonly Decimal[], why: string): Reckoned =>
  values.length === 0 ? unknown(why) : known(mean(values));

/** A part of a whole; `why` where the whole is nothing. */
export const shareOf = (part: Decimal | number, whole: Decimal | number, why: string): Reckoned => {
  const divisor = dec(whole);
  return divisor.isZero() ? unknown(why) : known(dec(part).div(divisor));
};

const TIME_UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** A length of time in its two largest units: "3 h 20 min", "45 s". */
function timeText(ms: Decimal): string {
  let rest = ms.toDecimalPlaces(0).toNumber();
  if (rest === 0) return '0 s';
  if (rest < 1_000) return `${rest} ms`;
  const parts: string[] = [];
  for (const [scale, unit] of TIME_UNITS) {
    const whole = Math.floor(rest / scale);
    if (whole === 0 && parts.length === 0) continue;
    if (whole > 0) parts.push(`${whole} ${unit}`);
    rest -= whole * scale;
    if (parts.length === 2 || (parts.length === 1 && whole === 0)) break;
  }
  return parts.join(' ');
}

const HUNDRED = ONE.times(100);
/** A share below this has a second place. */
const SMALL_SHARE = 0.01;

/** A value as it is shown, with its unit: "52.0 %", "−12.30", "0.35R". */
export function shownText(value: Decimal, unit: FigureUnit): string {
  const fixed = (places: number, of = value): string => of.toDecimalPlaces(places).toFixed(places);
  const shown: Record<FigureUnit, () => string> = {
    count: () => fixed(0),
    money: () => money(value),
    share: () => `${fixed(value.abs().lessThan(SMALL_SHARE) && !value.isZero() ? 2 : 1, value.times(HUNDRED))} %`,
    ratio: () => fixed(2),
    R: () => `${fixed(2)}R`,
    ms: () => timeText(value),
  };
  const plain = shown[unit]();
  return plain.replace(/^-/, '−');
}

/** Whether a value reaches what is asked of it; null where its standard error leaves that open. */
export function reaches({ value, error }: { value: Decimal; error?: Decimal }, { bound, below }: Target): boolean | null {
  const over = value.minus(bound).times(below ? -1 : 1);
  if (error && over.abs().lessThan(error)) return null;
  return over.greaterThan(0);
}
