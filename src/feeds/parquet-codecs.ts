import { gunzipSync } from 'fflate';
import { type CompressionCodec, snappyUncompress } from 'hyparquet';
import { unpackLz4Block } from './lz4.ts';

/** How a page is unpacked, and how many bytes one packed byte may stand for: a page that claims more is not even tried. */
interface Codec {
  mostExpansion: number;
  unpack(packed: Uint8Array, size: number): Uint8Array;
}

const CODECS: Partial<Record<CompressionCodec, Codec>> = {
  UNCOMPRESSED: { mostExpansion: 1, unpack: (packed) => packed },
  SNAPPY: { mostExpansion: 32, unpack: unpackSnappy },
  GZIP: { mostExpansion: 1_032, unpack: unpackGzip },
  LZ4_RAW: { mostExpansion: 255, unpack: unpackLz4Block },
};

/** The codecs that are read, for messages. */
export const CODEC_NAMES = Object.keys(CODECS).join(', ');

export const isKnownCodec = (codec: string): boolean => Object.hasOwn(CODECS, codec);

/** Unpacks one page to exactly `size` bytes. @throws Error when it is damaged, or claims a size that its bytes cannot unpack to */
export function unpackPage(packed: Uint8Array, size: number, name: CompressionCodec): Uint8Array {
  const codec = CODECS[name];
  if (!codec) throw new Error(`codec ${name}`);
  if (!(size >= 0 && size <= packed.length * codec.mostExpansion + 64))
    throw new Error(`a page of ${packed.length} bytes that claims ${size} unpacked`);
  const page = codec.unpack(packed, size);
  if (page.length !== size) throw new Error(`a page of ${page.length} bytes that claims ${size}`);
  return page;
}

/** One byte more is given room than is claimed, because the unpacker stops silently where there is none left. */
function unpackGzip(packed: Uint8Array, size: number): Uint8Array {
  return gunzipSync(packed, { out: new Uint8Array(size + 1) });
}

function unpackSnappy(packed: Uint8Array, size: number): Uint8Array {
  if (snappyLength(packed) !== size) throw new Error('damaged snappy data');
  const page = new Uint8Array(size);
  snappyUncompress(packed, page);
  return page;
}

/** Bytes that snappy data unpacks to, by its tags alone. The unpacker itself would follow a literal of negative length backwards for ever. */
function snappyLength(packed: Uint8Array): number {
  let at = 0;
  while ((packed[at] ?? 0) >= 128) at += 1;
  at += 1;
  let length = 0;
  while (at < packed.length) {
    const tag = packed[at] ?? 0;
    const kind = tag & 3;
    at += 1;
    if (kind !== 0) {
      length += kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
      at += kind === 3 ? 4 : kind;
      continue;
    }
    let literal = (tag >> 2) + 1;
    if (literal > 60) {
      const bytes = literal - 60;
      if (bytes > 3) throw new Error('damaged snappy data');
      literal = 1;
      for (let byte = 0; byte < bytes; byte += 1) literal += (packed[at + byte] ?? 0) << (8 * byte);
      at += bytes;
    }
    length += literal;
    at += literal;
  }
  return length;
}
