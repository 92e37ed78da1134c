const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  return value;
});

/** CRC-32 as zip and gzip have it, over bytes that come in pieces. */
export class Crc32 {
  private state = 0xffff_ffff;

  update(bytes: Uint8Array): void {
    let { state } = this;
    for (let at = 0; at < bytes.length; at += 1) state = (TABLE[(state ^ (bytes[at] ?? 0)) & 255] ?? 0) ^ (state >>> 8);
    this.state = state;
  }

  get value(): number {
    return (this.state ^ 0xffff_ffff) >>> 0;
  }
}
