import { meanOf, squaredDeviationsOf } from './window.ts';

/** Values below which a rank among them says nothing. */
const LEAST_VALUES = 60;

/**
 * Realised volatility of an instrument, which takes VIX's place where no VIX series is loaded (rules.md §6): `value` is the sample standard
 * deviation of the last `length` one-bar simple returns, as a fraction a bar, not annualised; `percentile()` is its rank among the last
 * `memory` such values. The value is NaN until there are `length` returns, that is `length` + 1 closes, the rank until there are 60 values.
 * State is plain numbers and typed arrays: a copy of the fields is a copy of the indicator. Nothing is allocated a bar; the rank is found only
 * when it is asked for.
 */
export class RealizedVolatility {
  readonly length: number;
  readonly memory: number;
  value = NaN;
  private readonly returns: Float64Array;
  private readonly values: Float64Array;
  private previousClose = NaN;
  private returnsTaken = 0;
  private valuesTaken = 0;

  /** @param length returns, ≥ 2 @param memory values, ≥ 60 */
  constructor(length = 30, memory = 1_000) {
    this.length = length;
    this.memory = memory;
    this.returns = new Float64Array(length);
    this.values = new Float64Array(memory);
  }

  /** Takes a closed bar's close, above 0, and returns the new value. */
  update(close: number): number {
    const change = (close - this.previousClose) / this.previousClose;
    this.previousClose = close;
    if (Number.isNaN(change)) return this.value;
    this.returns[this.returnsTaken % this.length] = change;
    this.returnsTaken += 1;
    if (this.returnsTaken < this.length) return this.value;
    const oldest = this.returnsTaken % this.length;
    const squares = squaredDeviationsOf(this.returns, oldest, meanOf(this.returns, oldest));
    this.value = Math.sqrt(squares / (this.length - 1));
    this.values[this.valuesTaken % this.memory] = this.value;
    this.valuesTaken += 1;
    return this.value;
  }

  /**
   * Rank of the value among the values kept, itself included: 100 × (values below + half of the others that equal it) / others. 0 is the
   * lowest, 100 the highest, and 50 where all are equal, because it is neither. NaN under 60 values.
   */
  percentile(): number {
    const kept = Math.min(this.valuesTaken, this.memory);
    if (kept < LEAST_VALUES) return NaN;
    let below = 0;
    let equal = 0;
    for (let i = 0; i < kept; i += 1) {
      const value = this.values[i] ?? NaN;
      if (value < this.value) below += 1;
      else if (value === this.value) equal += 1;
    }
    return (100 * (below + (equal - 1) / 2)) / (kept - 1);
  }
}
