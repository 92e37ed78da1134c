import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { sessionOf, ZoneClock } from '../domain/session.ts';
import type { BarColumns, Columns, TradeColumns } from '../domain/tape.ts';
import { openBundled, openFile } from '../feeds/open.ts';
import type { OpenedFile } from '../formats/csv.ts';
import { Adx } from '../indicators/adx.ts';
import { Atr } from '../indicators/atr.ts';
import { Bollinger } from '../indicators/bollinger.ts';
import { Ema } from '../indicators/ema.ts';
import { Macd } from '../indicators/macd.ts';
import { Rsi } from '../indicators/rsi.ts';
import { Sma } from '../indicators/sma.ts';
import { Vwap } from '../indicators/vwap.ts';
import { blobOf, UsageError } from './files.ts';
import { FILE_OPTIONS, readOptions } from './options.ts';

/** A bar is read and forgotten: one object holds them all, one after the other. */
interface Bar {
  ts: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** An indicator as columns: their names, and the cells of each further bar, a comma before each. */
interface Study {
  names: string[];
  cells: (bar: Bar) => string;
}

const MINUTE = 60_000;
const MOST_LENGTH = 10_000;
/** Text is handed on in pieces of about this many characters. */
const PIECE = 65_536;

const STUDIES = {
  atr: (value: string): Study => {
    const atr = new Atr(lengthOf('atr', value));
    return { names: [`atr${atr.length}`], cells: ({ high, low, close }) => cell(atr.update(high, low, close)) };
  },
  rsi: (value: string): Study => {
    const rsi = new Rsi(lengthOf('rsi', value));
    return { names: [`rsi${rsi.length}`], cells: ({ close }) => cell(rsi.update(close)) };
  },
  macd: (value: string): Study => {
    const [fast, slow, smoothing] = macdLengths(value);
    const macd = new Macd(fast, slow, smoothing);
    return {
      names: ['macd', 'macdSignal', 'macdHistogram'].map((name) => `${name}${fast}_${slow}_${smoothing}`),
      cells: ({ close }) => cell(macd.update(close)) + cell(macd.signal) + cell(macd.histogram),
    };
  },
  ema: (value: string): Study => {
    const ema = new Ema(lengthOf('ema', value));
    return { names: [`ema${ema.length}`], cells: ({ close }) => cell(ema.update(close)) };
  },
  sma: (value: string): Study => {
    const sma = new Sma(lengthOf('sma', value));
    return { names: [`sma${sma.length}`], cells: ({ close }) => cell(sma.update(close)) };
  },
  adx: (value: string): Study => {
    const adx = new Adx(lengthOf('adx', value));
    return {
      names: ['adx', 'plusDi', 'minusDi'].map((name) => `${name}${adx.length}`),
      cells: ({ high, low, close }) => cell(adx.update(high, low, close)) + cell(adx.plusDi) + cell(adx.minusDi),
    };
  },
  bbands: (value: string): Study => {
    const [length, width] = bandsOf(value);
    const bands = new Bollinger(length, width);
    return {
      names: ['bbandsMiddle', 'bbandsUpper', 'bbandsLower'].map((name) => `${name}${length}_${width}`),
      cells: ({ close }) => cell(bands.update(close)) + cell(bands.upper) + cell(bands.lower),
    };
  },
} as const;

function vwapStudy(instrument: InstrumentSpec): Study {
  const vwap = new Vwap();
  const clock = new ZoneClock(sessionOf(instrument));
  return {
    names: ['vwap'],
    cells: ({ ts, high, low, close, volume }) => cell(vwap.update(high, low, close, volume, clock.day(ts).start)),
  };
}

const isStudy = (name: string): name is keyof typeof STUDIES => Object.hasOwn(STUDIES, name);

/** A number as the shortest text that reads back as the same double; nothing while it is unknown. */
const cell = (value: number): string => (Number.isNaN(value) ? ',' : `,${value}`);

/** A whole number of bars; undefined where the text is none that can be used. */
function bars(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) && Number(text) <= MOST_LENGTH ? Number(text) : undefined;
}

function lengthOf(option: string, value: string): number {
  const length = bars(value);
  if (length === undefined)
    throw new UsageError(`--${option} ${value}: expected whole bars from 1 to ${MOST_LENGTH}, such as 14`);
  return length;
}

function macdLengths(value: string): [number, number, number] {
  const [fast, slow, smoothing, ...more] = value.split(',').map(bars);
  if (fast === undefined || slow === undefined || smoothing === undefined || more.length > 0 || fast >= slow)
    throw new UsageError(
      `--macd ${value}: expected FAST,SLOW,SIGNAL in whole bars from 1 to ${MOST_LENGTH}, fast below slow, such as 12,26,9`,
    );
  return [fast, slow, smoothing];
}

