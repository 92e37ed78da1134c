import { FormatError } from '../formats/error.ts';

/** Bytes from the beginning of a file that tell what it is. */
export const HEAD_BYTES = 512;

export const GZIP = 'gzip data';
export const ZIP = 'a zip archive';

/** Beginnings of what a file may be packed in or simply is, in hexadecimal; `..` is any byte. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ['1f8b', GZIP],
  ['504b0304', ZIP],
  ['504b0506', ZIP],
  ['504b0708', ZIP],
  ['377abcaf271c', 'a 7z archive'],
  ['526172211a07', 'a rar archive'],
  ['28b52ffd', 'zstd data'],
  ['fd377a585a00', 'xz data'],
  ['425a68', 'bzip2 data'],
  ['04224d18', 'lz4 data'],
];

/** What packed data begins like this, in words; undefined where it is none that is known. */
export function packingOf(head: Uint8Array): string | undefined {
  const begins = ([hex]: readonly [string, string]): boolean =>
    head.length >= hex.length / 2 &&
    Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)).every(
      (byte, i) => byte === head[i],
    );
  const known = BEGINNINGS.find(begins)?.[1];
  if (known !== undefined) return known;
  return head.length > 262 && ascii(head, 257, 262) === 'ustar' ? 'a tar archive' : undefined;
}

/** How the rows of an unpacked file are written. */
export type Writing = 'text' | 'json' | 'feather' | 'parquet';

/**
 * How the rows of an unpacked file are written, by its first bytes. What is none of the others counts as text.
 * @throws FormatError for kin of these formats that are not read
 */
export function writingOf(bytes: Uint8Array, file: string): Writing {
  const word = ascii(bytes, 0, 6);
  if (word.startsWith('PAR1')) return 'parquet';
  if (word.startsWith('PARE'))
    throw new FormatError(file, undefined, 'parquet with an encrypted footer; expected it not encrypted');
  if (word === 'ARROW1') return 'feather';
  if (word.startsWith('FEA1'))
    throw new FormatError(file, undefined, 'feather of version 1; expected version 2, which pandas writes since 1.1');
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (isSpace(bytes[at])) at += 1;
  const first = bytes[at];
  return first === 0x5b || first === 0x7b ? 'json' : 'text';
}

/**
 * @param head first bytes of an unpacked file
 * @throws FormatError when it is text in UTF-16 without the mark that would say in which order its bytes stand
 */
export function refuseUnmarkedUtf16(head: Uint8Array, file: string): void {
  const pairs = Array.from({ length: Math.min(head.length >> 1, 32) }, (_, i) => [head[2 * i], head[2 * i + 1]] as const);
  const printable = (byte: number | undefined): boolean => byte !== undefined && ((byte >= 32 && byte < 127) || isSpace(byte));
  const little = pairs.every(([low, high]) => printable(low) && high === 0);
  const big = pairs.every(([high, low]) => printable(low) && high === 0);
  if (pairs.length < 4 || !(little || big)) return;
  throw new FormatError(file, undefined, 'text in UTF-16 without its mark; expected UTF-8: save it again as UTF-8');
}

const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 13;

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
