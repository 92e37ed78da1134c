import { FormatError } from '../formats/error.ts';

/** The one data file of a zip archive, where its packed bytes lie and what the archive's directory says of it. */
export interface ZipEntry {
  name: string;
  /** first of its packed bytes in the archive */
  from: number;
  /** first byte after them */
  to: number;
  deflated: boolean;
  /** bytes after unpacking, as claimed */
  size: number;
  /** CRC-32 of the unpacked bytes, as claimed */
  crc: number;
}

const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const RECORD_BYTES = 46;
const LOCAL_BYTES = 30;
const END = 0x06054b50;
const RECORD = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_ENTRIES = 1_000;
const MOST_DIRECTORY_BYTES = 1_048_576;
const LISTED = 5;

/** Methods by their numbers in the zip specification (APPNOTE 4.4.5). */
const METHODS: Readonly<Record<number, string>> = {
  1: 'shrink',
  6: 'implode',
  9: 'deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'zstd',
  95: 'xz',
  98: 'PPMd',
  99: 'AES',
};

/** Files that go along with data and hold none: checksums, and what operating systems leave behind. */
const BESIDE =
  /(?:^|\/)(?:__MACOSX\/.*|\.[^/]*|Thumbs\.db|desktop\.ini|(?:md5|sha\d+)sums?(?:\.txt)?)$|\.(?:md5|sha\d*|checksum|crc|sfv|asc|sig)$/i;

/**
 * Finds the one data file in a zip archive by the directory at its end; folders, checksums and what systems leave behind do not count.
 * Reads the directory and the head of that file, and takes no claim for granted that the archive's own size does not bear out.
 * @param file name for messages
 * @throws FormatError when the archive is cut or damaged, holds no data file or several, or one that cannot be unpacked
 */
export async function soleEntry(archive: Blob, file: string): Promise<ZipEntry> {
  const { from, to, count } = await directoryOf(archive, file);
  const directory = new DataView(await archive.slice(from, to).arrayBuffer());
  const records: DirectoryRecord[] = [];
  let at = 0;
  for (let entry = 0; entry < count; entry += 1) {
    const record = recordAt(directory, at);
    if (!record) throw broken(file, `its directory ends after ${entry} of ${count} entries`);
    records.push(record);
    at += record.length;
  }
  const data = records.filter(({ name }) => !name.endsWith('/') && !BESIDE.test(name));
  const [record, other] = data;
  if (!record) throw new FormatError(file, undefined, 'a zip archive without a data file; expected one');
  if (other) {
    const listed = data.slice(0, LISTED).map(({ name }) => shown(name));
    const more = data.length > LISTED ? ` and ${data.length - LISTED} more` : '';
    throw new FormatError(
      file,
      undefined,
      `a zip archive of ${data.length} data files (${listed.join(', ')}${more}); expected one: unpack it and open the one that is meant`,
    );
  }
  return located(archive, file, record, from);
}

interface DirectoryRecord {
  name: string;
  flags: number;
  method: number;
  crc: number;
  packed: number;
  size: number;
  offset: number;
  /** bytes of the record itself */
  length: number;
}

const broken = (file: string, how: string): FormatError =>
  new FormatError(file, undefined, `a zip archive that is cut or damaged: ${how}`);

const shown = (name: string): string => name.slice(0, 100);

const isZip64 = (...fields: number[]): boolean => fields.includes(0xffff_ffff);

const zip64 = (file: string): FormatError =>
  new FormatError(file, undefined, 'a zip64 archive, made for files beyond 4 GB; expected a plain zip archive');

/** Where the directory lies; the record that says so stands at the archive's end, before a comment. */
async function directoryOf(archive: Blob, file: string): Promise<{ from: number; to: number; count: number }> {
  const tailAt = Math.max(0, archive.size - END_BYTES - LONGEST_COMMENT);
  const tail = new DataView(await archive.slice(tailAt).arrayBuffer());
  let at = tail.byteLength - END_BYTES;
  while (at >= 0 && !(tail.getUint32(at, true) === END && at + END_BYTES + tail.getUint16(at + 20, true) === tail.byteLength))
    at -= 1;
  if (at < 0) throw broken(file, 'no directory at its end');
  const [disk, firstDisk, count, all] = [4, 6, 8, 10].map((place) => tail.getUint16(at + place, true));
  const [size = 0, from = 0] = [12, 16].map((place) => tail.getUint32(at + place, true));
  if (isZip64(size, from) || count === 0xffff) throw zip64(file);
  if (disk !== 0 || firstDisk !== 0 || count !== all || count === undefined)
    throw new FormatError(file, undefined, 'a part of a zip archive in several parts; expected the whole in one file');
  if (from + size > tailAt + at) throw broken(file, `its directory is said to end at byte ${from + size} of ${archive.size}`);
  if (count > MOST_ENTRIES || size > MOST_DIRECTORY_BYTES)
    throw new FormatError(
      file,
      undefined,
      `a zip archive of ${count} entries; expected at most ${MOST_ENTRIES}, and one data file`,
    );
  return { from, to: from + size, count };
}

function recordAt(directory: DataView, at: number): DirectoryRecord | undefined {
  if (at + RECORD_BYTES > directory.byteLength || directory.getUint32(at, true) !== RECORD) return undefined;
  const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = [28, 30, 32].map((place) => directory.getUint16(at + place, true));
  const length = RECORD_BYTES + nameBytes + extraBytes + commentBytes;
  if (at + length > directory.byteLength) return undefined;
  return {
    name: new TextDecoder().decode(new Uint8Array(directory.buffer, at + RECORD_BYTES, nameBytes)),
    flags: directory.getUint16(at + 8, true),
    method: directory.getUint16(at + 10, true),
    crc: directory.getUint32(at + 16, true),
    packed: directory.getUint32(at + 20, true),
    size: directory.getUint32(at + 24, true),
    offset: directory.getUint32(at + 42, true),
    length,
  };
}

/** The entry with the place of its bytes, once its own head agrees with the directory. */
async function located(archive: Blob, file: string, record: DirectoryRecord, directoryAt: number): Promise<ZipEntry> {
  const { name, flags, method, crc, packed, size, offset } = record;
  const what = `${shown(name)} in a zip archive`;
  if ((flags & 1) !== 0 || method === 99)
    throw new FormatError(file, undefined, `${what} is encrypted; expected it not encrypted`);
  if (isZip64(packed, size, offset)) throw zip64(file);
  if (method !== 0 && method !== 8)
    throw new FormatError(
      file,
      undefined,
      `${what} is packed by ${METHODS[method] ?? 'an unknown method'} (method ${method}); expected deflate or stored`,
    );
  const head = new DataView(await archive.slice(offset, offset + LOCAL_BYTES).arrayBuffer());
  if (head.byteLength < LOCAL_BYTES || head.getUint32(0, true) !== LOCAL || head.getUint16(8, true) !== method)
    throw broken(file, `no head of ${shown(name)} at byte ${offset}`);
  const from = offset + LOCAL_BYTES + head.getUint16(26, true) + head.getUint16(28, true);
  if (from + packed > directoryAt)
    throw broken(file, `${shown(name)} is said to end at byte ${from + packed} of ${archive.size}`);
  if (method === 0 && packed !== size) throw broken(file, `${shown(name)} is stored in ${packed} bytes and said to have ${size}`);
  return { name, from, to: from + packed, deflated: method === 8, size, crc };
}
