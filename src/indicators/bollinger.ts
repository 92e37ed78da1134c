import { meanOf, squaredDeviationsOf } from './window.ts';

/**
 * Bollinger bands, in the unit of the values: `middle` is the simple mean of the last `length` values, `upper` and `lower` lie `width`
 * population standard deviations of the same values above and below it. NaN until there are `length` values, so the first are known at value
 * `length`; where all values are equal the three are one. State is plain numbers and one typed array: a copy of the fields is a copy of the
 * indicator.
 * @source Bollinger, Bollinger on Bollinger Bands, 2001
 */
export class Bollinger {
  readonly length: number;
  readonly width: number;
  middle = NaN;
  upper = NaN;
  lower = NaN;
  private readonly ring: Float64Array;
  private values = 0;

  /** @param length values, ≥ 1 @param width standard deviations, ≥ 0 */
  constructor(length = 20, width = 2) {
    this.length = length;
    this.width = width;
    this.ring = new Float64Array(length);
  }

  /** Takes the next value, such as a closed bar's close, and returns the new middle. */
  update(value: number): number {
    this.ring[this.values % this.length] = value;
    this.values += 1;
    if (this.values < this.length) return this.middle;
    const oldest = this.values % this.length;
    this.middle = meanOf(this.ring, oldest);
    const reach = this.width * Math.sqrt(squaredDeviationsOf(this.ring, oldest, this.middle) / this.length);
    this.upper = this.middle + reach;
    this.lower = this.middle - reach;
    return this.middle;
  }
}
