/**
 * Support and resistance: confirmed swing highs and lows of the running session and the one before, and the high and low of both sessions
 * (rules.md §5, Definitions). A swing high is a bar whose high is strictly above those of `strength` bars before it and that no bar among the
 * `strength` bars after it exceeds; consecutive equal highs are one plateau, which counts once, from its first bar, and whose bars after are
 * counted from its end. Lows mirror this. Bars are counted across session breaks; a swing belongs to the session of its bar.
 * `lastHigh` and `lastLow` are the swings confirmed last, whichever session they belong to; NaN while there is none.
 * State is numbers and typed arrays: a copy of the fields is a copy of the indicator. Nothing is allocated a bar, except that the lists double
 * when they are full.
 */
export class SwingLevels {
  readonly strength: number;
  lastHigh = NaN;
  lastLow = NaN;
  /** how many bars had been taken when it was confirmed, the confirming one included; −1 while there is none */
  lastHighBar = -1;
  lastLowBar = -1;
  private readonly highs: Float64Array;
  private readonly lows: Float64Array;
  private bars = 0;
  private session = NaN;
  private sessionBefore = NaN;
  private high = NaN;
  private low = NaN;
  private highBefore = NaN;
  private lowBefore = NaN;
  /** sorted, without duplicates; the first `…Count` entries are in use */
  private swings = new Float64Array(64);
  private swingsBefore = new Float64Array(64);
  private swingsCount = 0;
  private swingsBeforeCount = 0;
  /** the swing that waits for its bars after: price (NaN when none waits), its session, bars seen after its plateau, plateau still running */
  private topPrice = NaN;
  private topSession = NaN;
  private topAfter = 0;
  private topFlat = false;
  private bottomPrice = NaN;
  private bottomSession = NaN;
  private bottomAfter = 0;
  private bottomFlat = false;

  /** @param strength bars on each side, ≥ 1 */
  constructor(strength = 5) {
    this.strength = strength;
    this.highs = new Float64Array(strength);
    this.lows = new Float64Array(strength);
  }

  /**
   * Takes a closed bar.
   * @param sessionDayKey any number that is the same for the bars of one session and another for the next, e.g. the session's opening time
   */
  update(high: number, low: number, sessionDayKey: number): void {
    if (sessionDayKey !== this.session) this.startSession(sessionDayKey);
    if (!(high <= this.high)) this.high = high;
    if (!(low >= this.low)) this.low = low;
    this.followTop(high);
    this.followBottom(low);
    const slot = this.bars % this.strength;
    this.highs[slot] = high;
    this.lows[slot] = low;
    this.bars += 1;
  }

  /** The least level strictly above a price; NaN when there is none. */
  nearestResistance(above: number): number {
    let nearest = least(NaN, this.high, above);
    nearest = least(nearest, this.highBefore, above);
    nearest = least(nearest, this.low, above);
    nearest = least(nearest, this.lowBefore, above);
    const i = upperBound(this.swings, this.swingsCount, above);
    if (i < this.swingsCount) nearest = least(nearest, this.swings[i] ?? NaN, above);
    const j = upperBound(this.swingsBefore, this.swingsBeforeCount, above);
    if (j < this.swingsBeforeCount) nearest = least(nearest, this.swingsBefore[j] ?? NaN, above);
    return nearest;
  }

  /** The greatest level strictly below a price; NaN when there is none. */
  nearestSupport(below: number): number {
    let nearest = greatest(NaN, this.high, below);
    nearest = greatest(nearest, this.highBefore, below);
    nearest = greatest(nearest, this.low, below);
    nearest = greatest(nearest, this.lowBefore, below);
    const i = lowerBound(this.swings, this.swingsCount, below) - 1;
    if (i >= 0) nearest = greatest(nearest, this.swings[i] ?? NaN, below);
    const j = lowerBound(this.swingsBefore, this.swingsBeforeCount, below) - 1;
    if (j >= 0) nearest = greatest(nearest, this.swingsBefore[j] ?? NaN, below);
    return nearest;
  }

