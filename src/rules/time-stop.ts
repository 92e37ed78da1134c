import { group, measureKey, switchKey } from '../domain/keys.ts';
import { profitBelow, timeHeld } from './criteria.ts';
import { defineRule } from './rule.ts';

/** [R4] Close what has been held longer than `after` without reaching `profit`. S0: 30 minutes, 0.5R. */
export const timeStop = defineRule({
  id: 'time-stop',
  title: 'Time stop',
  kind: 'time-stop',
  cadence: 'bar',
  urgency: 'medium',
  params: group({
    enabled: switchKey(true, { help: 'close what does not move', source: 'S0' }),
    after: measureKey('30m', { units: ['duration'], least: 0, help: 'held longer than this', source: 'S0 30 minutes' }),
    profit: measureKey('0.5R', {
      units: ['R', '%', 'ATR', '$'],
      help: 'with an open profit below this',
      source: 'S0 0.5R',
    }),
  }),
  triggers: (p) => [
    {
      key: '',
      moving: false,
      criteria: [timeHeld('>', p.after), profitBelow(p.profit)],
      idle: () => false,
      action: () => ({ type: 'close' }),
    },
  ],
  levelLabel: (p) => `time stop below ${p.profit.text}`,
});
