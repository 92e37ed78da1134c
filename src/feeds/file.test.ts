import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { sha256, unpack } from './file.ts';

const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => (Math.imul(i, 0x9e37_79b1) >>> 9) % 61);
const packed = new Uint8Array(gzipSync(content));
const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

describe('unpack', () => {
  it('unpacks gzip by its content, whatever its name', async () => {
    expect(same(await unpack(new File([packed], 'named.csv')), content)).toBe(true);
  });

  it('gives everything else as it is, whatever its name', async () => {
    expect(same(await unpack(new File([content], 'named.csv.gz')), content)).toBe(true);
    expect((await unpack(new Blob([]))).length).toBe(0);
  });

  it('refuses more than the limit, packed or not', async () => {
    const limits = { maxBytes: 1_048_576 };
    await expect(unpack(new File([packed], 'a.gz'), limits)).rejects.toThrow('a.gz: more than 1 MB unpacked');
    await expect(unpack(new File([content], 'a.csv'), limits)).rejects.toThrow(FormatError);
    expect((await unpack(new Blob([packed]), { maxBytes: content.length })).length).toBe(content.length);
  });

  it('refuses gzip that is cut, damaged or followed by something else', async () => {
    const damaged = packed.slice();
    damaged[100] = (damaged[100] ?? 0) ^ 255;
    const parts: BlobPart[][] = [[packed.slice(0, packed.length / 2)], [packed.slice(0, -3)], [damaged], [packed, 'more']];
    for (const part of parts) {
      const reading = unpack(new File(part, 'bad.gz'));
      await expect(reading).rejects.toThrow(FormatError);
      await expect(reading).rejects.toThrow(/^bad\.gz: damaged or incomplete gzip/);
    }
  });

  it('refuses zip archives by name', async () => {
    await expect(unpack(new File(['PK\u0003\u0004…'], 'a.zip'))).rejects.toThrow('a.zip: a zip archive that is cut or damaged');
  });
});

describe('sha256', () => {
  it('is the digest in lower-case hex', async () => {
    const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await sha256(new TextEncoder().encode('abc'))).toBe(digest);
  });
});
