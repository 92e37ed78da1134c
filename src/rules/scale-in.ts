import { text } from '../domain/decimal.ts';
import { choiceKey, countKey, group, measureKey, optionalMeasureKey, switchKey } from '../domain/keys.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { atLevel, figure, model, ProfitAtLeast, timeHeld, value } from './criteria.ts';
import { type Criterion, defineRule } from './rule.ts';

/** The number behind a threshold, found once: turning a decimal into one is slow. NaN where there is none. */
const number = (measure: Measure | 'none'): number => (measure === 'none' ? Number.NaN : measure.value.toNumber());
const percent = (share: number): string => (Number.isNaN(share) ? 'unknown' : `${figure(share, 2)}%`);

/** [R12] Add to a winner once every criterion that is switched on holds; never below entry. S0: 50 % of initial, at most one add. S1: 25 %, young positions in high volume. */
export const scaleIn = defineRule({
  id: 'scale-in',
  title: 'Scale in',
  kind: 'scale-in',
  cadence: 'bar',
  urgency: 'high',
  params: group({
    enabled: switchKey(true, { help: 'add to winners', source: 'S0' }),
    profit: measureKey('0.5R', { units: ['R', '%', 'ATR', '$'], least: 0, help: 'least open profit', source: 'S0 0.5R, S1 5 %' }),
    volume: optionalMeasureKey('1.2', {
      units: ['plain'],
      least: 0,
      help: 'volume now against volume at entry, above this',
      source: 'S0 1.2',
    }),
    macd: switchKey(true, { help: 'MACD on the position’s side of its signal', source: 'S0' }),
    rsi: optionalMeasureKey('50', {
      units: ['plain'],
      least: 0,
      most: 100,
      help: 'RSI beyond this (mirrored for shorts)',
      source: 'S0 50',
    }),
    resistance: switchKey(true, { help: 'price beyond the level that was nearest before the entry', source: 'S0' }),
    continuation: optionalMeasureKey('70%', {
      units: ['%'],
      least: 0,
      most: 100,
      help: 'continuation probability of the model above this',
      source: 'S0 0.70',
    }),
    youngerThan: optionalMeasureKey('none', {
      units: ['duration'],
      least: 0,
      help: 'held for less than this',
      source: 'S1 15 min',
    }),
    dayVolume: optionalMeasureKey('none', {
      units: ['plain'],
      least: 0,
      help: 'volume of the trading day so far, above this',
      source: 'S1 100,000',
    }),
    momentum: optionalMeasureKey('none', {
      units: ['%'],
      help: 'change of the close over the momentum length in favour, above this; or the range of the day',
      source: 'S1 2 %',
    }),
    calm: optionalMeasureKey('none', {
      units: ['%'],
      least: 0,
      help: 'range of the trading day against its open, below this; or the momentum',
      source: 'S1 1 %',
    }),
    size: measureKey('50%', {
      units: ['%'],
      least: 1,
      most: 100,
      help: 'add, as a share of the first tranche',
      source: 'S0 50 %, S1 25 %',
    }),
    adds: countKey(1, { least: 0, most: 10, help: 'most adds to one position', source: 'S0' }),
    after: choiceKey(['tighter', 'keep'], 'tighter', {
      help: 'after an add the stop is the tighter of the old and the new average ∓ R, or stays',
      source: 'S0',
    }),
  }),
  triggers: (p) => {
    const criteria: Criterion[] = [new ProfitAtLeast(p.profit)];
    const any: Criterion[] = [];
    const { volume, rsi, continuation, youngerThan, dayVolume, momentum, calm } = p;
    const least = { volume: number(volume), rsi: number(rsi), dayVolume: number(dayVolume), momentum: number(momentum) };
    const mostRange = number(calm);
    if (volume !== 'none')
      criteria.push(
        value({
          label: 'Volume against entry',
          gauge: true,
          comparison: () => '>',
          value: (c) => c.market.volumeNow / c.entryVolume,
          threshold: () => least.volume,
          show: (ratio) =>
            Number.isNaN(ratio) ? 'unknown' : Number.isFinite(ratio) ? `${figure(ratio, 2)}×` : 'over 0 at entry',
          showThreshold: () => `${volume.text}×`,
        }),
      );
    if (p.macd)
      criteria.push(
        value({
          label: (c) => (c.side > 0 ? 'MACD over signal' : 'MACD under signal'),
          comparison: () => '>',
          value: (c) => (c.market.macd - c.market.macdSignal) * c.side,
          threshold: () => 0,
          show: (gap) => (Number.isNaN(gap) ? 'unknown' : `${gap > 0 ? '+' : ''}${figure(gap, 4)}`),
          showThreshold: () => '0',
        }),
      );
    if (rsi !== 'none')
      criteria.push(
        value({
          label: 'RSI',
          gauge: true,
          comparison: (c) => (c.side > 0 ? '>' : '<'),
          value: (c) => c.market.rsi,
          threshold: (c) => (c.side > 0 ? least.rsi : 100 - least.rsi),
          show: (index) => figure(index, 1),
        }),
      );
    if (p.resistance)
      criteria.push(atLevel('Price beyond the level before the entry', 'favourable', (c) => c.entryFavourable, true));
    if (youngerThan !== 'none') criteria.push(timeHeld('<', youngerThan));
    if (dayVolume !== 'none')
      criteria.push(
        value({
          label: 'Volume of the day',
          gauge: true,
          comparison: () => '>',
          value: (c) => c.market.dayVolume,
          threshold: () => least.dayVolume,
          show: (volume_) => figure(volume_, 0),
        }),
      );
    if (continuation !== 'none') criteria.push(model('Continuation model', '>', fraction(continuation).toFixed(2)));
    if (momentum !== 'none')
      any.push(
        value({
          label: 'Momentum in favour',
          gauge: true,
          comparison: () => '>',
          value: (c) => c.market.momentum * c.side,
          threshold: () => least.momentum,
          show: percent,
          showThreshold: () => momentum.text,
        }),
      );
    if (calm !== 'none')
      any.push(
        value({
          label: 'Range of the day',
          gauge: true,
          comparison: () => '<',
          value: (c) => ((c.market.dayHigh - c.market.dayLow) / c.market.dayOpen) * 100,
          threshold: () => mostRange,
          show: percent,
          showThreshold: () => calm.text,
        }),
      );
    return [
      {
        key: '',
        moving: false,
        criteria,
        ...(any.length > 0 ? { any } : {}),
        idle: (c) => c.position.adds >= p.adds,
        action: (c) => ({
          type: 'add',
          quantity: text(c.lots.snap(c.position.initialQuantity.times(fraction(p.size)), 'down')),
        }),
      },
    ];
  },
  levelLabel: (p) => `scale-in from ${p.profit.text}`,
});