  private startSession(key: number): void {
    const spare = this.swingsBefore;
    this.swingsBefore = this.swings;
    this.swingsBeforeCount = this.swingsCount;
    this.swings = spare;
    this.swingsCount = 0;
    this.highBefore = this.high;
    this.lowBefore = this.low;
    this.high = NaN;
    this.low = NaN;
    this.sessionBefore = this.session;
    this.session = key;
  }

  // At most one swing high can wait at a time: a bar above the waiting one ends it, a bar below it is not a swing high itself.
  private followTop(high: number): void {
    if (high > this.topPrice) this.topPrice = NaN;
    else if (high === this.topPrice && this.topFlat) return;
    else if (!Number.isNaN(this.topPrice)) {
      this.topFlat = false;
      this.topAfter += 1;
      if (this.topAfter === this.strength) {
        this.keep(this.topPrice, this.topSession);
        this.lastHigh = this.topPrice;
        this.lastHighBar = this.bars + 1;
        this.topPrice = NaN;
      }
    }
    if (this.bars < this.strength) return;
    for (let i = 0; i < this.strength; i += 1) if (!(high > (this.highs[i] ?? NaN))) return;
    this.topPrice = high;
    this.topSession = this.session;
    this.topAfter = 0;
    this.topFlat = true;
  }

  private followBottom(low: number): void {
    if (low < this.bottomPrice) this.bottomPrice = NaN;
    else if (low === this.bottomPrice && this.bottomFlat) return;
    else if (!Number.isNaN(this.bottomPrice)) {
      this.bottomFlat = false;
      this.bottomAfter += 1;
      if (this.bottomAfter === this.strength) {
        this.keep(this.bottomPrice, this.bottomSession);
        this.lastLow = this.bottomPrice;
        this.lastLowBar = this.bars + 1;
        this.bottomPrice = NaN;
      }
    }
    if (this.bars < this.strength) return;
    for (let i = 0; i < this.strength; i += 1) if (!(low < (this.lows[i] ?? NaN))) return;
    this.bottomPrice = low;
    this.bottomSession = this.session;
    this.bottomAfter = 0;
    this.bottomFlat = true;
  }

  private keep(price: number, session: number): void {
    if (session === this.session) {
      this.swings = withRoom(this.swings, this.swingsCount);
      this.swingsCount = insert(this.swings, this.swingsCount, price);
    } else if (session === this.sessionBefore) {
      this.swingsBefore = withRoom(this.swingsBefore, this.swingsBeforeCount);
      this.swingsBeforeCount = insert(this.swingsBefore, this.swingsBeforeCount, price);
    }
  }
}

const least = (nearest: number, level: number, above: number): number => (level > above && !(nearest <= level) ? level : nearest);
const greatest = (nearest: number, level: number, below: number): number =>
  level < below && !(nearest >= level) ? level : nearest;

/** Index of the first entry that is not below `price`. */
function lowerBound(sorted: Float64Array, count: number, price: number): number {
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((sorted[middle] ?? NaN) < price) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Index of the first entry above `price`. */
function upperBound(sorted: Float64Array, count: number, price: number): number {
  const at = lowerBound(sorted, count, price);
  return at < count && sorted[at] === price ? at + 1 : at;
}

/** Puts a price into its place, unless it is there already, and returns the new count. */
function insert(sorted: Float64Array, count: number, price: number): number {
  const at = lowerBound(sorted, count, price);
  if (at < count && sorted[at] === price) return count;
  sorted.copyWithin(at + 1, at, count);
  sorted[at] = price;
  return count + 1;
}

function withRoom(list: Float64Array<ArrayBuffer>, count: number): Float64Array<ArrayBuffer> {
  if (count < list.length) return list;
  const larger = new Float64Array(list.length * 2);
  larger.set(list);
  return larger;
}
