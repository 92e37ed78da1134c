import {
  CompressionType,
  compressionRegistry,
  DataType,
  type Data,
  DateUnit,
  RecordBatchReader,
  type Timestamp,
  TimeUnit,
  type Vector,
} from 'apache-arrow';
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
  wholeTimes,
} from './cells.ts';
import { marketColumns } from './market-columns.ts';
import { type Cells, CsvWriter } from './csv-writer.ts';
import { checkFeatherFrame } from './feather-frame.ts';
import { unpackLz4Frame } from './lz4.ts';
import { type Watch, tell } from '../formats/watch.ts';
import { partOf } from './part.ts';

/** Bytes that all buffers of a file may unpack to. */
const MOST_BYTES = 536_870_912;

const DAY = 86_400_000;
const ZSTD = 'feather packed by zstd';

/** CSV made of a feather file, and what is to be known of how. */
export interface MadeOfFeather {
  csv: Uint8Array<ArrayBuffer>;
  notes: string[];
}

/**
 * Makes CSV of a feather file (version 2, the file format of Arrow), plain or packed by LZ4, as pandas and freqtrade write it: columns by name.
 * Prices are the shortest text of their doubles, or of their floats; decimals stay as they are; times become milliseconds.
 * @throws FormatError when it is damaged, packed by zstd, or has no columns of a market or such of a type that holds none
 */
export function csvOfFeather(bytes: Uint8Array, file: string, watch: Watch): MadeOfFeather {
  try {
    return read(bytes, file, watch);
  } catch (error) {
    if (error instanceof FormatError || watch.signal?.aborted) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new FormatError(
      file,
      undefined,
      reason === ZSTD
        ? `${reason}; expected LZ4 or none, as pandas writes it with compression='lz4'`
        : `damaged or incomplete feather (${reason.slice(0, 200)})`,
    );
  }
}

function read(bytes: Uint8Array, file: string, watch: Watch): MadeOfFeather {
  registerCodecs();
  checkFeatherFrame(bytes);
  const reader = RecordBatchReader.from(bytes).open();
  if (!reader.isFile()) throw new Error('no footer');
  const own = reader.schema.fields.map(({ name }) => name);
  const { names, places } = marketColumns(own, file);
  const writer = new CsvWriter(names, file);
  const notes = new Set<string>();
  const whole = wholeTimes(notes);
  const batches = reader.numRecordBatches;
  for (let at = 0; at < batches; at += 1) {
    const part = partOf(watch, at / batches, (at + 1) / batches);
    tell(part, 0);
    const batch = reader.readRecordBatch(at);
    if (!batch) throw new Error(`no rows at part ${at + 1} of ${batches}`);
    const cells = names.map((name, column): Cells => {
      const vector = batch.getChildAt(places[column] ?? 0);
      const data = vector?.data[0];
      if (!vector || !data || data.length < batch.numRows) throw new Error(`column ${name} has fewer values than rows`);
      const write = textOf(vector, data) ?? numberOf(data, name, batch.numRows, whole, notes);
      if (!write)
        throw new FormatError(
          file,
          undefined,
          `column ${name} has the type ${String(vector.type)}; expected numbers, or timestamps for times`,
        );
      return (row) => (data.getValid(row) ? write(row) : '');
    });
    writer.add(cells, batch.numRows, part);
  }
  return { csv: writer.bytes(), notes: [...notes] };
}

/** Arrow keeps its codecs for all readers alike; each reader has its own budget. */
function registerCodecs(): void {
  let left = MOST_BYTES;
  const decode = (frame: Uint8Array): Uint8Array => {
    const unpacked = unpackLz4Frame(frame, left);
    left -= unpacked.length;
    return unpacked;
  };
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode });
  compressionRegistry.set(CompressionType.ZSTD, {
    decode: () => {
      throw new Error(ZSTD);
    },
  });
}

const PER_MILLISECOND: Readonly<Record<TimeUnit, PerMillisecond | undefined>> = {
  [TimeUnit.SECOND]: undefined,
  [TimeUnit.MILLISECOND]: 1n,
  [TimeUnit.MICROSECOND]: 1_000n,
  [TimeUnit.NANOSECOND]: 1_000_000n,
};

/** How text is written; undefined where the column holds none. */
function textOf(vector: Vector, { type }: Data): Cells | undefined {
  if (!DataType.isDictionary(type) && !DataType.isUtf8(type) && !DataType.isLargeUtf8(type)) return undefined;
  return (row) => cellText(String(vector.get(row)));
}

/**
 * How numbers and times are written; undefined where the column holds neither.
 * @param whole writes times that are whole numbers without a unit
 * @throws Error when there are fewer values than rows
 */
function numberOf(
  data: Data,
  name: string,
  rows: number,
  whole: (time: bigint) => string,
  notes: Set<string>,
): Cells | undefined {
  const type: DataType = data.type;
  const values: unknown = data.values;
  const width = DataType.isDecimal(type) ? type.bitWidth / 32 : 1;
  if (!ArrayBuffer.isView(values) || !('length' in values) || Number(values.length) < rows * width)
    throw new Error(`column ${name} has fewer values than rows`);
  if (values instanceof Float64Array) return (row) => doubleText(values[row] ?? NaN);
  if (values instanceof Float32Array) return (row) => floatText(values[row] ?? NaN);
  if (DataType.isDecimal(type) && values instanceof Uint32Array)
    return (row) => decimalText(wordsToBigInt(values.subarray(row * width, (row + 1) * width)), type.scale);
  if (DataType.isTimestamp(type) && values instanceof BigInt64Array) return timestamps(values, type, notes);
  const numbers = values as Int32Array | BigInt64Array;
  if (DataType.isDate(type)) return (row) => String(type.unit === DateUnit.DAY ? Number(numbers[row]) * DAY : numbers[row]);
  if (!DataType.isInt(type)) return undefined;
  return name === 'ts' ? (row) => whole(BigInt(numbers[row] ?? 0)) : (row) => String(numbers[row]);
}

function timestamps(values: BigInt64Array, { unit, timezone }: Timestamp, notes: Set<string>): Cells {
  if (!timezone) notes.add(NO_ZONE);
  const per = PER_MILLISECOND[unit];
  if (per === undefined) return (row) => String((values[row] ?? 0n) * 1_000n);
  if (per > 1n && values.some((time) => time % per !== 0n)) notes.add(FINER);
  return (row) => millisecondText(values[row] ?? 0n, per);
}

/** A whole number in two's complement, least significant word first. */
function wordsToBigInt(words: Uint32Array): bigint {
  const value = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return BigInt.asIntN(32 * words.length, value);
}
