import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { BERLIN } from '../domain/testing.ts';
import { Adx } from '../indicators/adx.ts';
import { Bollinger } from '../indicators/bollinger.ts';
import { Macd } from '../indicators/macd.ts';
import { Rsi } from '../indicators/rsi.ts';
import { randomBars } from '../indicators/testing.ts';
import { UsageError } from './files.ts';
import { indicators } from './indicators.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ratchet-indicators-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, header: string, rows: readonly (readonly (number | string)[])[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${header}\n${rows.map((row) => `${row.join(',')}\n`).join('')}`);
  return path;
}

const BARS = 'ts,open,high,low,close,volume';

/** 10:00, 10:01 … UTC on 1 January 2024, a Monday. */
const MONDAY = Date.UTC(2024, 0, 1, 10);
const few = fileOf('few.csv', BARS, [
  [MONDAY, 10, 12, 9, 9, 4],
  [MONDAY + 60_000, 11, 13, 11, 12, 0],
  [MONDAY + 120_000, 12, 16, 12, 14, 12],
  [MONDAY + 180_000, 14, 15, 12, 12, 4],
]);

const price = (value: number): string => value.toFixed(6);
const long = fileOf(
  'long.csv',
  BARS,
  randomBars(2_000, 21).map(({ ts, high, low, close, volume }) => [
    MONDAY + ts,
    price(close),
    price(high),
    price(low),
    price(close),
    volume,
  ]),
);

/** Collects what is written, one piece after the other, each taken only after a while. */
class Slow extends Writable {
  readonly pieces: string[] = [];
  /** the most that ever waited here */
  waiting = 0;

  constructor() {
    super({ decodeStrings: false, highWaterMark: 1 });
  }

  override _write(piece: string, _: BufferEncoding, done: () => void): void {
    this.pieces.push(piece);
    this.waiting = Math.max(this.waiting, this.writableLength);
    setImmediate(done);
  }
}

async function printed(...args: string[]): Promise<{ csv: string; notes: string; out: Slow }> {
  const [out, notes] = [new Slow(), new Slow()];
  await indicators(args, out, notes);
  return { csv: out.pieces.join(''), notes: notes.pieces.join(''), out };
}

const column = (csv: string, name: string): string[] => {
  const [header = '', ...rows] = csv.trimEnd().split('\n');
  const at = header.split(',').indexOf(name);
  return rows.map((row) => row.split(',')[at] ?? 'none');
};

