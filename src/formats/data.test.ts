import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseSession } from '../domain/session.ts';
import { FormatError, type ReadResult, readCsv } from './csv.ts';

/** Real market data, kept beside the checkout; each test is skipped by name where its file is absent. */
const FOLDER = new URL('../../../shared/data/', import.meta.url);

interface Listed {
  file: string;
  kind: string;
  columns: string[];
  rows: number;
  from_ts: number;
  to_ts: number;
  sha256_csv: string;
  tick_size_nominal: string;
  session: string;
  session_tz: string;
  interval_ms?: number;
  stamp: string;
}

const listed: Listed[] = existsSync(new URL('manifest.json', FOLDER))
  ? JSON.parse(readFileSync(new URL('manifest.json', FOLDER), 'utf8')).files
  : [];

/** Rows that are left out, where there are any. */
const LEFT_OUT: Record<string, { reason: string; rows: number }[]> = {
  'cr_BTCUSD-bitfinex_1m_2016-02-09_2016-04-19.csv.gz': [{ reason: 'time goes back', rows: 712 }],
  'dy_VIX_1d_1990_2026.csv.gz': [{ reason: 'open or close outside low to high', rows: 47 }],
};

/** Files with 391 rows a day, or with extended hours: bars stand at both ends of the session, so the start is assumed and said. */
const UNCLEAR_STAMP = new Set(['eq_AAPL_1m_2016-04-15_2016-05-13.csv.gz', 'eq_SPY_1m_ext_2011-03.csv.gz']);

const bytesOf = (file: string): Uint8Array => new Uint8Array(gunzipSync(readFileSync(new URL(file, FOLDER))));
const read = (file: string): ReadResult => readCsv(bytesOf(file), file.replace(/\.gz$/, ''), '', {});

const usable = (entry: Listed): boolean => !entry.columns.some((column) => /^(bid|ask)/.test(column));

describe.skipIf(listed.length === 0)('real market data', () => {
  it.each(listed.filter(usable).map((entry) => [entry.file, entry] as const))(
    'reads %s as its manifest describes it',
    (file, entry) => {
      const bytes = bytesOf(file);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256_csv);
      const { tape, report, intervalMs } = read(file);
      const { instrument, columns } = tape;
      const leftOut = LEFT_OUT[file] ?? [];
      expect(report.counts).toEqual(leftOut);
      expect(report.rows).toBe(entry.rows - leftOut.reduce((sum, { rows }) => sum + rows, 0));
      expect(columns.ts.length).toBe(report.rows);

      const daily = file.startsWith('dy_');
      const us = /^(eq|ix)_/.test(file);
      expect(instrument.session).toBe(us ? 'XNYS' : 'UTC/24h');
      if (!daily) {
        expect(parseSession(instrument.session).zone).toBe(entry.session_tz);
        expect(entry.session.startsWith(us ? '09:30-16:00' : '24h')).toBe(true);
      }
      // Daily prices of SPY before decimal quotation were in sixteenths: the finest decimals are finer than the nominal tick.
      expect(Number(instrument.tick)).toBe(file.startsWith('dy_SPY') ? 0.0001 : Number(entry.tick_size_nominal));

      if (columns.kind === 'trades')
        expect([tape.stamp, columns.ts[0], columns.ts.at(-1)]).toEqual(['event', entry.from_ts, entry.to_ts]);
      else {
        expect(intervalMs).toBe(daily ? 86_400_000 : entry.interval_ms);
        const stamp = UNCLEAR_STAMP.has(file) || daily ? 'open' : entry.stamp;
        expect(tape.stamp).toBe(stamp);
        const shift = stamp === 'close' ? (intervalMs ?? 0) : 0;
        expect([columns.ts[0], columns.ts.at(-1)]).toEqual([entry.from_ts - shift, entry.to_ts - shift]);
      }
    },
  );

  it.each(listed.filter((entry) => !usable(entry)).map(({ file }) => [file]))(
    'refuses the quotes of %s and says what is needed',
    (file) => {
      expect(() => read(file)).toThrow(FormatError);
      expect(() => read(file)).toThrow(/quotes are not supported: found the columns ts, bid.*expected bars .* or trades/);
    },
  );

  it('reads prices and sizes exactly as the text has them', () => {
    const file = 'tk_BTCUSDT-binance-spot_2024-08-08_trades.csv.gz';
    const lines = new TextDecoder().decode(bytesOf(file)).trimEnd().split('\n').slice(1);
    const { columns } = read(file).tape;
    if (columns.kind !== 'trades') throw new Error('expected trades');
    expect([...columns.price]).toEqual(lines.map((line) => Number(line.split(',')[1])));
    expect([...columns.size]).toEqual(lines.map((line) => Number(line.split(',')[2])));
    expect([...columns.side]).toEqual(lines.map((line) => (line.split(',')[3] === 'buy' ? 1 : -1)));
  });
});
