import { dec, text } from '../domain/decimal.ts';
import { group, measureKey, switchKey } from '../domain/keys.ts';
import { fraction } from '../domain/measure.ts';
import { figure, value } from './criteria.ts';
import { type Context, defineRule } from './rule.ts';

/** The newest level confirmed since the entry: a support for longs, a resistance for shorts; NaN when there is none. */
function newLevel(c: Context): number {
  const { lastLow, lastLowBar, lastHigh, lastHighBar } = c.market;
  const [level, bar] = c.side > 0 ? [lastLow, lastLowBar] : [lastHigh, lastHighBar];
  return bar > c.entryBar ? level : Number.NaN;
}

/** [R10] Stop beyond each new support (long) or resistance (short) that forms on the right side of the price. S0: 0.5 % beyond it. */
export const technicalStop = defineRule({
  id: 'technical-stop',
  title: 'Technical stop',
  kind: 'stop-move',
  cadence: 'bar',
  urgency: 'medium',
  params: group({
    enabled: switchKey(true, { help: 'move the stop behind new levels', source: 'S0' }),
    beyond: measureKey('0.5%', { units: ['%'], least: 0, most: 50, help: 'how far beyond the level', source: 'S0 0.5 %' }),
  }),
  triggers: (p) => [
    {
      key: '',
      moving: false,
      criteria: [
        value({
          label: (c) => (c.side > 0 ? 'New support below price' : 'New resistance above price'),
          comparison: (c) => (c.side > 0 ? '<' : '>'),
          value: newLevel,
          threshold: (c) => c.price,
          show: (price, c) => (Number.isNaN(price) ? 'none since entry' : figure(price, c.prices.decimals)),
        }),
      ],
      subject: (c) => (c.side > 0 ? c.market.lastLowBar : c.market.lastHighBar),
      idle: (c) => Number.isNaN(c.stop),
      action: (c) => {
        const level = dec(newLevel(c));
        const exact = level.minus(level.times(fraction(p.beyond)).times(c.side));
        return { type: 'move-stop', price: text(c.prices.snap(exact, c.side > 0 ? 'down' : 'up')), trailing: false };
      },
    },
  ],
  levelLabel: (p) => `stop ${p.beyond.text} behind a new level`,
});
