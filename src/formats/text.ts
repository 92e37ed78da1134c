import { textOf } from './bytes.ts';

const CHUNK = 8_192;

/** A small file as text: UTF-8, or UTF-16 where it begins with that mark; the mark is left out. */
export function plainText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return wide(bytes, 0);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return wide(bytes, 1);
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const parts: string[] = [];
  while (at < bytes.length) {
    let end = Math.min(bytes.length, at + CHUNK);
    // not through the middle of a character
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end += 1;
    const chunk = bytes.subarray(at, end);
    parts.push(chunk.every((byte) => byte < 128) ? String.fromCharCode(...chunk) : textOf(bytes, at, end));
    at = end;
  }
  return parts.join('');
}

/** UTF-16. @param low place of the lower byte in a pair */
function wide(bytes: Uint8Array, low: 0 | 1): string {
  const parts: string[] = [];
  for (let at = 2; at + 1 < bytes.length; at += CHUNK) {
    const codes: number[] = [];
    for (let pair = at; pair + 1 < Math.min(bytes.length, at + CHUNK); pair += 2)
      codes.push(((bytes[pair + 1 - low] ?? 0) << 8) | (bytes[pair + low] ?? 0));
    parts.push(String.fromCharCode(...codes));
  }
  return parts.join('');
}
