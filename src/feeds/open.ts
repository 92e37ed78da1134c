import type { InstrumentSpec } from '../domain/instrument.ts';
import { type OpenedFile, type ReadOptions, readCsv } from '../formats/csv.ts';
import { checkInstrument, detectInterval } from '../formats/detect.ts';
import { FormatError } from '../formats/error.ts';
import type { Watch } from '../formats/watch.ts';
import { digestOf } from './digest.ts';
import { unpackNamed } from './file.ts';
import { partOf } from './part.ts';
import { decodeRecording, isRecording, type Recording } from './recording.ts';
import { bundledSession } from './synthetic.ts';
import { numbered, tableOf } from './table.ts';

/** Share of the work that is done once the bytes are unpacked, and once they are a text table. */
const UNPACKED = 0.4;
const MADE = 0.7;

/**
 * Reads a market file that a user chose: text tables, JSON lists, feather and parquet by their content, plain or packed in gzip or zip, and takes
 * the digest of its columns. Of a recording nothing is guessed; what is given of its instrument stands in place of its own.
 * @throws FormatError when it cannot be used, or the reason of the watch's signal
 */
export async function openFile(file: File, options: ReadOptions, watch: Watch = {}): Promise<OpenedFile> {
  const unpacked = await unpackNamed(file, {}, partOf(watch, 0, UNPACKED));
  const { bytes, name } = unpacked;
  if (isRecording(bytes)) return asAsked(await decodeRecording(bytes, name), name, options);
  const table = await tableOf(unpacked, options, partOf(watch, UNPACKED, MADE));
  const read = numbered(table, () => readCsv(table.csv, name, table.options, partOf(watch, MADE, 1)));
  return { ...read, tape: { ...read.tape, digest: await digestOf(read.tape.columns) } };
}

/** A recording with what the user says of its instrument. Its times are settled: another stamp or bar length would be another market. */
function asAsked({ tape, report, notes, intervalMs }: Recording, file: string, options: ReadOptions): OpenedFile {
  const { stamp = tape.stamp, intervalMs: asked, instrument: given = {} } = options;
  const interval = asked === undefined ? intervalMs : detectInterval(file, tape.columns.ts, asked, []);
  const bars = tape.columns.kind === 'bars';
  if (bars && stamp !== tape.stamp)
    throw new FormatError(file, undefined, `stamp "${stamp}": expected "${tape.stamp}", with which these bars were recorded`);
  if (bars && interval !== intervalMs)
    throw new FormatError(file, undefined, `interval ${interval} ms: expected ${intervalMs} ms, that of the recorded bars`);
  const { calendar, ...own } = tape.instrument;
  const hasCalendar = given.session === undefined || given.session === own.session;
  const instrument: InstrumentSpec = {
    ...own,
    ...(calendar && hasCalendar ? { calendar } : {}),
    ...(given.calendar && given.session === undefined ? { session: given.calendar.name } : {}),
    ...given,
  };
  checkInstrument(file, instrument);
  return { tape: { ...tape, instrument }, report, notes, intervalMs: interval };
}

/** Reads the bundled session on the same path as a file; its tape says that it is synthetic. */
export async function openBundled(): Promise<OpenedFile> {
  const { name, csv, options } = bundledSession();
  const result = await openFile(new File([csv], name), options);
  return {
    ...result,
    tape: { ...result.tape, synthetic: true },
    notes: ['A made-up market for trying things out: no exchange made these prices.', ...result.notes],
  };
}
