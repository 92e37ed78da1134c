import { dec, text } from '../domain/decimal.ts';
import type { Measure } from '../domain/measure.ts';
import type { CriterionReading, Verdict } from '../domain/proposal.ts';
import type { Context, Criterion } from './rule.ts';

const DAY = 86_400_000;

type Comparison = CriterionReading['comparison'];

const never = (): number => Number.POSITIVE_INFINITY;
const none = (): number => Number.NaN;

/** A double as evidence shows it: at most `decimals` places, no exponent. */
export const figure = (value: number, decimals: number): string => (Number.isFinite(value) ? value.toFixed(decimals) : 'unknown');

/** The price with the grid's decimals; a finer print keeps its own. */
function priceText({ price, prices }: Context): string {
  const padded = price.toFixed(prices.decimals);
  return Number(padded) === price ? padded : text(dec(price));
}

const verdictOf = (known: boolean, holds: boolean): Verdict => (known ? (holds ? 'pass' : 'fail') : 'unknown');

/** True where `price` is at or beyond `level` in the position's favour; false while the level is unknown. */
const reached = (c: Context, level: number): boolean => (c.side > 0 ? c.price >= level : c.price <= level);

/** Open profit at or above a threshold in R, %, ATR or money. Its level is computed once and again only when what it rests on changes. */
export class ProfitAtLeast implements Criterion {
  readonly kind = 'price';
  private readonly threshold: Measure;
  /** true where its level follows the ATR instead of resting on the position alone */
  readonly moving: boolean;
  private cached = Number.NaN;
  private epoch = -1;

  constructor(threshold: Measure) {
    this.threshold = threshold;
    this.moving = threshold.unit === 'ATR';
  }

  level(c: Context): number {
    if (this.moving) return c.profitLevel(this.threshold);
    if (this.epoch !== c.epoch) {
      this.cached = c.profitLevel(this.threshold);
      this.epoch = c.epoch;
    }
    return this.cached;
  }

  holds(c: Context): boolean {
    return reached(c, this.level(c));
  }

  due = never;

  read(c: Context): CriterionReading {
    const level = this.level(c);
    const known = !Number.isNaN(level);
    const unit = this.threshold.unit;
    const value = c.profitIn(this.threshold);
    const shown = !Number.isFinite(value) ? 'unknown' : unit === '$' ? `$${figure(value, 2)}` : `${figure(value, 2)}${unit}`;
    const reading: CriterionReading = {
      label: 'Open profit',
      comparison: '≥',
      threshold: this.threshold.text,
      value: shown,
      verdict: verdictOf(known, this.holds(c)),
    };
    return known ? { ...reading, level: level.toFixed(c.prices.decimals) } : reading;
  }
}

/** Distance of a value from its threshold as a share of it; NaN where that says nothing. */
function shareOf(distance: number, threshold: number): number {
  const share = Math.abs(distance / threshold);
  return Number.isFinite(share) ? share : Number.NaN;
}

/** Price at or beyond a level that moves with the position (stop, target, the next trailing step); `strict`: beyond it. */
export function atLevel(
  label: string,
  direction: 'favourable' | 'adverse',
  levelOf: (c: Context) => number,
  strict = false,
): Criterion {
  const upward = (c: Context): boolean => c.side > 0 === (direction === 'favourable');
  const holds = (c: Context): boolean => {
    const level = levelOf(c);
    if (strict && c.price === level) return false;
    return upward(c) ? c.price >= level : c.price <= level;
  };
  const comparison = (c: Context): Comparison => (upward(c) ? (strict ? '>' : '≥') : strict ? '<' : '≤');
  return {
    kind: 'price',
    holds,
    level: levelOf,
    due: never,
    read: (c) => {
      const level = levelOf(c);
      const known = !Number.isNaN(level);
      const reading: CriterionReading = {
        label,
        comparison: comparison(c),
        threshold: figure(level, c.prices.decimals),
        value: priceText(c),
        verdict: verdictOf(known, holds(c)),
      };
      return known ? { ...reading, level: level.toFixed(c.prices.decimals) } : reading;
    },
  };
}

/** Which side of the entry the price is on is no threshold that it can come near to: a position begins there. */
const noGap = { gap: none };

/** Price on the losing side of the average entry. */
export const losing = (): Criterion => ({ ...atLevel('Price against entry', 'adverse', (c) => c.average, true), ...noGap });

/** Price on the winning side of the average entry. */
export const winning = (): Criterion => ({ ...atLevel('Price against entry', 'favourable', (c) => c.average, true), ...noGap });

