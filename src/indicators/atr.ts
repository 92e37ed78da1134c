/**
 * Wilder's average true range, in price units. NaN until `length` bars have closed, never 0 for want of bars.
 * The first value is the mean of the first `length` true ranges; the first bar's true range is high − low.
 * State is plain numbers: a copy of the fields is a copy of the indicator.
 * @source Wilder, New Concepts in Technical Trading Systems, 1978, ch. 3
 */
export class Atr {
  readonly length: number;
  value = NaN;
  private bars = 0;
  private sum = 0;
  private previousClose = NaN;

  /** @param length bars, ≥ 1 */
  constructor(length = 14) {
    this.length = length;
  }

  /** Takes a closed bar and returns the new value. */
  update(high: number, low: number, close: number): number {
    let range = high - low;
    if (this.bars > 0) {
      const up = high - this.previousClose;
      const down = this.previousClose - low;
      if (up > range) range = up;
      if (down > range) range = down;
    }
    this.previousClose = close;
    if (this.bars < this.length) {
      this.bars += 1;
      this.sum += range;
      if (this.bars === this.length) this.value = this.sum / this.length;
    } else {
      this.value = (this.value * (this.length - 1) + range) / this.length;
    }
    return this.value;
  }
}
