import { describe, expect, it } from 'vitest';
import type { LayoutChoice, TableLook } from '../domain/layout.ts';
import { FormatError } from './error.ts';
import { barsOf, leftOut, quotesOf, readLines, timesOf, tradesOf } from './testing.ts';

/** How the table looks that cannot be read. */
function lookOf(lines: readonly string[], layout: LayoutChoice = {}): { message: string; look: TableLook } {
  try {
    readLines(lines, 'x.csv', { layout });
  } catch (error) {
    if (error instanceof FormatError && error.table) return { message: error.message, look: error.table };
    throw error;
  }
  throw new Error('expected a file that cannot be read');
}

describe('a table whose header names its columns', () => {
  it.each<[string, string, string, LayoutChoice]>([
    ['Date,Open,High,Low,Close,Adj Close,Volume', '2024-01-02,1,2,1,2,2,5', '2024-01-02T00:00:00.000Z', {}],
    ['Date;Time;Open;High;Low;Close', '02.01.2024;15:30;1;2;1;2', '2024-01-02T15:30:00.000Z', {}],
    ['unix,date,symbol,open,high,low,close', '1704205800,x,BTC/USD,1,2,1,2', '2024-01-02T14:30:00.000Z', {}],
    ['"Open Time",Open,High,Low,Close', '1704205800000,1,2,1,2', '2024-01-02T14:30:00.000Z', {}],
    [',datetime,open,high,low,close', '0,2024-01-02 09:30:00,1,2,1,2', '2024-01-02T14:30:00.000Z', { zone: 'America/New_York' }],
  ])('%s is read as bars', (header, row, time, layout) => {
    const result = readLines([header, row], 'x.csv', { layout });
    expect([timesOf(result)[0], barsOf(result).high[0]]).toEqual([time, 2]);
    expect(result.table.format).toBe('columns by their names');
    expect(result.notes[0]).toBe('Read as bars: columns by their names.');
  });

  it('of trades or quotes is read as such, by whatever usual names', () => {
    const trades = readLines(['Timestamp,Last,Volume,Side', '1704205800,10.5,3,Sell']);
    expect([tradesOf(trades).price[0], tradesOf(trades).size[0], tradesOf(trades).side[0]]).toEqual([10.5, 3, -1]);
    const quotes = readLines(['time,bid price,ask price,bid size', '1704205800,10.5,10.6,2.5']);
    expect([quotesOf(quotes).ask[0], quotes.tape.instrument.lot]).toEqual([10.6, '0.1']);
  });

  it('reads decimals with a comma where the delimiter is none, and only there', () => {
    const result = readLines(['time;open;high;low;close', '2024-01-02 09:30;1,5;2,25;1;2']);
    expect([barsOf(result).open[0], barsOf(result).high[0]]).toEqual([1.5, 2.25]);
    expect(result.table).toMatchObject({ delimiter: ';', decimalComma: true });
  });

  it("of somebody's fills is no market's", () => {
    expect(lookOf(['time,symbol,side,quantity,price,fee', '1704205800,SPY,buy,1,470,0.1']).message).toContain(
      'x.csv, line 1: found the columns time, symbol, side, quantity, price, fee; expected bars',
    );
  });

  it('is refused where a column that is read stands twice, and read where another does', () => {
    expect(() => readLines(['time,open,open,high,low,close', '1,1,1,1,1,1'])).toThrow('column "open" stands twice');
    expect(readLines(['time,open,high,low,close,rsi,rsi', '1704205800,1,1,1,1,1,1']).report.rows).toBe(1);
  });

  it.each([
    ['03/04/2024 10:00', 'mdy', 'Dates are read as month, day, year, though the first rows may be either.'],
    ['03.04.2024 10:00', 'dmy', 'Dates are read as day, month, year, though the first rows may be either.'],
    ['13/04/2024 10:00', 'dmy', 'Dates are read as day, month, year.'],
    ['03-14-2024 10:00', 'mdy', 'Dates are read as month, day, year.'],
  ])('with the date %s is read as %s and says how', (date, form, note) => {
    const result = readLines(['time,bid,ask', `${date},1,2`]);
    expect(result.table.time).toBe(form);
    expect(result.notes).toContain(note);
  });

  it('keeps milliseconds that begin in 1970 apart from seconds by its last row', () => {
    const daily = (day: number): string => `${day * 86_400_000},1,1,1,1`;
    const result = readLines(['ts,open,high,low,close', ...Array.from({ length: 9 }, (_, i) => daily(500 + i)), daily(2_000)]);
    expect([result.table.time, timesOf(result)[0]]).toEqual(['ms', '1971-05-16T00:00:00.000Z']);
  });
});

