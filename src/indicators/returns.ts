/** Common returns below which a correlation says nothing. */
const LEAST_COMMON = 20;
/**
 * Mean squared deviation of returns that may be rounding and nothing else: the error of a simple return is about 2e-16. A price that moves
 * by a millionth part once in sixty bars is far above it.
 */
const ROUNDING = 1e-28;

/**
 * The last closes of an instrument with the start times of their bars, from which its one-bar simple returns follow, one fewer.
 * State is numbers and typed arrays: a copy of the fields is a copy of the indicator. Nothing is allocated a bar.
 */
export class Returns {
  readonly length: number;
  private readonly starts: Float64Array;
  private readonly closes: Float64Array;
  private bars = 0;

  /** @param length closes, ≥ 2: one more than the returns that are kept */
  constructor(length = 61) {
    this.length = length;
    this.starts = new Float64Array(length);
    this.closes = new Float64Array(length);
  }

  /** Closes that are held, at most `length`. */
  get held(): number {
    return Math.min(this.bars, this.length);
  }

  /** Takes a closed bar. @param start of the bar, ms, later than the one before @param close above 0 */
  update(start: number, close: number): void {
    const slot = this.bars % this.length;
    this.starts[slot] = start;
    this.closes[slot] = close;
    this.bars += 1;
  }

  /** Start of a held bar, ms; 0 is the oldest. */
  start(index: number): number {
    return this.starts[this.slot(index)] ?? NaN;
  }

  /** Simple return of a held bar over the one held before it, as a fraction: (close − previous) / previous; index ≥ 1. */
  at(index: number): number {
    const previous = this.closes[this.slot(index - 1)] ?? NaN;
    return ((this.closes[this.slot(index)] ?? NaN) - previous) / previous;
  }

  private slot(index: number): number {
    return (this.bars - this.held + index) % this.length;
  }
}

/**
 * Pearson correlation, −1..1, of the one-bar returns that two instruments have in common, aligned by time: those for which both have a bar at
 * both starts and neither has one between. NaN under 20 common returns, or where either instrument's returns do not vary.
 */
export function correlation(a: Returns, b: Returns): number {
  let common = 0;
  let meanA = 0;
  let meanB = 0;
  let squaresA = 0;
  let squaresB = 0;
  let products = 0;
  let i = 1;
  let j = 1;
  while (i < a.held && j < b.held) {
    const startA = a.start(i);
    const startB = b.start(j);
    if (startA === startB && a.start(i - 1) === b.start(j - 1)) {
      const returnA = a.at(i);
      const returnB = b.at(j);
      common += 1;
      const offA = returnA - meanA;
      const offB = returnB - meanB;
      meanA += offA / common;
      meanB += offB / common;
      squaresA += offA * (returnA - meanA);
      squaresB += offB * (returnB - meanB);
      products += offA * (returnB - meanB);
    }
    if (startA <= startB) i += 1;
    if (startB <= startA) j += 1;
  }
  const noise = ROUNDING * common;
  if (common < LEAST_COMMON || !(squaresA > noise && squaresB > noise)) return NaN;
  return Math.max(-1, Math.min(1, products / Math.sqrt(squaresA * squaresB)));
}
