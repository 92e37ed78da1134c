import { gzipSync } from 'node:zlib';
import { Float64, Table, TimestampMillisecond, tableToIPC, vectorFromArray } from 'apache-arrow';
import { zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { openFile } from './open.ts';

const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

/** Candles with what goes wrong in them: row 3 has no close, 5 a negative low, 6 a time that goes back, 8 a time that stands already. */
const ROWS: readonly (readonly (number | null)[])[] = [
  [START, 100, 102, 99, 101, 5],
  [START + HOUR, 101, 103, 100, 102, 6],
  [START + 2 * HOUR, 102, 103, 100, null, 6],
  [START + 3 * HOUR, 102, 104, 101, 103, 7],
  [START + 4 * HOUR, 103, 104, -1, 103.5, 8],
  [START + 2 * HOUR, 103, 104, 102, 103, 8],
  [START + 5 * HOUR, 103, 105, 102, 104.25, 9],
  [START + 5 * HOUR, 103, 105, 102, 104.5, 9],
  [START + 6 * HOUR, 104, 105, 103, 104.75, 0],
];
const column = (at: number): (number | null)[] => ROWS.map((row) => row[at] ?? null);
const NAMES = ['open', 'high', 'low', 'close', 'volume'];

const json = JSON.stringify(ROWS);
const csv = `ts,open,high,low,close,volume\n${ROWS.map((row) => row.map((value) => value ?? '').join(',')).join('\n')}\n`;
const feather = tableToIPC(
  new Table({
    date: vectorFromArray(column(0), new TimestampMillisecond('UTC')),
    ...Object.fromEntries(NAMES.map((name, at) => [name, vectorFromArray(column(at + 1), new Float64())])),
  }),
  'file',
);
const parquet = new Uint8Array(
  parquetWriteBuffer({
    columnData: [
      { name: 'date', data: column(0).map((ts) => new Date(ts ?? 0)), type: 'TIMESTAMP' },
      ...NAMES.map((name, at) => ({ name, data: column(at + 1) as number[], type: 'DOUBLE' as const })),
    ],
  }),
);

const open = (name: string, content: string | Uint8Array) => openFile(new File([new Uint8Array(Buffer.from(content))], name), {});

describe('openFile', () => {
  it.each([
    ['BTC_USDT-1h.json', json],
    ['BTC_USDT-1h.json.gz', gzipSync(json)],
    ['BTC_USDT-1h.feather', feather],
    ['BTC_USDT-1h.parquet', parquet],
    ['named.csv', zipSync({ 'BTC_USDT-1h.feather': feather })],
  ])(
    'reads %s to the columns that CSV of the same market has, and leaves out the same rows by their own numbers',
    async (name, content) => {
      const expected = await open('BTCUSDT.csv', csv);
      const found = await open(name, content);
      expect(found.tape.columns).toEqual(expected.tape.columns);
      expect(found.tape.columns.ts).toHaveLength(5);
      expect(found.report.counts).toEqual(expected.report.counts);
      expect(found.report.rejected.map(({ line }) => line)).toEqual([3, 5, 6, 8]);
      expect(expected.report.rejected.map(({ line }) => line)).toEqual([4, 6, 7, 9]);
      expect(found).toMatchObject({ intervalMs: HOUR, tape: { stamp: 'open', instrument: { symbol: 'BTC/USDT' } } });
      expect(found.notes).toContain("Interval 1h: the timeframe in the file's name.");
    },
  );

  it('names the row, without a header, when none of them can be used', async () => {
    await expect(open('x.json', '[[1,2,3,4,5,6],[2,3,4,5,6,7]]')).rejects.toThrow('x.json, line 1: high 3 below low 4');
  });

  it('tells its progress over all parts, from 0 to 1, and never back', async () => {
    const shares: number[] = [];
    const big = `[${Array.from({ length: 150_000 }, (_, row) => `[${START + row * 60_000},1,2,1,2,3]`).join(',')}]`;
    await openFile(new File([big], 'x.json'), {}, { progress: (share) => void shares.push(share) });
    expect(shares.length).toBeGreaterThan(5);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...shares)).toBeLessThanOrEqual(1);
  });
});
