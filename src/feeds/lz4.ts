import { decompressBlock, decompressFrame } from 'lz4js';

const MAGIC = 0x184d2204;
/** One byte of a block stands for 255 at most. */
const MOST_EXPANSION = 255;
/** Bytes of a block by its code in the frame's head. */
const BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 0x1_0000, 5: 0x4_0000, 6: 0x10_0000, 7: 0x40_0000 };

/**
 * Unpacks an LZ4 frame. Memory follows the packed bytes, not what the frame's head says of its content.
 * @param most bytes that may come out
 * @throws Error when it is damaged, cut, or unpacks to more
 */
export function unpackLz4Frame(frame: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  const room = roomOf(frame);
  if (room > most) throw new Error(`LZ4 data of up to ${room} bytes; expected at most ${most}`);
  const bytes = new Uint8Array(room);
  const length = decompressFrame(frame, bytes);
  if (!(length <= room)) throw new Error('damaged LZ4 data');
  return bytes.slice(0, length);
}

/** Unpacks a bare LZ4 block of exactly `size` bytes. @throws Error when it is damaged or claims more than it can hold */
export function unpackLz4Block(block: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  if (decompressBlock(block, bytes, 0, block.length, 0) !== size) throw new Error('damaged LZ4 data');
  return bytes;
}

/** The most that the blocks of a frame can unpack to, by their packed sizes. */
function roomOf(frame: Uint8Array): number {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.byteLength < 7 || view.getUint32(0, true) !== MAGIC) throw new Error('no LZ4 frame');
  const flags = view.getUint8(4);
  const block = BLOCK_BYTES[(view.getUint8(5) >> 4) & 7];
  if (flags >> 6 !== 1 || block === undefined) throw new Error('an LZ4 frame of an unknown kind');
  const checked = (flags & 0x10) !== 0 ? 4 : 0;
  let at = 7 + ((flags & 0x08) !== 0 ? 8 : 0) + ((flags & 0x01) !== 0 ? 4 : 0);
  let room = 0;
  for (;;) {
    if (at + 4 > view.byteLength) throw new Error('an LZ4 frame that is cut');
    const size = view.getUint32(at, true);
    if (size === 0) return room;
    const packed = size & 0x7fff_ffff;
    room += size === packed ? Math.min(block, packed * MOST_EXPANSION) : packed;
    at += 4 + packed + checked;
  }
}
