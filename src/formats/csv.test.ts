import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BarColumns, QuoteColumns, TradeColumns } from '../domain/tape.ts';
import { FormatError, type ReadOptions, type ReadResult, readCsv } from './csv.ts';

const BARS = 'ts,open,high,low,close,volume';
const TRADES = 'ts,price,size,side,id';
const QUOTES = 'ts,bid,ask';
const BOTH = 'ts,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close';
const T = 1_549_895_460_000;
const MINUTE = 60_000;

const read = (text: string, options: ReadOptions = {}, name = 'x.csv'): ReadResult =>
  readCsv(new TextEncoder().encode(text), name, options);
const bars = (...rows: string[]): ReadResult => read([BARS, ...rows, ''].join('\n'));
const trades = (...rows: string[]): ReadResult => read([TRADES, ...rows, ''].join('\n'));
const quotes = (...rows: string[]): ReadResult => read([QUOTES, ...rows, ''].join('\n'));
const both = (...rows: string[]): ReadResult => read([BOTH, ...rows, ''].join('\n'));
const barColumns = (result: ReadResult): BarColumns => {
  if (result.tape.columns.kind !== 'bars') throw new Error('expected bars');
  return result.tape.columns;
};
const tradeColumns = (result: ReadResult): TradeColumns => {
  if (result.tape.columns.kind !== 'trades') throw new Error('expected trades');
  return result.tape.columns;
};
const quoteColumns = (result: ReadResult): QuoteColumns => {
  if (result.tape.columns.kind !== 'quotes') throw new Error('expected quotes');
  return result.tape.columns;
};
const bar = (minute: number, rest = '10,12,9,11,100'): string => `${T + minute * MINUTE},${rest}`;

