/**
 * A text in UTF-16 with its byte order mark, as MetaTrader writes some of its exports, in bytes of one a character; anything else as it is.
 * The numbers and names that matter are ASCII: every other character becomes a question mark.
 */
export function narrowed(bytes: Uint8Array): Uint8Array {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!little && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return bytes;
  const [low, high] = little ? [0, 1] : [1, 0];
  const out = new Uint8Array((bytes.length - 2) >> 1);
  for (let at = 0; at < out.length; at += 1) {
    const from = 2 + 2 * at;
    const byte = bytes[from + low] ?? 0;
    out[at] = bytes[from + high] === 0 && byte < 128 ? byte : 63;
  }
  return out;
}