/** Open profit below a threshold in R, %, ATR or money. */
export function profitBelow(threshold: Measure): Criterion {
  const reachedAt = new ProfitAtLeast(threshold);
  return {
    kind: 'price',
    holds: (c) => !Number.isNaN(reachedAt.level(c)) && !reachedAt.holds(c),
    level: (c) => reachedAt.level(c),
    due: never,
    read: (c) => {
      const { verdict, ...reading } = reachedAt.read(c);
      return { ...reading, comparison: '<', verdict: verdict === 'unknown' ? verdict : verdict === 'pass' ? 'fail' : 'pass' };
    },
  };
}

const minutes = (ms: number): string => `${figure(ms / 60_000, 1)}m`;

/** Time since the first fill: `≥` or `>` at least an age, `<` below it. An age of less than a day is unknown on daily bars, which have no clock. */
export function timeHeld(comparison: '≥' | '>' | '<', age: Measure): Criterion {
  const ms = age.value.toNumber();
  const known = (c: Context): boolean => c.hasClock || ms >= DAY;
  const dueOf = (c: Context): number => c.position.openedTs + (comparison === '>' ? ms + 1 : ms);
  const holds = (c: Context): boolean => known(c) && (comparison === '<' ? c.ts < dueOf(c) : c.ts >= dueOf(c));
  return {
    kind: 'time',
    holds,
    level: none,
    due: (c) => (comparison !== '<' && known(c) ? dueOf(c) : Number.POSITIVE_INFINITY),
    gap: (c) => (known(c) ? shareOf(dueOf(c) - c.ts, ms) : Number.NaN),
    read: (c) => ({
      label: 'Time held',
      comparison,
      threshold: minutes(ms),
      value: known(c) ? minutes(c.ts - c.position.openedTs) : 'unknown: daily bars have no clock',
      verdict: verdictOf(known(c), holds(c)),
    }),
  };
}

interface ValueSpec {
  label: string | ((c: Context) => string);
  comparison: (c: Context) => Comparison;
  value: (c: Context) => number;
  threshold: (c: Context) => number;
  show: (value: number, c: Context) => string;
  showThreshold?: (threshold: number, c: Context) => string;
  /** true where the threshold is a number of the policy's own, against which a value can be nearly enough */
  gauge?: true;
}

/** A criterion on indicators or volume. It has no price; while a side is unknown it does not hold. */
export function value(spec: ValueSpec): Criterion {
  const holds = (c: Context): boolean => {
    const left = spec.value(c);
    const right = spec.threshold(c);
    switch (spec.comparison(c)) {
      case '>':
        return left > right;
      case '≥':
        return left >= right;
      case '<':
        return left < right;
      case '≤':
        return left <= right;
      case '=':
        return left === right;
    }
  };
  return {
    kind: 'value',
    holds,
    level: none,
    due: never,
    ...(spec.gauge ? { gap: (c: Context) => shareOf(spec.threshold(c) - spec.value(c), spec.threshold(c)) } : {}),
    read: (c) => {
      const left = spec.value(c);
      const right = spec.threshold(c);
      return {
        label: typeof spec.label === 'string' ? spec.label : spec.label(c),
        comparison: spec.comparison(c),
        threshold: (spec.showThreshold ?? spec.show)(right, c),
        value: spec.show(left, c),
        verdict: verdictOf(!Number.isNaN(left) && !Number.isNaN(right), holds(c)),
      };
    },
  };
}

/** A model's score. Without a model that may speak it is left out of its rule, and the evidence says so. */
export function model(label: string, comparison: Comparison, threshold: string): Criterion {
  return {
    kind: 'model',
    holds: () => true,
    level: none,
    due: never,
    read: () => ({ label, comparison, threshold, value: 'not used: no model', verdict: 'left-out' }),
  };
}

/** Market time at or after an instant that follows from the position. */
export function timeReached(
  label: string | ((c: Context) => string),
  dueOf: (c: Context) => number,
  show: (ts: number, c: Context) => string,
): Criterion {
  return {
    kind: 'time',
    holds: (c) => c.ts >= dueOf(c),
    level: none,
    due: dueOf,
    read: (c) => {
      const due = dueOf(c);
      return {
        label: typeof label === 'string' ? label : label(c),
        comparison: '≥',
        threshold: Number.isFinite(due) ? show(due, c) : 'never',
        value: show(c.ts, c),
        verdict: verdictOf(Number.isFinite(due), c.ts >= due),
      };
    },
  };
}
