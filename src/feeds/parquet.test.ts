import { gzipSync } from 'node:zlib';
import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { csvOfParquet } from './parquet.ts';

const START = Date.UTC(2024, 0, 1);
const ROWS = Array.from({ length: 5_000 }, (_, row) => row);

type Written = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>;
const written = (columnData: ColumnSource[], more: Written = {}): Uint8Array<ArrayBuffer> =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...more }));

/** An LZ4 block of nothing but literals. */
function literals(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 15) return Uint8Array.of(bytes.length << 4, ...bytes);
  const rest = bytes.length - 15;
  const head = Uint8Array.of(0xf0, ...new Uint8Array(Math.floor(rest / 255)).fill(255), rest % 255);
  const block = new Uint8Array(head.length + bytes.length);
  block.set(head);
  block.set(bytes, head.length);
  return block;
}

function read(bytes: Uint8Array<ArrayBuffer>): { lines: string[]; notes: string[] } {
  const { csv, notes } = csvOfParquet(bytes, 'bars.parquet', {});
  return { lines: new TextDecoder().decode(csv).trimEnd().split('\n'), notes };
}

/**
 * Six bars as pyarrow 26 writes them by default: pages of version 1 with dictionaries, packed by snappy; times are INT96. Its third close is
 * NaN, the second is missing, the fifth bar repeats the fourth and the sixth goes back.
 */
const BY_PYARROW = [
  'UEFSMRUEFWAVTEwVCBUAEgAAMAAADQEol4olAABYR/gNAAAJDAywjvAbEQwoCNboKQAAAJeKJQAVABUUFRgsFQwVEBUGFQYcAAAACiQCAAAADAECA+QHFQQV',
  'MBUyTBUGFQASAAAYAGYBAUgGWUDNzMzMzAxZQDMzMzMzE1lAFQAVFBUYLBUMFRAVBhUGHAAAAAokAgAAAAwBAgOUBhUEFRAVFEwVAhUAEgAACBwAAAAAACBZ',
  'QBUAFRIVFiwVDBUQFQYVBhwAAAAJIAIAAAAMAQEMABUEFRAVFEwVAhUAEgAACBwAAAAAAOBYQBUAFRIVFiwVDBUQFQYVBhwAAAAJIAIAAAAMAQEMABUEFUAV',
  'QEwVCBUAEgAAICDNzMzMzAxZQAAFAUT4f5qZmZmZGVlAMzMzMzMTWUAVABUUFRgsFQwVEBUGFQYcAAAACiQCAAAAAz0CA6QDFQQVKBUsTBUKFQASAAAUTAUA',
  'AAAGAAAABwAAAAgAAAAJAAAAFQAVFhUaLBUMFRAVBhUGHAAAAAsoAgAAAAwBAwOINgIVBBl8NQAYBnNjaGVtYRUMABUGJQIYBGRhdGUAFQolAhgEb3BlbgAV',
  'CiUCGARoaWdoABUKJQIYA2xvdwAVCiUCGAVjbG9zZQAVAiUCGAZ2b2x1bWUAFgwZHBlsJgAcFQYZNQAGEBkYBGRhdGUVAhYMFrYBFqYBJnAmCCksFQQVABUC',
  'ABUAFRAVAgA8KQYZJgAMAAAAJgAcFQoZNQAGEBkYBG9wZW4VAhYMFoYBFowBJvwBJq4BKSwVBBUAFQIAFQAVEBUCADwpBhkmAAwAAAAmABwVChk1AAYQGRgE',
  'aGlnaBUCFgwWZBZsJuoCJroCKSwVBBUAFQIAFQAVEBUCADwpBhkmAAwAAAAmABwVChk1AAYQGRgDbG93FQIWDBZkFmwm1gMmpgMpLBUEFQAVAgAVABUQFQIA',
  'PCkGGSYADAAAACYAHBUKGTUABhAZGAVjbG9zZRUCFgwWlgEWmgEm7gQmkgQpLBUEFQAVAgAVABUQFQIAPCkGGSYCCgAAACYAHBUCGTUABhAZGAZ2b2x1bWUV',
  'AhYMFoABFogBJvQFJqwFKSwVBBUAFQIAFQAVEBUCADwpBhkmAAwAAAAWmgYWDCYIFqwGACggcGFycXVldC1jcHAtYXJyb3cgdmVyc2lvbiAyNi4wLjEZbBwA',
  'ABwAABwAABwAABwAABwAAAD7AQAAUEFSMQ==',
].join('');

