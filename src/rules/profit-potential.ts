import { group, measureKey, switchKey } from '../domain/keys.ts';
import { model, winning } from './criteria.ts';
import { defineRule } from './rule.ts';

/**
 * [R11] Close a winner whose model expects little more, let one run on a trailing stop whose model expects much. S0: below 0.5 %, above 2 %.
 * Without a model that may speak there is nothing to decide by: it stays idle and says so.
 */
export const profitPotential = defineRule({
  id: 'profit-potential',
  title: 'Profit potential',
  kind: 'profit-potential',
  cadence: 'bar',
  urgency: 'medium',
  params: group({
    enabled: switchKey(true, { help: 'close or trail a winner by what the model expects of it', source: 'S0' }),
    close: measureKey('0.5%', { units: ['%'], least: 0, help: 'expected further profit below which it closes', source: 'S0' }),
    trail: measureKey('2%', {
      units: ['%'],
      least: 0,
      help: 'expected further profit above which the stop trails',
      source: 'S0',
    }),
  }),
  triggers: (p) => [
    {
      key: 'close',
      moving: false,
      criteria: [winning(), model('Expected further profit', '<', p.close.text)],
      idle: () => true,
      action: () => ({ type: 'close' }),
    },
    {
      key: 'trail',
      kind: 'stop-move',
      moving: false,
      criteria: [winning(), model('Expected further profit', '>', p.trail.text)],
      idle: () => true,
      action: () => undefined,
    },
  ],
  levelLabel: (p, trigger) =>
    trigger.key === 'close' ? `close below ${p.close.text} expected` : `trail above ${p.trail.text} expected`,
});