describe('ratchet indicators', () => {
  it('prints the bars with the asked-for columns in the order asked, empty while unknown', async () => {
    // true ranges 3, 4, 4, 3; typical prices 10, 12, 14, 13
    const { csv } = await printed(few, '--sma', '2', '--atr', '2', '--vwap', '--sma', '4', '--bbands', '2,2.50');
    expect(csv).toBe(
      [
        'ts,open,high,low,close,volume,sma2,atr2,vwap,sma4,bbandsMiddle2_2.5,bbandsUpper2_2.5,bbandsLower2_2.5',
        '1704103200000,10,12,9,9,4,,,10,,,,',
        '1704103260000,11,13,11,12,0,10.5,3.5,10,,10.5,14.25,6.75',
        '1704103320000,12,16,12,14,12,13,3.75,13,,13,15.5,10.5',
        '1704103380000,14,15,12,12,4,13,3.375,13,11.75,13,15.5,10.5',
        '',
      ].join('\n'),
    );
  });

  it('names every column after its lengths', async () => {
    const { csv } = await printed(
      ...[few, '--bbands=20,2', '--macd', '12,26,9', '--adx', '14', '--rsi', '14', '--ema', '20', '--rsi', '2'],
    );
    expect(csv.slice(0, csv.indexOf('\n'))).toBe(
      'ts,open,high,low,close,volume,bbandsMiddle20_2,bbandsUpper20_2,bbandsLower20_2,macd12_26_9,macdSignal12_26_9,macdHistogram12_26_9,adx14,plusDi14,minusDi14,rsi14,ema20,rsi2',
    );
    expect(column(csv, 'rsi2')).toEqual(['', '', '100', '55.55555555555556']);
  });

  it('prints numbers that read back as the same doubles', async () => {
    const { csv } = await printed(long, '--rsi', '14', '--adx', '7', '--macd', '3,9,4', '--bbands', '20,2');
    const closes = column(csv, 'close').map(Number);
    const [highs, lows] = [column(csv, 'high').map(Number), column(csv, 'low').map(Number)];
    const [rsi, adx, macd, bands] = [new Rsi(), new Adx(7), new Macd(3, 9, 4), new Bollinger()];
    const expected = closes.map((close, i) => {
      macd.update(close);
      bands.update(close);
      adx.update(highs[i] ?? NaN, lows[i] ?? NaN, close);
      return [rsi.update(close), adx.value, adx.minusDi, macd.histogram, bands.lower];
    });
    const cells = ['rsi14', 'adx7', 'minusDi7', 'macdHistogram3_9_4', 'bbandsLower20_2'].map((name) => column(csv, name));
    expect(closes.length).toBe(2_000);
    for (const [i, row] of expected.entries()) expect(cells.map((each) => (each[i] === '' ? NaN : Number(each[i])))).toEqual(row);
  });

  it('starts the VWAP anew with the day of the session’s zone', async () => {
    // 04:59 and 05:00 UTC in winter: the last minute of a day in New York and the first of the next
    const night = fileOf('night.csv', BARS, [
      [Date.UTC(2024, 0, 3, 4, 58), 6, 6, 6, 6, 5],
      [Date.UTC(2024, 0, 3, 4, 59), 7, 7, 7, 7, 5],
      [Date.UTC(2024, 0, 3, 5, 0), 9, 9, 9, 9, 0],
      [Date.UTC(2024, 0, 3, 5, 1), 8, 8, 8, 8, 10],
    ]);
    const local = await printed(night, '--vwap', '--session', 'America/New_York/09:30-16:00');
    expect(column(local.csv, 'vwap')).toEqual(['6', '6.5', '', '8']);
    const utc = await printed(night, '--vwap');
    expect(column(utc.csv, 'vwap')).toEqual(['6', '6.5', '6.5', '7.25']);
    const calendar = join(folder, 'mine.json');
    writeFileSync(calendar, JSON.stringify({ ...BERLIN, zone: 'America/New_York' }));
    const own = await printed(night, '--vwap', '--calendar', calendar);
    expect(column(own.csv, 'vwap')).toEqual(column(local.csv, 'vwap'));
  });

  it('builds bars from trades, a minute long unless an interval is given, and none where nothing traded', async () => {
    const trades = fileOf('trades.csv', 'ts,price,size', [
      [MONDAY + 5, 10, 1],
      [MONDAY + 59_999, 8, 0.5],
      [MONDAY + 60_000, 9, 2],
      [MONDAY + 60_001, 12, 2],
      [MONDAY + 60_001, 11, 1],
      [MONDAY + 240_000, 7, 3],
    ]);
    const minutes = await printed(trades, '--sma', '2');
    expect(minutes.csv).toBe(
      [
        'ts,open,high,low,close,volume,sma2',
        '1704103200000,10,10,8,8,1.5,',
        '1704103260000,9,12,9,11,5,9.5',
        '1704103440000,7,7,7,7,3,9',
        '',
      ].join('\n'),
    );
    const hour = await printed(trades, '--interval', '1h');
    expect(hour.csv).toBe('ts,open,high,low,close,volume\n1704103200000,10,12,7,7,9.5\n');
  });

  it('takes bars that are stamped at their end back to their start', async () => {
    const { csv, notes } = await printed(few, '--stamp', 'close', '--interval', '1m', '--symbol', 'X', '--tick', '0.5');
    expect(column(csv, 'ts')[0]).toBe(String(MONDAY - 60_000));
    expect(notes).toContain('instrument X, session UTC/24h, stamp close, bars of 60000 ms');
  });

  it('says beside the CSV how many rows were left out and why', async () => {
    const bad = fileOf('bad.csv', BARS, [
      [MONDAY, 10, 12, 9, 11, 4],
      [MONDAY + 60_000, 10, 8, 9, 11, 4],
    ]);
    const { csv, notes } = await printed(bad);
    expect(csv.split('\n').length).toBe(3);
    expect(notes).toMatch(/bad\.csv: 1 rows of bars, 1 left out\n {2}left out: 1 × high below low\n/);
  });

  it('hands the text on in pieces and waits for its reader', async () => {
    const { out, csv } = await printed(long, '--macd', '12,26,9', '--bbands', '20,2', '--adx', '14', '--vwap');
    expect(csv.length).toBeGreaterThan(300_000);
    expect(Math.max(...out.pieces.map((piece) => piece.length))).toBeLessThan(70_000);
    expect(out.waiting).toBeLessThan(70_000);
    expect(csv.split('\n').length).toBe(2_002);
  });

  it.each([
    [['--atr', '0'], '--atr 0: expected whole bars from 1 to 10000, such as 14'],
    [['--rsi', '1.5'], '--rsi 1.5: expected whole bars from 1 to 10000, such as 14'],
    [['--ema', '1e3'], '--ema 1e3: expected whole bars'],
    [['--sma', '10001'], '--sma 10001: expected whole bars'],
    [['--adx', ''], '--adx : expected whole bars'],
    [['--adx=-14'], '--adx -14: expected whole bars'],
    [['--macd', '12'], '--macd 12: expected FAST,SLOW,SIGNAL'],
    [
      ['--macd', '26,12,9'],
      '--macd 26,12,9: expected FAST,SLOW,SIGNAL in whole bars from 1 to 10000, fast below slow, such as 12,26,9',
    ],
    [['--macd', '12,26,9,1'], '--macd 12,26,9,1: expected FAST,SLOW,SIGNAL'],
    [['--bbands', '20'], '--bbands 20: expected LENGTH,WIDTH'],
    [
      ['--bbands', '20,0'],
      '--bbands 20,0: expected LENGTH,WIDTH: whole bars from 1 to 10000 and standard deviations above 0, such as 20,2',
    ],
    [['--bbands', '20,2,1'], '--bbands 20,2,1: expected LENGTH,WIDTH'],
    [['--bbands', '20,1e9'], '--bbands 20,1e9: expected LENGTH,WIDTH'],
    [['--interval', '5'], '--interval 5: expected a duration such as 1s, 5s, 1m or 1h'],
    [['--stamp', 'end'], '--stamp end: expected open, close'],
    [['--atr', '14', '--atr', '14'], 'atr14: asked for twice; expected each indicator once'],
    [['--vwap', '--vwap'], 'vwap: asked for twice; expected each indicator once'],
    [['another.csv'], 'indicators: expected one FILE'],
  ])('refuses %j', async (args, message) => {
    const out = new Slow();
    const printing = indicators([few, ...args], out, new Slow());
    await expect(printing).rejects.toThrow(UsageError);
    await expect(printing).rejects.toThrow(message);
    expect(out.pieces).toEqual([]);
  });

  it('refuses quotes, which nobody has traded at', async () => {
    const quotes = fileOf('quotes.csv', 'ts,bid,ask', [[MONDAY, 10, 10.5]]);
    await expect(printed(quotes, '--atr', '14')).rejects.toThrow(/quotes.*expected bars.* or trades/);
  });
});

