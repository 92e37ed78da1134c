import { text } from '../domain/decimal.ts';
import { group, measureKey, switchKey } from '../domain/keys.ts';
import { figure, value } from './criteria.ts';
import { defineRule } from './rule.ts';
import { nearerStop, roomToTighten } from './tighten.ts';

/** [R8] Bring the stop nearer by a share of price each time the day's range, as a share of its open, crosses above a threshold. S1: 3 %, 0.5 %. */
export const volatilityTighten = defineRule({
  id: 'volatility-tighten',
  title: 'Volatility tightening',
  kind: 'stop-move',
  cadence: 'bar',
  urgency: 'medium',
  params: group({
    enabled: switchKey(false, { help: 'bring the stop nearer when the day becomes volatile', source: 'S1' }),
    above: measureKey('3%', {
      units: ['%'],
      least: 0,
      help: 'range of the trading day so far (high − low) against its open',
      source: 'S1 3 %',
    }),
    by: measureKey('0.5%', {
      units: ['%'],
      least: 0,
      most: 50,
      help: 'how much nearer, as a share of price',
      source: 'S1 0.5 %',
    }),
    least: measureKey('0.25ATR', {
      units: ['ATR', '%', 'R'],
      least: 0,
      help: 'never nearer to the price than this',
      source: 'house',
    }),
  }),
  triggers: (p) => {
    const above = p.above.value.toNumber();
    const range = value({
      label: 'Range of the day',
      gauge: true,
      comparison: () => '>',
      value: (c) => ((c.market.dayHigh - c.market.dayLow) / c.market.dayOpen) * 100,
      threshold: () => above,
      show: (share) => (Number.isNaN(share) ? 'unknown' : `${figure(share, 2)}%`),
      showThreshold: () => p.above.text,
    });
    return [
      {
        key: '',
        moving: false,
        criteria: [range, roomToTighten(p.least)],
        crossing: [range],
        idle: (c) => Number.isNaN(c.stop),
        action: (c) => {
          const price = nearerStop(c, p.by, p.least);
          return price && { type: 'move-stop', price: text(price), trailing: false };
        },
      },
    ];
  },
  levelLabel: (p) => `tighter over ${p.above.text} of range`,
});