describe('local times', () => {
  const minute = (text: string): string => `${text},1,1,1,1`;

  it('in the hour that happens twice are left out and counted, like those that are skipped: one rule, and no guess', () => {
    const rows = [
      '2024-03-10 01:59',
      '2024-03-10 02:30',
      '2024-03-10 03:00',
      '2024-11-03 00:59',
      '2024-11-03 01:00',
      '2024-11-03 01:59',
      '2024-11-03 01:00',
      '2024-11-03 02:00',
    ];
    const result = readLines(['time,open,high,low,close', ...rows.map(minute)], 'x.csv', {
      layout: { zone: 'America/New_York' },
    });
    expect(timesOf(result).map((time) => time.slice(5, 16))).toEqual([
      '03-10T06:59',
      '03-10T07:00',
      '11-03T04:59',
      '11-03T07:00',
    ]);
    expect(result.report.counts).toEqual([
      { reason: 'local time is skipped, as clocks go forward', rows: 1 },
      { reason: 'local time happens twice, as clocks go back', rows: 3 },
    ]);
    expect(leftOut(result)[0]).toEqual([
      3,
      "time '2024-03-10 02:30' in column time: is skipped in America/New_York, as clocks go forward",
    ]);
    expect(result.notes).toContain(
      'Times have no offset: they are read as America/New_York; those that its clock change skips or repeats are left out.',
    );
  });

  it('of a zone that nobody knows are refused with the table', () => {
    const { message } = lookOf(['time,open,high,low,close', minute('2024-01-02 10:00')], { zone: 'Mars' });
    expect(message).toContain('x.csv: time zone "Mars": expected a zone such as America/New_York');
  });
});

describe('a table of no known format', () => {
  it.each<[string, string[], LayoutChoice['columns']]>([
    ['bars', ['04/13/2020;20:00;8699;8745;8686;8742;5925'], { ts: 0, clock: 1, open: 2, high: 3, low: 4, close: 5, volume: 6 }],
    ['trades', ['x,2024-01-02 10:00:00,10.5,3'].map((row) => row.slice(2)), { ts: 0, price: 1, size: 2 }],
    ['a price alone', ['1704205800,10.5'], { ts: 0, price: 1 }],
    ['nothing', ['1,2,3'], {}],
  ])('without a header shows its cells and a guess of %s', (_, rows, columns) => {
    const { look, message } = lookOf(rows);
    expect(look).toMatchObject({ format: undefined, header: false, columns });
    expect(look.rows).toEqual(rows.map((row) => row.split(look.delimiter)));
    expect(message).toContain('no header: found');
  });

  it('shows its header, at most 8 rows of cells and the roles that its names say', () => {
    const rows = Array.from({ length: 12 }, (_, i) => `2024-01-02 10:0${i % 10},"a, ${i}",${i},2,1,2`);
    const { look } = lookOf(['when,what,open,high,low,close', ...rows]);
    expect([look.titles, look.rows.length, look.rows[3]?.[1]]).toEqual([
      ['when', 'what', 'open', 'high', 'low', 'close'],
      8,
      'a, 3',
    ]);
    expect(look.columns).toEqual({ open: 2, high: 3, low: 4, close: 5 });
  });

  it('is read as the user maps it, with delimiter, header, form of times, zone and price scale', () => {
    const rows = ['kurs|x', '02.01.2024;09:30:00;47000;7', '02.01.2024;09:31:00;nix;7', '02.01.2024;09:32:00;47025;1'];
    const result = readLines(rows.slice(1), 'x.csv', {
      layout: {
        columns: { ts: 0, clock: 1, price: 2, size: 3 },
        delimiter: ';',
        header: false,
        time: 'dmy',
        zone: 'Europe/Berlin',
        priceScale: -2,
      },
    });
    expect([[...tradesOf(result).price], timesOf(result)[0]]).toEqual([[470, 470.25], '2024-01-02T08:30:00.000Z']);
    expect(leftOut(result)).toEqual([[2, "price 'nix' in column 3: expected a decimal above 0"]]);
    expect(result.table).toMatchObject({ format: 'columns as you say', zone: 'Europe/Berlin', priceScale: -2 });
  });

  it('is refused with the table where what was mapped is no market, is not there, or reads not one row', () => {
    const rows = ['a,b,c', '1704205800,5,1'];
    expect(lookOf(rows, { columns: { ts: 0, price: 1 } }).message).toContain(
      'the columns ts, price are those of no market; expected bars',
    );
    expect(lookOf(rows, { columns: { ts: 0, price: 1, size: 7 } }).message).toContain('column 8: the table has 3');
    const dates = lookOf(rows, { columns: { ts: 0, price: 1, size: 2 }, time: 'dmy' });
    expect(dates.message).toContain("time '1704205800' in column a: expected a date by day, month and year");
    expect(dates.look.columns).toEqual({ ts: 0, price: 1, size: 2 });
  });
});