describe('ratchet indicators as a program', () => {
  const run = (...args: string[]) =>
    spawn(process.execPath, ['scripts/run.mjs', 'src/headless.ts', 'indicators', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const ended = (child: ReturnType<typeof run>): Promise<unknown[]> =>
    new Promise((resolve) => child.once('close', (...how) => resolve(how)));

  it('prints to standard output what it says to print, and nothing else', async () => {
    const child = run(few, '--ema', '2', '--vwap');
    const [csv, notes, how] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    expect(how).toEqual([0, null]);
    expect(csv).toBe((await printed(few, '--ema', '2', '--vwap')).csv);
    expect(notes).toMatch(/few\.csv: 4 rows of bars, 0 left out/);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = run(long, '--macd', '12,26,9', '--bbands', '20,2', '--adx', '14', '--vwap', '--rsi', '14', '--ema', '20');
    const first = new Promise<string>((resolve) => {
      child.stdout.once('data', (data: Buffer) => {
        child.stdout.destroy();
        resolve(data.toString());
      });
    });
    const [start, notes, how] = await Promise.all([first, text(child.stderr), ended(child)]);
    expect(start).toMatch(/^ts,open/);
    expect(how).toEqual([0, null]);
    expect(notes).not.toMatch(/EPIPE|Error|\n\s+at /);
  });

  it.each([
    { args: [few, '--atr', 'x'], message: '--atr x: expected whole bars from 1 to 10000, such as 14\n' },
    { args: ['absent.csv'], message: 'absent.csv: no such file\n' },
    { args: [few, '--wma', '3'], message: "Unknown option '--wma'" },
  ])('ends with status 2 and one sentence after $message', async ({ args, message }) => {
    const child = run(...args);
    const [csv, notes, how] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    expect([csv, how]).toEqual(['', [2, null]]);
    expect(notes.startsWith(message)).toBe(true);
    expect(notes).not.toMatch(/\n\s+at /);
  });
});
