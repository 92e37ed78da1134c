import type { InstrumentSpec } from '../domain/instrument.ts';
import type { Stamp } from '../domain/tape.ts';

/** A made-up session as a file: the app reads it like any other, with these options, and marks its tape synthetic. */
export interface BundledSession {
  name: string;
  csv: string;
  options: { instrument: InstrumentSpec; stamp: Stamp; intervalMs: number };
}

const MINUTE = 60_000;
const DAY = 86_400_000;
const DAYS = 5;
const MINUTES = 390;
/** Monday 3 March 2025, 09:30 in New York; the clocks change on the Sunday after this week. */
const FIRST_OPEN = Date.UTC(2025, 2, 3, 14, 30);
const SEED = 4;
const START_PRICE = 180;
/** typical change within a minute, as a fraction of price */
const MINUTE_SIGMA = 0.00055;
/** typical change overnight, as a fraction of price */
const GAP_SIGMA = 0.008;
const STEPS = 12;
const BASE_VOLUME = 24_000;

/** The session that the app ships with: five days of one-minute bars of a stock that does not exist. */
export function bundledSession(): BundledSession {
  return {
    name: 'DEMO_1m_synthetic.csv',
    csv: syntheticCsv(SEED),
    options: {
      instrument: {
        symbol: 'DEMO',
        tick: '0.01',
        lot: '1',
        multiplier: '1',
        minNotional: '0',
        session: 'XNYS',
      },
      stamp: 'open',
      intervalMs: MINUTE,
    },
  };
}

/**
 * CSV of bars (ts,open,high,low,close,volume; `ts` is the bar's start) that behave like a stock: busy opens and closes, clusters of
 * volatility, trends of tens of minutes with pullbacks and bursts of volume where they start, quiet spells, gaps overnight.
 * The same seed gives the same bytes everywhere: integer dice, and + − × ÷ and square root only.
 * @param seed a whole number of 32 bits
 */
