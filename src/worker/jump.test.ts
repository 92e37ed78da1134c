import { describe, expect, it } from 'vitest';
import { barsTape, MINUTE, NINE_THIRTY, STOCK, tradesTape } from '../engine/testing.ts';
import { rowAt } from './jump.ts';

const ZONE = 'America/New_York';
const bars = barsTape([[1, 1, 1, 1], [1, 1, 1, 1], undefined, [1, 1, 1, 1]]);
const trades = tradesTape(
  [
    [30, 2],
    [60, 2],
    [90, 2],
  ],
  { ...STOCK, symbol: 'OTHER' },
);
const [DAY = '', AT = ''] = new Date(NINE_THIRTY - 5 * 60 * MINUTE).toISOString().split(/[T.]/);

const at = (written: string, tapes = [bars], zone = ZONE): number => rowAt(tapes, zone, written, NINE_THIRTY);

describe('a time that is jumped to', () => {
  it('is written as a date with a time, a time of the day that is shown, or a date', () => {
    expect(AT).toBe('09:30:00');
    expect(at(`${DAY} 09:31`)).toBe(1);
    expect(at(`${DAY}T09:31:00`)).toBe(1);
    expect(at(' 9:31 ')).toBe(1);
    expect(at('09:33:59')).toBe(2);
    expect(at(DAY)).toBe(0);
  });

  it('leaves the rows undone that are not over by then, and at the very end none', () => {
    expect(at('09:30')).toBe(0);
    expect(at('09:30:30', [trades])).toBe(0);
    expect(at('09:31', [trades])).toBe(1);
    expect(at('09:31', [bars, trades])).toBe(2);
    expect(at('09:31:30', [trades])).toBe(3);
    expect(at('09:34', [bars, trades])).toBe(6);
  });

  it('is read in the zone of the exchange', () => {
    expect(at('14:31', [bars], 'UTC')).toBe(1);
    expect(() => at('14:31')).toThrow(RangeError);
  });

  it('is refused outside the session, with the times between which it may lie', () => {
    const range = `expected a time from ${DAY} 09:30 to ${DAY} 09:34, the session's own (${ZONE})`;
    for (const written of ['09:29', '9:34:01', '1999-01-01', '2040-12-31 10:00'])
      expect(() => at(written)).toThrow(`"${written}": ${range}`);
  });

  it.each(['', 'noon', '2019-02-30', '2019-13-01 10:00', '25:00', '24:00', '10:61', '10', '15.02.2019 10:00'])(
    'is refused where it is none: %j',
    (written) => expect(() => at(written)).toThrow(`"${written}": expected a date and a time such as 2019-02-15 10:42`),
  );

  it('is refused where the clocks of the zone skip it', () => {
    expect(() => at('2019-03-10 02:30')).toThrow('"2019-03-10 02:30": the clocks of America/New_York skip it');
  });
});
