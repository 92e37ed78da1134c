import { describe, expect, it } from 'vitest';
import { parseSession, ZoneClock } from '../domain/session.ts';
import { dayOfDate } from './dates.ts';

describe('the trading day of a date', () => {
  it.each(['UTC/24h', 'XNYS', 'Pacific/Kiritimati/24h', 'Pacific/Pago_Pago/24h', 'America/New_York/18:00-17:00'])(
    'of %s has that date, and the days follow each other',
    (session) => {
      const clock = new ZoneClock(parseSession(session));
      const days = ['2019-03-09', '2019-03-10', '2019-03-11', '2019-12-31'].map((date) => dayOfDate(clock, date));
      expect(days.map((day) => day?.date)).toEqual(['2019-03-09', '2019-03-10', '2019-03-11', '2019-12-31']);
      expect(days[0]?.end).toBe(days[1]?.start);
    },
  );

  it('of what is no date is none', () => {
    const clock = new ZoneClock(parseSession('UTC/24h'));
    expect(dayOfDate(clock, '')).toBeNull();
    expect(dayOfDate(clock, '2019-02-31')).toBeNull();
  });
});
