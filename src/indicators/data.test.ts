import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ADX, ATR, BollingerBands, EMA, MACD, RSI, SMA } from 'trading-signals';
import { describe, expect, it } from 'vitest';
import type { BarColumns } from '../domain/tape.ts';
import { readCsv } from '../formats/csv.ts';
import { Adx } from './adx.ts';
import { Atr } from './atr.ts';
import { Bollinger } from './bollinger.ts';
import { Ema } from './ema.ts';
import { Macd } from './macd.ts';
import { Rsi } from './rsi.ts';
import { Sma } from './sma.ts';

/** Real market data, kept beside the checkout; each test is skipped by name where its file is absent. */
const FOLDER = new URL('../../../shared/data/', import.meta.url);

/** An ordinary stock, one with an earnings gap, a busy and a sparse coin, an index whose bars are mostly flat, and days. */
const FILES = [
  'eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz',
  'eq_AAPL_1m_2016-04-15_2016-05-13.csv.gz',
  'cr_ADAUSDT-binance-perp_1m_2022-12-13.csv.gz',
  'cr_BTCUSD-coinbase_1s_2016-10-07_2016-10-09.csv.gz',
  'ix_VIX_1m_2019-02-11_2019-02-15.csv.gz',
  'dy_SPY_1d_1999_2020.csv.gz',
];

/** Bars after which averages that start differently are equal: 13/14 of a difference stays a bar. */
const FADED = 900;

function barsOf(file: string): BarColumns {
  const bytes = new Uint8Array(gunzipSync(readFileSync(new URL(file, FOLDER))));
  const { columns } = readCsv(bytes, file.replace(/\.gz$/, ''), {}).tape;
  if (columns.kind !== 'bars') throw new Error(`${file}: expected bars`);
  return columns;
}

describe('indicators over real bars', () => {
  describe.each(FILES)('%s', (file) => {
    it.skipIf(!existsSync(new URL(file, FOLDER)))('agree with an independent implementation', () => {
      const { ts, high: highs, low: lows, close: closes } = barsOf(file);
      const ours = {
        atr: new Atr(),
        rsi: new Rsi(),
        sma: new Sma(),
        ema: new Ema(),
        bands: new Bollinger(),
        adx: new Adx(),
        macd: new Macd(),
      };
      const theirs = {
        atr: new ATR(14),
        rsi: new RSI(14),
        sma: new SMA(20),
        ema: new EMA(20),
        bands: new BollingerBands(20, 2),
        adx: new ADX(14),
        macd: new MACD(new EMA(12), new EMA(26), new EMA(9)),
      };
      // Largest difference of each: relative to the price for what is in price units, in points for what is in per cent.
      const worst = { atr: 0, rsi: 0, sma: 0, ema: 0, bands: 0, adx: 0, plusDi: 0, minusDi: 0, macd: 0, signal: 0 };
      const taken: { high: number; low: number; close: number }[] = [];
      const known = { atr: 0, rsi: 0, sma: 0, bands: 0 };
      for (const [i, close] of closes.entries()) {
        const [high, low] = [highs[i] ?? NaN, lows[i] ?? NaN];
        const candle = { high, low, close };
        ours.macd.update(close);
        ours.bands.update(close);
        const compare = (name: keyof typeof worst, value: number, oracle: number | null | undefined, unit = close): void => {
          if (oracle === null || oracle === undefined) expect(value).toBeNaN();
          else worst[name] = Math.max(worst[name], Math.abs(value - oracle) / unit);
        };
        const [atr, rsi, sma] = [
          theirs.atr.update(candle, false),
          theirs.rsi.update(close, false),
          theirs.sma.update(close, false),
        ];
        compare('atr', ours.atr.update(high, low, close), atr);
        // The package calls a stretch without any change 100 or 0; here it is 50.
        const value = ours.rsi.update(close);
        if (value !== 50) compare('rsi', value, rsi, 1);
        compare('sma', ours.sma.update(close), sma);
        const ema = theirs.ema.update(close, false);
        ours.ema.update(close);
        const bands = theirs.bands.update(close, false);
        compare('bands', ours.bands.upper, bands?.upper);
        compare('bands', ours.bands.lower, bands?.lower);
        // Where both sides of an outside bar are equal, Wilder counts neither and the package both: such bars are left out.
        const before = taken.at(-1);
        if (!before || high - before.high !== before.low - low || high <= before.high) {
          taken.push(candle);
          ours.adx.update(high, low, close);
          theirs.adx.update(candle, false);
        }
        const macd = theirs.macd.update(close, false);
        known.atr += Number(atr !== null);
        known.rsi += Number(rsi !== null);
        known.sma += Number(sma !== null);
        known.bands += Number(bands !== null);
        if (i < FADED) continue;
        compare('ema', ours.ema.value, ema);
        compare('adx', ours.adx.value, theirs.adx.getResult(), 1);
        compare('plusDi', ours.adx.plusDi / 100, theirs.adx.pdi ?? NaN, 1);
        compare('minusDi', ours.adx.minusDi / 100, theirs.adx.mdi ?? NaN, 1);
        compare('macd', ours.macd.line, macd?.macd);
        compare('signal', ours.macd.signal, macd?.signal);
      }
      for (const [name, difference] of Object.entries(worst))
        expect([name, difference < 1e-9 ? 0 : difference]).toEqual([name, 0]);
      expect(known).toEqual({ atr: ts.length - 13, rsi: ts.length - 14, sma: ts.length - 19, bands: ts.length - 19 });
      expect(ts.length).toBeGreaterThan(FADED);
    });
  });
});
