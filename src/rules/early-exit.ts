import { choiceKey, group, measureKey, switchKey } from '../domain/keys.ts';
import { fraction } from '../domain/measure.ts';
import { atLevel, figure, losing, model, timeHeld, value } from './criteria.ts';
import { defineRule } from './rule.ts';

/**
 * [R3] Leave before the stop once the position loses and any of five signals speaks: volume has dried up, momentum has turned, time has passed,
 * the level behind the entry is broken, or recovery is unlikely. What it saves against the stop is recorded. S0.
 */
export const earlyExit = defineRule({
  id: 'early-exit',
  title: 'Early exit',
  kind: 'early-exit',
  cadence: 'bar',
  urgency: 'high',
  params: group({
    enabled: switchKey(true, { help: 'leave losers before their stop', source: 'S0' }),
    when: choiceKey(['losing', 'always'], 'losing', { help: 'only below entry, or at any price', source: 'S0' }),
    volume: measureKey('0.5', {
      units: ['plain'],
      least: 0,
      most: 100,
      help: 'volume has dried up below this share of the volume at entry; 0 switches the signal off',
      source: 'S0',
    }),
    momentum: switchKey(true, { help: 'MACD has crossed its signal against the position', source: 'S0' }),
    decay: measureKey('15m', {
      units: ['duration'],
      least: 0,
      help: 'held longer than this without a profit; 0s switches the signal off',
      source: 'S0 15 minutes',
    }),
    level: switchKey(true, { help: 'price beyond the level that was nearest behind the entry', source: 'S0' }),
    recovery: measureKey('30%', {
      units: ['%'],
      least: 0,
      most: 100,
      help: 'recovery probability of the model below this',
      source: 'S0 0.30',
    }),
  }),
  triggers: (p) => {
    const dry = p.volume.value.toNumber();
    const any = [
      ...(dry > 0
        ? [
            value({
              label: 'Volume against entry',
              gauge: true,
              comparison: () => '<',
              value: (c) => c.market.volumeNow / c.entryVolume,
              threshold: () => dry,
              show: (ratio) =>
                Number.isNaN(ratio) ? 'unknown' : Number.isFinite(ratio) ? `${figure(ratio, 2)}×` : 'over 0 at entry',
              showThreshold: () => `${p.volume.text}×`,
            }),
          ]
        : []),
      ...(p.momentum
        ? [
            value({
              label: 'MACD crossed against the position',
              comparison: () => '<',
              // against it now, and not against it at some close since the entry
              value: (c) => {
                const gap = (c.market.macd - c.market.macdSignal) * c.side;
                const before = c.side > 0 ? c.market.macdAboveBar : c.market.macdBelowBar;
                return gap < 0 && before < c.entryBar ? 0 : gap;
              },
              threshold: () => 0,
              show: (gap) =>
                Number.isNaN(gap) ? 'unknown' : gap === 0 ? 'not crossed since entry' : `${gap > 0 ? '+' : ''}${figure(gap, 4)}`,
              showThreshold: () => '0',
            }),
          ]
        : []),
      ...(p.decay.value.greaterThan(0) ? [timeHeld('>', p.decay)] : []),
      ...(p.level ? [atLevel('Level behind the entry broken', 'adverse', (c) => c.entryAdverse, true)] : []),
      model('Recovery probability', '<', fraction(p.recovery).toFixed(2)),
    ];
    return [
      {
        key: '',
        moving: false,
        criteria: p.when === 'losing' ? [losing()] : [],
        any,
        idle: () => false,
        action: () => ({ type: 'close' }),
      },
    ];
  },
  levelLabel: (p) => (p.when === 'losing' ? 'early exit while losing' : 'early exit'),
});
