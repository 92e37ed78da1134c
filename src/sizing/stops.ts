import type { z } from 'zod';
import { type Decimal, dec, maxOf, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { StopPlan, TargetPlan } from '../domain/order.ts';
import { type Side, sign } from '../domain/position.ts';
import type { initialStop, target } from './schema.ts';
import { brief, percent } from './strategy.ts';

type StopKeys = z.output<typeof initialStop>;
type TargetKeys = z.output<typeof target>;

/** How nervous the market is: the last VIX, and the percentile (0 to 100) of the instrument's own realised volatility. NaN: not known. */
export interface Nervousness {
  vix: number;
  volatilityPercentile: number;
}

/** What a first stop may be found from. Prices are market data; NaN: not known. */
export interface StopReading extends Nervousness {
  side: Side;
  entry: Decimal;
  atr: number;
  /** nearest support below and nearest resistance above the entry */
  support: number;
  resistance: number;
  /** distance in price that the stop-distance model advises; NaN while no model may speak */
  modelDistance: number;
}

/** A first stop and the sentence it follows from. */
export interface StopChoice {
  plan: StopPlan;
  detail: string;
}

const figure = (value: number, places = 8): string => brief(dec(value), places);

/**
 * The multiple of the ATR that fits the market: `low`, `normal` or `high`, by the VIX where there is one, else by the percentile of the
 * instrument's own realised volatility. A bound belongs to the regime above it. Undefined while neither is known. @source S0
 */
export function regimeMultiple(
  { vix, volatilityPercentile }: Nervousness,
  keys: Pick<StopKeys, 'low' | 'normal' | 'high' | 'lowVix' | 'highVix' | 'lowPercentile' | 'highPercentile'>,
): { multiple: Decimal; detail: string } | undefined {
  const known = !Number.isNaN(vix);
  const reading = known ? vix : volatilityPercentile;
  if (Number.isNaN(reading)) return undefined;
  const [low, high] = known ? [keys.lowVix, keys.highVix] : [keys.lowPercentile, keys.highPercentile];
  const regime = low.value.greaterThan(reading) ? 'low' : high.value.greaterThan(reading) ? 'normal' : 'high';
  const shown = known ? `VIX ${figure(vix, 2)}` : `no VIX, own volatility at percentile ${figure(volatilityPercentile, 1)}`;
  return { multiple: keys[regime].value, detail: `${shown}: ${regime}` };
}

/** A stop `beyond` the level that protects it: below a support for a long, above a resistance for a short. @source S0 */
export const technicalStop = (side: Side, level: Decimal, beyond: Measure): Decimal =>
  level.minus(level.times(fraction(beyond)).times(sign(side)));

/** Where a planned stop stands for a fill at `price`, before it is put on the tick grid. */
export function stopPrice(side: Side, price: Decimal, plan: StopPlan): Decimal {
  if (plan.kind === 'price') return dec(plan.price);
  const distance = plan.kind === 'distance' ? dec(plan.distance) : price.times(plan.percent);
  return price.minus(distance.times(sign(side)));
}

function inAtr(atr: number, multiple: Decimal, why = ''): StopChoice | Refusal {
  if (Number.isNaN(atr))
    return { code: 'ATR_UNKNOWN', message: 'the stop needs an ATR, which is not known yet', figure: 'unknown', limit: 'above 0' };
  const distance = multiple.times(dec(atr));
  return distance.greaterThan(0)
    ? {
        plan: { kind: 'distance', distance: text(distance) },
        detail: `${text(multiple)} × ATR ${text(dec(atr).toSignificantDigits(5))}${why === '' ? '' : `, ${why}`}`,
      }
    : { code: 'ATR_ZERO', message: 'the ATR is 0, so no stop follows from it', figure: '0', limit: 'above 0' };
}

/** Undefined where the kind has nothing to go by. */
function ofKind(kind: StopKeys['kind'], reading: StopReading, keys: StopKeys): StopChoice | Refusal | undefined {
  const { side, entry, atr, modelDistance } = reading;
  switch (kind) {
    case 'atr':
      return inAtr(atr, keys.atr.value);
    case 'percent': {
      const share = fraction(keys.percent);
      return { plan: { kind: 'percent', percent: text(share) }, detail: `${percent(share)} of the entry` };
    }
    case 'regime': {
      const regime = regimeMultiple(reading, keys);
      return regime && inAtr(atr, regime.multiple, regime.detail);
    }
    case 'technical': {
      const level = side === 'long' ? reading.support : reading.resistance;
      if (Number.isNaN(level)) return undefined;
      const price = technicalStop(side, dec(level), keys.beyond);
      if (!entry.minus(price).times(sign(side)).greaterThan(0) || !price.greaterThan(0)) return undefined;
      const name = side === 'long' ? 'support' : 'resistance';
      return {
        plan: { kind: 'price', price: text(price) },
        detail: `${keys.beyond.text} beyond the ${name} at ${figure(level)}`,
      };
    }
    case 'model':
      return modelDistance > 0
        ? { plan: { kind: 'distance', distance: text(dec(modelDistance)) }, detail: `the model: ${figure(modelDistance)} away` }
        : undefined;
    default:
      return kind satisfies never;
  }
}

const NOTHING: Record<StopKeys['kind'], string> = {
  atr: '',
  percent: '',
  regime: 'neither VIX nor own volatility is known',
  technical: 'no level on the far side of the entry is known',
  model: 'no model may speak',
};

/**
 * The first stop of an entry. A kind that has nothing to go by gives way to the policy's `fallback`, and the detail says so; one whose
 * ATR is not known refuses. The plan is exact: whoever fills puts the price on the tick grid. @source S0, S3
 */
export function firstStopPlan(reading: StopReading, keys: StopKeys): StopChoice | Refusal {
  const { kind, fallback } = keys;
  const own = ofKind(kind, reading, keys);
  if (own) return own;
  const why = NOTHING[kind];
  const other = fallback === kind ? undefined : ofKind(fallback, reading, keys);
  if (!other)
    return { code: 'STOP_UNKNOWN', message: `no stop follows from ${kind}: ${why}`, figure: 'unknown', limit: `or ${fallback}` };
  return 'code' in other ? other : { ...other, detail: `${why}: ${fallback}, ${other.detail}` };
}

/** The plan of the first target; refuses while the ATR that it counts in is not known. @source S3 */
export function firstTargetPlan(atr: number, { kind, distance, rewardRisk }: TargetKeys): TargetPlan | Refusal {
  if (kind === 'none') return { kind };
  const counted = distance.unit === 'ATR' && !distance.value.isZero();
  if (counted && Number.isNaN(atr))
    return {
      code: 'ATR_UNKNOWN',
      message: 'the target needs an ATR, which is not known yet',
      figure: 'unknown',
      limit: 'above 0',
    };
  return {
    kind: 'reward',
    distance: counted ? text(distance.value.times(dec(atr))) : '0',
    percent: distance.unit === 'ATR' ? '0' : text(fraction(distance)),
    rewardRisk: text(rewardRisk.value),
  };
}

/** Distance from entry to target, in price: the greatest of the plan's distance, its share of the entry, and reward:risk × risk. */
export const targetReward = (entry: Decimal, risk: Decimal, plan: Extract<TargetPlan, { kind: 'reward' }>): Decimal =>
  [dec(plan.distance), entry.times(plan.percent), risk.times(plan.rewardRisk)].reduce(maxOf, ZERO);
