import { fraction } from '../domain/measure.ts';
import { group, measureKey, switchKey } from '../domain/keys.ts';
import { text } from '../domain/decimal.ts';
import { atLevel } from './criteria.ts';
import { exitQuantity } from './partial-exit.ts';
import { defineRule } from './rule.ts';

/** [R2] Close, or a fraction, at the target. With autonomy `auto` the target rests with the broker beside the stop; otherwise reaching it makes a proposal. S3. */
export const takeProfit = defineRule({
  id: 'take-profit',
  title: 'Take profit',
  kind: 'take-profit',
  cadence: 'tick',
  urgency: 'high',
  params: group({
    enabled: switchKey(true, { help: 'close at the target', source: 'S3' }),
    fraction: measureKey('100%', {
      units: ['%'],
      least: 1,
      most: 100,
      help: 'share of the position that is closed at the target',
      source: 'S3',
    }),
  }),
  triggers: (p) => [
    {
      key: '',
      moving: false,
      criteria: [atLevel('Price at the target', 'favourable', (c) => c.target)],
      idle: () => false,
      action: (c) => {
        if (p.fraction.value.equals(100)) return { type: 'close' };
        return { type: 'reduce', quantity: text(exitQuantity(c, c.position.quantity.times(fraction(p.fraction)))), steps: [] };
      },
    },
  ],
  levelLabel: () => 'target',
});
