import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../csv.ts';
import { readEntries } from '../entries.ts';
import { FormatError } from '../error.ts';
import { readFills } from '../fills.ts';
import { readFillsFile, sniffFills } from './file.ts';
import { FIXTURES, freqtrade, FREQTRADE_TRADES, GENERIC, MT5, MT5_REPORT, NINJATRADER_US, TRADINGVIEW_OLD } from './testing.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string, options = {}, name = 'x.csv') => readFillsFile(bytes(text), name, options);

/** Real market data, kept beside the checkout. */
const FOLDER = new URL('../../../../shared/data/', import.meta.url);
const markets = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith('.csv.gz')) : [];

describe('recognition', () => {
  it.each(Object.entries(FIXTURES))(
    'takes a file of %s for fills, and the readers of markets and entries refuse it',
    (kind, fixture) => {
      const { name, content, rows } = fixture;
      expect(sniffFills(bytes(content), name)).toBe(
        kind === 'generic' ? 'generic' : kind.split(' ')[0]?.toLowerCase().replace('metatrader', 'mt5'),
      );
      expect(readFillsFile(bytes(content), name, {}).report).toMatchObject({ rows, rejectedRows: 0, counts: [] });
      expect(() => readCsv(bytes(content), name, {})).toThrow(FormatError);
      expect(() => readEntries(bytes(content), name)).toThrow(FormatError);
    },
  );

  it.each([
    'ts,open,high,low,close,volume\n1,1,1,1,1,1\n',
    'ts,price,size,side,id\n1,1,1,buy,1\n',
    'time,open,high,low,close,Volume\n2024-01-01T00:00:00Z,1,1,1,1,1\n',
    '<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\n2024.01.01\t00:00\t1\t1\t1\t1\t1\n',
    '20240101 000000;1;1;1;1;1\n',
    '1,1.5,1,1,1700000000000,true,true\n',
    '[[1700000000000,1,1,1,1,1]]',
    '{"strategy":"sample","trades":[]}',
    'ts,symbol,side,quantity,stop,target\n1,A,long,1,,\n',
    '',
    '{"strategy_name":{"trades":[]}}',
  ])('takes %j for none', (text) => {
    expect(sniffFills(bytes(text), 'fills.csv')).toBeUndefined();
    expect(() => read(text)).toThrow(/^x\.csv: no fills found; expected fills as CSV, list of trades/);
  });

  it.skipIf(markets.length === 0)('takes none of the real market files for fills', () => {
    const taken = markets.filter(
      (name) => sniffFills(gunzipSync(readFileSync(new URL(name, FOLDER))), name.replace(/\.gz$/, '')) !== undefined,
    );
    expect([markets.length, taken]).toEqual([33, []]);
  });

  it('goes by the first bytes alone, and finds the deals of a report wherever they stand', () => {
    const position = '2026.01.01 10:15:00,2,XAUUSD,buy,0.04,4 101.093,,,2026.01.01 11:15:00,4 111.093,-0.20,-1.20,40.00,\n';
    const report = MT5_REPORT.replace('Orders,', `${position.repeat(3_000)}Orders,`);
    expect(report.length).toBeGreaterThan(200_000);
    expect(sniffFills(bytes(report).subarray(0, 1_000), 'r.csv')).toBe('mt5');
    expect(read(report).report.rows).toBe(3);
    expect(() => read(report.slice(0, report.indexOf('Deals,')))).toThrow('no table of deals of MetaTrader 5');
  });

  it('reads UTF-16, as MetaTrader writes it', () => {
    const wide = new Uint8Array(Buffer.from(`\ufeff${MT5.replaceAll(',', '\t')}`, 'utf16le'));
    expect(readFillsFile(wide, 'deals.txt', {}).fills).toHaveLength(3);
  });
});

