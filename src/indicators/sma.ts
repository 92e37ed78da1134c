import { meanOf } from './window.ts';

/**
 * Simple moving average: the mean of the last `length` values, in their own unit. NaN until there are `length` values, so the first is known
 * at value `length`; aligned with the newest value. State is plain numbers and one typed array: a copy of the fields is a copy of the indicator.
 */
export class Sma {
  readonly length: number;
  value = NaN;
  private readonly ring: Float64Array;
  private values = 0;

  /** @param length values, ≥ 1 */
  constructor(length = 20) {
    this.length = length;
    this.ring = new Float64Array(length);
  }

  /** Takes the next value, such as a closed bar's close, and returns the new average. */
  update(value: number): number {
    this.ring[this.values % this.length] = value;
    this.values += 1;
    if (this.values >= this.length) this.value = meanOf(this.ring, this.values % this.length);
    return this.value;
  }
}
