import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LONDON } from '../domain/testing.ts';
import { rowsOf } from '../domain/tape.ts';
import type { ReadOptions } from '../formats/csv.ts';
import { openBundled, openFile } from './open.ts';
import { encodeRecording } from './recording.ts';
import { bundledSession } from './synthetic.ts';
import { randomColumns, recordingOf } from './testing.ts';

describe('openFile', () => {
  it('reads a packed file like the same file unpacked', async () => {
    const csv = 'ts,price,size\n1000,5,1\n2000,5.5,2\n';
    const plain = await openFile(new File([csv], 'x.csv'), {});
    const packed = await openFile(new File([new Uint8Array(gzipSync(csv))], 'x.csv'), {});
    expect(packed).toEqual(plain);
    expect(plain.tape.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('openFile of a recording', () => {
  const opened = async (layout: 'bars' | 'trades', options: ReadOptions) => {
    const recording = await recordingOf(randomColumns(layout, 20, 1));
    const { tape, report, notes, intervalMs } = recording;
    return {
      rest: { tape, report, notes, intervalMs },
      read: await openFile(new File([await encodeRecording(recording)], 'x.parquet'), options),
    };
  };

  it('gives back what was recorded, and guesses nothing', async () => {
    const { rest, read } = await opened('bars', {});
    expect(read).toEqual(rest);
  });

  it('takes what is said of the instrument in place of its own', async () => {
    const { rest, read } = await opened('bars', { stamp: 'open', intervalMs: 60_000, instrument: { symbol: 'Y', tick: '0.05' } });
    expect(read.tape).toEqual({ ...rest.tape, instrument: { ...rest.tape.instrument, symbol: 'Y', tick: '0.05' } });
    const { read: other } = await opened('trades', { intervalMs: 5_000, instrument: { calendar: LONDON } });
    expect(other).toMatchObject({ intervalMs: 5_000, tape: { instrument: { session: 'XLON', calendar: LONDON } } });
  });

  it('drops its calendar where another session is said', async () => {
    const made = await recordingOf(randomColumns('bars', 5, 1));
    const instrument = { ...made.tape.instrument, session: 'XLON', calendar: LONDON };
    const bytes = await encodeRecording({ ...made, tape: { ...made.tape, instrument } });
    const session = async (options: ReadOptions) => (await openFile(new File([bytes], 'x'), options)).tape.instrument;
    expect(await session({ instrument: { session: 'XLON' } })).toEqual(instrument);
    expect(await session({ instrument: { session: 'XNYS' } })).toEqual({ ...made.tape.instrument, session: 'XNYS' });
  });

  it('refuses what would make another market of it', async () => {
    await expect(opened('bars', { stamp: 'close' })).rejects.toThrow('x.parquet: stamp "close": expected "open"');
    await expect(opened('bars', { intervalMs: 5_000 })).rejects.toThrow('interval 5000 ms: expected 60000 ms');
    await expect(opened('bars', { instrument: { tick: '0' } })).rejects.toThrow('tick "0": expected a decimal above 0');
    await expect(opened('trades', { intervalMs: -1 })).rejects.toThrow('interval -1 ms');
  });
});

describe('openBundled', () => {
  it('reads the bundled session like a file, takes every row and says that it is made up', async () => {
    const { tape, report, notes, intervalMs } = await openBundled();
    expect(rowsOf(tape)).toBe(5 * 390);
    expect(report).toMatchObject({ rows: 1_950, rejectedRows: 0 });
    expect(tape).toMatchObject({ synthetic: true, stamp: 'open', instrument: bundledSession().options.instrument });
    expect(tape.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(intervalMs).toBe(60_000);
    expect(notes).toEqual(['A made-up market for trying things out: no exchange made these prices.']);
  });
});
