import { gunzipSync, gzipSync } from 'fflate';
import { type Compressors, type FileMetaData, parquetMetadata, parquetRead } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Columns } from '../domain/tape.ts';
import { type Layout, namedColumns, namesOf } from './columns.ts';
import { sha256 } from './file.ts';

/*
 * Parquet files of our own: columns of a market, a text of ours in the metadata, and a seal over both. A decoder that meets a damaged page
 * may do worse than throw (hyparquet 1.31 brings the whole process down at a run length that is too great), so the seal is looked at first.
 */

const TEXT_KEY = 'ratchet';
const SEAL_KEY = 'ratchet.seal';
/** Rows that share a dictionary. */
const GROUP_ROWS = 1 << 17;
/** Bytes that a page may have unpacked; ours have a megabyte. */
const MOST_PAGE = 1 << 24;
/** "PAR1", with which a Parquet file begins and ends */
const MAGIC = [0x50, 0x41, 0x52, 0x31];

const SIDES = ['sell', 'unknown', 'buy'];

/** What the footer of one of our files says. */
export interface Footer {
  text: string;
  metadata: FileMetaData;
}

/** The columns with a text as a Parquet file that any tool reads: `ts` as UTC milliseconds, `side` as buy, sell or unknown, the rest as doubles. */
export async function writeSealed(columns: Columns, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ByteWriter();
  const columnData = namedColumns(columns).map(([name, values]) => columnOf(name, values));
  const parquet = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData }),
    codec: 'GZIP',
    // Level 4: two thirds of the time of 6, and 1 % more bytes.
    compressors: { GZIP: (page) => gzipSync(page, { level: 4, mtime: 0 }) },
    statistics: false,
    createdBy: 'ratchet',
  });
  await parquet.write({ columnData, rowGroupSize: GROUP_ROWS });
  parquet.kvMetadata = [
    { key: TEXT_KEY, value: text },
    { key: SEAL_KEY, value: await sealOf(new Uint8Array(writer.getBuffer()), text) },
  ];
  await parquet.finish();
  return new Uint8Array(writer.getBuffer());
}

/** Times go up in small steps; of prices and sizes the writer makes a dictionary where that pays. */
function columnOf(name: string, values: Float64Array | Int8Array): ColumnSource {
  const column = { name, nullable: false, offsetIndex: false };
  if (values instanceof Int8Array) return { ...column, data: Array.from(values, (side) => SIDES[side + 1]), type: 'STRING' };
  if (name === 'ts') return { ...column, data: values, type: 'TIMESTAMP', encoding: 'DELTA_BINARY_PACKED' };
  return { ...column, data: values, type: 'DOUBLE' };
}

/** SHA-256 over the pages' own and the text. */
const sealOf = async (pages: Uint8Array<ArrayBuffer>, text: string): Promise<string> =>
  sha256(new TextEncoder().encode(`${await sha256(pages)}\n${text}`));

/** What the footer says, or undefined where this is no file of ours. Reads nothing but the footer, and never throws. */
export function readFooter(bytes: Uint8Array): Footer | undefined {
  if (MAGIC.some((byte, at) => bytes[at] !== byte)) return undefined;
  try {
    const metadata = parquetMetadata(bytes, { geoparquet: false });
    const text = valueOf(metadata, TEXT_KEY);
    return text === undefined ? undefined : { text, metadata };
  } catch {
    return undefined;
  }
}

const valueOf = ({ key_value_metadata: pairs }: FileMetaData, key: string): string | undefined =>
  pairs?.find((pair) => pair.key === key)?.value;

const TYPES: Readonly<Record<string, string>> = { ts: 'INT64 TIMESTAMP_MILLIS', side: 'BYTE_ARRAY UTF8' };

/**
 * Reads columns, once the seal has shown that nothing of the file has changed.
 * @param rows as many as the text says there are
 * @throws Error saying what is wrong
 */
export async function readSealed(
  bytes: Uint8Array<ArrayBuffer>,
  { text, metadata }: Footer,
  layout: Layout,
  rows: number,
): Promise<(name: string) => Float64Array> {
  checkSchema(metadata, layout, rows);
  const pages = bytes.subarray(0, endOfChunks(metadata));
  if (pages.length + metadata.metadata_length + 8 !== bytes.length || (await sealOf(pages, text)) !== valueOf(metadata, SEAL_KEY))
    throw new Error('the file has changed since it was written');
  const columns = new Map(namesOf(layout).map((name) => [name, new Float64Array(rows).fill(Number.NaN)]));
  await parquetRead({
    file: { byteLength: bytes.length, slice: (from, to) => bytes.slice(from, to).buffer },
    metadata,
    compressors,
    geoparquet: false,
    parsers: { timestampFromMilliseconds: Number },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columns.get(columnName);
      const values: ArrayLike<unknown> = columnData;
      if (column) for (let at = 0; at < values.length; at += 1) column[rowStart + at] = numberOf(values[at]);
    },
  });
  return (name) => columns.get(name) ?? new Float64Array();
}

/** @throws Error where the columns are others than those of the layout */
function checkSchema({ schema, num_rows }: FileMetaData, layout: Layout, rows: number): void {
  if (num_rows !== BigInt(rows)) throw new Error(`${num_rows} rows; expected ${rows}`);
  const found = schema
    .slice(1)
    .map(({ name, type, converted_type = '', repetition_type }) => [name, type, converted_type, repetition_type].join(' '));
  const expected = namesOf(layout).map((name) => `${name} ${TYPES[name] ?? 'DOUBLE '} REQUIRED`);
  if (found.join() !== expected.join())
    throw new Error(`the columns ${found.join(', ').slice(0, 300)}; expected those of ${layout}: ${expected.join(', ')}`);
}

/** Where the last column's pages end. @throws Error where they do not follow one another from the start, as they were written */
function endOfChunks({ row_groups: groups }: FileMetaData): number {
  let end = 4n;
  for (const { columns } of groups)
    for (const { meta_data: chunk } of columns) {
      if (!chunk || (chunk.dictionary_page_offset ?? chunk.data_page_offset) !== end) throw new Error('its footer has changed');
      end += chunk.total_compressed_size;
    }
  return Number(end);
}

const compressors: Compressors = {
  GZIP: (page, length) => {
    if (length > MOST_PAGE) throw new RangeError(`a page of ${length} bytes; expected at most ${MOST_PAGE}`);
    return gunzipSync(page, { out: new Uint8Array(length) });
  },
};

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  const side = typeof value === 'string' ? SIDES.indexOf(value) : -1;
  return side < 0 ? Number.NaN : side - 1;
};