describe('the generic file', () => {
  it('is read as the strict reader reads it', () => {
    expect(read(GENERIC).fills).toEqual(readFills(bytes(GENERIC), 'x.csv'));
  });

  it('is read without its bad rows, which are counted and listed', () => {
    const [header, first, second, third] = GENERIC.trimEnd().split('\n');
    const bad = [
      '1709546400000,ES,buy,-1,5100.25,2.1,50',
      '1709546400000,ES,buy,1,,2.1,50',
      '1709546400000,ES,long,1,5100.25,2.1,50',
      'noon,ES,buy,1,5100.25,2.1,50',
      '5,ES,buy,1,5100.25,2.1,50',
      '1709546400000,ES,buy,1,5100.25',
    ];
    const { fills, report, notes } = read([header, first, ...bad, '', second, third].join('\n'));
    expect(fills).toHaveLength(3);
    expect(report.rejected.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '3 quantity "-1": expected a decimal above 0',
      '4 price "": expected a decimal above 0',
      '5 side "long": expected buy, sell',
      '6 ts "noon": expected whole milliseconds of the years 1970 to 2100',
      '7 ts "5": expected at least 1709546400000, the time of the row before',
      '8 5 fields: expected 7',
    ]);
    expect(report.counts).toContainEqual({ reason: 'time goes back', rows: 1 });
    expect(notes.join()).toContain('may differ from what the account held');
  });

  it('refuses a column that it does not know', () => {
    expect(() => read(GENERIC.replace('multiplier', 'multipler'))).toThrow(
      'x.csv, line 1: column "multipler": expected ts, symbol',
    );
  });
});

describe('what is said of a file', () => {
  it('gives the multiplier to fills of a file that has none', () => {
    expect(read(NINJATRADER_US, { multiplier: '2' }).fills.map(({ multiplier }) => multiplier)).toEqual(['2', '2', '2']);
    expect(read(NINJATRADER_US).notes.join()).toContain('Multiplier 1: the file does not say');
    for (const multiplier of ['0', '-1', 'two']) expect(() => read(NINJATRADER_US, { multiplier })).toThrow(FormatError);
    expect(() => read(GENERIC, { multiplier: '5' })).toThrow('expected in the column multiplier');
  });

  it('names the one instrument of a file, and refuses to name several alike', () => {
    expect(new Set(read(NINJATRADER_US, { symbol: 'MNQ' }).fills.map(({ symbol }) => symbol))).toEqual(new Set(['MNQ']));
    expect(() => read(freqtrade(FREQTRADE_TRADES), { symbol: 'BTC' })).toThrow(
      /expected a file of one instrument, this has .*BTC\/USDT/,
    );
  });

  it.each([
    ['My_strategy_[v2]_CME_MINI_NQ1!_2026-01-30.csv', 'NQ1!'],
    ['Momentum_EQ1_2024-01-01_6f55a.csv', 'EQ1'],
    ['btcusdt.csv', 'BTCUSDT'],
  ])('takes the symbol of %s from its name, and says so', (name, symbol) => {
    const { fills, notes } = read(TRADINGVIEW_OLD, {}, name);
    expect(fills[0]?.symbol).toBe(symbol);
    expect(notes).toContain(`Symbol ${symbol}: from the file's name.`);
  });

  it('refuses a zone and a part that do not exist', () => {
    expect(() => read(NINJATRADER_US, { zone: 'Mars' })).toThrow('x.csv: time zone "Mars": expected an IANA name');
    expect(() => read(NINJATRADER_US, { part: 'Live' })).toThrow('x.csv: part "Live": expected Sim101');
    expect(() => read(MT5, { part: 'Live' })).toThrow('expected none, the file has one');
  });

  it('refuses a file without one usable row, with the first reason', () => {
    const [header] = MT5.split('\n');
    expect(() => read(`${header}\n`)).toThrow('x.csv: no fills in the file');
    expect(() => read(`${header}\n2026.01.01 10:15:00,2,XAUUSD,kaufen,in,1,1,1,0,0,0,0,0,\n`)).toThrow(
      'x.csv, line 2: type "kaufen": expected buy, sell; none of the 1 rows can be used',
    );
  });
});
