import { FormatError } from '../formats/error.ts';
import { type Watch, tell, isWatchRow } from '../formats/watch.ts';

/** Rows that a file may have. At 8 bytes a value, bars of them fill 1 GB; they are 38 years of minutes around the clock. */
export const MOST_ROWS = 20_000_000;

/** Gives a row's value of one column as the text of a CSV cell. */
export type Cells = (row: number) => string;

/** Bytes that rows may fill as text: as many as a text file may have. */
const MOST_BYTES = 536_870_912;
const ROWS_AT_ONCE = 4_096;

/** Writes columns as the CSV that `readCsv` reads, so that rows of every format are checked by the same code. */
export class CsvWriter {
  private readonly chunks: Uint8Array[] = [];
  private readonly encoder = new TextEncoder();
  private readonly file: string;
  private readonly mostBytes: number;
  private length = 0;
  private rows = 0;

  constructor(names: readonly string[], file: string, mostBytes = MOST_BYTES) {
    this.file = file;
    this.mostBytes = mostBytes;
    this.take(`${names.join(',')}\n`);
  }

  /**
   * Adds rows.
   * @param columns a column each, in the order of the names
   * @param watch of these rows
   * @throws FormatError when they are too many
   */
  add(columns: readonly Cells[], rows: number, watch: Watch): void {
    this.rows += rows;
    if (this.rows > MOST_ROWS) throw tooManyRows(this.file);
    let lines: string[] = [];
    for (let row = 0; row < rows; row += 1) {
      lines.push(columns.map((cells) => cells(row)).join(','));
      if (lines.length === ROWS_AT_ONCE) {
        this.take(`${lines.join('\n')}\n`);
        lines = [];
      }
      if (isWatchRow(row)) tell(watch, row / rows);
    }
    if (lines.length > 0) this.take(`${lines.join('\n')}\n`);
  }

  /** All of it; the writer is used up. */
  bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const chunk of this.chunks.splice(0)) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  private take(text: string): void {
    const chunk = this.encoder.encode(text);
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length > this.mostBytes)
      throw new FormatError(this.file, undefined, `rows of more than ${this.mostBytes >> 20} MB as text; expected at most that`);
  }
}

export function tooManyRows(file: string): FormatError {
  return new FormatError(file, undefined, `more than ${MOST_ROWS} rows; expected at most that`);
}
