import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseSession } from '../domain/session.ts';
import { type ReadResult, readCsv } from './csv.ts';

/** Real market data, kept beside the checkout; each test is skipped by name where its file is absent. */
const FOLDER = new URL('../../../shared/data/', import.meta.url);

interface Listed {
  file: string;
  kind: 'bars' | 'trades' | 'quotes' | 'daily';
  symbol: string;
  columns: string[];
  rows: number;
  from_ts: number;
  to_ts: number;
  sha256_csv: string;
  tick_size_nominal: string;
  session_tz: string;
  interval_ms?: number;
  stamp: string;
  checks: Record<string, unknown>;
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

const SESSIONS: Record<string, string> = {
  eq: 'XNYS',
  ix: 'XNYS',
  fx: 'America/New_York/24h',
  cr: 'UTC/24h',
  tk: 'UTC/24h',
  dy: 'UTC/24h',
};

const bytesOf = (file: string): Uint8Array => new Uint8Array(gunzipSync(readFileSync(new URL(file, FOLDER))));
const read = (file: string): ReadResult => readCsv(bytesOf(file), file.replace(/\.gz$/, ''), {});

/** A file read the plain way, for comparison: every field of every row as a number, and as its text. */
class Plain {
  readonly length: number;
  private readonly names: string[];
  private readonly rows: string[][];

  constructor(bytes: Uint8Array) {
    const [header = '', ...lines] = new TextDecoder().decode(bytes).trimEnd().split('\n');
    this.names = header.split(',');
    this.rows = lines.map((line) => line.split(','));
    this.length = lines.length;
  }

  column(name: string): number[] {
    return this.texts(name).map((text) => (name === 'side' ? (text === 'buy' ? 1 : -1) : Number(text)));
  }

  texts(name: string): string[] {
    const at = this.names.indexOf(name);
    return at < 0 ? [] : this.rows.map((row) => row[at] ?? '');
  }

  /** Rows for which `holds` is true of these columns' values, here and in the row before. */
  count<N extends string>(
    names: readonly N[],
    holds: (row: Record<N, number>, before: Record<N, number> | undefined) => boolean,
  ): number {
    return this.where(names, holds).filter(Boolean).length;
  }

