/**
 * The first bytes of a file, unpacked where it is gzip: enough to tell what it is without reading all of it. Fewer where the file is shorter or
 * its gzip is damaged, which is for the one to say who reads the whole.
 */
export async function headOf(file: Blob, length: number): Promise<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, length).arrayBuffer());
  if (start[0] !== 0x1f || start[1] !== 0x8b) return start;
  const head = new Uint8Array(length);
  let filled = 0;
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  while (filled < length) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
    if (done || !value) break;
    const part = value.subarray(0, length - filled);
    head.set(part, filled);
    filled += part.length;
  }
  await reader.cancel().catch(() => undefined);
  return head.subarray(0, filled);
}
