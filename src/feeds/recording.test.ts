import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LONDON } from '../domain/testing.ts';
import type { BarColumns, Columns, QuoteColumns, TradeColumns } from '../domain/tape.ts';
import { FormatError } from '../formats/error.ts';
import { LAYOUTS } from './columns.ts';
import { openFile } from './open.ts';
import { decodeRecording, encodeRecording, isRecording, type Recording } from './recording.ts';
import { randomColumns, recordingOf } from './testing.ts';

const FOLDER = new URL('../../../shared/data/', import.meta.url);

const small = (): Promise<Recording> => recordingOf(randomColumns('trades', 6, 3));
const decode = (bytes: Uint8Array<ArrayBuffer>): Promise<Recording> => decodeRecording(bytes, 'x.parquet');

const hash = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The file with one text of its metadata replaced by another of the same length, and sealed anew. */
async function altered(recording: Recording, from: string, to: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Buffer.from(await encodeRecording(recording));
  const footer = parquetMetadata(new Uint8Array(bytes));
  const [text = '', seal = ''] = footer.key_value_metadata?.map(({ value }) => value ?? '') ?? [];
  const other = text.replace(from, to);
  const length = Buffer.byteLength(text);
  if (other === text || Buffer.byteLength(other) !== length) throw new Error(`${from} cannot be replaced by ${to}`);
  bytes.write(other, bytes.indexOf(text));
  bytes.write(hash(`${hash(bytes.subarray(0, bytes.length - footer.metadata_length - 8))}\n${other}`), bytes.indexOf(seal));
  return new Uint8Array(bytes);
}

async function there(recording: Recording): Promise<Recording> {
  const bytes = await encodeRecording(recording);
  const back = await decode(bytes);
  expect(await encodeRecording(back)).toEqual(bytes);
  return back;
}

describe('a recording', () => {
  it('comes back from its file as it was, bit by bit, and gives the same file again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...LAYOUTS), fc.integer({ min: 1, max: 300 }), fc.nat(), async (layout, rows, seed) => {
        const recording = await recordingOf(randomColumns(layout, rows, seed));
        expect(await there(recording)).toEqual(recording);
      }),
      { numRuns: 200 },
    );
  });

  it('comes back with its calendar, what was left out of its file, and what was noted', async () => {
    const made = await recordingOf(randomColumns('bars', 5, 1));
    const recording: Recording = {
      ...made,
      name: 'Überlauf „1“',
      tape: { ...made.tape, instrument: { ...made.tape.instrument, session: 'XLON', calendar: LONDON } },
      report: {
        rows: 5,
        rejectedRows: 2,
        counts: [{ reason: 'duplicate', rows: 2 }],
        rejected: [{ line: 4, reason: 'duplicate: …', text: '1,2,3' }],
        timeline: { newestFirst: true, stepsBack: 2, duplicates: 2, repeats: 1, gaps: { count: 1, longestMs: 5, afterTs: 7 } },
      },
      notes: ['One.', 'Two.'],
    };
    expect(await there(recording)).toEqual(recording);
  });

  it('may be longer than a row group and a page', async () => {
    const recording = await recordingOf(randomColumns('trades', 140_000, 5));
    const back = await there(recording);
    expect(back.tape.columns).toEqual(recording.tape.columns);
  });

  it('keeps doubles that are no short decimals, and takes -0 for 0', async () => {
    const columns = randomColumns('trades', 4, 1) as TradeColumns;
    columns.price.set([0.1 + 0.2, 61_686.1, Number.MIN_VALUE, Number.MAX_VALUE]);
    expect((await there(await recordingOf(columns))).tape.columns).toEqual(columns);
    const bars = randomColumns('bars', 2, 1) as BarColumns;
    bars.volume.set([0, -0]);
    expect((await there(await recordingOf(bars))).tape.digest).toBe((await recordingOf(bars)).tape.digest);
  });

  it('is not written with a digest that is not its own', async () => {
    const recording = await small();
    const other = { ...recording, tape: { ...recording.tape, digest: '0'.repeat(64) } };
    await expect(encodeRecording(other)).rejects.toThrow('its digest 000');
  });

  it('is not written where it could not be read again', async () => {
    const recording = await small();
    await expect(encodeRecording({ ...recording, source: 'x'.repeat(3_000) })).rejects.toThrow('cannot be used: source');
    const instrument = { ...recording.tape.instrument, session: 'UTC/25h' };
    await expect(encodeRecording({ ...recording, tape: { ...recording.tape, instrument } })).rejects.toThrow(FormatError);
  });

  for (const file of [
    'eq_SPY_1m_2019-02-11_2019-02-15.csv.gz',
    'fx_USDJPY_1m_2013-02.csv.gz',
    'tk_BTCUSDT-binance-spot_2024-08-08_trades.csv.gz',
    'fx_EURUSD-oanda_quotes_2014-05-08.csv.gz',
  ])
    it.skipIf(!existsSync(new URL(file, FOLDER)))(`comes back as it was: ${file}`, async () => {
      const opened = await openFile(new File([readFileSync(new URL(file, FOLDER))], file), {});
      const { tape, report, notes, intervalMs } = opened;
      const recording = { tape, report, notes, intervalMs, name: 'kept', source: file };
      const bytes = await encodeRecording(recording);
      expect(bytes.length / opened.report.rows).toBeLessThan(opened.tape.columns.kind === 'bars' ? 25 : 20);
      expect(await there(recording)).toEqual(recording);
    });
});