export function syntheticCsv(seed: number): string {
  const market = new Market(seed);
  const lines = ['ts,open,high,low,close,volume'];
  for (let day = 0; day < DAYS; day += 1) {
    market.openDay(day > 0);
    for (let minute = 0; minute < MINUTES; minute += 1) {
      const { open, high, low, close, volume } = market.trade(minute);
      lines.push(
        [FIRST_OPEN + day * DAY + minute * MINUTE, cents(open), cents(high), cents(low), cents(close), volume].join(','),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A price in whole cents, at least one. */
const toCents = (value: number): number => Math.max(1, Math.round(value * 100));

/** Whole cents as decimal text. */
const cents = (value: number): string => `${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`;

/** How the market moves for a while: which way, how fast against the noise, how noisy and how busy. */
interface Phase {
  kind: 'trend' | 'pullback' | 'drift' | 'quiet';
  minutes: number;
  direction: number;
  /** fraction of the minute's sigma that each minute goes in `direction` */
  pull: number;
  noise: number;
  activity: number;
}

interface Bar {
  /** prices in whole cents */
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

class Market {
  private readonly dice: Dice;
  private price = START_PRICE;
  /** variance of a minute against its long-run mean: remembers recent moves, hence clusters */
  private variance = 1;
  private phase: Phase = { kind: 'drift', minutes: 0, direction: 1, pull: 0, noise: 1, activity: 1 };
  /** minutes that the running trend still has, its pullbacks included */
  private trendLeft = 0;
  private trendDirection = 1;
  /** extra volume after a breakout, fading */
  private surge = 0;

  constructor(seed: number) {
    this.dice = new Dice(seed);
  }

  openDay(afterNight: boolean): void {
    if (afterNight) this.price *= 1 + GAP_SIGMA * this.dice.normal();
    this.phase = { ...this.phase, minutes: 0 };
    this.trendLeft = 0;
    this.surge = 0.8;
    this.variance = 1.4;
  }

  trade(minute: number): Bar {
    if (this.phase.minutes <= 0) this.phase = this.nextPhase();
    const phase = this.phase;
    phase.minutes -= 1;

    const sigma = this.price * MINUTE_SIGMA * Math.sqrt(this.variance) * busyness(minute) * phase.noise;
    const step = sigma / Math.sqrt(STEPS);
    const drift = (sigma * phase.pull * phase.direction) / STEPS;
    const open = this.price;
    let high = open;
    let low = open;
    for (let i = 0; i < STEPS; i += 1) {
      this.price += drift + step * this.dice.normal();
      if (this.price > high) high = this.price;
      if (this.price < low) low = this.price;
    }
    const move = (this.price - open) / sigma;
    const squared = Math.min(move * move, 9);
    this.variance = Math.min(4, 0.05 + 0.13 * squared * this.variance + 0.82 * this.variance);

    const activity = phase.activity * (1 + this.surge) * (0.6 + 0.35 * Math.sqrt(squared)) * (0.7 + 0.6 * this.dice.uniform());
    const shares = BASE_VOLUME * busyness(minute) * busyness(minute) * activity * Math.sqrt(this.variance);
    this.surge *= 0.8;
    this.price = toCents(this.price) / 100;
    return {
      open: toCents(open),
      high: toCents(high),
      low: toCents(low),
      close: toCents(this.price),
      volume: Math.max(100, Math.round(shares)),
    };
  }

  private nextPhase(): Phase {
    const { dice } = this;
    if (this.trendLeft > 0) {
      const resting = this.phase.kind === 'trend';
      const minutes = resting ? dice.whole(3, 7) : dice.whole(7, 14);
      this.trendLeft -= minutes;
      if (resting) return { kind: 'pullback', minutes, direction: -this.trendDirection, pull: 0.3, noise: 0.75, activity: 0.65 };
      this.surge = 1.4;
      return { kind: 'trend', minutes, direction: this.trendDirection, pull: 0.42, noise: 1, activity: 1.25 };
    }
    const lot = dice.uniform();
    if (lot < 0.5 && this.phase.kind !== 'trend' && this.phase.kind !== 'pullback') {
      this.trendLeft = dice.whole(25, 70);
      this.trendDirection = dice.uniform() < 0.5 ? -1 : 1;
      const minutes = dice.whole(8, 16);
      this.trendLeft -= minutes;
      this.surge = 2.2;
      return { kind: 'trend', minutes, direction: this.trendDirection, pull: 0.5, noise: 1.1, activity: 1.35 };
    }
    if (lot < 0.75) return { kind: 'quiet', minutes: dice.whole(4, 11), direction: 1, pull: 0, noise: 0.4, activity: 0.45 };
    return { kind: 'drift', minutes: dice.whole(8, 22), direction: lot < 0.875 ? 1 : -1, pull: 0.06, noise: 0.9, activity: 0.9 };
  }
}

/** How busy a minute of the day is: high at the open, lowest after noon, rising into the close. */
function busyness(minute: number): number {
  const toOpen = 1 + minute / 14;
  const toClose = 1 + (MINUTES - 1 - minute) / 16;
  return 0.72 + 1.25 / toOpen + 0.75 / toClose;
}

/** Seeded dice: sfc32, 32-bit integers only. @source Doty-Humphrey, PractRand, "sfc" */
class Dice {
  private a: number;
  private b = 0x9e3779b9 | 0;
  private c = 0x243f6a88 | 0;
  private counter = 1;

  constructor(seed: number) {
    this.a = seed | 0;
    for (let i = 0; i < 16; i += 1) this.next();
  }

  /** Even over [0, 1), in steps of 2⁻³². */
  uniform(): number {
    return this.next() / 4_294_967_296;
  }

  /** Even over the whole numbers from `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.uniform() * (most - least + 1));
  }

  /** Near enough to normal: six uniforms, mean 0, variance 1. */
  normal(): number {
    let sum = -3;
    for (let i = 0; i < 6; i += 1) sum += this.uniform();
    return sum * SCALE;
  }

  private next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

/** Six uniforms have the variance 6 / 12. */
const SCALE = Math.sqrt(2);
