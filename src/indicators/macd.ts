import { emaStep } from './ema.ts';

/**
 * Moving average convergence / divergence of closes: `line` = fast EMA − slow EMA, `signal` = EMA of the line, `histogram` = line − signal,
 * all in price units. Each EMA starts from the simple mean of its first values: the line is known after `slow` closes, the signal after
 * `slow + smoothing − 1`; NaN before. State is plain numbers: a copy of the fields is a copy of the indicator.
 * @source Appel, Technical Analysis: Power Tools for Active Investors, 2005, ch. 8
 */
export class Macd {
  readonly fast: number;
  readonly slow: number;
  readonly smoothing: number;
  line = NaN;
  signal = NaN;
  histogram = NaN;
  private closes = 0;
  private lines = 0;
  /** sums while the averages are being seeded, averages afterwards */
  private fastMean = 0;
  private slowMean = 0;
  private lineMean = 0;

  /** @param fast closes, ≥ 1 @param slow closes, > fast @param smoothing values of the line, ≥ 1 */
  constructor(fast = 12, slow = 26, smoothing = 9) {
    this.fast = fast;
    this.slow = slow;
    this.smoothing = smoothing;
  }

  /** Takes a closed bar's close and returns the new line. */
  update(close: number): number {
    this.closes += 1;
    this.fastMean = emaStep(this.fastMean, close, this.closes, this.fast);
    this.slowMean = emaStep(this.slowMean, close, this.closes, this.slow);
    if (this.closes < this.slow) return this.line;
    this.line = this.fastMean - this.slowMean;
    this.lines += 1;
    this.lineMean = emaStep(this.lineMean, this.line, this.lines, this.smoothing);
    if (this.lines >= this.smoothing) {
      this.signal = this.lineMean;
      this.histogram = this.line - this.signal;
    }
    return this.line;
  }
}
