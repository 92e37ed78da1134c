import type { ColumnMetaData, DecodedArray, SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import { unpackPage } from './parquet-codecs.ts';

type PageHeader = ReturnType<typeof parquetHeader>;

/** Values of a page: more than any writer puts into one, few enough to make room for by its head's word. */
const MOST_PAGE_VALUES = 8_388_608;
const MOST_DELTA_BLOCK = 65_536;

/** One column of a row group. */
export interface Chunk {
  meta: ColumnMetaData;
  /** the schema's root and the column */
  path: SchemaTree[];
  /** rows of the group */
  rows: number;
}

/**
 * The values of a flat column in one row group, a page each; null where there is none. They stay as they are stored: whole numbers without
 * their scale, times without their unit, text as bytes.
 * The library reads the pages, after what they claim was checked against what is there: it would make room for any number of values.
 * @throws Error when the pages are damaged, or have more or fewer values than the group has rows
 */
export function pagesOf(file: Uint8Array<ArrayBuffer>, { meta, path, rows }: Chunk): DecodedArray[] {
  const chunk = chunkOf(file, meta);
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  const element = path.at(-1)?.element;
  if (!element) throw new Error('a column without a type');
  const decoder = {
    pathInSchema: meta.path_in_schema,
    type: meta.type,
    // without the meaning of its values, so that they come as they are stored
    element: {
      name: element.name,
      ...(element.type === undefined ? {} : { type: element.type }),
      ...(element.type_length === undefined ? {} : { type_length: element.type_length }),
      ...(element.repetition_type === undefined ? {} : { repetition_type: element.repetition_type }),
    },
    schemaPath: path,
    codec: 'UNCOMPRESSED' as const,
    parsers: { ...DEFAULT_PARSERS, timestampFromNanoseconds: (nanoseconds: bigint) => nanoseconds },
    utf8: false,
  };
  const pages: DecodedArray[] = [];
  let dictionary: DecodedArray | undefined;
  let seen = 0;
  while (seen < rows) {
    if (reader.offset >= chunk.length) throw new Error(`a column of ${seen} values in ${rows} rows`);
    const header = parquetHeader(reader);
    const from = reader.offset;
    if (!(header.compressed_page_size >= 0 && from + header.compressed_page_size <= chunk.length))
      throw new Error(`a page that claims ${header.compressed_page_size} of ${chunk.length - from} bytes`);
    reader.offset += header.compressed_page_size;
    const page = pageOf(
      chunk.subarray(from, reader.offset),
      header,
      meta,
      element.repetition_type !== 'REQUIRED',
      rows - seen,
      dictionary,
    );
    if (!page) continue;
    const view = new DataView(page.bytes.buffer, page.bytes.byteOffset, page.bytes.byteLength);
    const { data } = readPage({ view, offset: 0 }, page.header, decoder, dictionary, undefined, 0);
    if (!data) continue;
    if (header.type === 'DICTIONARY_PAGE') dictionary = convert(data, decoder);
    else {
      if (data.length === 0) throw new Error('a page without values');
      pages.push(data);
      seen += data.length;
    }
  }
  if (seen !== rows) throw new Error(`a column of ${seen} values in ${rows} rows`);
  return pages;
}

function chunkOf(file: Uint8Array<ArrayBuffer>, meta: ColumnMetaData): Uint8Array<ArrayBuffer> {
  const first = Number(meta.data_page_offset);
  const dictionary = Number(meta.dictionary_page_offset ?? 0n);
  const from = dictionary > 0 && dictionary < first ? dictionary : first;
  const to = from + Number(meta.total_compressed_size);
  if (!(from >= 0 && to >= from && to <= file.length))
    throw new Error(`a column that claims the bytes ${from} to ${to} of ${file.length}`);
  return file.subarray(from, to);
}

/** An unpacked page with a header that says so; undefined for pages that hold no values. */
function pageOf(
  packed: Uint8Array,
  header: PageHeader,
  { codec }: ColumnMetaData,
  nullable: boolean,
  rowsLeft: number,
  dictionary: DecodedArray | undefined,
): { bytes: Uint8Array; header: PageHeader } | undefined {
  const size = header.uncompressed_page_size;
  const plain = (bytes: Uint8Array, more: Partial<PageHeader> = {}) => ({
    bytes,
    header: { ...header, ...more, compressed_page_size: bytes.length, uncompressed_page_size: bytes.length },
  });
  if (header.dictionary_page_header) {
    const bytes = unpackPage(packed, size, codec);
    if (dictionary) throw new Error('a second dictionary');
    needValues(header.dictionary_page_header.num_values, bytes.length);
    return plain(bytes);
  }
  if (header.data_page_header) {
    const { num_values, encoding } = header.data_page_header;
    needValues(num_values, rowsLeft);
    const bytes = unpackPage(packed, size, codec);
    let at = 0;
    if (nullable) {
      at = 4 + (bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true));
      checkLevels(bytes, 4, at, num_values);
    }
    checkValues(bytes, at, encoding, num_values, dictionary);
    return plain(bytes);
  }
  const v2 = header.data_page_header_v2;
  if (!v2) return undefined;
  needValues(v2.num_values, rowsLeft);
  needValues(v2.num_nulls, v2.num_values);
  const levels = v2.definition_levels_byte_length + v2.repetition_levels_byte_length;
  if (v2.repetition_levels_byte_length !== 0 || !(levels >= 0 && levels <= packed.length))
    throw new Error('a page of lists, or without its levels');
  const values = packed.subarray(levels);
  const unpacked = v2.is_compressed === false ? values : unpackPage(values, size - levels, codec);
  const bytes = new Uint8Array(levels + unpacked.length);
  bytes.set(packed.subarray(0, levels));
  bytes.set(unpacked, levels);
  if (nullable) checkLevels(bytes, 0, levels, v2.num_values);
  checkValues(bytes, levels, v2.encoding, v2.num_values, dictionary);
  return plain(bytes, { data_page_header_v2: { ...v2, is_compressed: false } });
}

