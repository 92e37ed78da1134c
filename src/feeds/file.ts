import { FormatError } from '../formats/error.ts';
import { Crc32 } from './crc.ts';
import { GZIP, HEAD_BYTES, packingOf, refuseUnmarkedUtf16, ZIP } from './sniff.ts';
import { type Watch, tell } from '../formats/watch.ts';
import { soleEntry } from './zip.ts';

/** What a file may be at most. */
export interface UnpackLimits {
  /** bytes after unpacking, and bytes as the file is */
  maxBytes: number;
  /** unpacked bytes for each packed one, once more than `ratioFrom` came out */
  maxRatio: number;
  ratioFrom: number;
}

/** A file's content, and its name: of a zip archive `ARCHIVE/ENTRY`, so that messages name both and what follows the last slash is the data's own. */
export interface Unpacked {
  bytes: Uint8Array<ArrayBuffer>;
  name: string;
}

const MEGABYTE = 1_048_576;
/**
 * Market data as text packs at 3 to 15 to 1, and at worst, bars at one price without volume, at 35 to 1. Deflate ends at 1032 to 1, and
 * what comes near that was made to fill the memory.
 */
const DEFAULT_LIMITS: UnpackLimits = { maxBytes: 512 * MEGABYTE, maxRatio: 200, ratioFrom: MEGABYTE };
/** Read from the file at once. */
const BLOCK_BYTES = MEGABYTE;
/** Given to the unpacker at once: it may give back a thousandfold before anybody can look. */
const PIECE_BYTES = 32_768;
const EXPECTED = 'expected CSV, JSON, feather or parquet, plain or packed in gzip or zip';

/**
 * The file's bytes, unpacked where the content (not the name) is gzip or a zip archive of one data file.
 * @throws FormatError when it is larger than the limits, cut, damaged, packed otherwise or more than once, or text in UTF-16 without a mark
 */
export async function unpack(
  file: Blob,
  limits: Partial<UnpackLimits> = {},
  watch: Watch = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return (await unpackNamed(file, limits, watch)).bytes;
}

/** As `unpack`, with the name of what was found inside. */
export async function unpackNamed(file: Blob, limits: Partial<UnpackLimits> = {}, watch: Watch = {}): Promise<Unpacked> {
  const name = file instanceof File ? file.name : 'file';
  const most = { ...DEFAULT_LIMITS, ...limits };
  if (file.size > most.maxBytes) throw tooLarge(name, most);
  const packing = packingOf(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (packing !== undefined && packing !== GZIP && packing !== ZIP)
    throw new FormatError(name, undefined, `${packing}; ${EXPECTED}`);
  const unpacked = await openedAs(packing, file, name, most, watch);
  const head = unpacked.bytes.subarray(0, HEAD_BYTES);
  const inner = packingOf(head);
  if (inner !== undefined) throw new FormatError(unpacked.name, undefined, `${inner} inside ${packing}; expected it packed once`);
  refuseUnmarkedUtf16(head, unpacked.name);
  return unpacked;
}

async function openedAs(
  packing: string | undefined,
  file: Blob,
  name: string,
  limits: UnpackLimits,
  watch: Watch,
): Promise<Unpacked> {
  if (packing === GZIP) {
    const source = piecesOf(file, 0, file.size, watch);
    return { bytes: await expanded(source, 'gzip', { name, what: 'gzip', limits, watch }), name };
  }
  if (packing !== ZIP) return { bytes: await plain(file, 0, file.size, watch), name };
  const entry = await soleEntry(file, name);
  if (entry.size > limits.maxBytes) throw tooLarge(name, limits);
  const inside = `${name}/${entry.name}`;
  const bytes = entry.deflated
    ? await expanded(piecesOf(file, entry.from, entry.to, watch), 'deflate-raw', {
        name: inside,
        what: 'zip archive',
        limits,
        claimed: entry.size,
        watch,
      })
    : await plain(file, entry.from, entry.to, watch);
  const crc = new Crc32();
  crc.update(bytes);
  if (bytes.length !== entry.size || crc.value !== entry.crc)
    throw new FormatError(
      inside,
      undefined,
      'damaged or incomplete zip archive: the content is not what its checksum was made of',
    );
  return { bytes, name: inside };
}

/** SHA-256 in lower-case hex. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Bytes as they stand in the file. */
async function plain(file: Blob, from: number, to: number, watch: Watch): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(to - from);
  for (let at = from; at < to; at += BLOCK_BYTES) {
    const end = Math.min(to, at + BLOCK_BYTES);
    bytes.set(new Uint8Array(await file.slice(at, end).arrayBuffer()), at - from);
    tell(watch, (end - from) / (to - from));
  }
  return bytes;
}

/** Bytes of the file in pieces small enough that none of them can fill the memory once it is unpacked. */
async function* piecesOf(file: Blob, from: number, to: number, watch: Watch): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let next = from; next < to; next += BLOCK_BYTES) {
    const end = Math.min(to, next + BLOCK_BYTES);
    const block = new Uint8Array(await file.slice(next, end).arrayBuffer());
    tell(watch, (end - from) / (to - from));
    for (let at = 0; at < block.length; at += PIECE_BYTES) yield block.subarray(at, at + PIECE_BYTES);
  }
}

interface Expanding {
  name: string;
  /** what it is packed in, for messages */
  what: string;
  limits: UnpackLimits;
  /** bytes that are to come out, where the archive says so */
  claimed?: number;
  watch: Watch;
}

async function expanded(
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
  format: 'gzip' | 'deflate-raw',
  { name, what, limits, claimed = Infinity, watch }: Expanding,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let taken = 0;
  const { readable, writable } = new DecompressionStream(format);
  const writer = writable.getWriter();
  /** Gives a piece when the one before was taken, so that what comes out belongs to what went in. */
  const feed = async (): Promise<void> => {
    for await (const piece of pieces) {
      taken += piece.length;
      await writer.write(piece);
    }
    await writer.close();
  };
  // What goes wrong here goes wrong for the one who reads as well.
  const feeding = feed().catch((error: unknown) => writer.abort(error).catch(() => undefined));
  const reader = readable.getReader();
  const damaged = (how: string): FormatError =>
    new FormatError(name, undefined, `damaged or incomplete ${what} after ${length} unpacked bytes (${how})`);
  const excess = (): FormatError | undefined => {
    if (length > limits.maxBytes) return tooLarge(name, limits);
    if (length > claimed) return damaged(`more than the ${claimed} bytes that the archive says`);
    return length > limits.ratioFrom && length > limits.maxRatio * taken ? tooDense(name, limits) : undefined;
  };
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      if (watch.signal?.aborted) throw watch.signal.reason;
      throw damaged(error instanceof Error ? error.message : String(error));
    });
    if (done) break;
    length += value.length;
    const error = excess();
    if (error) {
      // The source may fail while it is told to stop; the limit is what matters to the caller.
      await reader.cancel().catch(() => undefined);
      throw error;
    }
    chunks.push(value);
  }
  await feeding;
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooLarge(name: string, { maxBytes }: UnpackLimits): FormatError {
  return new FormatError(name, undefined, `more than ${Math.floor(maxBytes / MEGABYTE)} MB unpacked; expected at most that`);
}

function tooDense(name: string, { maxRatio }: UnpackLimits): FormatError {
  return new FormatError(
    name,
    undefined,
    `unpacks to more than ${maxRatio} times its size, as no market data does; expected a file that was not made to fill the memory`,
  );
}
