/**
 * Wilder's directional movement: `plusDi` (+DI) and `minusDi` (−DI), the share of the true range that was gained upwards and downwards, and
 * `value`, the average directional index (ADX), all 0..100. Seeded as in Wilder's worksheet: the first bar has no movement, the running totals
 * start from the `length` − 1 bars after it, so +DI and −DI are known at bar `length` + 1; the first ADX is the mean of the first `length`
 * DX, known at bar 2 × `length`. NaN before. No range at all gives 0, because neither direction has any.
 * State is plain numbers: a copy of the fields is a copy of the indicator.
 * @source Wilder, New Concepts in Technical Trading Systems, 1978, ch. 4
 */
export class Adx {
  readonly length: number;
  value = NaN;
  plusDi = NaN;
  minusDi = NaN;
  private bars = 0;
  private range = 0;
  private plus = 0;
  private minus = 0;
  private dxSum = 0;
  private previousHigh = NaN;
  private previousLow = NaN;
  private previousClose = NaN;

  /** @param length bars, ≥ 1 */
  constructor(length = 14) {
    this.length = length;
  }

  /** Takes a closed bar and returns the new ADX. */
  update(high: number, low: number, close: number): number {
    if (this.bars > 0) this.move(high, low);
    this.bars += 1;
    this.previousHigh = high;
    this.previousLow = low;
    this.previousClose = close;
    if (this.bars <= this.length) return this.value;
    this.plusDi = this.range === 0 ? 0 : (100 * this.plus) / this.range;
    this.minusDi = this.range === 0 ? 0 : (100 * this.minus) / this.range;
    const total = this.plusDi + this.minusDi;
    const dx = total === 0 ? 0 : (100 * Math.abs(this.plusDi - this.minusDi)) / total;
    if (this.bars < 2 * this.length) this.dxSum += dx;
    else if (this.bars === 2 * this.length) this.value = (this.dxSum + dx) / this.length;
    else this.value = (this.value * (this.length - 1) + dx) / this.length;
    return this.value;
  }

  /** Takes the bar's true range and directional movement into the running totals, which lose 1 / `length` first once they are seeded. */
  private move(high: number, low: number): void {
    const up = high - this.previousHigh;
    const down = this.previousLow - low;
    const range = Math.max(high, this.previousClose) - Math.min(low, this.previousClose);
    const kept = this.bars < this.length ? 1 : (this.length - 1) / this.length;
    this.range = this.range * kept + range;
    this.plus = this.plus * kept + (up > down && up > 0 ? up : 0);
    this.minus = this.minus * kept + (down > up && down > 0 ? down : 0);
  }
}