function needValues(claimed: number, most: number): void {
  if (!(claimed >= 0 && claimed <= Math.min(most, MOST_PAGE_VALUES)))
    throw new Error(`a page that claims ${claimed} values; expected at most ${Math.min(most, MOST_PAGE_VALUES)}`);
}

/** Sees that the values from `at` on are written in a way whose counts hold. */
function checkValues(
  bytes: Uint8Array,
  at: number,
  encoding: string,
  values: number,
  dictionary: DecodedArray | undefined,
): void {
  if (encoding.endsWith('_DICTIONARY')) {
    if (!dictionary) throw new Error('a page of a dictionary that is missing');
    const width = bytes[at] ?? 0;
    if (width > 32) throw new Error(`places of ${width} bits`);
    if (width > 0) checkRuns(bytes, at + 1, bytes.length, width, values);
  } else if (encoding === 'DELTA_BINARY_PACKED' || encoding === 'DELTA_LENGTH_BYTE_ARRAY') {
    const block = varint(bytes, at);
    const parts = varint(bytes, block.next).value;
    if (!(parts > 0 && block.value <= MOST_DELTA_BLOCK && block.value % (32 * parts) === 0))
      throw new Error('differences in blocks of an impossible size');
  } else if (encoding !== 'PLAIN' && encoding !== 'BYTE_STREAM_SPLIT')
    throw new Error(`values in the encoding ${encoding}, which is not read`);
}

/** Sees that the levels, which say where a value is missing, are all there. */
function checkLevels(bytes: Uint8Array, from: number, to: number, values: number): void {
  const seen = checkRuns(bytes, from, to, 1, values);
  if (seen < values) throw new Error(`levels of ${seen} in a page of ${values} values`);
}

/** Goes through runs of equal values and runs of packed ones, and sees that none is longer than the page has values. @returns values seen */
function checkRuns(bytes: Uint8Array, from: number, to: number, width: number, values: number): number {
  let at = from;
  let seen = 0;
  while (seen < values && at < to) {
    const { value: head, next } = varint(bytes, at);
    const packed = head % 2 === 1;
    const count = packed ? 8 * ((head - 1) / 2) : head / 2;
    if (count > values - seen + (packed ? 7 : 0)) throw new Error(`a run of ${count} in a page of ${values} values`);
    at = next + (packed ? (count / 8) * width : (width + 7) >> 3);
    seen += count;
  }
  return seen;
}

function varint(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  for (let at = from, scale = 1; scale <= 2 ** 28; at += 1, scale *= 128) {
    const byte = bytes[at] ?? 128;
    value += (byte & 127) * scale;
    if (byte < 128) return { value, next: at + 1 };
  }
  throw new Error('a length without an end');
}
