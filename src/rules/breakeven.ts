import { type Decimal, dec, text } from '../domain/decimal.ts';
import { group, measureKey, switchKey } from '../domain/keys.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { figure, ProfitAtLeast, value } from './criteria.ts';
import { type Context, defineRule } from './rule.ts';

/** Average entry plus buffer in the position's favour, fees paid and fees of the exit included, on the tick grid towards safety: leaving there loses nothing. */
function breakevenPrice(c: Context, buffer: Measure): Decimal {
  const { position } = c;
  const average = position.cost.div(position.quantity).div(c.multiplier);
  const shift = buffer.unit === '%' ? average.times(fraction(buffer)) : dec(c.distance(buffer));
  // a commission in per cent depends on the price of the exit, which depends on the commission: the second round settles it to within a tick
  const exact = [0, 1].reduce(
    (price) =>
      average.plus(position.fees.plus(c.exitFee(price)).div(position.quantity).div(c.multiplier).plus(shift).times(c.side)),
    average,
  );
  return c.prices.snap(exact, c.side > 0 ? 'up' : 'down');
}

/** [R5] Stop to average entry plus `buffer`, fees included, once open profit reaches `trigger`. S0: 1R. S1: 10 %, buffer 2 %. */
export const breakeven = defineRule({
  id: 'breakeven',
  title: 'Breakeven',
  kind: 'stop-move',
  cadence: 'tick',
  urgency: 'medium',
  params: group({
    enabled: switchKey(true, { help: 'raise the stop to breakeven', source: 'S0' }),
    trigger: measureKey('1R', {
      units: ['R', '%', 'ATR', '$'],
      least: 0,
      help: 'open profit from which the stop goes to breakeven',
      source: 'S0 1R, S1 10 %',
    }),
    buffer: measureKey('0%', {
      units: ['%', 'R', 'ATR'],
      least: 0,
      most: 50,
      help: 'distance beyond the average entry, in favour',
      source: 'S0 none, S1 2 %',
    }),
  }),
  triggers: (p) => {
    let epoch = -1;
    let price = dec(0);
    let mirrored = Number.NaN;
    const refresh = (c: Context): void => {
      if (epoch === c.epoch && p.buffer.unit !== 'ATR') return;
      epoch = c.epoch;
      price = breakevenPrice(c, p.buffer);
      mirrored = price.toNumber();
    };
    const short = value({
      label: (c) => (c.side > 0 ? 'Stop below breakeven' : 'Stop above breakeven'),
      comparison: (c) => (c.side > 0 ? '<' : '>'),
      value: (c) => c.stop,
      threshold: (c) => {
        refresh(c);
        return mirrored;
      },
      show: (price, c) => figure(price, c.prices.decimals),
    });
    return [
      {
        key: '',
        moving: p.trigger.unit === 'ATR' || p.buffer.unit === 'ATR',
        criteria: [new ProfitAtLeast(p.trigger), short],
        // done where the stop stands there already; what moves with the ATR is asked anew at every close
        idle: (c) => p.buffer.unit !== 'ATR' && !Number.isNaN(c.stop) && !short.holds(c),
        action: (c) => {
          refresh(c);
          return { type: 'move-stop', price: text(price), trailing: false };
        },
      },
    ];
  },
  levelLabel: (p) => `breakeven ${p.trigger.text}`,
});
