import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { headOf } from './head.ts';

const text = 'ts,open\n1,2\n'.repeat(20_000);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('headOf', () => {
  it('gives the first bytes of a file, of gzip those inside', async () => {
    for (const blob of [new Blob([text]), new Blob([gzipSync(text)])])
      expect(decode(await headOf(blob, 1_000))).toBe(text.slice(0, 1_000));
  });

  it('gives what there is of a shorter one', async () => {
    expect(decode(await headOf(new Blob(['ab']), 1_000))).toBe('ab');
    expect(decode(await headOf(new Blob([gzipSync('ab')]), 1_000))).toBe('ab');
    expect(await headOf(new Blob([]), 1_000)).toHaveLength(0);
  });

  it('gives what can be unpacked of a damaged one', async () => {
    expect(decode(await headOf(new Blob([gzipSync(text).subarray(0, 40)]), 1_000_000))).not.toContain('\u0000');
  });
});
