import { meanOf, squaredDeviationsOf } from './window.ts';

/** Values below which a rank among them says nothing. */
const LEAST_VALUES = 60;

/**
 * Realised volatility of an instrument, which takes VIX's place where no VIX series is loaded (rules.md §6): `value` is the sample standard
 * deviation of the last `length` one-bar simple returns, as a fraction a bar, not annualised; `percentile()` is its rank among the last
 * `memory` such values. The value is NaN until there are `length` returns, that is `length` + 1 closes, the rank until there are 60 values.
 * State is plain numbers and one typed array: a copy of the fields is a copy of the indicator. A bar only keeps its return; value and rank are found
 * when they are asked for, which is at entries and not at every bar.
 */
export class RealizedVolatility {
  readonly length: number;
  readonly memory: number;
  /** the returns that the values kept are made of, the oldest overwritten first */
  private readonly returns: Float64Array;
  private readonly window: Float64Array;
  private previousClose = NaN;
  private taken = 0;

  /** @param length returns, ≥ 2 @param memory values, ≥ 60 */
  constructor(length = 30, memory = 1_000) {
    this.length = length;
    this.memory = memory;
    this.returns = new Float64Array(length + memory - 1);
    this.window = new Float64Array(length);
  }

  /** Takes a closed bar's close, above 0. */
  update(close: number): void {
    const change = (close - this.previousClose) / this.previousClose;
    this.previousClose = close;
    if (Number.isNaN(change)) return;
    this.returns[this.taken % this.returns.length] = change;
    this.taken += 1;
  }

  get value(): number {
    return this.taken < this.length ? NaN : this.deviation(this.taken);
  }

  /**
   * Rank of the value among the values kept, itself included: 100 × (values below + half of the others that equal it) / others. 0 is the
   * lowest, 100 the highest, and 50 where all are equal, because it is neither. NaN under 60 values.
   */
  percentile(): number {
    const kept = Math.min(this.taken - this.length + 1, this.memory);
    if (kept < LEAST_VALUES) return NaN;
    const { value } = this;
    let below = 0;
    let equal = 0;
    for (let until = this.taken - kept + 1; until <= this.taken; until += 1) {
      const other = this.deviation(until);
      if (other < value) below += 1;
      else if (other === value) equal += 1;
    }
    return (100 * (below + (equal - 1) / 2)) / (kept - 1);
  }

  /** Sample standard deviation of the `length` returns up to the `until`-th that was taken. */
  private deviation(until: number): number {
    for (let i = 0; i < this.length; i += 1)
      this.window[i] = this.returns[(until - this.length + i) % this.returns.length] ?? NaN;
    return Math.sqrt(squaredDeviationsOf(this.window, 0, meanOf(this.window, 0)) / (this.length - 1));
  }
}
