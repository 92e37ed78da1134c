import { group, measureKey, switchKey } from '../domain/keys.ts';
import type { Measure } from '../domain/measure.ts';
import { timeReached } from './criteria.ts';
import { type Context, defineRule } from './rule.ts';

/** Local time of an instant: "15:45", with its date where it is not on the day that holds the price. */
function localTime(c: Context, ts: number): string {
  const day = c.clock.day(ts);
  const time = c.clock.timeOfDay(ts);
  return day.start === c.clock.day(c.ts).start ? time : `${day.date} ${time}`;
}

const labelOf = (c: Context, due: number): string =>
  Number.isFinite(due) && c.clock.day(due).early ? 'Session time (early close)' : 'Session time';

/** The last of its times that has come: each day brings one, so that a veto holds for a night and not for good. */
function lastDue(c: Context, first: number, at: Measure): number {
  for (let day = c.clock.day(c.ts); day.start > first; day = c.clock.day(day.start - 1)) {
    const due = c.clock.sessionTime(day.start, at);
    if (c.ts >= due) return due;
  }
  return first;
}

/** The next of its times, after this instant. */
function nextDue(c: Context, at: Measure): number {
  const today = c.clock.sessionTime(c.ts, at);
  return c.ts < today ? today : c.clock.sessionTime(c.clock.nextTradingDay(c.ts).start, at);
}

/**
 * First session time after the position was opened, by the exchange's calendar: of a position that was opened later in the day or
 * outside a session, the next trading day's. Never in a 24-hour market.
 */
function flatDue(c: Context, at: Measure): number {
  if (!c.hasSession) return Number.POSITIVE_INFINITY;
  const { openedTs } = c.position;
  const due = c.clock.sessionTime(openedTs, at);
  return due > openedTs ? due : c.clock.sessionTime(c.clock.nextTradingDay(openedTs).start, at);
}

/**
 * [R14] Close everything at a session time; the fill is the first price at or after it. S0: 15:45, a quarter of an hour before the
 * close, and on a half day as long before its own close.
 */
export const sessionFlat = defineRule({
  id: 'session-flat',
  title: 'Session flat',
  kind: 'session-flat',
  cadence: 'time',
  urgency: 'critical',
  params: group({
    enabled: switchKey(true, { help: 'hold nothing over the close', source: 'S0' }),
    at: measureKey('15:45', {
      units: ['time', 'duration'],
      least: 0,
      help: "time of day in the exchange's zone, or how long before the close; earlier on a half day",
      source: 'S0',
    }),
  }),
  triggers: (p) => {
    let openedTs = Number.NaN;
    let due = Number.POSITIVE_INFINITY;
    const dueOf = (c: Context): number => {
      if (openedTs !== c.position.openedTs) {
        openedTs = c.position.openedTs;
        due = flatDue(c, p.at);
      }
      return c.ts < due ? due : lastDue(c, due, p.at);
    };
    return [
      {
        key: '',
        moving: false,
        criteria: [
          timeReached(
            (c) => labelOf(c, dueOf(c)),
            dueOf,
            (ts, c) => localTime(c, ts),
          ),
        ],
        subject: dueOf,
        nextSubject: (c) => nextDue(c, p.at),
        idle: (c) => !c.hasSession,
        action: () => ({ type: 'close' }),
      },
    ];
  },
  levelLabel: (p) => (p.at.unit === 'time' ? `flat at ${p.at.text}` : `flat ${p.at.text} before the close`),
});