function bandsOf(value: string): [number, number] {
  const [first, second = '', ...more] = value.split(',');
  const length = bars(first);
  const width = /^\d{1,6}(\.\d{1,6})?$/.test(second) ? Number(second) : 0;
  if (length === undefined || width === 0 || more.length > 0)
    throw new UsageError(
      `--bbands ${value}: expected LENGTH,WIDTH: whole bars from 1 to ${MOST_LENGTH} and standard deviations above 0, such as 20,2`,
    );
  return [length, width];
}

function pricesOf(columns: Columns, path: string): BarColumns | TradeColumns {
  if (columns.kind === 'quotes') throw new UsageError(`${path}: quotes; expected bars or trades, whose prices were traded`);
  return columns;
}

/** The bars of a file, or those that its trades make; an interval without a trade has none, and the last bar goes as far as the file. */
function* barsOf(columns: BarColumns | TradeColumns, intervalMs: number): Generator<Bar> {
  const bar: Bar = { ts: NaN, open: NaN, high: NaN, low: NaN, close: NaN, volume: 0 };
  const { ts } = columns;
  if (columns.kind === 'bars') {
    const { open, high, low, close, volume } = columns;
    for (let row = 0; row < ts.length; row += 1) {
      bar.ts = ts[row] ?? NaN;
      bar.open = open[row] ?? NaN;
      bar.high = high[row] ?? NaN;
      bar.low = low[row] ?? NaN;
      bar.close = close[row] ?? NaN;
      bar.volume = volume[row] ?? NaN;
      yield bar;
    }
    return;
  }
  const { price, size } = columns;
  for (let row = 0; row < ts.length; row += 1) {
    const print = price[row] ?? NaN;
    const start = Math.floor((ts[row] ?? NaN) / intervalMs) * intervalMs;
    if (start !== bar.ts) {
      if (row > 0) yield bar;
      bar.ts = start;
      bar.open = print;
      bar.high = print;
      bar.low = print;
      bar.volume = 0;
    }
    if (print > bar.high) bar.high = print;
    if (print < bar.low) bar.low = print;
    bar.close = print;
    bar.volume += size[row] ?? NaN;
  }
  if (ts.length > 0) yield bar;
}

/** The CSV in pieces of many lines. */
function* csvOf(rows: Iterable<Bar>, studies: readonly Study[]): Generator<string> {
  let text = `${['ts', 'open', 'high', 'low', 'close', 'volume', ...studies.flatMap(({ names }) => names)].join(',')}\n`;
  for (const bar of rows) {
    text += `${bar.ts},${bar.open},${bar.high},${bar.low},${bar.close},${bar.volume}`;
    for (const { cells } of studies) text += cells(bar);
    text += '\n';
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Prints a file's bars with indicators as CSV; what the reader found goes to `notes`. */
export async function indicators(
  args: string[],
  out: Writable = process.stdout,
  notes: Writable = process.stderr,
): Promise<void> {
  const lengths = { type: 'string', multiple: true } as const;
  const { values, positionals, tokens } = parseArgs({
    args,
    options: {
      ...FILE_OPTIONS,
      atr: lengths,
      rsi: lengths,
      macd: lengths,
      ema: lengths,
      sma: lengths,
      adx: lengths,
      bbands: lengths,
      vwap: { type: 'boolean', multiple: true },
    },
    allowPositionals: true,
    tokens: true,
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('indicators: expected one FILE');
  // In the order in which they were asked for, each checked before the file is read; the VWAP's session is known only afterwards.
  const asked: ((instrument: InstrumentSpec) => Study)[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, value } = token;
    if (name === 'vwap') asked.push(vwapStudy);
    else if (isStudy(name)) {
      const study = STUDIES[name](value ?? '');
      asked.push(() => study);
    }
  }
  const options = await readOptions(values);
  const source = path === 'bundled' ? await openBundled() : await openFile(await blobOf(path), options);
  const columns = pricesOf(source.tape.columns, path);
  const studies = asked.map((study) => study(source.tape.instrument));
  const names = studies.flatMap((study) => study.names);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`${twice}: asked for twice; expected each indicator once`);
  const intervalMs = options.intervalMs ?? source.intervalMs ?? MINUTE;
  notes.write(describe(source, path, intervalMs));
  await pipeline(Readable.from(csvOf(barsOf(columns, intervalMs), studies)), out, { end: false });
}

function describe({ tape, report, notes }: OpenedFile, path: string, intervalMs: number): string {
  const { symbol, session } = tape.instrument;
  const lines = [
    `${path}: ${report.rows} rows of ${tape.columns.kind}${tape.synthetic ? ' (synthetic)' : ''}, ${report.rejectedRows} left out`,
    ...report.counts.map(({ reason, rows }) => `  left out: ${rows} × ${reason}`),
    `instrument ${symbol}, session ${session}, stamp ${tape.stamp}, bars of ${intervalMs} ms; ts is a bar's start`,
    ...notes.map((note) => `  ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}
