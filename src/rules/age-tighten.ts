import { text } from '../domain/decimal.ts';
import { group, measureKey, switchKey } from '../domain/keys.ts';
import { stepsOf } from '../domain/position.ts';
import { timeHeld, winning } from './criteria.ts';
import { type Context, defineRule } from './rule.ts';
import { nearerStop, roomToTighten } from './tighten.ts';

/** [R9] Bring the stop of a winner nearer once it has been held for `after`, and again once for each further `every`. S1: 2 h, hourly, 0.2 %. */
export const ageTighten = defineRule({
  id: 'age-tighten',
  title: 'Age tightening',
  kind: 'stop-move',
  cadence: 'bar',
  urgency: 'low',
  params: group({
    enabled: switchKey(false, { help: 'bring the stop of an ageing winner nearer', source: 'S1' }),
    after: measureKey('2h', { units: ['duration'], least: 0, help: 'held at least this long', source: 'S1 2 hours' }),
    every: measureKey('1h', {
      units: ['duration'],
      least: 60_000,
      help: 'again after each further stretch of this',
      source: 'S1 hourly',
    }),
    by: measureKey('0.2%', {
      units: ['%'],
      least: 0,
      most: 50,
      help: 'how much nearer, as a share of price',
      source: 'S1 0.2 %',
    }),
    least: measureKey('0.25ATR', {
      units: ['ATR', '%', 'R'],
      least: 0,
      help: 'never nearer to the price than this',
      source: 'house',
    }),
  }),
  triggers: (p) => {
    const after = p.after.value.toNumber();
    const every = p.every.value.toNumber();
    /** which stretch the position is in: 0 from `after` on, 1 after one more `every`, …; below 0 before */
    const stretch = (c: Context): number => Math.floor((c.ts - c.position.openedTs - after) / every);
    const spent = (c: Context): boolean => stepsOf(c.position, 'age-tighten').includes(stretch(c));
    return [
      {
        key: '',
        moving: false,
        criteria: [timeHeld('≥', p.after), winning(), roomToTighten(p.least)],
        idle: (c) => Number.isNaN(c.stop) || spent(c),
        action: (c) => {
          const price = nearerStop(c, p.by, p.least);
          return price && { type: 'move-stop', price: text(price), trailing: false, steps: [stretch(c)] };
        },
      },
    ];
  },
  levelLabel: (p) => `tighter after ${p.after.text}`,
});
