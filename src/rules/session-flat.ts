import { group, measureKey, switchKey } from '../domain/keys.ts';
import type { Measure } from '../domain/measure.ts';
import { timeReached } from './criteria.ts';
import { type Context, defineRule } from './rule.ts';

/** Local time of day "15:45" of an instant, in the exchange's zone. */
function timeOfDay(c: Context, ts: number): string {
  const minutes = Math.floor((ts - c.clock.at(ts, 0)) / 60_000);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** First occurrence of the time of day after the position was opened; never in a 24-hour market. */
function flatDue(c: Context, at: Measure): number {
  if (!c.hasSession) return Number.POSITIVE_INFINITY;
  const minutes = at.value.toNumber();
  const due = c.clock.at(c.position.openedTs, minutes);
  return due > c.position.openedTs ? due : c.clock.at(c.clock.day(c.position.openedTs).end, minutes);
}

/** [R14] Close everything at a session time; the fill is the first price at or after it. S0: 15:45, a quarter of an hour before the close. */
export const sessionFlat = defineRule({
  id: 'session-flat',
  title: 'Session flat',
  kind: 'session-flat',
  cadence: 'time',
  urgency: 'critical',
  params: group({
    enabled: switchKey(true, { help: 'hold nothing over the close', source: 'S0' }),
    at: measureKey('15:45', { units: ['time'], help: "time of day in the exchange's zone", source: 'S0' }),
  }),
  triggers: (p) => {
    let openedTs = Number.NaN;
    let due = Number.POSITIVE_INFINITY;
    const dueOf = (c: Context): number => {
      if (openedTs !== c.position.openedTs) {
        openedTs = c.position.openedTs;
        due = flatDue(c, p.at);
      }
      return due;
    };
    return [
      {
        key: '',
        moving: false,
        criteria: [timeReached('Session time', dueOf, (ts, c) => timeOfDay(c, ts))],
        idle: (c) => !c.hasSession,
        action: () => ({ type: 'close' }),
      },
    ];
  },
  levelLabel: (p) => `flat at ${p.at.text}`,
});
