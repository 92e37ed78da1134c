const DAY = 86_400_000;
/** bars on each side of a swing */
const STRENGTH = 5;
const MOST = 100_000;

/** One EMA step: a sum until `length` values are there, then their mean, then the average. */
function ema(before: number, value: number, count: number, length: number): number {
  if (count < length) return before + value;
  return count === length ? (before + value) / length : before + ((value - before) * 2) / (length + 1);
}

/** The indicators of the inline loop, written a second time: ATR, RSI, MACD, mean volume, swing levels of a session and the one before. */
export class Indicators {
  atr = Number.NaN;
  rsi = Number.NaN;
  macd = Number.NaN;
  macdSignal = Number.NaN;
  volumeNow = Number.NaN;
  private bars = 0;
  private close0 = Number.NaN;
  private ranges = 0;
  private gain = 0;
  private loss = 0;
  private fast = 0;
  private slow = 0;
  private smooth = 0;
  private readonly highs = new Float64Array(MOST + 1);
  private readonly lows = new Float64Array(MOST + 1);
  private readonly volumes = new Float64Array(MOST + 1);
  private readonly days = new Float64Array(MOST + 1);
  /** swings by session, the running one from `firstSwing`, the one before from `firstSwingBefore` */
  private readonly swings = new Float64Array(MOST);
  private readonly swingDays = new Float64Array(MOST);
  private swingCount = 0;
  private firstSwingBefore = 0;
  private day = Number.NaN;
  private dayBefore = Number.NaN;
  private high = Number.NaN;
  private low = Number.NaN;
  private highBefore = Number.NaN;
  private lowBefore = Number.NaN;

  reset(): void {
    this.atr = Number.NaN;
    this.rsi = Number.NaN;
    this.macd = Number.NaN;
    this.macdSignal = Number.NaN;
    this.volumeNow = Number.NaN;
    this.bars = 0;
    this.close0 = Number.NaN;
    this.ranges = 0;
    this.gain = 0;
    this.loss = 0;
    this.fast = 0;
    this.slow = 0;
    this.smooth = 0;
    this.swingCount = 0;
    this.firstSwingBefore = 0;
    this.day = Number.NaN;
    this.dayBefore = Number.NaN;
    this.high = Number.NaN;
    this.low = Number.NaN;
    this.highBefore = Number.NaN;
    this.lowBefore = Number.NaN;
  }

  close(high: number, low: number, close: number, volume: number, start: number): void {
    const i = this.bars;
    this.bars += 1;
    this.highs[i] = high;
    this.lows[i] = low;
    this.volumes[i] = volume;
    this.days[i] = Math.floor(start / DAY);
    this.range(high, low, i);
    this.strength(close, i);
    this.close0 = close;
    this.fast = ema(this.fast, close, i + 1, 12);
    this.slow = ema(this.slow, close, i + 1, 26);
    if (i >= 25) {
      this.macd = this.fast - this.slow;
      this.smooth = ema(this.smooth, this.macd, i - 24, 9);
      if (i >= 33) this.macdSignal = this.smooth;
    }
    if (i >= 4) {
      let sum = 0;
      for (let j = i - 4; j <= i; j += 1) sum += this.volumes[j] as number;
      this.volumeNow = sum / 5;
    }
    this.session(high, low, i);
    this.swing(this.highs, 1, i);
    this.swing(this.lows, -1, i);
  }

  levelAbove(price: number): number {
    let nearest = Number.POSITIVE_INFINITY;
    const look = (level: number): void => {
      if (level > price && level < nearest) nearest = level;
    };
    this.each(look);
    return nearest === Number.POSITIVE_INFINITY ? Number.NaN : nearest;
  }

  levelBelow(price: number): number {
    let nearest = Number.NEGATIVE_INFINITY;
    const look = (level: number): void => {
      if (level < price && level > nearest) nearest = level;
    };
    this.each(look);
    return nearest === Number.NEGATIVE_INFINITY ? Number.NaN : nearest;
  }

  private each(look: (level: number) => void): void {
    look(this.high);
    look(this.low);
    look(this.highBefore);
    look(this.lowBefore);
    for (let j = this.firstSwingBefore; j < this.swingCount; j += 1)
      if (!((this.swingDays[j] as number) < this.dayBefore)) look(this.swings[j] as number);
  }

  private range(high: number, low: number, i: number): void {
    let range = high - low;
    if (i > 0) range = Math.max(range, high - this.close0, this.close0 - low);
    if (i < 14) {
      this.ranges += range;
      if (i === 13) this.atr = this.ranges / 14;
    } else this.atr = (this.atr * 13 + range) / 14;
  }

  private strength(close: number, i: number): void {
    if (i === 0) return;
    const up = Math.max(close - this.close0, 0);
    const down = Math.max(this.close0 - close, 0);
    if (i <= 14) {
      this.gain += up;
      this.loss += down;
      if (i < 14) return;
      this.gain /= 14;
      this.loss /= 14;
    } else {
      this.gain = (this.gain * 13 + up) / 14;
      this.loss = (this.loss * 13 + down) / 14;
    }
    const total = this.gain + this.loss;
    this.rsi = total === 0 ? 50 : (100 * this.gain) / total;
  }

  private session(high: number, low: number, i: number): void {
    const day = this.days[i] as number;
    if (day !== this.day) {
      this.dayBefore = this.day;
      this.day = day;
      this.highBefore = this.high;
      this.lowBefore = this.low;
      this.high = high;
      this.low = low;
      while (this.firstSwingBefore < this.swingCount && (this.swingDays[this.firstSwingBefore] as number) !== this.dayBefore)
        this.firstSwingBefore += 1;
    }
    if (high > this.high) this.high = high;
    if (low < this.low) this.low = low;
  }

  /** Bar i confirms the plateau that ended STRENGTH bars before it, if it stands above what lies on both sides (below, for direction −1). */
  private swing(column: Float64Array, direction: 1 | -1, i: number): void {
    const end = i - STRENGTH;
    if (end < STRENGTH) return;
    const price = column[end] as number;
    if (column[end + 1] === price) return;
    for (let j = end + 1; j <= i; j += 1) if (((column[j] as number) - price) * direction > 0) return;
    let start = end;
    while (start > 0 && column[start - 1] === price) start -= 1;
    if (start < STRENGTH) return;
    for (let j = start - STRENGTH; j < start; j += 1) if (((column[j] as number) - price) * direction >= 0) return;
    const day = this.days[start] as number;
    if (day !== this.day && day !== this.dayBefore) return;
    this.swings[this.swingCount] = price;
    this.swingDays[this.swingCount] = day;
    this.swingCount += 1;
  }
}
