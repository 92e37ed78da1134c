/**
 * Exponential moving average with the weight 2 / (`length` + 1), in the unit of its values. It starts from the simple mean of the first
 * `length` values: NaN before, so the first is known at value `length`; aligned with the newest value.
 * State is plain numbers: a copy of the fields is a copy of the indicator.
 */
export class Ema {
  readonly length: number;
  value = NaN;
  private values = 0;
  private mean = 0;

  /** @param length values, ≥ 1 */
  constructor(length = 20) {
    this.length = length;
  }

  /** Takes the next value, such as a closed bar's close, and returns the new average. */
  update(value: number): number {
    this.values += 1;
    this.mean = emaStep(this.mean, value, this.values, this.length);
    if (this.values >= this.length) this.value = this.mean;
    return this.value;
  }
}

/** One step of such an average, given the count with this value: a sum until the seed is complete, then its mean, then the average. */
export function emaStep(before: number, value: number, count: number, length: number): number {
  if (count < length) return before + value;
  if (count === length) return (before + value) / length;
  return before + ((value - before) * 2) / (length + 1);
}
