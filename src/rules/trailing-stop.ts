import { text } from '../domain/decimal.ts';
import { group, measureKey, switchKey } from '../domain/keys.ts';
import type { Measure } from '../domain/measure.ts';
import { atLevel, figure, ProfitAtLeast, value } from './criteria.ts';
import { type Context, defineRule } from './rule.ts';

/** The trailing stop behind `best`, on the tick grid, rounded away from the price. NaN while the distance is unknown. */
function trailingLevel(c: Context, best: number, distance: Measure): number {
  const behind = best - c.side * c.distance(distance);
  return Number.isNaN(behind) ? behind : c.prices.round(behind, c.side > 0 ? 'down' : 'up');
}

/** The best price from which the trailing stop would stand one tick tighter than the stop does now. */
function nextStep(c: Context, distance: Measure): number {
  const tick = c.prices.at(1);
  const beyond = (Number.isNaN(c.stop) ? c.best : c.stop + c.side * tick) + c.side * c.distance(distance);
  if (Number.isNaN(beyond)) return beyond;
  const step = c.prices.round(beyond, c.side > 0 ? 'up' : 'down');
  const { loosenedAt } = c.position;
  if (!loosenedAt) return step;
  const better = loosenedAt.toNumber() + c.side * tick;
  return c.side > 0 ? Math.max(step, better) : Math.min(step, better);
}

/** [R7] From `activate` on, the stop follows the best price since then at `distance`. S0: 2R, 1 ATR. */
export const trailingStop = defineRule({
  id: 'trailing-stop',
  title: 'Trailing stop',
  kind: 'stop-move',
  cadence: 'tick',
  urgency: 'medium',
  params: group({
    enabled: switchKey(true, { help: 'let the stop follow the price', source: 'S0' }),
    activate: measureKey('2R', {
      units: ['R', '%', 'ATR', '$'],
      least: 0,
      help: 'open profit from which the stop trails',
      source: 'S0',
    }),
    distance: measureKey('1ATR', {
      units: ['ATR', 'R', '%', 'plain'],
      least: 0,
      help: 'distance behind the best price since then (plain: in price)',
      source: 'S0',
    }),
  }),
  triggers: (p) => [
    {
      key: 'activate',
      moving: p.activate.unit === 'ATR' || p.distance.unit === 'ATR',
      criteria: [
        new ProfitAtLeast(p.activate),
        value({
          label: 'Distance known',
          comparison: () => '>',
          value: (c) => c.distance(p.distance),
          threshold: () => 0,
          show: (price, c) => figure(price, c.prices.decimals),
        }),
      ],
      idle: (c) => !Number.isNaN(c.best),
      action: (c) => ({
        type: 'move-stop',
        price: text(c.prices.decimalAt(c.prices.floor(trailingLevel(c, c.price, p.distance)))),
        trailing: true,
      }),
    },
    {
      key: 'follow',
      moving: p.distance.unit === 'ATR',
      criteria: [
        {
          ...atLevel('Best price', 'favourable', (c) => nextStep(c, p.distance)),
          holds: (c) => (c.side > 0 ? c.best >= nextStep(c, p.distance) : c.best <= nextStep(c, p.distance)),
          read: (c) => {
            const level = nextStep(c, p.distance);
            const known = !Number.isNaN(level) && !Number.isNaN(c.best);
            const holds = c.side > 0 ? c.best >= level : c.best <= level;
            return {
              label: 'Best price',
              comparison: c.side > 0 ? '≥' : '≤',
              threshold: figure(level, c.prices.decimals),
              value: figure(c.best, c.prices.decimals),
              verdict: known ? (holds ? 'pass' : 'fail') : 'unknown',
            };
          },
        },
      ],
      idle: (c) => Number.isNaN(c.best),
      action: (c) => ({
        type: 'move-stop',
        price: text(c.prices.decimalAt(c.prices.floor(trailingLevel(c, c.best, p.distance)))),
        trailing: true,
      }),
    },
  ],
  levelLabel: (p, trigger) => (trigger.key === 'activate' ? `trailing from ${p.activate.text}` : `trail ${p.distance.text}`),
});
