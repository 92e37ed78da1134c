import { Lines, textOf } from './bytes.ts';
import { FormatError } from './error.ts';

/** The lines of a small file after its header. */
interface HeadedLines {
  lines: Lines;
  /** column names in lower case, in the file's order */
  names: string[];
}

export const MOST_COLUMNS = 256;
const SHOWN = 120;

/**
 * Reads the header line of a CSV file.
 * @throws FormatError when the content is not text, or the first line is no header or names a column twice
 */
export function readHeader(bytes: Uint8Array, file: string): HeadedLines {
  refuseBinary(bytes, file);
  const lines = new Lines(bytes, markLength(bytes), MOST_COLUMNS);
  if (!lines.advance()) throw new FormatError(file, undefined, 'the file is empty; expected a header line and rows');
  const shown = lines.text(SHOWN);
  if (lines.fields > MOST_COLUMNS)
    throw new FormatError(file, lines.line, `${lines.fields} columns; expected at most ${MOST_COLUMNS}`);
  const names = Array.from({ length: lines.fields }, (_, field) => lines.field(field).toLowerCase());
  if (names.some((name) => /^[+-]?\d/.test(name)))
    throw new FormatError(
      file,
      lines.line,
      `no header: found "${shown}"; expected the names of the columns, such as ts,open,high,low,close`,
    );
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new FormatError(file, lines.line, `column "${twice}" stands twice in "${shown}"; expected it once`);
  return { lines, names };
}

/** Bytes of the mark that UTF-8 may begin with. */
export const markLength = (bytes: Uint8Array): number => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);

/** @throws FormatError when the first bytes are those of an archive or hold a zero byte */
export function refuseBinary(bytes: Uint8Array, file: string): void {
  const expected = 'expected CSV text in UTF-8';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw new FormatError(file, undefined, `gzip data, not unpacked; ${expected}`);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4)
    throw new FormatError(file, undefined, `a zip archive; ${expected}`);
  const head = bytes.subarray(0, 4_096);
  const zero = head.indexOf(0);
  if (zero < 0) return;
  const shown = JSON.stringify(textOf(head, 0, 12));
  throw new FormatError(file, undefined, `binary data: found ${shown} with a zero byte at byte ${zero + 1}; ${expected}`);
}
