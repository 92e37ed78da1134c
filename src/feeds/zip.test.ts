import { type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { unpackNamed } from './file.ts';

const CSV = `ts,price,size\n${Array.from({ length: 2_000 }, (_, row) => `${row},${(row * 7919) % 997},1\n`).join('')}`;
const csv = new TextEncoder().encode(CSV);
const zipped = (files: Zippable): Uint8Array<ArrayBuffer> => new Uint8Array(zipSync(files));
const archive = zipped({ 'BTCUSDT.csv': csv });

const unzip = async (bytes: Uint8Array<ArrayBuffer>): Promise<[string, string]> => {
  const { name, bytes: content } = await unpackNamed(new File([bytes], 'a.zip'));
  return [name, new TextDecoder().decode(content)];
};

/** A copy with some bytes changed, counted from a signature's first place. */
function changed(
  bytes: Uint8Array<ArrayBuffer>,
  signature: 'local' | 'directory' | 'end',
  at: number,
  ...values: number[]
): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const [third, fourth] = { local: [3, 4], directory: [1, 2], end: [5, 6] }[signature];
  const from = copy.findIndex(
    (_, i) => copy[i] === 0x50 && copy[i + 1] === 0x4b && copy[i + 2] === third && copy[i + 3] === fourth,
  );
  copy.set(values, from + at);
  return copy;
}

describe('a zip archive', () => {
  it('of one file is unpacked, deflated or stored, and named by both', async () => {
    expect(await unzip(archive)).toEqual(['a.zip/BTCUSDT.csv', CSV]);
    expect(await unzip(zipped({ 'x.csv': [csv, { level: 0 }] }))).toEqual(['a.zip/x.csv', CSV]);
  });

  it('may have a comment, folders, checksums and what systems leave behind', async () => {
    const beside = {
      '__MACOSX/': csv,
      '__MACOSX/data/._x.csv': csv,
      'data/': new Uint8Array(),
      'data/.DS_Store': csv,
      'x.csv.CHECKSUM': csv,
      'data/SHA256SUMS': csv,
    };
    expect(await unzip(zipped({ ...beside, 'data/x.csv': csv }))).toEqual(['a.zip/data/x.csv', CSV]);
    const comment = new TextEncoder().encode('made by nobody PK\u0005\u0006');
    const end = changed(archive, 'end', 20, comment.length, 0);
    expect(await unzip(Uint8Array.of(...end, ...comment))).toEqual(['a.zip/BTCUSDT.csv', CSV]);
  });

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    [
      'of two data files',
      zipped({ 'a.csv': csv, 'b.csv': csv }),
      /^a\.zip: a zip archive of 2 data files \(a\.csv, b\.csv\); expected one/,
    ],
    [
      'of many',
      zipped(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.csv`, csv]))),
      /of 9 data files \(0\.csv, .*4\.csv and 4 more\)/,
    ],
    ['of none', zipped({ 'x.md5': csv }), /^a\.zip: a zip archive without a data file; expected one/],
    ['of nothing', zipped({}), /without a data file/],
    [
      'in a zip archive',
      zipped({ 'inner.zip': archive }),
      /^a\.zip\/inner\.zip: a zip archive inside a zip archive; expected it packed once/,
    ],
    ['that is encrypted', changed(archive, 'directory', 8, 1), /BTCUSDT\.csv in a zip archive is encrypted/],
    ['packed by LZMA', changed(archive, 'directory', 10, 14), /packed by LZMA \(method 14\); expected deflate or stored/],
    ['of zip64', changed(archive, 'directory', 24, 255, 255, 255, 255), /a zip64 archive/],
    ['of zip64 by its end', changed(archive, 'end', 16, 255, 255, 255, 255), /a zip64 archive/],
    ['in several parts', changed(archive, 'end', 4, 1), /in several parts; expected the whole/],
    [
      'with more entries than anybody needs',
      changed(archive, 'end', 8, 0x10, 0x27, 0x10, 0x27),
      /10000 entries; expected at most 1000/,
    ],
    [
      'with fewer entries than it says',
      changed(archive, 'end', 8, 5, 0, 5, 0),
      /cut or damaged: its directory ends after 1 of 5/,
    ],
    ['with a directory beyond its end', changed(archive, 'end', 12, 0, 0, 0, 1), /cut or damaged: its directory is said to end/],
    ['with a file that begins elsewhere', changed(archive, 'directory', 42, 9), /no head of BTCUSDT\.csv at byte 9/],
    ['with a file beyond its end', changed(archive, 'directory', 20, 0, 0, 0, 1), /BTCUSDT\.csv is said to end at byte/],
    ['with a file that claims 2 GB', changed(archive, 'directory', 24, 0, 0, 0, 0x80), /more than 512 MB unpacked/],
    [
      'with a file larger than it claims',
      changed(archive, 'directory', 24, 100, 0, 0, 0),
      /more than the 100 bytes that the archive says/,
    ],
    ['with a file smaller than it claims', changed(archive, 'directory', 24, 0, 0, 1, 0), /not what its checksum was made of/],
    ['with another checksum', changed(archive, 'directory', 16, 1, 2, 3, 4), /not what its checksum was made of/],
    ['with damaged content', changed(archive, 'local', 60, 255, 255, 255, 255), /damaged or incomplete zip archive/],
    ['that is cut', archive.slice(0, archive.length >> 1), /cut or damaged: no directory at its end/],
  ])('%s is refused', async (_, bytes, message) => {
    await expect(unzip(bytes)).rejects.toThrow(FormatError);
    await expect(unzip(bytes)).rejects.toThrow(message);
  });
});
