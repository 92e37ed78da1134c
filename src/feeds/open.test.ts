import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../domain/tape.ts';
import { openBundled, openFile } from './open.ts';
import { bundledSession } from './synthetic.ts';

describe('openFile', () => {
  it('gives a packed file the digest of its unpacked content', async () => {
    const csv = 'ts,price,size\n1000,5,1\n2000,5.5,2\n';
    const plain = await openFile(new File([csv], 'x.csv'), {});
    const packed = await openFile(new File([new Uint8Array(gzipSync(csv))], 'x.csv'), {});
    expect(packed).toEqual(plain);
    expect(plain.tape.digest).toMatch(/^[0-9a-f]{64}$/);
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
