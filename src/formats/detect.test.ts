import { describe, expect, it } from 'vitest';
import type { CalendarSpec } from '../domain/calendar.ts';
import { type ReadOptions, type ReadResult, readCsv } from './csv.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 09:30 in New York on Monday 3 March 2025 */
const OPEN = Date.UTC(2025, 2, 3, 14, 30);

const read = (name: string, rows: string[], options: ReadOptions = {}): ReadResult =>
  readCsv(new TextEncoder().encode(['ts,open,high,low,close,volume', ...rows].join('\n')), name, options);
const row = (ts: number, price = '10', volume = '1'): string => [ts, price, price, price, price, volume].join(',');
const minutes = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => row(OPEN + (from + i) * MINUTE));

describe('what a file says about itself', () => {
  it.each([
    ['eq_TSLA_1m_2019-02-11_2019-02-15.csv', 'TSLA'],
    ['/some/where/tk_BTCUSDT-binance-perp_2024-08-08_trades.csv', 'BTCUSDT'],
    ['cr_BTC-PERP_1m_2021-12-31.csv.gz', 'BTC-PERP'],
    ['DEMO_1m_synthetic.csv', 'DEMO'],
    ['spy.csv', 'SPY'],
    ['C:\\data\\nvda.2024.csv', 'NVDA'],
    ['.csv', 'UNNAMED'],
  ])('takes the symbol of %s as %s', (name, symbol) => {
    const { tape, notes } = read(name, [row(OPEN)]);
    expect(tape.instrument.symbol).toBe(symbol);
    expect(notes).toContain(`Symbol ${symbol}: from the file's name.`);
  });

  it("takes New York's calendar, cents and whole shares for names that begin with eq_ or ix_", () => {
    for (const name of ['eq_A_1m_x.csv', 'ix_A_1m_x.csv'])
      expect(read(name, [row(OPEN, '10.0625', '1.5')]).tape.instrument).toEqual({
        symbol: 'A',
        tick: '0.01',
        lot: '1',
        multiplier: '1',
        minNotional: '0',
        session: 'XNYS',
      });
    expect(read('eq_A_1m_x.csv', [row(OPEN)]).notes).toContain(
      "Session XNYS: hours, holidays and half days of New York, because the file's name begins with eq_.",
    );
  });

  it('takes the name of a given calendar as the session, whatever the file is called', () => {
    const calendar: CalendarSpec = {
      name: 'MINE',
      zone: 'UTC',
      hours: { mon: '09:00-17:00' },
      closures: [],
      otherHours: [],
      from: '2025-01-01',
      to: '2025-12-31',
      source: 'a test',
    };
    const { tape, notes } = read('eq_A_1m_x.csv', [row(OPEN)], { instrument: { calendar } });
    expect(tape.instrument).toMatchObject({ session: 'MINE', calendar });
    expect(notes.filter((note) => note.startsWith('Session'))).toEqual([]);
    expect(() => read('eq_A_1m_x.csv', [row(OPEN)], { instrument: { calendar, session: 'XNYS' } })).toThrow(
      'the instrument cannot be used: session "XNYS": expected "MINE"',
    );
  });

  const NOON = (date: string): number => Date.parse(`${date}T16:00:00Z`);

  it('[F19] says which days close early, which rows stand on a holiday, and which days the calendar does not reach', () => {
    const dates = ['2009-12-24', '2019-07-02', '2019-07-03', '2019-07-04', '2019-07-06', '2019-07-08'];
    const { notes } = read(
      'eq_A_1m_x.csv',
      dates.flatMap((date) => [row(NOON(date)), row(NOON(date) + MINUTE)]),
    );
    expect(notes.filter((note) => note.startsWith('Calendar'))).toEqual([
      'Calendar XNYS: the session closes early on 2019-07-03 (the day before Independence Day).',
      'Calendar XNYS: 4 rows stand on days without a session: 2019-07-04 (Independence Day), 2019-07-06.',
      'Calendar XNYS: holidays and half days are unknown on 2009-12-24.',
    ]);
  });

  it('counts the days of a long list', () => {
    const days = Array.from({ length: 5 }, (_, i) => row(NOON(`200${i}-06-15`)));
    const trades = days.map((line) => line.split(',').slice(0, 3).join(','));
    const bytes = new TextEncoder().encode(['ts,price,size', ...trades].join('\n'));
    expect(readCsv(bytes, 'eq_A_x.csv', {}).notes).toContain(
      'Calendar XNYS: holidays and half days are unknown on 2000-06-15, 2001-06-15, 2002-06-15 and 2 more days.',
    );
  });

  it.each([
    ['hours that hold every day', 'coin.csv', { session: 'America/New_York/09:30-16:00' }, {}],
    ['daily bars', 'eq_A_1d.csv', {}, { intervalMs: 86_400_000 }],
  ])('says nothing of a calendar for %s', (_, name, instrument, options) => {
    const { notes } = read(name, [row(NOON('2019-07-03')), row(NOON('2019-07-04'))], { instrument, ...options });
    expect(notes.filter((note) => note.startsWith('Calendar'))).toEqual([]);
  });

  it("finds the stamp at a half day's own close", () => {
    const open = Date.parse('2019-07-03T13:30:00Z');
    const half = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(open + (from + i) * MINUTE));
    expect(read('eq_X_1m_y.csv', half(1, 210)).tape.stamp).toBe('close');
    expect(read('eq_X_1m_y.csv', half(0, 209)).tape.stamp).toBe('open');
  });

  it("takes whole units and New York's days for names that begin with fx_, and the tick from the prices", () => {
    const { tape, notes } = readCsv(new TextEncoder().encode(`ts,bid,ask\n${OPEN},1.39101,1.39114`), 'fx_EURUSD_quotes.csv', {});
    expect(tape.instrument).toMatchObject({ symbol: 'EURUSD', tick: '0.00001', lot: '1', session: 'America/New_York/24h' });
    expect(notes).toContain("Lot 1: whole units, because the file's name begins with fx_.");
    expect(notes).toContain("Tick 0.00001: the finest decimals of the file's prices.");
    expect(notes.find((note) => note.startsWith('Session'))).toContain("because the file's name begins with fx_");
  });

  it.each([
    ['the finest decimals of their sizes', 'ts,bid,bid_size,ask,ask_size', '10,0.500,11,0.2500', '0.01'],
    ['the sizes that are numbers', 'ts,bid,bid_qty,ask,ask_qty', '10,x,11,2', '1'],
    ['an assumption without sizes', 'ts,bid,ask', '10,11', '0.001'],
  ])('takes the lot of quotes from %s', (_, header, rest, lot) => {
    const { tape, notes } = readCsv(new TextEncoder().encode(`${header}\n${OPEN},${rest}`), 'coin.csv', {});
    expect(tape.instrument.lot).toBe(lot);
    expect(notes.some((note) => note.startsWith(`Lot ${lot}:`))).toBe(true);
  });

  it('takes daily bars as dates without a clock, cents and whole units for names that begin with dy_', () => {
    const rows = [0, 1, 4, 5, 6].map((day) => row(Date.UTC(2025, 2, 6 + day), '10.0625', '1.5'));
    const { tape, notes, intervalMs } = read('dy_SPY_1d_x.csv', rows);
    expect(tape.instrument).toMatchObject({ symbol: 'SPY', tick: '0.01', lot: '1', session: 'UTC/24h' });
    expect([tape.stamp, tape.columns.ts[0], intervalMs]).toEqual(['open', Date.UTC(2025, 2, 6), DAY]);
    expect(notes).toContain('Session UTC/24h: a daily bar has a date and no clock, so rules that need a clock are off.');
    expect(notes).toContain("Interval 1 day: because the file's name begins with dy_.");
    expect(notes.find((note) => note.startsWith('Bar times'))).toContain("the session's date, not a moment of trading");
    expect(read('dy_SPY_1d_x.csv', rows.slice(0, 1)).intervalMs).toBe(DAY);
  });

  it('takes bars of a day as dates without a clock whatever the name says, and dy_ as nothing where bars stand closer', () => {
    const days = [0, 1, 2].map((day) => row(Date.UTC(2025, 2, 3 + day)));
    expect(read('eq_SPY_1d_x.csv', days)).toMatchObject({
      intervalMs: DAY,
      tape: { stamp: 'open', instrument: { session: 'UTC/24h' } },
    });
    const given = { instrument: { session: 'America/New_York/09:30-16:00' } };
    expect(read('eq_SPY_1d_x.csv', days, given).tape.instrument.session).toBe('America/New_York/09:30-16:00');
    const { intervalMs, notes } = read('dy_SPY_x.csv', minutes(0, 3));
    expect(intervalMs).toBe(MINUTE);
    expect(notes).toContain("Session UTC/24h: around the clock, because the file's name says nothing of trading hours.");
  });

  it('takes the finest decimals of prices and sizes elsewhere, trailing zeros not counted', () => {
    const { instrument } = read('coin.csv', [row(OPEN, '10.50000000', '0.00010000'), row(OPEN + 1, '10.2500', '3')]).tape;
    expect(instrument).toMatchObject({ tick: '0.01', lot: '0.0001', session: 'UTC/24h' });
    expect(read('coin.csv', [row(OPEN, '46319.0', '0.0000000001')]).tape.instrument).toMatchObject({
      tick: '1',
      lot: '0.00000001',
    });
    expect(read('coin.csv', [row(OPEN, '5', '0')]).tape.instrument.lot).toBe('0.001');
  });

  it('does not take decimals from rows that are left out', () => {
    const bad = `${OPEN},10.12345,9,11,10,1`;
    expect(read('coin.csv', [row(OPEN, '10.5'), bad]).tape.instrument.tick).toBe('0.1');
  });

  it('takes what is given as it is, and says nothing of it', () => {
    const instrument = {
      symbol: 'ES',
      tick: '0.25',
      lot: '1',
      multiplier: '50',
      minNotional: '10',
      session: 'America/Chicago/08:30-15:15',
    };
    const { tape, notes, intervalMs } = read('eq_X_1m_y.csv', minutes(0, 3), { instrument, stamp: 'open', intervalMs: 30_000 });
    expect(tape.instrument).toEqual(instrument);
    expect([tape.stamp, intervalMs, notes]).toEqual(['open', 30_000, []]);
  });

  it('takes bars that end at the close and do not begin at the open as stamped at their end, and moves them to their start', () => {
    const { tape, notes } = read('eq_X_1m_y.csv', minutes(1, 390));
    expect(tape.stamp).toBe('close');
    expect([tape.columns.ts[0], tape.columns.ts.at(-1)]).toEqual([OPEN, OPEN + 389 * MINUTE]);
    expect(notes).toContain("Bar times are the ends of the bars: 1 at the session's close and none at its open.");
  });

  it('takes bars that begin at the open and have none at the close as stamped at their start', () => {
    const { tape, notes } = read('eq_X_1m_y.csv', minutes(0, 389));
    expect([tape.stamp, tape.columns.ts[0]]).toEqual(['open', OPEN]);
    expect(notes).toContain("Bar times are the starts of the bars: 1 at the session's open and none at its close.");
  });

  it.each([
    ['bars at both ends of the session', 'eq_X_1m_y.csv', minutes(0, 390), "1 bars at the session's open and 1 at its close"],
    ['no bar at either end', 'eq_X_1m_y.csv', minutes(5, 9), "no bar at the session's open or close"],
    ['a market around the clock', 'coin.csv', minutes(0, 390), 'nothing in the file says which they are'],
  ])('takes the start as the default and says so with %s', (_, name, rows, words) => {
    const { tape, notes } = read(name, rows);
    expect(tape.stamp).toBe('open');
    expect(notes.find((note) => note.startsWith('Bar times are taken as the starts'))).toContain(words);
  });

  it('takes the most frequent distance as the interval, holes and strays notwithstanding', () => {
    const rows = [...minutes(0, 99), row(OPEN + 99.5 * MINUTE), ...minutes(200, 300), ...minutes(500, 501)];
    const { intervalMs, notes } = read('coin.csv', rows);
    expect(intervalMs).toBe(MINUTE);
    expect(notes).toContain('Interval 1 minute: the most frequent distance between bars.');
  });

  it('takes the shortest distance as the interval where many bars stand closer than the most frequent one', () => {
    const seconds = [0, 30, 60, 90, 91, 95, 102, 132, 162, 164];
    const { intervalMs, notes } = read(
      'coin.csv',
      seconds.map((second) => row(OPEN + second * 1_000)),
    );
    expect(intervalMs).toBe(1_000);
    expect(notes).toContain('Interval 1 second: the shortest distance between bars, which are sparse.');
  });

  it('assumes a minute for a single bar, and says so', () => {
    const { intervalMs, notes } = read('coin.csv', [row(OPEN)]);
    expect(intervalMs).toBe(MINUTE);
    expect(notes).toContain('Interval 1 minute: assumed, because the file has one bar only.');
  });

  it('warns where times lie before 1973, and takes what may be seconds of later years as seconds', () => {
    const note = 'The times lie before 1973: if they do not count milliseconds, correct what they count.';
    expect(read('coin.csv', [row(86_400_000)]).notes).toContain(note);
    expect(read('coin.csv', [row(OPEN)]).notes).not.toContain(note);
    const seconds = read('coin.csv', [row(OPEN / 1_000)]);
    expect(seconds.tape.columns.ts[0]).toBe(OPEN);
    expect(seconds.notes).toContain('Times count seconds since 1970, UTC.');
  });
});
