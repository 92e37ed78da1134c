import { text } from '../domain/decimal.ts';
import { countKey, group, measureKey, switchKey } from '../domain/keys.ts';
import { fraction } from '../domain/measure.ts';
import { figure, model, ProfitAtLeast, value } from './criteria.ts';
import { defineRule } from './rule.ts';

/** [R12] Add to a winner once every criterion holds; never below entry. S0: 50 % of initial, at most one add. */
export const scaleIn = defineRule({
  id: 'scale-in',
  title: 'Scale in',
  kind: 'scale-in',
  cadence: 'bar',
  urgency: 'high',
  params: group({
    enabled: switchKey(true, { help: 'add to winners', source: 'S0' }),
    profit: measureKey('0.5R', { units: ['R', '%', 'ATR', '$'], least: 0, help: 'least open profit', source: 'S0' }),
    volume: measureKey('1.2', { units: ['plain'], least: 0, help: 'volume now against volume at entry', source: 'S0' }),
    rsi: measureKey('50', { units: ['plain'], least: 0, most: 100, help: 'RSI beyond this (mirrored for shorts)', source: 'S0' }),
    size: measureKey('50%', {
      units: ['%'],
      least: 1,
      most: 100,
      help: 'add, as a share of the first tranche',
      source: 'S0 50 %, S1 25 %',
    }),
    adds: countKey(1, { least: 0, most: 10, help: 'most adds to one position', source: 'S0' }),
  }),
  triggers: (p) => {
    const factor = p.volume.value.toNumber();
    const rsi = p.rsi.value.toNumber();
    return [
      {
        key: '',
        moving: false,
        criteria: [
          new ProfitAtLeast(p.profit),
          value({
            label: 'Volume against entry',
            comparison: () => '>',
            value: (c) => c.market.volumeNow / c.entryVolume,
            threshold: () => factor,
            show: (ratio) =>
              Number.isNaN(ratio) ? 'unknown' : Number.isFinite(ratio) ? `${figure(ratio, 2)}×` : 'over 0 at entry',
            showThreshold: () => `${p.volume.text}×`,
          }),
          value({
            label: (c) => (c.side > 0 ? 'MACD over signal' : 'MACD under signal'),
            comparison: () => '>',
            value: (c) => (c.market.macd - c.market.macdSignal) * c.side,
            threshold: () => 0,
            show: (gap) => (Number.isNaN(gap) ? 'unknown' : `${gap > 0 ? '+' : ''}${figure(gap, 4)}`),
            showThreshold: () => '0',
          }),
          value({
            label: 'RSI',
            comparison: (c) => (c.side > 0 ? '>' : '<'),
            value: (c) => c.market.rsi,
            threshold: (c) => (c.side > 0 ? rsi : 100 - rsi),
            show: (index) => figure(index, 1),
          }),
          value({
            label: (c) => (c.side > 0 ? 'Above resistance' : 'Below support'),
            comparison: (c) => (c.side > 0 ? '>' : '<'),
            value: (c) => c.price,
            threshold: (c) => c.entryResistance,
            show: (price, c) => figure(price, c.prices.decimals),
          }),
          model('Continuation model', '>', '0.70'),
        ],
        idle: (c) => c.position.adds >= p.adds,
        action: (c) => {
          const quantity = c.lots.snap(c.position.initialQuantity.times(fraction(p.size)), 'down');
          return quantity.isZero() ? undefined : { type: 'add', quantity: text(quantity) };
        },
      },
    ];
  },
  levelLabel: (p) => `scale-in from ${p.profit.text}`,
});