  where<N extends string>(
    names: readonly N[],
    holds: (row: Record<N, number>, before: Record<N, number> | undefined) => boolean,
  ): boolean[] {
    const columns = names.map((name) => this.column(name));
    let before: Record<N, number> | undefined;
    return Array.from({ length: this.length }, (_, i) => {
      const row = Object.fromEntries(names.map((name, at) => [name, columns[at]?.[i] ?? NaN])) as Record<N, number>;
      const found = holds(row, before);
      before = row;
      return found;
    });
  }
}

const OHLC = ['open', 'high', 'low', 'close'] as const;
type Ohlc = Record<(typeof OHLC)[number], number>;
const consistent = ({ open, high, low, close }: Ohlc): boolean =>
  low <= open && open <= high && low <= close && close <= high && low <= high;
const flat = ({ open, high, low, close }: Ohlc): boolean => open === high && high === low && low === close;

/** The bid's prices of a row of bid and ask, and the ask's. */
const BOTH = OHLC.flatMap((name) => [`bid_${name}` as const, `ask_${name}` as const]);
const side = (row: Record<(typeof BOTH)[number], number>, of: 'bid' | 'ask'): Ohlc => ({
  open: row[`${of}_open`],
  high: row[`${of}_high`],
  low: row[`${of}_low`],
  close: row[`${of}_close`],
});

/** The facts of the manifest's `checks`, each computed from the file's text as its name says. */
function factsOf(plain: Plain, { columns, kind }: Listed): Record<string, number> {
  const twoSided = columns.includes('bid_open');
  const facts: Record<string, number> = {
    ts_backwards: plain.count(['ts'], ({ ts }, before) => before !== undefined && ts < before.ts),
    ts_equal_to_previous: plain.count(['ts'], ({ ts }, before) => ts === before?.ts),
  };
  if (kind === 'trades') {
    const ids = plain.texts('id');
    facts.zero_size = plain.count(['size'], ({ size }) => size === 0);
    facts.duplicate_ids = ids.length - new Set(ids).size;
  } else if (kind === 'quotes') {
    const values = columns.filter((name) => /^(bid|ask)/.test(name));
    facts.crossed = plain.count(['bid', 'ask'], ({ bid, ask }) => bid > ask);
    facts.zero_spread = plain.count(['bid', 'ask'], ({ bid, ask }) => bid === ask);
    facts.unchanged_from_previous = plain.count(values, (row, before) => values.every((name) => row[name] === before?.[name]));
  } else if (twoSided) {
    facts.ohlc_inconsistent = plain.count(BOTH, (row) => !consistent(side(row, 'bid')) || !consistent(side(row, 'ask')));
    facts.flat_bars = plain.count(BOTH, (row) => flat(side(row, 'bid')) || flat(side(row, 'ask')));
    facts.crossed_close = plain.count(BOTH, (row) => row.bid_close > row.ask_close);
  } else {
    facts.ohlc_inconsistent = plain.count(OHLC, (row) => !consistent(row));
    facts.flat_bars = plain.count(OHLC, flat);
    if (columns.includes('volume')) facts.zero_volume_bars = plain.count(['volume'], ({ volume }) => volume === 0);
  }
  return facts;
}

/** Which rows are to be taken: those with prices that can be right, whose time is not behind that of a row taken before. */
function takenOf(plain: Plain, { columns }: Listed): boolean[] {
  const right = columns.includes('open') ? plain.where(OHLC, consistent) : undefined;
  let last = -Infinity;
  return plain.column('ts').map((ts, row) => {
    const taken = right?.[row] !== false && ts >= last;
    if (taken) last = ts;
    return taken;
  });
}

/** What was read, by the names that the file gives its columns. */
function columnsOf({ tape }: ReadResult): Record<string, ArrayLike<number>> {
  const { columns } = tape;
  switch (columns.kind) {
    case 'trades':
      return { price: columns.price, size: columns.size, side: columns.side };
    case 'quotes':
      return { bid: columns.bid, ask: columns.ask };
    default: {
      const { open, high, low, close, volume, ask } = columns;
      return ask
        ? {
            ...Object.fromEntries(OHLC.map((name) => [`bid_${name}`, columns[name]])),
            ...Object.fromEntries(OHLC.map((name) => [`ask_${name}`, ask[name]])),
          }
        : { open, high, low, close, volume };
    }
  }
}

const firstDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from({ length: Math.max(a.length, b.length) }).findIndex((_, i) => a[i] !== b[i]);

describe.skipIf(listed.length === 0)('real market data', () => {
  it('is the 33 files of the manifest', () => {
    expect(listed).toHaveLength(33);
  });

  it.each(listed.map((entry) => [entry.file, entry] as const))('reads %s as its manifest describes it', (file, entry) => {
    const bytes = bytesOf(file);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256_csv);
    const { tape, report, intervalMs } = read(file);
    const { instrument, columns } = tape;
    const leftOut = LEFT_OUT[file] ?? [];
    expect(report.counts).toEqual(leftOut);
    expect(report.rows).toBe(entry.rows - leftOut.reduce((sum, { rows }) => sum + rows, 0));
    expect(columns.ts.length).toBe(report.rows);

    const daily = entry.kind === 'daily';
    expect(columns.kind).toBe(daily ? 'bars' : entry.kind);
    expect(instrument.session).toBe(SESSIONS[file.slice(0, 2)]);
    if (!daily) expect(parseSession(instrument.session).zone).toBe(entry.session_tz);
    expect(Number(instrument.tick)).toBe(Number(entry.tick_size_nominal));
    expect(instrument.symbol).toBe(entry.symbol.replace('/', ''));

    if (columns.kind === 'bars') {
      expect(intervalMs).toBe(entry.interval_ms);
      const stamp = UNCLEAR_STAMP.has(file) || daily ? 'open' : entry.stamp;
      expect(tape.stamp).toBe(stamp);
      const shift = stamp === 'close' ? (intervalMs ?? 0) : 0;
      expect([columns.ts[0], columns.ts.at(-1)]).toEqual([entry.from_ts - shift, entry.to_ts - shift]);
    } else
      expect([tape.stamp, intervalMs, columns.ts[0], columns.ts.at(-1)]).toEqual(['event', null, entry.from_ts, entry.to_ts]);
  });

  it.each(listed.map((entry) => [entry.file, entry] as const))('takes every value of %s as the text has it', (file, entry) => {
    const plain = new Plain(bytesOf(file));
    const facts = factsOf(plain, entry);
    for (const [name, fact] of Object.entries(facts)) expect([name, fact]).toEqual([name, entry.checks[name] ?? 0]);
    const result = read(file);
    expect(result.report.counts.find(({ reason }) => reason === 'open or close outside low to high')?.rows ?? 0).toBe(
      facts.ohlc_inconsistent ?? 0,
    );
    const taken = takenOf(plain, entry);
    for (const [name, values] of Object.entries(columnsOf(result))) {
      const expected = entry.columns.includes(name) ? plain.column(name) : taken.map(() => 0);
      expect([
        name,
        firstDifference(
          values,
          expected.filter((_, row) => taken[row]),
        ),
      ]).toEqual([name, -1]);
    }
  });

  it('reports the dirty file of Bitfinex: steps back, rows behind the running time, repeats of the close, and its holes', () => {
    const file = 'cr_BTCUSD-bitfinex_1m_2016-02-09_2016-04-19.csv.gz';
    const entry = listed.find((each) => each.file === file);
    const { report } = read(file);
    expect(report.counts).toEqual([{ reason: 'time goes back', rows: 712 }]);
    expect(report.timeline).toMatchObject({
      newestFirst: false,
      stepsBack: 69,
      duplicates: 0,
      gaps: { longestMs: 30_292 * 60_000, afterTs: Date.UTC(2016, 1, 22, 20, 20) },
    });
    expect(entry?.checks).toMatchObject({
      ts_backwards: 69,
      largest_gaps: expect.arrayContaining(['30292 min after 2016-02-22 20:20:00']),
    });
    // counted the plain way among the rows that are taken
    const plain = new Plain(bytesOf(file));
    const taken = entry ? takenOf(plain, entry) : [];
    const column = (name: string): number[] => plain.column(name).filter((_, row) => taken[row]);
    const [ts, close, volume] = [column('ts'), column('close'), column('volume')];
    const [open, high, low] = [column('open'), column('high'), column('low')];
    const rows = ts.map((_, row) => row).slice(1);
    expect(report.timeline.gaps?.count).toBe(rows.filter((row) => (ts[row] ?? 0) - (ts[row - 1] ?? 0) > 60_000).length);
    const stays = (row: number): boolean => [open, high, low, close].every((prices) => prices[row] === close[row - 1]);
    const repeats = rows.filter((row) => volume[row] === 0 && stays(row)).length;
    expect(repeats).toBeGreaterThan(17_000);
    expect(report.timeline.repeats).toBe(repeats);
  });

  it('leaves out the bars of the VIX that the manifest lists by date, and no other', () => {
    const file = 'dy_VIX_1d_1990_2026.csv.gz';
    const dates = read(file).report.rejected.map(({ text }) => new Date(Number(text.split(',')[0])).toISOString().slice(0, 10));
    expect(dates).toEqual(listed.find((entry) => entry.file === file)?.checks.ohlc_inconsistent_at);
  });

  it('says how many bars of USDJPY have a bid above the ask', () => {
    const { notes, tape } = read('fx_USDJPY_1m_2013-02.csv.gz');
    expect(notes.find((note) => note.includes('above the ask'))).toMatch(
      /^683 bars close with .* 2144 have .* kept as they are\.$/,
    );
    expect(tape.columns.kind === 'bars' && tape.columns.volume.every((volume) => volume === 0)).toBe(true);
  });

  it.each([
    ['tk_BTCUSDT-binance-spot_2024-08-08', '0.00001'],
    ['tk_ETHUSDT-binance-spot_2024-08-08', '0.0001'],
    ['tk_BTCUSDT-binance-perp_2024-08-08', '0.001'],
    ['tk_BTCUSDT-binance-perp_2023-04-04', '0.001'],
  ])('finds the lot of %s alike in its trades and in its quotes', (name, lot) => {
    for (const part of ['trades', 'bbo']) expect(read(`${name}_${part}.csv.gz`).tape.instrument.lot).toBe(lot);
  });
});
