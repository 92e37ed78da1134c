import { compress } from 'lz4js';
import { describe, expect, it } from 'vitest';
import { unpackLz4Block, unpackLz4Frame } from './lz4.ts';

const content = Uint8Array.from({ length: 100_000 }, (_, i) => (i >> 4) % 251);
const frame = compress(content);
const MOST = 1 << 24;

/** The frame with a head that says how long its content is. */
function claiming(size: bigint): Uint8Array {
  const bytes = new Uint8Array(frame.length + 8);
  bytes.set(frame.subarray(0, 6));
  bytes[4] = (frame[4] ?? 0) | 0x08;
  new DataView(bytes.buffer).setBigUint64(6, size, true);
  bytes.set(frame.subarray(6), 14);
  return bytes;
}

describe('unpackLz4Frame', () => {
  it('gives back what was packed, with a head that says its length or without', () => {
    expect(unpackLz4Frame(frame, MOST)).toEqual(content);
    expect(unpackLz4Frame(claiming(100_000n), MOST)).toEqual(content);
  });

  it('makes no room by what the head claims', () => {
    expect(unpackLz4Frame(claiming(2n ** 40n), MOST)).toEqual(content);
  });

  it('refuses what could unpack to more than is allowed before it makes room', () => {
    expect(() => unpackLz4Frame(frame, 1_000)).toThrow(/expected at most 1000/);
  });

  it('refuses what is cut, or no frame', () => {
    expect(() => unpackLz4Frame(frame.subarray(0, frame.length - 4), MOST)).toThrow('cut');
    expect(() => unpackLz4Frame(frame.subarray(4), MOST)).toThrow('no LZ4 frame');
    expect(() => unpackLz4Frame(new Uint8Array(), MOST)).toThrow('no LZ4 frame');
  });
});

describe('unpackLz4Block', () => {
  const block = Uint8Array.of(0x44, 1, 2, 3, 4, 4, 0, 0x00);

  it('gives back a block of the length that was said, and refuses any other', () => {
    expect(unpackLz4Block(block, 12)).toEqual(Uint8Array.of(1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4));
    expect(() => unpackLz4Block(block, 11)).toThrow('damaged');
    expect(() => unpackLz4Block(block, 13)).toThrow('damaged');
  });
});
