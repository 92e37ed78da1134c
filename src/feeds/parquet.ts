import {
  type ColumnMetaData,
  type DecodedArray,
  parquetMetadata,
  parquetSchema,
  type RowGroup,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import { FormatError } from '../formats/error.ts';
import {
  cellText,
  decimalText,
  doubleText,
  FINER,
  floatText,
  millisecondText,
  NO_ZONE,
  type PerMillisecond,
  signedBigInt,
  wholeTimes,
} from './cells.ts';
import { marketColumns } from './market-columns.ts';
import { type Cells, CsvWriter, MOST_ROWS, tooManyRows } from './csv-writer.ts';
import { CODEC_NAMES, isKnownCodec } from './parquet-codecs.ts';
import { pagesOf } from './parquet-pages.ts';
import { type Watch, tell } from '../formats/watch.ts';
import { partOf } from './part.ts';

const DAY = 86_400_000;
const PER_MILLISECOND: Readonly<Record<string, PerMillisecond>> = { MILLIS: 1n, MICROS: 1_000n, NANOS: 1_000_000n };

/** CSV made of a parquet file, and what is to be known of how. */
export interface MadeOfParquet {
  csv: Uint8Array<ArrayBuffer>;
  notes: string[];
}

/**
 * Makes CSV of the bars or trades of a parquet file: columns by name, of whole numbers, floats, doubles, decimals or text; times also of
 * timestamps and dates. Prices are the shortest text of their doubles, or of their floats; decimals stay as they are; times become milliseconds.
 * @throws FormatError when it is damaged or encrypted, or has no columns of a market, or such of a type or codec that is not read
 */
export function csvOfParquet(bytes: Uint8Array<ArrayBuffer>, file: string, watch: Watch): MadeOfParquet {
  try {
    return read(bytes, file, watch);
  } catch (error) {
    if (error instanceof FormatError || watch.signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(file, undefined, `damaged or incomplete parquet (${reason.slice(0, 200)})`);
  }
}

interface Column {
  name: string;
  /** the schema's root and the column */
  path: SchemaTree[];
  write(value: unknown): string;
}

function read(bytes: Uint8Array<ArrayBuffer>, file: string, watch: Watch): MadeOfParquet {
  const metadata = parquetMetadata(bytes, { geoparquet: false });
  if (metadata.num_rows > BigInt(MOST_ROWS)) throw tooManyRows(file);
  const root = parquetSchema(metadata);
  const { names, places } = marketColumns(
    root.children.map(({ element }) => element.name),
    file,
  );
  const notes = new Set<string>();
  const columns = names.map((name, at): Column => {
    const child = root.children[places[at] ?? 0];
    if (!child || child.children.length > 0 || child.element.repetition_type === 'REPEATED')
      throw new FormatError(file, undefined, `column ${name} holds lists or groups; expected single values`);
    return { name, path: [root, child], write: writerOf(name, child.element, file, notes) };
  });
  const writer = new CsvWriter(names, file);
  const groups = metadata.row_groups;
  for (const [at, group] of groups.entries()) {
    const part = partOf(watch, at / groups.length, (at + 1) / groups.length);
    tell(part, 0);
    const rows = Number(group.num_rows);
    const cells = columns.map((column) =>
      inOrder(pagesOf(bytes, { meta: chunkMeta(group, column, file), path: column.path, rows }), column.write),
    );
    writer.add(cells, rows, part);
  }
  return { csv: writer.bytes(), notes: [...notes] };
}

/** What the file says of a column's bytes in a group of rows. */
function chunkMeta(group: RowGroup, { name, path }: Column, file: string): ColumnMetaData {
  const own = path.at(-1)?.element.name;
  const chunk = group.columns.find(
    ({ meta_data }) => meta_data?.path_in_schema.length === 1 && meta_data.path_in_schema[0] === own,
  );
  if (chunk?.crypto_metadata !== undefined)
    throw new FormatError(file, undefined, `column ${name} is encrypted; expected it not encrypted`);
  if (!chunk?.meta_data) throw new Error(`no column ${own} in a group of rows`);
  const { codec } = chunk.meta_data;
  if (!isKnownCodec(codec))
    throw new FormatError(
      file,
      undefined,
      `column ${name} is packed by ${codec}; expected ${CODEC_NAMES}: write it again, for instance by snappy`,
    );
  return chunk.meta_data;
}

/** Cells of pages that follow one another, for rows that are asked for in order. */
function inOrder(pages: readonly DecodedArray[], write: (value: unknown) => string): Cells {
  let page = 0;
  let first = 0;
  return (row) => {
    while (row - first >= (pages[page]?.length ?? Infinity)) {
      first += pages[page]?.length ?? 0;
      page += 1;
    }
    const value: unknown = pages[page]?.[row - first];
    return value === null || value === undefined ? '' : write(value);
  };
}

/** How a stored value of a column is written. */
function writerOf(name: string, element: SchemaElement, file: string, notes: Set<string>): (value: unknown) => string {
  const { type, converted_type: converted, logical_type: logical } = element;
  const whole = type === 'INT32' || type === 'INT64';
  if (logical?.type === 'DECIMAL' || converted === 'DECIMAL') {
    const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
    return (value) => decimalText(value instanceof Uint8Array ? signedBigInt(value) : BigInt(value as number | bigint), scale);
  }
  const per = perMillisecond(element);
  if (per !== undefined && (type === 'INT64' || type === 'INT96')) {
    if (logical?.type === 'TIMESTAMP' ? !logical.isAdjustedToUTC : type === 'INT96') notes.add(NO_ZONE);
    return (value) => {
      const time = value as bigint;
      if (time % per !== 0n) notes.add(FINER);
      return millisecondText(time, per);
    };
  }
  if (type === 'INT32' && (logical?.type === 'DATE' || converted === 'DATE')) return (value) => String(Number(value) * DAY);
  if (whole && (converted?.startsWith('UINT_') === true || (logical?.type === 'INTEGER' && !logical.isSigned))) {
    const bits = type === 'INT32' ? 32 : 64;
    return (value) => String(BigInt.asUintN(bits, BigInt(value as number | bigint)));
  }
  if (whole && name === 'ts') {
    const write = wholeTimes(notes);
    return (value) => write(BigInt(value as number | bigint));
  }
  if (whole && (logical === undefined || logical.type === 'INTEGER')) return String;
  if (type === 'DOUBLE') return (value) => doubleText(value as number);
  if (type === 'FLOAT') return (value) => floatText(value as number);
  if (
    type === 'BYTE_ARRAY' &&
    (converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM')
  ) {
    const decoder = new TextDecoder();
    return (value) => cellText(decoder.decode(value as Uint8Array));
  }
  throw new FormatError(
    file,
    undefined,
    `column ${name} has the type ${[type, converted ?? logical?.type].filter(Boolean).join(' ')}; expected numbers or text, and for times timestamps`,
  );
}

function perMillisecond({ type, converted_type: converted, logical_type: logical }: SchemaElement): PerMillisecond | undefined {
  if (logical?.type === 'TIMESTAMP') return PER_MILLISECOND[logical.unit];
  if (converted === 'TIMESTAMP_MILLIS') return 1n;
  if (converted === 'TIMESTAMP_MICROS') return 1_000n;
  return type === 'INT96' ? 1_000_000n : undefined;
}
