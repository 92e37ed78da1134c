import { choiceKey, group, measureKey, switchKey } from '../domain/keys.ts';
import type { Measure } from '../domain/measure.ts';
import { figure } from './criteria.ts';
import { type AccountReading, type Context, type Criterion, defineRule } from './rule.ts';

/** What the account has lost, in per cent, at or above a limit. Its level is the price at which this position alone takes the account there. */
export function lossAtLeast(
  label: string,
  limit: Measure,
  reached: (account: AccountReading) => boolean,
  loss: (account: AccountReading) => number,
  floor: (account: AccountReading) => number,
): Criterion {
  return {
    kind: 'price',
    holds: (c) => reached(c.account),
    level: (c) => c.equityLevel(floor(c.account)),
    due: () => Number.POSITIVE_INFINITY,
    read: (c) => {
      const level = c.equityLevel(floor(c.account));
      const reading = {
        label,
        comparison: '≥' as const,
        threshold: limit.text,
        value: `${figure(loss(c.account), 2)}%`,
        verdict: reached(c.account) ? ('pass' as const) : ('fail' as const),
      };
      return Number.isNaN(level) ? reading : { ...reading, level: level.toFixed(c.prices.decimals) };
    },
  };
}

/** [R15] Once the day has lost `limit` of its opening equity: no entries or adds until the next trading day, and, where `positions` says so, out of everything. S0: 3 %, close. S3: 5 %, keep. */
export const dailyLoss = defineRule({
  id: 'daily-loss',
  title: 'Daily loss',
  kind: 'daily-loss',
  cadence: 'tick',
  urgency: 'critical',
  params: group({
    enabled: switchKey(true, { help: 'stop trading for the day after a loss', source: 'S0, S3' }),
    limit: measureKey('3%', {
      units: ['%'],
      least: 0.01,
      most: 100,
      help: "loss of the day as a share of the day's opening equity",
      source: 'S0 3 %, S3 5 %',
    }),
    positions: choiceKey(['close', 'keep'], 'close', {
      help: 'close everything, or keep positions with their exits',
      source: 'S0 close, S3 keep',
    }),
  }),
  triggers: (p) => [
    {
      key: '',
      moving: false,
      criteria: [
        lossAtLeast(
          'Loss of the day',
          p.limit,
          (account) => account.lostOfDay(p.limit),
          (account) => account.dayLoss,
          (account) => account.dayFloor(p.limit),
        ),
      ],
      idle: () => false,
      action: (c: Context) => (p.positions === 'close' && !c.position.quantity.isZero() ? { type: 'close' } : undefined),
    },
  ],
  levelLabel: (p) => `daily loss ${p.limit.text}`,
});
