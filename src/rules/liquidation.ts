import { z } from 'zod';
import { atLevel } from './criteria.ts';
import { defineRule } from './rule.ts';

/** The broker closes a leveraged position where its margin is used up. It rests with the stop, so this rule explains the fill; it cannot be switched off. S3. */
export const liquidation = defineRule({
  id: 'liquidation',
  title: 'Liquidation',
  kind: 'stop-loss',
  cadence: 'tick',
  urgency: 'critical',
  params: z.strictObject({}).prefault({}),
  triggers: () => [
    {
      key: '',
      moving: false,
      criteria: [atLevel('Price at the liquidation', 'adverse', (c) => c.liquidation)],
      idle: (c) => Number.isNaN(c.liquidation),
      action: () => ({ type: 'close' }),
    },
  ],
  levelLabel: () => 'liquidation',
});
