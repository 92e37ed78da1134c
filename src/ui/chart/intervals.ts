import type { Milliseconds } from '../../domain/time.ts';
import type { SessionView } from '../../projections/views.ts';
import { sessionClock } from './times.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LADDER = [5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR];
/** Days in a bar of daily data. */
const DAYS = [1, 5, 15];

type Timed = Pick<SessionView, 'intervalMs' | 'fromTs'> & { instrument: Pick<SessionView['instrument'], 'session' | 'calendar'> };

/**
 * Bar intervals on offer, from the session's own to a trading day: those that its own bars fill exactly and that end before a trading day does.
 * Nothing of how long the session is goes into it.
 */
export function intervalsOf(session: Timed): Milliseconds[] {
  const { intervalMs: own } = session;
  if (own >= DAY) return DAYS.map((days) => days * own);
  const { open, close } = sessionClock(session).day(session.fromTs);
  const length = close - open;
  const within = LADDER.filter((one) => one > own && one % own === 0 && !(one >= length));
  return [own, ...within, DAY];
}

/** The chosen interval where the session has it, else its own. */
export const fittingInterval = (session: Timed, chosen: Milliseconds): Milliseconds =>
  intervalsOf(session).includes(chosen) ? chosen : session.intervalMs;

/** The next longer or shorter interval; the same where there is none. */
export function neighbourInterval(session: Timed, chosen: Milliseconds, by: 1 | -1): Milliseconds {
  const offered = intervalsOf(session);
  const at = offered.indexOf(fittingInterval(session, chosen));
  return offered[Math.max(0, Math.min(offered.length - 1, at + by))] ?? session.intervalMs;
}
