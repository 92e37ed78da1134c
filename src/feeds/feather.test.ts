import {
  Bool,
  CompressionType,
  compressionRegistry,
  Decimal,
  DateDay,
  Float64,
  Int64,
  makeData,
  RecordBatch,
  Struct,
  Schema,
  Field,
  Table,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  tableFromArrays,
  tableToIPC,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { compress } from 'lz4js';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { csvOfFeather } from './feather.ts';

const START = Date.UTC(2024, 0, 1);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
/** A feather file; the reader has put its own codecs in the place of this one. */
function written(table: Table, compression?: CompressionType): Uint8Array {
  compressionRegistry.set(CompressionType.LZ4_FRAME, { encode: compress });
  return tableToIPC(table, 'file', compression);
}
const read = (bytes: Uint8Array, name = 'BTC_USDT-1m.feather') => {
  const { csv, notes } = csvOfFeather(bytes, name, {});
  return { lines: text(csv).trimEnd().split('\n'), notes };
};

const doubles = (values: readonly (number | null)[]): Vector => vectorFromArray(values, new Float64());

/** Twenty hours at one price, as pyarrow 26 writes them for pandas and freqtrade: packed by LZ4. */
const BY_PYARROW = [
  'QVJST1cxAAD/////eAEAABAAAAAAAAoADAAGAAUACAAKAAAAAAEEAAwAAAAIAAgAAAAEAAgAAAAEAAAABgAAAAQBAADAAAAAkAAAAGQAAAA0AAAABAAAACT/',
  '//8AAAEDEAAAABgAAAAEAAAAAAAAAAYAAAB2b2x1bWUAAFb///8AAAIAUP///wAAAQMQAAAAGAAAAAQAAAAAAAAABQAAAGNsb3NlAAAAgv///wAAAgB8////',
  'AAABAxAAAAAUAAAABAAAAAAAAAADAAAAbG93AKr///8AAAIApP///wAAAQMQAAAAGAAAAAQAAAAAAAAABAAAAGhpZ2gAAAAA1v///wAAAgDQ////AAABAxAA',
  'AAAcAAAABAAAAAAAAAAEAAAAb3BlbgAABgAIAAYABgAAAAAAAgAQABQACAAGAAcADAAAABAAEAAAAAAAAQoQAAAAIAAAAAQAAAAAAAAABAAAAGRhdGUAAAAA',
  'CAAMAAYACAAIAAAAAAABAAQAAAADAAAAVVRDAAAAAAD/////iAEAABQAAAAAAAAADAAYAAYABQAIAAwADAAAAAADBAAcAAAAiAEAAAAAAAAAAAAADAAcABAA',
  'BAAIAAwADAAAAOgAAAAcAAAAFAAAABQAAAAAAAAAAAAAAAQABAAEAAAADAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJYAAAAAAAAAmAAAAAAAAAAAAAAA',
  'AAAAAJgAAAAAAAAAKwAAAAAAAADIAAAAAAAAAAAAAAAAAAAAyAAAAAAAAAArAAAAAAAAAPgAAAAAAAAAAAAAAAAAAAD4AAAAAAAAACsAAAAAAAAAKAEAAAAA',
  'AAAAAAAAAAAAACgBAAAAAAAAKwAAAAAAAABYAQAAAAAAAAAAAAAAAAAAWAEAAAAAAAAqAAAAAAAAAAAAAAAGAAAAFAAAAAAAAAAAAAAAAAAAABQAAAAAAAAA',
  'AAAAAAAAAAAUAAAAAAAAAAAAAAAAAAAAFAAAAAAAAAAAAAAAAAAAABQAAAAAAAAAAAAAAAAAAAAUAAAAAAAAAAAAAAAAAAAAoAAAAAAAAAAEIk0YYECCfwAA',
  'ALEA9FHCjAEAAIDiiAgAMQDRvwgAMYC/9ggAQQCuLcMgACGcZAgAMQCLmwgAMYB50ggAQQBoCcQgACFWQAgAMQBFdwgAMYAzrggAMQAi5QgAQIAQHMUoADEA',
  '/1IIADGA7YkIADEA3MAIADGAyvcIAEAAuS7GKACAgKdlxowBAAAAAAAAAACgAAAAAAAAAAQiTRhgQIIUAAAAEAABADAQWUAHAA8IAHxQAAAQWUAAAAAAAAAA',
  'AACgAAAAAAAAAAQiTRhgQIIUAAAAEAABADAQWUAHAA8IAHxQAAAQWUAAAAAAAAAAAACgAAAAAAAAAAQiTRhgQIIUAAAAEAABADAQWUAHAA8IAHxQAAAQWUAA',
  'AAAAAAAAAACgAAAAAAAAAAQiTRhgQIIUAAAAEAABADAQWUAHAA8IAHxQAAAQWUAAAAAAAAAAAACgAAAAAAAAAAQiTRhgQIITAAAAEQABACHgPwcADwgAe1AA',
  'AADgPwAAAAAAAAAAAAD/////AAAAABAAAAAMABQABgAIAAwAEAAMAAAAAAAEADgAAAAoAAAABAAAAAEAAACIAQAAAAAAAJABAAAAAAAAiAEAAAAAAAAAAAAA',
  'AAAAAAgACAAAAAQACAAAAAQAAAAGAAAABAEAAMAAAACQAAAAZAAAADQAAAAEAAAAJP///wAAAQMQAAAAGAAAAAQAAAAAAAAABgAAAHZvbHVtZQAAVv///wAA',
  'AgBQ////AAABAxAAAAAYAAAABAAAAAAAAAAFAAAAY2xvc2UAAACC////AAACAHz///8AAAEDEAAAABQAAAAEAAAAAAAAAAMAAABsb3cAqv///wAAAgCk////',
  'AAABAxAAAAAYAAAABAAAAAAAAAAEAAAAaGlnaAAAAADW////AAACAND///8AAAEDEAAAABwAAAAEAAAAAAAAAAQAAABvcGVuAAAGAAgABgAGAAAAAAACABAA',
  'FAAIAAYABwAMAAAAEAAQAAAAAAABChAAAAAgAAAABAAAAAAAAAAEAAAAZGF0ZQAAAAAIAAwABgAIAAgAAAAAAAEABAAAAAMAAABVVEMAoAEAAEFSUk9XMQ==',
].join('');

/** Bars as freqtrade writes them, with the types that pandas gives them. */
function candles(rows: number): Record<string, Vector> {
  const at = Array.from({ length: rows }, (_, row) => row);
  return {
    date: vectorFromArray(
      at.map((row) => START + row * 60_000),
      new TimestampMillisecond('UTC'),
    ),
    open: doubles(at.map((row) => 42_000.1 + row)),
    high: doubles(at.map((row) => 42_001.5 + row)),
    low: doubles(at.map((row) => 41_999.25 + row)),
    close: doubles(at.map((row) => 42_000.7 + row)),
    volume: doubles(at.map((row) => 1.5 * row)),
  };
}

describe('csvOfFeather', () => {
  it("reads freqtrade's candles, plain and packed by LZ4, and finds the same", () => {
    const table = new Table(candles(1_000));
    const plain = read(written(table));
    expect(plain.lines).toHaveLength(1_001);
    expect(plain.lines.slice(0, 3)).toEqual([
      'ts,open,high,low,close,volume',
      '1704067200000,42000.1,42001.5,41999.25,42000.7,0',
      '1704067260000,42001.1,42002.5,42000.25,42001.7,1.5',
    ]);
    expect(plain.notes).toEqual([]);
    const packed = written(table, CompressionType.LZ4_FRAME);
    expect(packed.length).toBeLessThan(written(table).length);
    expect(read(packed)).toEqual(plain);
  });

  it('reads candles as pyarrow writes them', () => {
    const hours = Array.from({ length: 20 }, (_, row) => `${START + row * 3_600_000},100.25,100.25,100.25,100.25,0.5`);
    expect(read(Buffer.from(BY_PYARROW, 'base64'))).toEqual({ lines: ['ts,open,high,low,close,volume', ...hours], notes: [] });
  });

  it('reads several parts as one, with columns in any order and others beside them', () => {
    const [first, second] = [new Table(candles(3)), new Table(candles(2))];
    const { date, close, ...rest } = candles(3);
    const mixed = new Table({
      close: close ?? doubles([]),
      ...rest,
      note: vectorFromArray(['a', 'b', 'c'], new Utf8()),
      DATE: date ?? doubles([]),
    });
    expect(read(written(first.concat(second))).lines).toEqual([
      ...read(written(first)).lines,
      ...read(written(second)).lines.slice(1),
    ]);
    expect(read(written(mixed)).lines).toEqual(read(written(first)).lines);
  });

  it('leaves to the reader of rows what is missing, NaN or negative, as it is', () => {
    const table = new Table({ ...candles(4), close: doubles([NaN, null, -1, Infinity]) });
    const closes = read(written(table))
      .lines.slice(1)
      .map((line) => line.split(',')[4]);
    expect(closes).toEqual(['NaN', '', '-1', 'Infinity']);
  });

  it.each([
    ['milliseconds without a zone', vectorFromArray([START], new TimestampMillisecond()), `${START}`, /no zone.*UTC/],
    ['microseconds', vectorFromArray([START], new TimestampMicrosecond('UTC')), `${START}`, undefined],
    ['nanoseconds', vectorFromArray([START], new TimestampNanosecond('Europe/Berlin')), `${START}`, undefined],
    ['days', vectorFromArray([new Date(START)], new DateDay()), `${START}`, undefined],
    ['whole seconds', vectorFromArray([BigInt(START / 1_000)], new Int64()), `${START}`, /count seconds/],
    ['whole microseconds', vectorFromArray([BigInt(START) * 1_000n + 999n], new Int64()), `${START}`, /count microseconds/],
  ])('writes times of %s as milliseconds', (_, time, expected, note) => {
    const { date: _date, ...rest } = candles(1);
    const { lines, notes } = read(written(new Table({ time, ...rest })));
    expect(lines[1]?.split(',')[0]).toBe(expected);
    expect(notes).toEqual(note ? [expect.stringMatching(note)] : []);
  });

  it('says that finer times are cut, and cuts them towards the past', () => {
    const data = makeData({ type: new TimestampNanosecond('UTC'), length: 2, data: BigInt64Array.of(1_999_999n, -1n) });
    const batch = new Table({
      timestamp: vectorFromArray([0, 0], new TimestampMillisecond()),
      price: doubles([1, 2]),
      size: doubles([1, 1]),
    });
    const fields = [new Field('timestamp', data.type), ...batch.schema.fields.slice(1)];
    const children = [data, ...batch.batches[0]!.data.children.slice(1)];
    const table = new Table(new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: 2, children })));
    const { lines, notes } = read(written(table));
    expect(lines).toEqual(['ts,price,size', '1,1,1', '-1,2,1']);
    expect(notes).toEqual([expect.stringMatching(/finer than a millisecond/)]);
  });

  it('writes floats and decimals with the digits that they stand for, and text so that it stays one cell', () => {
    const price = makeData({
      type: new Decimal(4, 20, 128),
      length: 3,
      data: Uint32Array.from([421234, 0, 0, 0, 5, 0, 0, 0, -17, -1, -1, -1]),
    });
    const trades = tableFromArrays({ timestamp: [1n, 2n, 3n], amount: Float32Array.of(0.1, 1e-7, 16_777_216) });
    const fields = [
      ...trades.schema.fields,
      new Field('price', price.type),
      new Field('side', new Utf8()),
      new Field('id', new Utf8()),
    ];
    const words = [
      ['buy', 'sell', 'b,u"y'],
      ['1', '2', 'x\ny'],
    ].map((column) => vectorFromArray(column, new Utf8()).data[0]!);
    const children = [...trades.batches[0]!.data.children, price, ...words];
    const table = new Table(new RecordBatch(new Schema(fields), makeData({ type: new Struct(fields), length: 3, children })));
    expect(read(written(table)).lines).toEqual([
      'ts,price,size,side,id',
      '1000,42.1234,0.1,buy,1',
      '2000,0.0005,1e-7,sell,2',
      '3000,-0.0017,16777216,b%2cu%22y,x%ay',
    ]);
  });

  it('refuses columns that are none of a market, or hold no numbers', () => {
    const { close, ...rest } = candles(2);
    expect(() => read(written(new Table(rest)))).toThrow(/found the columns date, open, high, low, volume; expected bars/);
    const flags = vectorFromArray([true, false], new Bool());
    expect(() => read(written(new Table({ ...rest, close: flags })))).toThrow(/column close has the type Bool; expected numbers/);
    expect(() => read(written(new Table({ ...rest, close: close ?? flags, time: flags })))).toThrow(
      /"date" and "time" could both be ts/,
    );
  });

  it('refuses zstd by its name, and whatever is cut or damaged', () => {
    compressionRegistry.set(CompressionType.ZSTD, { encode: () => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0) });
    expect(() => read(written(new Table(candles(50)), CompressionType.ZSTD))).toThrow(
      /feather packed by zstd; expected LZ4 or none/,
    );
    let refused = 0;
    for (const bytes of [written(new Table(candles(50)), CompressionType.LZ4_FRAME), Buffer.from(BY_PYARROW, 'base64')]) {
      for (const length of [8, 100, bytes.length >> 1, bytes.length - 1])
        expect(() => read(bytes.subarray(0, length))).toThrow(FormatError);
      for (let at = 8; at < bytes.length; at += 1) {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ 0xff;
        try {
          expect(read(damaged).lines.length).toBeLessThan(100);
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(500);
  });

  it('tells how far it is, and stops when it is told to', () => {
    const bytes = written(new Table(candles(3)).concat(new Table(candles(3))));
    const shares: number[] = [];
    csvOfFeather(bytes, 'a.feather', { progress: (share) => void shares.push(share) });
    expect(shares).toEqual([0, 0, 0.5, 0.5]);
    expect(() => csvOfFeather(bytes, 'a.feather', { signal: AbortSignal.abort(new Error('enough')) })).toThrow('enough');
  });
});
