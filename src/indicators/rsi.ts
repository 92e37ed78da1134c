/**
 * Wilder's relative strength index, 0..100. NaN until `length` changes are known, that is `length` + 1 closes.
 * Only gains give 100; no change at all gives 50, because neither side is stronger.
 * State is plain numbers: a copy of the fields is a copy of the indicator.
 * @source Wilder, New Concepts in Technical Trading Systems, 1978, ch. 6
 */
export class Rsi {
  readonly length: number;
  value = NaN;
  private changes = 0;
  private gain = 0;
  private loss = 0;
  private previousClose = NaN;

  /** @param length changes of close, ≥ 1 */
  constructor(length = 14) {
    this.length = length;
  }

  /** Takes a closed bar's close and returns the new value. */
  update(close: number): number {
    const change = close - this.previousClose;
    this.previousClose = close;
    if (Number.isNaN(change)) return this.value;
    const up = change > 0 ? change : 0;
    const down = change < 0 ? -change : 0;
    if (this.changes < this.length) {
      this.changes += 1;
      this.gain += up;
      this.loss += down;
      if (this.changes < this.length) return this.value;
      this.gain /= this.length;
      this.loss /= this.length;
    } else {
      this.gain = (this.gain * (this.length - 1) + up) / this.length;
      this.loss = (this.loss * (this.length - 1) + down) / this.length;
    }
    const total = this.gain + this.loss;
    this.value = total === 0 ? 50 : (100 * this.gain) / total;
    return this.value;
  }
}
