import { group, measureKey, switchKey } from '../domain/keys.ts';
import { lossAtLeast } from './daily-loss.ts';
import { defineRule } from './rule.ts';

/**
 * [R16] No entries or adds while equity stands `limit` or more below its peak; exits and stop moves go on. It ends when equity has recovered at a bar's
 * close, or when the user resets the peak. S3: 15 %.
 */
export const drawdownHalt = defineRule({
  id: 'drawdown-halt',
  title: 'Drawdown halt',
  kind: 'daily-loss',
  cadence: 'tick',
  urgency: 'critical',
  params: group({
    enabled: switchKey(false, { help: 'take no more risk after a drawdown', source: 'S3' }),
    limit: measureKey('15%', {
      units: ['%'],
      least: 0.01,
      most: 100,
      help: 'distance of equity below its peak, which is taken at the close of bars and at fills',
      source: 'S3 15 %',
    }),
  }),
  triggers: (p) => [
    {
      key: '',
      moving: false,
      criteria: [
        lossAtLeast(
          'Below the peak',
          p.limit,
          (account) => account.belowPeak(p.limit),
          (account) => account.drawdown,
          (account) => account.peakFloor(p.limit),
        ),
      ],
      idle: () => false,
      action: () => undefined,
    },
  ],
  levelLabel: (p) => `drawdown halt ${p.limit.text}`,
});
