import type { ReadOptions, ReadResult, ReadTable } from '../formats/csv.ts';
import { FormatError } from '../formats/error.ts';
import type { Watch } from '../formats/watch.ts';
import { MOST_ROWS, tooManyRows } from './csv-writer.ts';
import type { Unpacked } from './file.ts';
import { namedByFreqtrade } from './freqtrade.ts';
import { writingOf } from './sniff.ts';

/** A market file as a text table. */
export interface TextTable {
  csv: Uint8Array<ArrayBuffer>;
  /** as they were given, with what the file says besides */
  options: ReadOptions;
  /** what is to be known of how the table was made */
  notes: string[];
  /** true where the file is no text table itself: its rows are counted without a header */
  made: boolean;
}

/**
 * The text table that a market file is, or one that is made of its rows. Readers of what is no text are loaded when they are needed.
 * @throws FormatError when it cannot be used
 */
export async function tableOf({ bytes, name }: Unpacked, given: ReadOptions, watch: Watch): Promise<TextTable> {
  const writing = writingOf(bytes, name);
  if (writing === 'text') {
    if (bytes.length > SHORTEST_ROW * MOST_ROWS && countLines(bytes) > MOST_ROWS + 1) throw tooManyRows(name);
    return { csv: bytes, options: given, notes: [], made: false };
  }
  const { options, notes } = namedByFreqtrade(name, given);
  switch (writing) {
    case 'json': {
      const { csvOfJson } = await import('./json.ts');
      return { csv: csvOfJson(bytes, name, watch), options, notes, made: true };
    }
    case 'feather': {
      const { csvOfFeather } = await import('./feather.ts');
      const { csv, notes: more } = csvOfFeather(bytes, name, watch);
      return { csv, options, notes: [...notes, ...more], made: true };
    }
    case 'parquet': {
      const { csvOfParquet } = await import('./parquet.ts');
      const { csv, notes: more } = csvOfParquet(bytes, name, watch);
      return { csv, options, notes: [...notes, ...more], made: true };
    }
    default:
      return writing satisfies never;
  }
}

/**
 * Reads a table, and lets rows of one that was made be counted as the file has them: the first is 1, where CSV counts its header.
 * @throws FormatError as `read` does
 */
export function numbered({ made, notes }: TextTable, read: () => ReadTable): ReadResult {
  if (!made) return read();
  try {
    const result = read();
    const rejected = result.report.rejected.map((row) => ({ ...row, line: row.line - 1 }));
    const { tape, report, intervalMs } = result;
    return { tape, report: { ...report, rejected }, notes: [...notes, ...result.notes], intervalMs };
  } catch (error) {
    if (!(error instanceof FormatError) || error.line === undefined || error.line < 2) throw error;
    throw new FormatError(error.file, error.line - 1, error.problem);
  }
}

const SHORTEST_ROW = 2;
const NEWLINE = 10;

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