/** What came of reading, or undefined where the file cannot be used; any other error is thrown on. */
const safely = (bytes: Uint8Array): ReadResult | undefined => {
  try {
    return readCsv(bytes, 'eq_FUZZ_1m_x.csv', {});
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
};

/** The columns of prices, those of the ask included. */
const pricesOf = ({ tape: { columns } }: ReadResult): Float64Array[] => {
  if (columns.kind === 'trades') return [columns.price];
  if (columns.kind === 'quotes') return [columns.bid, columns.ask];
  return [columns, ...(columns.ask ? [columns.ask] : [])].flatMap(({ open, high, low, close }) => [open, high, low, close]);
};

/** Fails where a column is not finite, not ordered, not above 0 or not as long as the others, or a bid is above its ask. */
const sound = (result: ReadResult): void => {
  const { columns } = result.tape;
  const { ts } = columns;
  expect(ts.length).toBe(result.report.rows);
  for (const column of Object.values(columns))
    if (column instanceof Float64Array)
      for (const value of column) if (!Number.isFinite(value)) throw new Error(`found ${value}`);
  for (let row = 1; row < ts.length; row += 1) if ((ts[row] ?? NaN) < (ts[row - 1] ?? NaN)) throw new Error('time goes back');
  for (const prices of pricesOf(result)) {
    expect(prices.length).toBe(ts.length);
    for (const value of prices) if (!(value > 0 && value < Infinity)) throw new Error(`found ${value}`);
  }
  if (columns.kind === 'quotes')
    for (let row = 0; row < ts.length; row += 1)
      if (!((columns.bid[row] ?? NaN) <= (columns.ask[row] ?? NaN))) throw new Error('bid above ask');
};

/** The report on three lines of data of which the second was left out. */
const secondLeftOut = (bad: string, counted: string, reason: string): Omit<ReadResult['report'], 'timeline'> => ({
  rows: 2,
  rejectedRows: 1,
  counts: [{ reason: counted, rows: 1 }],
  rejected: [{ line: 3, reason, text: bad }],
});

describe('readCsv', () => {
  it('reads bars into columns', () => {
    const result = bars(bar(0, '10.5,12,9.25,11,100'), bar(1));
    const columns = barColumns(result);
    expect([...columns.ts]).toEqual([T, T + MINUTE]);
    expect([...columns.open, ...columns.high, ...columns.low, ...columns.close]).toEqual([10.5, 10, 12, 12, 9.25, 9, 11, 11]);
    expect([...columns.volume]).toEqual([100, 100]);
    expect(result.tape).toMatchObject({ stamp: 'open', synthetic: false });
    expect(result.report).toMatchObject({ rows: 2, rejectedRows: 0, counts: [], rejected: [] });
  });

  it('reads trades into columns, with the aggressor as 1, -1 or 0', () => {
    const result = trades(`${T},10.1,0.5,buy,1`, `${T},10.2,1,SELL,2`, `${T},10.2,1,,3`);
    const columns = tradeColumns(result);
    expect([...columns.price]).toEqual([10.1, 10.2, 10.2]);
    expect([...columns.size]).toEqual([0.5, 1, 1]);
    expect([...columns.side]).toEqual([1, -1, 0]);
    expect([result.tape.stamp, result.intervalMs]).toEqual(['event', null]);
    expect(read(`${TRADES}\n${T},1,1,buy,1`, { intervalMs: 1_000 }).intervalMs).toBe(1_000);
  });

  it('finds columns by name in any order and case, and leaves further ones alone', () => {
    const result = read(`Close,note,LOW,High,open,ts\n11,hello,9,12,10,${T}\n`);
    const { open, high, low, close, volume } = barColumns(result);
    expect([open[0], high[0], low[0], close[0], volume[0]]).toEqual([10, 12, 9, 11, 0]);
  });

  it('takes a byte order mark, CRLF, blank lines at the end and a last line without its end', () => {
    const variants = [`\ufeff${BARS}\r\n${bar(0)}\r\n${bar(1)}`, `${BARS}\n${bar(0)}\n${bar(1)}\n\n\r\n\n`];
    for (const variant of variants) expect(read(variant).report).toMatchObject({ rows: 2, rejectedRows: 0 });
  });

  it.each([
    ['10,12,9,11', 'wrong number of fields', '5 fields: expected 6'],
    ['10,12,9,11,100,7', 'wrong number of fields', '7 fields: expected 6'],
    ['10,12,9,abc,100', 'price is not a decimal above 0', "price 'abc' in column close: expected a decimal above 0"],
    ['0,12,9,11,100', 'price is not a decimal above 0', "price '0' in column open: expected a decimal above 0"],
    ['10,12,-9,11,100', 'price is not a decimal above 0', "price '-9' in column low: expected a decimal above 0"],
    ['10,NaN,9,11,100', 'price is not a decimal above 0', "price 'NaN' in column high: expected a decimal above 0"],
    ['10,Infinity,9,11,100', 'price is not a decimal above 0', "price 'Infinity' in column high: expected a decimal above 0"],
    ['10,1e308,9,11,100', 'price is not a decimal above 0', "price '1e308' in column high: expected a decimal above 0"],
    ['10,,9,11,100', 'price is not a decimal above 0', "price '' in column high: expected a decimal above 0"],
    [
      '10.0000000000000001,12,9,11,100',
      'price with more than 15 significant digits',
      "price '10.0000000000000001' in column open: 18 significant digits, expected at most 15",
    ],
    ['10,9,12,11,100', 'high below low', 'high 9 below low 12'],
    ['13,12,9,11,100', 'open or close outside low to high', 'open 13 outside low 9 to high 12'],
    ['10,12,9,8.5,100', 'open or close outside low to high', 'close 8.5 outside low 9 to high 12'],
    ['10,12,9,11,-1', 'volume is not a decimal of at least 0', "volume '-1': expected a decimal of at least 0"],
    ['10,12,9,11,many', 'volume is not a decimal of at least 0', "volume 'many': expected a decimal of at least 0"],
  ])('leaves out a bar with %s: %s', (rest, counted, reason) => {
    const bad = bar(1, rest);
    const result = bars(bar(0), bad, bar(2));
    expect(result.report).toMatchObject(secondLeftOut(bad, counted, reason));
    expect([...barColumns(result).ts]).toEqual([T, T + 2 * MINUTE]);
  });

  it.each(['-60000', '1549895460000.5', '2019-02-11', '', '4133980800000', 'NaN'])(
    'leaves out a row whose time is "%s"',
    (ts) => {
      const { report } = bars(bar(0), `${ts},10,12,9,11,100`);
      expect(report.counts).toEqual([{ reason: 'time is not milliseconds of the years 1970 to 2100', rows: 1 }]);
      expect(report.rejected[0]?.reason).toBe(`time '${ts}' in column ts: expected whole milliseconds of the years 1970 to 2100`);
    },
  );

  it('leaves out rows that go back behind the last row taken, however many', () => {
    const result = bars(bar(5), bar(3), bar(4), bar(6));
    expect([...barColumns(result).ts]).toEqual([T + 5 * MINUTE, T + 6 * MINUTE]);
    expect(result.report.counts).toEqual([{ reason: 'time goes back', rows: 2 }]);
    expect(result.report.rejected.map(({ line }) => line)).toEqual([3, 4]);
    expect(result.report.rejected[0]?.reason).toBe(`time goes back: ${T + 3 * MINUTE} is 120000 ms before the last row taken`);
  });

  it('does not let a row that is left out move the running time', () => {
    const result = bars(bar(0), bar(9, '10,9,12,11,100'), bar(1));
    expect([...barColumns(result).ts]).toEqual([T, T + MINUTE]);
  });

  it('[F1] leaves out a second bar of the same time, and takes a trade of the same time under another id', () => {
    expect(bars(bar(0), bar(0, '10,12,9,11,200')).report.counts).toEqual([{ reason: 'duplicate', rows: 1 }]);
    const result = trades(`${T},10,1,buy,1`, `${T},10,1,buy,2`, `${T},10,1,buy,1`, `${T + 5},10,1,buy,2`);
    expect(result.report).toMatchObject({ rows: 2, rejectedRows: 2, counts: [{ reason: 'duplicate', rows: 2 }] });
    expect(result.report.rejected[0]?.reason).toBe('duplicate: a trade with the id 1 was taken already');
  });

  it.each([
    ['0,buy,1', 'size is not a decimal above 0', "size '0': expected a decimal above 0"],
    ['x,buy,1', 'size is not a decimal above 0', "size 'x': expected a decimal above 0"],
    ['1,maybe,1', 'side is neither buy nor sell', "side 'maybe': expected buy, sell or nothing"],
  ])('leaves out a trade with %s: %s', (rest, counted, reason) => {
    const { report } = trades(`${T},10,1,sell,0`, `${T},10,${rest}`);
    expect(report.counts).toEqual([{ reason: counted, rows: 1 }]);
    expect(report.rejected[0]).toMatchObject({ line: 3, reason });
  });

  it('takes every trade where there is no column id, and says that duplicates cannot be told', () => {
    const result = read(`ts,price,size\n${T},10,1\n${T},10,1\n`);
    expect(result.report.rows).toBe(2);
    expect(result.notes).toContain('Duplicates cannot be told: the file has no column id.');
  });

  it('takes volumes of more than 15 digits as the nearest double', () => {
    expect(barColumns(bars(bar(0, '10,12,9,11,0.30000000000000004'))).volume[0]).toBe(0.30000000000000004);
  });

  it('counts a blank line between rows as a bad row', () => {
    const { report } = read(`${BARS}\n${bar(0)}\n\n${bar(1)}\n`);
    expect(report.rejected).toEqual([{ line: 3, reason: 'blank line: expected 6 fields', text: '' }]);
  });

  it('counts every bad row and lists the first thousand, each cut at 120 characters', () => {
    const long = bar(1, `abc${'é'.repeat(300)},12,9,11,100`);
    const { report } = bars(bar(0), ...Array.from({ length: 1_500 }, () => long));
    expect([report.rejectedRows, report.rejected.length]).toEqual([1_500, 1_000]);
    expect(report.counts).toEqual([{ reason: 'price is not a decimal above 0', rows: 1_500 }]);
    expect(report.rejected[999]).toMatchObject({ line: 1_002, text: long.slice(0, 120) });
  });
});

describe('quotes', () => {
  it('are read into columns of bid and ask, found by name in any order, and other columns are left alone', () => {
    const result = read(`ask,update_id,BID,ask_size,ts,bid_size\n10.2,x,10.1,y,${T},-1\n10.25,x,10.15,y,${T + 7},-1\n`);
    const { ts, bid, ask } = quoteColumns(result);
    expect([...ts, ...bid, ...ask]).toEqual([T, T + 7, 10.1, 10.15, 10.2, 10.25]);
    expect(result.report).toMatchObject({ rows: 2, rejectedRows: 0, counts: [], rejected: [] });
    expect([result.tape.stamp, result.intervalMs]).toEqual(['event', null]);
    expect(read(`${QUOTES}\n${T},1,2`, { intervalMs: 5_000 }).intervalMs).toBe(5_000);
  });

  it('are kept where bid and ask are equal, where a quote repeats the one before, and where several have one time', () => {
    const same = `${T},10,10`;
    const result = quotes(same, same, `${T},10,10.1`, `${T + 1},10,10.1`);
    expect(result.report).toMatchObject({ rows: 4, rejectedRows: 0 });
    expect([...quoteColumns(result).ts]).toEqual([T, T, T, T + 1]);
  });

  it('are left out where the bid is above the ask, counted and listed as crossed', () => {
    const result = quotes(`${T},10,10.1`, `${T + 1},10.2,10.1`, `${T + 2},10.05,10.1`);
    expect(result.report).toMatchObject(
      secondLeftOut(`${T + 1},10.2,10.1`, 'crossed: bid above ask', 'crossed: bid 10.2 above ask 10.1'),
    );
    expect([...quoteColumns(result).bid]).toEqual([10, 10.05]);
  });

  it('are left out where time goes back, and a crossed quote does not move the running time', () => {
    const { report } = quotes(`${T + 5},10,11`, `${T + 9},12,11`, `${T + 6},10,11`, `${T + 4},10,11`);
    expect(report.counts).toEqual([
      { reason: 'crossed: bid above ask', rows: 1 },
      { reason: 'time goes back', rows: 1 },
    ]);
    expect(report.rejected[1]).toMatchObject({ line: 5, reason: `time goes back: ${T + 4} is 2 ms before the last row taken` });
  });

  it.each([
    ['NaN,11', "price 'NaN' in column bid: expected a decimal above 0"],
    ['10,NaN', "price 'NaN' in column ask: expected a decimal above 0"],
    ['Infinity,11', "price 'Infinity' in column bid: expected a decimal above 0"],
    ['10,Infinity', "price 'Infinity' in column ask: expected a decimal above 0"],
    ['-Infinity,11', "price '-Infinity' in column bid: expected a decimal above 0"],
    ['0,11', "price '0' in column bid: expected a decimal above 0"],
    ['10,0.00', "price '0.00' in column ask: expected a decimal above 0"],
    ['-10,11', "price '-10' in column bid: expected a decimal above 0"],
    ['-10,-9', "price '-10' in column bid: expected a decimal above 0"],
    ['10,-11', "price '-11' in column ask: expected a decimal above 0"],
    ['1e308,1e308', "price '1e308' in column bid: expected a decimal above 0"],
    ['10,1e308', "price '1e308' in column ask: expected a decimal above 0"],
    ['1e-308,11', "price '1e-308' in column bid: expected a decimal above 0"],
    ['ten,11', "price 'ten' in column bid: expected a decimal above 0"],
    ['10,11x', "price '11x' in column ask: expected a decimal above 0"],
    [',11', "price '' in column bid: expected a decimal above 0"],
    ['10,', "price '' in column ask: expected a decimal above 0"],
  ])('[F9] are left out with row and field where they are %s', (rest, reason) => {
    const bad = `${T + 1},${rest}`;
    const result = quotes(`${T},10,11`, bad, `${T + 2},10,11`);
    expect(result.report).toMatchObject(secondLeftOut(bad, 'price is not a decimal above 0', reason));
    sound(result);
  });

  it.each([
    ['NaN,10,11', 'time is not milliseconds of the years 1970 to 2100', "time 'NaN' in column ts"],
    ['1e308,10,11', 'time is not milliseconds of the years 1970 to 2100', "time '1e308' in column ts"],
    [`${T},10.0000000000000001,11`, 'price with more than 15 significant digits', 'in column bid: 18 significant digits'],
    [`${T},10`, 'wrong number of fields', '2 fields: expected 3'],
  ])('[F9] are left out where the row is %s', (row, counted, reason) => {
    const { report } = quotes(`${T},10,11`, row);
    expect(report.counts).toEqual([{ reason: counted, rows: 1 }]);
    expect(report.rejected[0]?.reason).toContain(reason);
  });
});

describe('bars of bid and ask', () => {
  const good = '10,12,9,11,10.1,12.1,9.1,11.1';

  it("are read into the bid's columns with the ask's beside them, and have no volume", () => {
    const result = both(`${T},${good}`, `${T + MINUTE},10,12,9,11,10,12,9,11`);
    const { ts, open, high, low, close, volume, ask } = barColumns(result);
    expect([ts, open, high, low, close, volume].map((column) => Array.from(column))).toEqual([
      [T, T + MINUTE],
      [10, 10],
      [12, 12],
      [9, 9],
      [11, 11],
      [0, 0],
    ]);
    expect([ask?.open, ask?.high, ask?.low, ask?.close].map((column) => Array.from(column ?? []))).toEqual([
      [10.1, 10],
      [12.1, 12],
      [9.1, 9],
      [11.1, 11],
    ]);
    expect(result.notes).toContain('Bars of bid and ask: the bars shown are those of the bid.');
    expect(result.notes.join()).not.toContain('above the ask');
  });

  it('carry their starts on both sides where the source stamps their ends', () => {
    const { tape } = read(`${BOTH}\n${T},${good}\n${T + MINUTE},${good}`, { stamp: 'close' });
    expect(tape.columns).toMatchObject({ kind: 'bars', intervalMs: MINUTE, ask: { open: Float64Array.of(10.1, 10.1) } });
    expect([...tape.columns.ts]).toEqual([T - MINUTE, T]);
  });

  it.each([
    ['10,8,9,11,10,12,9,11', 'high below low', 'bid_high 8 below bid_low 9'],
    ['10,12,9,11,10,8,9,11', 'high below low', 'ask_high 8 below ask_low 9'],
    ['13,12,9,11,10,12,9,11', 'open or close outside low to high', 'bid_open 13 outside bid_low 9 to bid_high 12'],
    ['10,12,9,11,10,12,9,8', 'open or close outside low to high', 'ask_close 8 outside ask_low 9 to ask_high 12'],
    ['10,NaN,9,11,10,12,9,11', 'price is not a decimal above 0', "price 'NaN' in column bid_high: expected a decimal above 0"],
    ['10,12,9,11,10,12,0,11', 'price is not a decimal above 0', "price '0' in column ask_low: expected a decimal above 0"],
    ['10,12,9,11,-1,12,9,11', 'price is not a decimal above 0', "price '-1' in column ask_open: expected a decimal above 0"],
    [
      '10,12,9,11,10,1e308,9,11',
      'price is not a decimal above 0',
      "price '1e308' in column ask_high: expected a decimal above 0",
    ],
    ['10,12,9,11,10,12,9,x', 'price is not a decimal above 0', "price 'x' in column ask_close: expected a decimal above 0"],
  ])('[F9] are left out with row and field where they are %s', (rest, counted, reason) => {
    const bad = `${T + MINUTE},${rest}`;
    const result = both(`${T},${good}`, bad, `${T + 2 * MINUTE},${good}`);
    expect(result.report).toMatchObject(secondLeftOut(bad, counted, reason));
    sound(result);
  });

  it('are kept as they are where a bid is above its ask, and how many is said', () => {
    const result = both(
      `${T},${good}`,
      `${T + MINUTE},10,12,9,11,10,12,9,10.9`,
      `${T + 2 * MINUTE},10,12,9,11,10,11.9,9,11`,
      `${T + 3 * MINUTE},10,12,9,11,10,12,9,11`,
    );
    expect(result.report).toMatchObject({ rows: 4, rejectedRows: 0 });
    expect(barColumns(result).close[1]).toBe(11);
    expect(barColumns(result).ask?.close[1]).toBe(10.9);
    expect(result.notes).toContain(
      '1 bars close with the bid above the ask, and 2 have a bid above the ask somewhere: the two sides were sampled apart, and the bars are kept as they are.',
    );
  });
});

describe('a file whose columns fit several kinds', () => {
  it.each([
    [`${TRADES},bid,ask`, `${T},10,1,buy,1,9,11`, 'trades'],
    [`${BARS},bid,ask`, `${T},10,12,9,11,100,9,11`, 'bars'],
    [`${BOTH},bid,ask`, `${T},10,12,9,11,10,12,9,11,9,11`, 'bars'],
  ])('with the columns %s is read as what comes first: bars, trades, quotes', (header, row, kind) => {
    expect(read(`${header}\n${row}\n`).tape.columns.kind).toBe(kind);
  });
});

describe('FormatError', () => {
  it.each([
    ['', 'x.csv: the file is empty; expected a header line and rows'],
    ['\n\n', 'x.csv: the file is empty; expected a header line and rows'],
    [BARS, 'x.csv: no rows after the header; expected at least one'],
    [`${bar(0)}\n`, 'x.csv, line 1: no header: found'],
    ['ts,open,open,high,low,close', 'x.csv, line 1: column "open" stands twice'],
    ['date;open;high\n1;2;3', 'x.csv, line 1: found the columns date, open, high; expected bars (ts, open, high, low, close'],
    [
      `${BARS}\n${T},a,2,1,1,1\n1\n`,
      "x.csv, line 2: price 'a' in column open: expected a decimal above 0; none of the 2 rows can be used",
    ],
    ['ts,bid\n1,2', 'x.csv, line 1: found the columns ts, bid; expected bars'],
    ['ts,bid_open,ask_open\n1,2,3', 'or bars of bid and ask (ts, bid_open, bid_high, bid_low, bid_close, ask_open, ask_high'],
    ['ts,last\n1,2', 'or trades (ts, price, size and optionally side, id) or bars of bid and ask'],
    ['ts,last\n1,2', 'or quotes (ts, bid, ask)'],
    [`${QUOTES}\n${T},3,2\n`, 'x.csv, line 2: crossed: bid 3 above ask 2; none of the 1 rows can be used'],
    ['PK\u0003\u0004rest', 'x.csv: a zip archive; expected CSV text'],
    ['ab\u0000cd', 'x.csv: binary data: found "ab'],
  ])('tells what is wrong with the file %j', (text, message) => {
    expect(() => read(text)).toThrow(FormatError);
    expect(() => read(text)).toThrow(message);
  });

  it('refuses hundreds of columns', () => {
    expect(() => read(`${'a,'.repeat(300)}b`)).toThrow('x.csv, line 1: 301 columns; expected at most 256');
  });

  it('knows gzip that was not unpacked', () => {
    expect(() => readCsv(Uint8Array.of(0x1f, 0x8b, 8, 0), 'x.csv.gz', {})).toThrow('x.csv.gz: gzip data, not unpacked');
  });

  it.each<[ReadOptions, string]>([
    [{ intervalMs: 0 }, 'interval 0 ms: expected whole milliseconds above 0'],
    [{ instrument: { tick: '-1' } }, 'the instrument cannot be used: tick "-1": expected a decimal above 0'],
    [{ instrument: { session: 'Nowhere/24h' } }, 'unknown time zone "Nowhere"'],
    [{ instrument: { multiplier: '0' } }, 'multiplier "0": expected a decimal above 0'],
    [{ instrument: { minNotional: 'x' } }, 'minimum notional "x": expected a decimal of at least 0'],
  ])('refuses the option %j', (options, message) => {
    expect(() => read(`${BARS}\n${bar(0)}`, options)).toThrow(FormatError);
    expect(() => read(`${BARS}\n${bar(0)}`, options)).toThrow(message);
  });
});

describe('readCsv on random input', () => {
  it('throws nothing but FormatError for random bytes', () => {
    const bytes = fc.tuple(
      fc.constantFrom(
        '',
        `${BARS}\n`,
        `${TRADES}\n`,
        `${QUOTES}\n`,
        `${BOTH}\n`,
        '\ufeff',
        'time,open,high,low,close\n2024-01-02T',
        '<DATE>\t<TIME>\t<BID>\t<ASK>\t<LAST>\t<VOLUME>\t<FLAGS>\n2024.01.02\t10:00:00\t1\t',
        'ts_event,rtype,open,high,low,close,symbol\n1704067200000000000,33,',
        '20240102 093000;1;1;1;1;',
        't,p,s,i,x\n"',
      ),
      fc.uint8Array({ maxLength: 300 }),
    );
    let refused = 0;
    fc.assert(
      fc.property(bytes, ([head, tail]) => {
        const result = safely(Uint8Array.of(...new TextEncoder().encode(head), ...tail));
        if (result) sound(result);
        else refused += 1;
      }),
      { seed: 2, numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(1_500);
  });

  it('yields finite, ordered columns whatever the rows hold, and accounts for every row', () => {
    const wild = fc.constantFrom(
      '',
      '0',
      '-1',
      '1e308',
      'NaN',
      '1e-30',
      '99999999999999999999',
      '"7"',
      'abc',
      ' 8 ',
      '+.5',
      '1e22',
    );
    const price = fc.oneof({ weight: 12, arbitrary: fc.constantFrom('9', '9.5', '10', '10.25') }, { weight: 1, arbitrary: wild });
    const high = fc.oneof({ weight: 12, arbitrary: fc.constantFrom('10.25', '11') }, { weight: 1, arbitrary: wild });
    const low = fc.oneof({ weight: 12, arbitrary: fc.constantFrom('9', '8.5') }, { weight: 1, arbitrary: wild });
    const side = fc.constantFrom('buy', 'sell', '', 'B', '?');
    const step = fc.oneof({ weight: 12, arbitrary: fc.integer({ min: -1, max: 3 }).map(String) }, { weight: 1, arbitrary: wild });
    const barLine = fc.tuple(step, price, high, low, price, price);
    const quoteLine = fc.tuple(step, price, high);
    const bothLine = fc.tuple(step, price, high, low, price, price, high, low, price);
    const tradeLine = fc.tuple(step, price, price, side, fc.oneof(price, fc.nat().map(String)));
    const file = fc
      .oneof(
        fc.tuple(
          fc.constant(BARS),
          fc.array(fc.oneof({ weight: 9, arbitrary: barLine }, tradeLine), { minLength: 1, maxLength: 30 }),
        ),
        fc.tuple(
          fc.constant(TRADES),
          fc.array(fc.oneof({ weight: 9, arbitrary: tradeLine }, barLine), { minLength: 1, maxLength: 30 }),
        ),
        fc.tuple(
          fc.constant(QUOTES),
          fc.array(fc.oneof({ weight: 9, arbitrary: quoteLine }, barLine), { minLength: 1, maxLength: 30 }),
        ),
        fc.tuple(
          fc.constant(BOTH),
          fc.array(fc.oneof({ weight: 9, arbitrary: bothLine }, quoteLine), { minLength: 1, maxLength: 30 }),
        ),
      )
      .map(([header, rows]) => {
        let ts = T;
        const lines = rows.map((fields) => {
          const [moved] = fields;
          const whole = /^-?\d$/.test(moved);
          if (whole) ts += Number(moved) * 1_000;
          return [whole ? ts : moved, fields.slice(1)].join(',');
        });
        return lines.toSpliced(0, 0, header);
      });
    let taken = 0;
    fc.assert(
      fc.property(file, (lines) => {
        const result = safely(new TextEncoder().encode(lines.join('\n')));
        if (!result) return;
        sound(result);
        taken += result.report.rows;
        expect(result.report.rows + result.report.rejectedRows).toBe(lines.length - 1);
        expect(result.report.counts.reduce((sum, { rows }) => sum + rows, 0)).toBe(result.report.rejectedRows);
      }),
      { seed: 3, numRuns: 1_000 },
    );
    expect(taken).toBeGreaterThan(2_000);
  });
});
