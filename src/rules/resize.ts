import { text } from '../domain/decimal.ts';
import { group, measureKey, switchKey } from '../domain/keys.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { figure, value, winning } from './criteria.ts';
import { exitQuantity } from './partial-exit.ts';
import { type Context, type Criterion, defineRule } from './rule.ts';

/** Correlation from which on it counts against a position (rules.md §6). */
const CORRELATED = 0.7;
const clamp = (share: number): number => Math.min(1, Math.max(-1, share));

/**
 * What speaks for more (up to +100) or less (down to −100) of a position; parts that are unknown are missing.
 * - risk: 1 − open risk / the risk that the policy allows a position: nothing at risk +100, at the limit 0, twice the limit −100
 * - exposure: 1 − margin / largest position, likewise
 * - volatility: 1 − ATR as a share of price now / at the entry: unchanged 0, doubled −100
 * - correlation: how far the largest return correlation with another open position on the same side is above 0.7: 0.7 → 0, 1 → −100
 */
function parts(c: Context): [name: string, score: number][] {
  const { risk, exposure, correlation } = c.standing;
  const volatility = ((c.market.atr / c.price) * c.average) / c.entryAtr;
  const found: [string, number][] = [
    ['risk', 100 * clamp(1 - risk)],
    ['exposure', 100 * clamp(1 - exposure)],
    ['volatility', 100 * clamp(1 - volatility)],
    ['correlation', -100 * Math.max(0, clamp((correlation - CORRELATED) / (1 - CORRELATED)))],
  ];
  return found.filter(([, score]) => !Number.isNaN(score));
}

/** The adjustment score, −100 (reduce) to +100 (add): the mean of its parts; NaN where none is known. S4. */
function adjustmentScore(c: Context): number {
  const known = parts(c);
  return known.reduce((sum, [, score]) => sum + score, 0) / known.length;
}

/** A whole number as it is read out, without a sign on nothing. */
const whole = (part: number): string => figure(part, 0).replace(/^-0$/, '0');

const spoken = (score: number, c: Context): string =>
  Number.isNaN(score)
    ? 'unknown'
    : `${figure(score, 2)} (${parts(c)
        .map(([name, part]) => `${name} ${whole(part)}`)
        .join(', ')})`;

/** [R17] Reduce or add when the adjustment score says so: risk, exposure, volatility, correlation and, once there is one, a model. S4. */
export const resize = defineRule({
  id: 'resize',
  title: 'Resize',
  kind: 'resize-down',
  cadence: 'bar',
  urgency: 'low',
  params: group({
    enabled: switchKey(false, { help: 'advise on the size of open positions', source: 'S4' }),
    reduceAt: measureKey('-25', {
      units: ['plain'],
      least: -100,
      most: 0,
      help: 'reduce at this score or below',
      source: 'S4, our number',
    }),
    addAt: measureKey('40', {
      units: ['plain'],
      least: 0,
      most: 100,
      help: 'add at this score or above, in profit',
      source: 'S4, our number',
    }),
    reduceBy: measureKey('25%', {
      units: ['%'],
      least: 1,
      most: 100,
      help: 'share of what is held that is sold',
      source: 'S4, our number',
    }),
    addBy: measureKey('25%', {
      units: ['%'],
      least: 1,
      most: 100,
      help: 'share of the first tranche that is added',
      source: 'S4, our number',
    }),
  }),
  triggers: (p) => {
    const score = (comparison: '≤' | '≥', threshold: Measure): Criterion => {
      const limit = threshold.value.toNumber();
      return value({
        label: 'Adjustment score',
        gauge: true,
        comparison: () => comparison,
        value: adjustmentScore,
        threshold: () => limit,
        show: spoken,
        showThreshold: () => threshold.text,
      });
    };
    const low = [score('≤', p.reduceAt)];
    const high = [score('≥', p.addAt), winning()];
    return [
      {
        key: 'reduce',
        moving: false,
        criteria: low,
        crossing: low,
        idle: () => false,
        action: (c) => ({
          type: 'reduce',
          quantity: text(exitQuantity(c, c.position.quantity.times(fraction(p.reduceBy)))),
          steps: [],
        }),
      },
      {
        key: 'add',
        kind: 'resize-up',
        moving: false,
        criteria: high,
        crossing: high,
        idle: () => false,
        action: (c) => ({
          type: 'add',
          quantity: text(c.lots.snap(c.position.initialQuantity.times(fraction(p.addBy)), 'down')),
        }),
      },
    ];
  },
  levelLabel: (_, trigger) => (trigger.key === 'add' ? 'resize up' : 'resize down'),
});