/** Bars of which the times are timestamps, prices doubles and volumes whole numbers. */
const bars = (rows: readonly number[] = ROWS): ColumnSource[] => [
  { name: 'open_time', data: rows.map((row) => new Date(START + row * 60_000)), type: 'TIMESTAMP' },
  { name: 'Open', data: rows.map((row) => 100.25 + (row % 7)), type: 'DOUBLE' },
  { name: 'High', data: rows.map((row) => 100.5 + (row % 7)), type: 'DOUBLE' },
  { name: 'Low', data: rows.map((row) => 99.75 + (row % 7)), type: 'DOUBLE' },
  { name: 'Close', data: rows.map((row) => 100.1 + (row % 7)), type: 'DOUBLE' },
  { name: 'Volume', data: rows.map((row) => BigInt(row)), type: 'INT64' },
];

const EXPECTED = [
  'ts,open,high,low,close,volume',
  ...ROWS.map(
    (row) => `${START + row * 60_000},${[100.25, 100.5, 99.75, 100.1].map((price) => price + (row % 7)).join(',')},${row}`,
  ),
];

describe('csvOfParquet', () => {
  it.each<[string, Written]>([
    ['packed by snappy', {}],
    ['not packed', { codec: 'UNCOMPRESSED' }],
    ['packed by gzip', { codec: 'GZIP', compressors: { GZIP: (bytes) => gzipSync(bytes) } }],
    ['packed by LZ4', { codec: 'LZ4_RAW', compressors: { LZ4_RAW: literals } }],
    ['in groups of rows and small pages', { rowGroupSize: 700, pageSize: 1_000 }],
  ])('reads bars %s', (_, how) => {
    const { lines, notes } = read(written(bars(), how));
    expect(lines).toEqual(EXPECTED);
    expect(notes).toEqual([]);
  });

  it('reads bars as pyarrow writes them', () => {
    const rest = '100.5,99.5';
    expect(read(new Uint8Array(Buffer.from(BY_PYARROW, 'base64')))).toEqual({
      lines: [
        'ts,open,high,low,close,volume',
        `${START},100.1,${rest},100.2,5`,
        `${START + 60_000},100.2,${rest},,6`,
        `${START + 120_000},100.2,${rest},NaN,7`,
        `${START + 180_000},100.3,${rest},100.4,8`,
        `${START + 180_000},100.3,${rest},100.4,8`,
        `${START + 60_000},100.2,${rest},100.3,9`,
      ],
      notes: ['The times state no zone: they are taken as UTC.'],
    });
  });

  it('reads columns without empty values, and values written as they are, as differences and split by bytes', () => {
    const [ts, open, high, low, close, volume] = bars();
    const columns = [
      { ...ts!, nullable: false },
      { ...open!, encoding: 'PLAIN' as const },
      { ...high!, encoding: 'BYTE_STREAM_SPLIT' as const },
      low!,
      { ...close!, nullable: false },
      { ...volume!, encoding: 'DELTA_BINARY_PACKED' as const },
    ];
    expect(read(written(columns)).lines).toEqual(EXPECTED);
  });

  it('leaves to the reader of rows what is missing, NaN or negative, as it is', () => {
    const columns = bars([0, 1, 2, 3]);
    columns[4] = { name: 'Close', data: [NaN, null, -1, Infinity] as number[], type: 'DOUBLE' };
    expect(
      read(written(columns))
        .lines.slice(1)
        .map((line) => line.split(',')[4]),
    ).toEqual(['NaN', '', '-1', 'Infinity']);
  });

  it('reads trades with prices as floats or text, text ids, and numbers without their sign', () => {
    const trades: ColumnSource[] = [
      { name: 'timestamp', data: [START, START + 1].map(BigInt), type: 'INT64' },
      { name: 'price', data: Float32Array.of(0.1, 61_686.5), type: 'FLOAT' },
      { name: 'qty', data: ['0.00100000', '25'], type: 'STRING' },
      { name: 'side', data: ['buy', 'SELL'], type: 'STRING' },
      { name: 'trade_id', data: ['a', 'b,c'], type: 'STRING' },
    ];
    expect(read(written(trades)).lines).toEqual([
      'ts,price,size,side,id',
      `${START},0.1,0.00100000,buy,a`,
      `${START + 1},61686.5,25,SELL,b%2cc`,
    ]);
  });

  it('keeps decimals as they are, where a double would not', () => {
    const name = (column: string, more: object) => ({ name: column, repetition_type: 'REQUIRED' as const, ...more });
    const schema = [
      { name: 'root', num_children: 3 },
      name('date', { type: 'INT32', converted_type: 'DATE' }),
      name('price', { type: 'INT64', converted_type: 'DECIMAL', scale: 3, precision: 18 }),
      name('size', { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 3, converted_type: 'DECIMAL', scale: 1, precision: 6 }),
    ] as SchemaElement[];
    const columnData: ColumnSource[] = [
      { name: 'date', data: Int32Array.of(19_723) },
      { name: 'price', data: BigInt64Array.of(1_234_567_890_123_457n) },
      { name: 'size', data: [-2n] },
    ];
    expect(read(written(columnData, { schema })).lines).toEqual(['ts,price,size', `${START},1234567890123.457,-0.2`]);
  });

  it.each([
    ['MILLIS', BigInt(START), true, []],
    ['MICROS', BigInt(START) * 1_000n + 1n, true, [/finer than a millisecond/]],
    ['NANOS', BigInt(START) * 1_000_000n, false, [/no zone.*UTC/]],
  ] as const)('writes times in %s as milliseconds', (unit, time, isAdjustedToUTC, notes) => {
    const schema = [
      { name: 'root', num_children: 3 },
      { name: 'time', type: 'INT64', repetition_type: 'REQUIRED', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit } },
      { name: 'price', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      { name: 'amount', type: 'INT32', repetition_type: 'REQUIRED' },
    ] as SchemaElement[];
    const columnData: ColumnSource[] = [
      { name: 'time', data: BigInt64Array.of(time) },
      { name: 'price', data: Float64Array.of(1.5) },
      { name: 'amount', data: Int32Array.of(3) },
    ];
    expect(read(written(columnData, { schema }))).toEqual({
      lines: ['ts,price,size', `${START},1.5,3`],
      notes: notes.map((note) => expect.stringMatching(note)),
    });
  });

  it('takes whole numbers without a unit for what their size says, and says so', () => {
    const [ts, ...others] = bars([0, 1]);
    const seconds = { ...ts!, data: [START / 1_000, START / 1_000 + 60].map(BigInt), type: 'INT64' as const };
    const { lines, notes } = read(written([seconds, ...others]));
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual([`${START}`, `${START + 60_000}`]);
    expect(notes).toEqual(['Times count seconds since 1970, UTC.']);
  });

  it('names a codec that it does not read, and columns that are none of a market', () => {
    const packed = written(bars([0]), { codec: 'ZSTD', compressors: { ZSTD: (bytes) => bytes } });
    expect(() => read(packed)).toThrow(/column ts is packed by ZSTD; expected UNCOMPRESSED, SNAPPY, GZIP, LZ4_RAW/);
    expect(() => read(written(bars([0]).slice(1)))).toThrow(/found the columns Open, High, Low, Close, Volume; expected bars/);
    const nested = bars([0]).map((column) =>
      column.name === 'Low' ? { name: 'Low', data: [{ a: 1 }], type: 'JSON' as const } : column,
    );
    expect(() => read(written(nested))).toThrow(/column low has the type BYTE_ARRAY JSON; expected numbers/);
  });

  it('refuses what is cut or damaged, and makes no room for more values than a group has rows', () => {
    let refused = 0;
    for (const bytes of [written(bars(ROWS.slice(0, 200))), new Uint8Array(Buffer.from(BY_PYARROW, 'base64'))]) {
      for (const length of [5, 12, bytes.length >> 1, bytes.length - 1])
        expect(() => read(bytes.slice(0, length))).toThrow(FormatError);
      for (let at = 4; at < bytes.length; at += 3) {
        for (const flip of [0xff, 0x40]) {
          const damaged = bytes.slice();
          damaged[at] = (damaged[at] ?? 0) ^ flip;
          try {
            expect(read(damaged).lines.length).toBeLessThan(1_000);
          } catch (error) {
            if (!(error instanceof FormatError)) throw error;
            refused += 1;
          }
        }
      }
    }
    expect(refused).toBeGreaterThan(200);
  });

  it('tells how far it is, and stops when it is told to', () => {
    const bytes = written(bars(), { rowGroupSize: 2_500 });
    const shares: number[] = [];
    csvOfParquet(bytes, 'a.parquet', { progress: (share) => void shares.push(share) });
    expect(shares).toEqual([0, 0, 0.5, 0.5]);
    expect(() => csvOfParquet(bytes, 'a.parquet', { signal: AbortSignal.abort(new Error('enough')) })).toThrow('enough');
  });
});
