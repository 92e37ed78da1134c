import { FormatError } from '../formats/error.ts';

/** What a file may be at most. */
export interface UnpackLimits {
  /** bytes after unpacking */
  maxBytes: number;
}

const MEGABYTE = 1_048_576;
const DEFAULT_LIMITS: UnpackLimits = { maxBytes: 512 * MEGABYTE };

/**
 * The file's bytes, unpacked where the content (not the name) is gzip.
 * @throws FormatError when the file is larger than the limit, a damaged or cut gzip, or a zip archive
 */
export async function unpack(file: Blob, limits: UnpackLimits = DEFAULT_LIMITS): Promise<Uint8Array<ArrayBuffer>> {
  const name = file instanceof File ? file.name : 'file';
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4)
    throw new FormatError(name, undefined, 'a zip archive; expected CSV or gzip');
  const packed = head[0] === 0x1f && head[1] === 0x8b;
  if (!packed) {
    if (file.size > limits.maxBytes) throw tooLarge(name, limits);
    return new Uint8Array(await file.arrayBuffer());
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new FormatError(name, undefined, `damaged or incomplete gzip after ${length} unpacked bytes (${reason})`);
    });
    if (done) break;
    length += value.length;
    if (length > limits.maxBytes) {
      // The source may fail while it is told to stop; the limit is what matters to the caller.
      await reader.cancel().catch(() => undefined);
      throw tooLarge(name, limits);
    }
    chunks.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** SHA-256 in lower-case hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function tooLarge(name: string, { maxBytes }: UnpackLimits): FormatError {
  return new FormatError(name, undefined, `more than ${Math.floor(maxBytes / MEGABYTE)} MB unpacked; expected at most that`);
}
