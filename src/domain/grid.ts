import { type Decimal, dec } from './decimal.ts';

/** Which way a price is rounded to the grid. */
export type Towards = 'down' | 'up';

/**
 * The grid of prices (tick) or quantities (lot) of an instrument.
 * A grid step is kept as the exact ratio `numerator / denominator`, so that `at(n)` is the double nearest to the n-th grid price:
 * the same double that parsing its decimal text gives. Levels can therefore be compared with tape prices as plain numbers.
 */
export class Grid {
  readonly step: Decimal;
  readonly decimals: number;
  private readonly numerator: number;
  private readonly denominator: number;

  /** @param step decimal text > 0, e.g. "0.01" @throws RangeError when it is not a positive decimal of at most 12 places */
  constructor(step: string) {
    this.step = dec(step);
    this.decimals = this.step.decimalPlaces();
    if (!this.step.greaterThan(0) || this.decimals > 12)
      throw new RangeError(`grid step ${step}: expected a decimal above 0 with at most 12 places`);
    this.denominator = Number(`1e${this.decimals}`);
    this.numerator = this.step.times(this.denominator).toNumber();
  }

  /** The n-th grid price as a double. */
  at(n: number): number {
    return (n * this.numerator) / this.denominator;
  }

  /** The greatest n whose price is at or below `price`. */
  floor(price: number): number {
    let n = Math.round((price * this.denominator) / this.numerator);
    if (this.at(n) > price) n -= 1;
    return n;
  }

  /** The least n whose price is at or above `price`. */
  ceil(price: number): number {
    let n = Math.round((price * this.denominator) / this.numerator);
    if (this.at(n) < price) n += 1;
    return n;
  }

  /** `price` on the grid, as a double. */
  round(price: number, towards: Towards): number {
    return this.at(towards === 'down' ? this.floor(price) : this.ceil(price));
  }

  /** The n-th grid price as a decimal. */
  decimalAt(n: number): Decimal {
    return this.step.times(n);
  }

  /** `value` on the grid, as a decimal. */
  snap(value: Decimal, towards: Towards): Decimal {
    const n = value.div(this.step);
    return (towards === 'down' ? n.floor() : n.ceil()).times(this.step);
  }
}
