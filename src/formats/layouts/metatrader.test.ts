import { describe, expect, it } from 'vitest';
import { barsOf, leftOut, quotesOf, readLines, timesOf, tradesOf } from '../testing.ts';
import { readCsv } from '../csv.ts';

const BARS = '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>';
const TICKS = '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>';
const bar = (date: string, time: string, volumes = '12\t0'): string =>
  `${date}\t${time}\t1.10421\t1.10433\t1.10405\t1.10411\t${volumes}\t6`;

describe('MetaTrader 5 bars', () => {
  it("are read in the server's time, taken as UTC with a note, by their ticks where no volume was traded", () => {
    const result = readLines(
      [BARS, bar('2024.01.02', '00:00:00'), bar('2024.01.02', '00:01:00')],
      'EURUSD_M1_202401020000_202401022359.csv',
    );
    expect(timesOf(result)).toEqual(['2024-01-02T00:00:00.000Z', '2024-01-02T00:01:00.000Z']);
    expect([...barsOf(result).volume]).toEqual([12, 12]);
    expect(result.table).toMatchObject({ format: 'MetaTrader 5 bars', delimiter: '\t', zone: 'UTC', header: true });
    expect(result.tape).toMatchObject({ stamp: 'open', instrument: { symbol: 'EURUSD', tick: '0.00001' } });
    expect(result.notes.join()).toMatch(/server's time.*Volume counts ticks/);
  });

  it("take the hours of a server that follows New York's clock, its change of March included", () => {
    const rows = [BARS, bar('2024.03.08', '23:59'), bar('2024.03.11', '00:00')];
    const result = readLines(rows, 'x.csv', { layout: { zone: 'America/New_York+07:00' } });
    expect(timesOf(result)).toEqual(['2024-03-08T21:59:00.000Z', '2024-03-10T21:00:00.000Z']);
    expect(result.notes.join()).not.toContain('MetaTrader writes');
  });

  it('are read by their traded volume where there is one, and of days without a column of times', () => {
    const daily = `${BARS.replace('<TIME>\t', '')}\n2010.01.04\t1\t2\t1\t2\t25942\t70\t0\n2010.01.05\t1\t2\t1\t2\t25942\t71\t0`;
    const result = readLines(daily.split('\n'), 'XAUUSD_Daily_201001040000_202401020000.csv');
    expect([...barsOf(result).volume]).toEqual([70, 71]);
    expect([result.intervalMs, timesOf(result)[1]]).toEqual([86_400_000, '2010-01-05T00:00:00.000Z']);
    expect(result.tape.instrument.symbol).toBe('XAUUSD');
  });

  it('are read from UTF-16, and leave bad rows out', () => {
    const text = [BARS, bar('2024.01.02', '00:00:00'), bar('2024.01.02', '24:01:00'), bar('2024.01.02', '00:01:00', '-\t0')];
    const bytes = new Uint8Array(Uint16Array.from(`\ufeff${text.join('\r\n')}`, (c) => c.charCodeAt(0)).buffer);
    const result = readCsv(bytes, 'x.csv', {});
    expect(leftOut(result)).toEqual([
      [3, "time '2024.01.02 24:01:00' in column <DATE>: expected a date by year, month and day of the years 1970 to 2100"],
      [4, "volume '-': expected a decimal of at least 0"],
    ]);
  });
});

describe('MetaTrader 5 ticks', () => {
  it('are quotes, in which an empty cell has not changed', () => {
    const result = readLines(
      [
        TICKS,
        '2026.02.16\t19:00:00.050\t\t67861.69\t\t\t4',
        '2026.02.16\t19:00:00.083\t67849.69\t67861.69\t\t\t6',
        '2026.02.16\t19:00:00.183\t\t67860.5\t\t\t4',
        '2026.02.16\t19:00:00.283\t67850\t\t\t\t2',
        '2026.02.16\t19:00:00.300\t67870\t\t\t\t2',
        '2026.02.16\t19:00:00.310\tabc\t\t\t\t2',
        '2026.02.16\t19:00:00.320\t\t67859\t\t\t4',
        '2026.02.16\t19:00:00.400\t67851\t\t\t\t2',
      ],
      'BTCUSD_202602161900_202602210954.csv',
    );
    const { bid, ask } = quotesOf(result);
    expect([[...bid], [...ask]]).toEqual([
      [67849.69, 67849.69, 67850, 67851],
      [67861.69, 67860.5, 67860.5, 67859],
    ]);
    expect(leftOut(result)).toEqual([
      [2, 'bid: not known yet, no row above has a usable one'],
      [6, 'crossed: bid 67870 above ask 67860.5'],
      [7, "price 'abc' in column <BID>: expected a decimal above 0"],
      [8, 'bid: not known yet, no row above has a usable one'],
    ]);
    expect(timesOf(result)[0]).toBe('2026-02-16T19:00:00.083Z');
    expect([result.table.format, result.tape.instrument.symbol]).toEqual(['MetaTrader 5 ticks', 'BTCUSD']);
  });

  it('are trades where there is neither bid nor ask', () => {
    const result = readLines([TICKS, '2026.02.16\t19:00:00.050\t\t\t101.5\t3\t24', '2026.02.16\t19:00:01.050\t\t\t101.6\t1\t24']);
    expect([...tradesOf(result).price]).toEqual([101.5, 101.6]);
  });
});