describe('isRecording', () => {
  it('tells recordings from other files', async () => {
    const bytes = await encodeRecording(await small());
    expect(isRecording(bytes)).toBe(true);
    const foreign = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'ts', data: [1, 2], type: 'INT32' }] }));
    for (const other of [
      foreign,
      bytes.slice(0, -1),
      bytes.slice(1),
      new TextEncoder().encode('ts,price,size\n1,2,3\n'),
      new TextEncoder().encode('PAR1PAR1PAR1'),
      new Uint8Array(),
    ])
      expect(isRecording(other)).toBe(false);
  });
});

describe('decodeRecording', () => {
  it('refuses what is no recording', async () => {
    await expect(decode(new TextEncoder().encode('ts,price'))).rejects.toThrow(
      'x.parquet: no recording; expected a Parquet file',
    );
  });

  it('refuses a file of which any byte has changed, unless it still says the same', async () => {
    const recording = await small();
    const bytes = await encodeRecording(recording);
    let refused = 0;
    for (let at = 0; at < bytes.length; at += 1)
      for (const bit of [1, 16, 128]) {
        const flipped = bytes.slice();
        flipped[at] = (bytes[at] ?? 0) ^ bit;
        try {
          expect(await decode(flipped)).toEqual(recording);
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          refused += 1;
        }
      }
    expect(refused).toBeGreaterThan(bytes.length);
  });

  it('refuses a cut file', async () => {
    const bytes = await encodeRecording(await small());
    for (let length = 0; length < bytes.length; length += 7)
      await expect(decode(bytes.slice(0, length))).rejects.toThrow(FormatError);
  });

  it.each([
    ['"version":1', '"version":9', 'ratchet-recording of version 9; expected at most 1, a newer Ratchet made it'],
    ['"format":"ratchet-recording"', '"format":"ratchet-recordinG"', 'cannot be used: format: '],
    ['"synthetic":true', '"synthetic":2222', 'synthetic: '],
    ['"tick":"0.01"', '"tick":"0.00"', 'the instrument cannot be used: tick "0.00": expected a decimal above 0'],
    ['"session":"UTC/24h"', '"session":"UTC/25h"', 'the instrument cannot be used'],
    ['"kind":"trades"', '"kind":"quotes"', 'expected those of quotes: ts INT64 TIMESTAMP_MILLIS REQUIRED, bid DOUBLE  REQUIRED'],
    ['"rows":6', '"rows":7', '6 rows; expected 7'],
    ['"stamp":"event"', '"stamp":"open" ', 'expected an interval and the stamp'],
    ['"intervalMs":null', '"intervalMs":-100', 'intervalMs: '],
    ['"lot":', '"lat":', 'instrument.lot: '],
    ['{"format"', '["format"', 'metadata "ratchet": not JSON'],
  ])('refuses metadata with %s made %s', async (from, to, problem) => {
    await expect(decode(await altered(await small(), from, to))).rejects.toThrow(problem);
  });

  it('refuses columns that are not those of the digest', async () => {
    const recording = await small();
    const { digest } = recording.tape;
    const other = digest.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    await expect(decode(await altered(recording, digest, other))).rejects.toThrow(
      `columns have the digest ${digest}; expected ${other}`,
    );
  });

  const unsound: [what: string, columns: () => Columns, problem: string][] = [
    ['time that goes back', () => trades(({ ts }) => ts.fill(1, 2)), 'row 3: ts 1 after'],
    ['a time with a fraction', () => trades(({ price }) => price.fill(-1, 2)), 'row 3: price -1'],
    ['no size', () => trades(({ size }) => size.fill(0)), 'row 1: price'],
    ['a bid above its ask', () => quotes(({ bid }) => bid.fill(1e9, 1)), 'row 2: bid 1000000000, ask'],
    ['an equal time of two bars', () => bars(({ ts }) => ts.fill(ts[0] ?? 0)), 'expected times that go on'],
    ['an open above the high', () => bars(({ open }) => open.fill(1e9)), 'row 1: open 1000000000'],
    ['a low of 0', () => bars(({ low }) => low.fill(0)), 'row 1: open'],
    ['a volume below 0', () => bars(({ volume }) => volume.fill(-1)), 'row 1: volume -1; expected at least 0'],
  ];
  const changed =
    <T extends Columns>(columns: T) =>
    (change: (columns: T) => void): T => {
      change(columns);
      return columns;
    };
  const trades = (change: (columns: TradeColumns) => void) => changed(randomColumns('trades', 4, 2) as TradeColumns)(change);
  const quotes = (change: (columns: QuoteColumns) => void) => changed(randomColumns('quotes', 4, 2) as QuoteColumns)(change);
  const bars = (change: (columns: BarColumns) => void) => changed(randomColumns('bars', 4, 2) as BarColumns)(change);
  it.each(unsound)('refuses %s', async (_, columns, problem) => {
    await expect(decode(await encodeRecording(await recordingOf(columns())))).rejects.toThrow(problem);
  });

  it('finds an ask that no market could have', async () => {
    const columns = randomColumns('bid-ask bars', 4, 2) as BarColumns;
    columns.ask?.close.fill(1e9);
    await expect(decode(await encodeRecording(await recordingOf(columns)))).rejects.toThrow('close 1000000000');
  });
});
