import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { unpack } from './file.ts';
import { openFile } from './open.ts';

const MEGABYTE = 1_048_576;
/** As dense as deflate can be: a thousand times its size. */
const bomb = new Uint8Array(gzipSync(new Uint8Array(300 * MEGABYTE)));
const csv = `ts,open,high,low,close,volume\n${Array.from({ length: 3_000 }, (_, row) => `${1_700_000_000_000 + row * 60_000},100,101,99,100.5,${(row * 7919) % 997}\n`).join('')}`;
const gzip = new Uint8Array(gzipSync(csv));

/** A file that counts the bytes that are read of it. */
class CountedFile extends File {
  read = 0;

  override slice(from = 0, to = this.size, type?: string): Blob {
    const part = super.slice(from, to, type);
    this.read += part.size;
    return part;
  }
}

const lying = (() => {
  const bytes = gzip.slice();
  new DataView(bytes.buffer).setUint32(bytes.length - 4, 0x7fff_ffff, true);
  return bytes;
})();

const utf16 = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer);
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52);
/** What a parquet file begins and ends with, around a footer that claims to be 2 GB. */
const claimingParquet = Uint8Array.of(0x50, 0x41, 0x52, 0x31, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0x50, 0x41, 0x52, 0x31);
const claimingFeather = Uint8Array.of(
  ...new TextEncoder().encode('ARROW1\0\0'),
  0,
  0,
  0,
  0,
  0xff,
  0xff,
  0xff,
  0x7f,
  ...new TextEncoder().encode('ARROW1'),
);

describe('a hostile file', () => {
  it.each<[string, Uint8Array<ArrayBuffer> | string, RegExp]>([
    ['gzip that expands a thousandfold', bomb, /^x: unpacks to more than 200 times its size/],
    ['gzip in gzip', new Uint8Array(gzipSync(gzip)), /^x: gzip data inside gzip data; expected it packed once/],
    ['a zip archive in gzip', new Uint8Array(gzipSync(zipSync({ a: gzip }))), /^x: a zip archive inside gzip data/],
    [
      'a tar archive in gzip',
      new Uint8Array(gzipSync(`${'a.csv'.padEnd(257, '\0')}ustar\0${'\0'.repeat(300)}`)),
      /^x: a tar archive inside gzip data/,
    ],
    ['a gzip trailer that lies', lying, /^x: damaged or incomplete gzip after \d+ unpacked bytes/],
    ['gzip that is cut', gzip.slice(0, gzip.length - 9), /^x: damaged or incomplete gzip/],
    [
      'a 7z archive',
      Uint8Array.of(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4),
      /^x: a 7z archive; expected CSV, JSON, feather or parquet/,
    ],
    ['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0), /^x: zstd data; expected CSV/],
    ['a picture', png, /^x: binary data/],
    ['UTF-16 without its mark', utf16(csv), /^x: text in UTF-16 without its mark; expected UTF-8/],
    ['JSON that is nested a million deep', '['.repeat(1_000_000), /^x, line 1: .*expected a number or text inside a row/],
    ['JSON that is no list', '{"__proto__":{"polluted":true}}', /^x: found .*expected a list of rows/],
    ['a parquet footer that claims 2 GB', claimingParquet, /^x: damaged or incomplete parquet/],
    ['a feather footer that claims 2 GB', claimingFeather, /^x: damaged or incomplete feather/],
    ['feather of version 1', 'FEA1        FEA1', /^x: feather of version 1; expected version 2/],
  ])('%s is refused with what was found', async (_, content, message) => {
    const opening = openFile(new File([content], 'x'), {});
    await expect(opening).rejects.toThrow(FormatError);
    await expect(opening).rejects.toThrow(message);
  });

  it('that unpacks to far more than its size is read no further than it takes to see that', async () => {
    const dense = new CountedFile(
      Array.from({ length: 20 }, () => bomb),
      'bomb.gz',
    );
    await expect(unpack(dense)).rejects.toThrow('unpacks to more than 200 times');
    expect(dense.size).toBeGreaterThan(5 * MEGABYTE);
    expect(dense.read).toBeLessThan(1.01 * MEGABYTE);
    const inZip = new CountedFile([new Uint8Array(zipSync({ 'a.csv': new Uint8Array(50 * MEGABYTE) }))], 'bomb.zip');
    await expect(unpack(inZip)).rejects.toThrow('unpacks to more than 200 times');
  });

  it('that is larger than the limit is not read at all', async () => {
    const large = new CountedFile([new Uint8Array(1_000)], 'large.csv');
    await expect(unpack(large, { maxBytes: 999 })).rejects.toThrow(FormatError);
    expect(large.read).toBe(0);
  });
});

describe('a market file that packs well', () => {
  it('is opened all the same: bars at one price without volume', async () => {
    const bar = (row: number): string =>
      `${1_700_000_000_000 + row * 60_000},100.00000000,100.00000000,100.00000000,100.00000000,0.00000000\n`;
    const rows = Array.from({ length: 50_000 }, (_, row) => bar(row));
    const text = `ts,open,high,low,close,volume\n${rows.join('')}`;
    const packed = new Uint8Array(gzipSync(text, { level: 9 }));
    expect(text.length / packed.length).toBeGreaterThan(25);
    expect((await openFile(new File([packed], 'flat.csv.gz'), {})).report).toMatchObject({ rows: 50_000, rejectedRows: 0 });
  });
});

describe('reading', () => {
  it('tells how far it is, to the end, and stops when it is told to', async () => {
    const noise = Uint8Array.from(
      { length: 3 * MEGABYTE },
      (_, i) => Math.imul(Math.imul(i, 0x9e37_79b1) ^ (i >>> 3), 0x85eb_ca6b) >>> 24,
    );
    const file = new File([new Uint8Array(gzipSync(noise))], 'a.gz');
    const shares: number[] = [];
    await unpack(file, {}, { progress: (share) => void shares.push(share) });
    expect(shares.length).toBeGreaterThan(2);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const stop = new AbortController();
    const reason = new Error('enough');
    const reading = unpack(file, {}, { progress: () => stop.abort(reason), signal: stop.signal });
    await expect(reading).rejects.toBe(reason);
    await expect(unpack(new File([csv], 'a.csv'), {}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
