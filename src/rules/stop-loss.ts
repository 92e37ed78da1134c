import { z } from 'zod';
import { atLevel } from './criteria.ts';
import { defineRule } from './rule.ts';

/** [R1] Close at the stop. The stop rests with the broker for the whole quantity, so this rule explains the fill; it has no parameters and cannot be switched off. */
export const stopLoss = defineRule({
  id: 'stop-loss',
  title: 'Stop-loss',
  kind: 'stop-loss',
  cadence: 'tick',
  urgency: 'critical',
  params: z.strictObject({}).prefault({}),
  triggers: () => [
    {
      key: '',
      moving: false,
      criteria: [atLevel('Price at the stop', 'adverse', (c) => c.stop)],
      idle: () => false,
      action: () => ({ type: 'close' }),
    },
  ],
  levelLabel: () => 'stop',
});
