import { z } from 'zod';
import { value } from './criteria.ts';
import { defineRule } from './rule.ts';

/** [R18] The user's emergency stop: every order is taken back, everything goes out at market. It has no parameters and cannot be switched off. S2. */
export const emergencyStop = defineRule({
  id: 'emergency-stop',
  title: 'Emergency stop',
  kind: 'emergency',
  cadence: 'tick',
  urgency: 'critical',
  params: z.strictObject({}).prefault({}),
  triggers: () => [
    {
      key: '',
      moving: false,
      criteria: [
        value({
          label: 'Emergency stop pressed',
          comparison: () => '=',
          value: (c) => (c.emergency ? 1 : 0),
          threshold: () => 1,
          show: (pressed) => (pressed === 1 ? 'yes' : 'no'),
        }),
      ],
      idle: (c) => !c.emergency,
      action: () => ({ type: 'close' }),
    },
  ],
  levelLabel: () => 'emergency stop',
});
