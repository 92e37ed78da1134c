import { DELIMITERS, type Delimiter, type LayoutChoice } from '../domain/layout.ts';
import { Lines } from './bytes.ts';
import { FormatError } from './error.ts';
import { MOST_COLUMNS, markLength, refuseBinary } from './header.ts';

const NEWLINE = 10;
const SHOWN = 120;
/** Rows that are looked at, and shown to a person. */
const LOOKED_AT = 8;

/** What the first lines of a text table look like, before anything is read of it. */
export interface Head {
  file: string;
  delimiter: Delimiter;
  header: boolean;
  /** names of the columns as written; "1", "2", … without a header */
  titles: string[];
  /** the names in lower case, of their letters and digits only; empty without a header */
  names: string[];
  /** cells of the first rows, at most 8 */
  rows: string[][];
  /** cells of the last row */
  last: string[];
  /** the first line, shortened, and its number */
  shown: string;
  line: number;
  /** where the rows begin, and the number of the line before them */
  start: number;
  lineBefore: number;
}

/** "<DATE>" → date, "Open time" → opentime, "is_buyer_maker" → isbuyermaker. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

const cells = (lines: Lines): string[] => Array.from({ length: lines.fields }, (_, field) => lines.field(field));

/**
 * Looks at a text table: its delimiter is the one that divides the first line most, a tab or semicolon before a comma where they are equal, for
 * decimals may be written with it; its first line is a header unless it begins with a digit.
 * @throws FormatError when the content is not text or has no line
 */
export function lookAt(bytes: Uint8Array, file: string, { delimiter: given, header }: LayoutChoice): Head {
  refuseBinary(bytes, file);
  const mark = markLength(bytes);
  const delimiter = given ?? delimiterOf(bytes, mark);
  const lines = new Lines(bytes, mark, MOST_COLUMNS, delimiter);
  const from = { next: lines.next, line: lines.line };
  if (!lines.advance()) throw new FormatError(file, undefined, 'the file is empty; expected a header line and rows');
  const first = cells(lines);
  const [shown, line] = [lines.text(SHOWN), lines.line];
  if (lines.fields > MOST_COLUMNS) throw new FormatError(file, line, `${lines.fields} columns; expected at most ${MOST_COLUMNS}`);
  const headed = header ?? !/^[+-]?\.?\d/.test(first[0] ?? '');
  const start = headed ? lines.next : from.next;
  const lineBefore = headed ? lines.line : from.line;
  return {
    file,
    delimiter,
    header: headed,
    titles: headed ? first : first.map((_, at) => String(at + 1)),
    names: headed ? first.map(plain) : [],
    rows: firstRows(bytes, start, delimiter),
    last: lastRow(bytes, delimiter),
    shown,
    line,
    start,
    lineBefore,
  };
}

function delimiterOf(bytes: Uint8Array, start: number): Delimiter {
  let best: Delimiter = ',';
  let most = 1;
  for (const delimiter of DELIMITERS.toReversed()) {
    const lines = new Lines(bytes, start, 0, delimiter);
    if (!lines.advance() || lines.fields <= most) continue;
    most = lines.fields;
    best = delimiter;
  }
  return best;
}

function firstRows(bytes: Uint8Array, start: number, delimiter: Delimiter): string[][] {
  const lines = new Lines(bytes, start, MOST_COLUMNS, delimiter);
  const rows: string[][] = [];
  while (rows.length < LOOKED_AT && lines.advance()) rows.push(cells(lines));
  return rows;
}

function lastRow(bytes: Uint8Array, delimiter: Delimiter): string[] {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] ?? 0) <= 32) end -= 1;
  const lines = new Lines(bytes, bytes.lastIndexOf(NEWLINE, Math.max(0, end - 1)) + 1, MOST_COLUMNS, delimiter);
  return lines.advance() ? cells(lines) : [];
}
