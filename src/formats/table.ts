import { dec, text } from '../domain/decimal.ts';
import { FormatError } from './error.ts';
import { readHeader } from './header.ts';

/** Digits that a decimal of a row may have: products of two of them are still exact. */
const MOST_DIGITS = 28;
/** First millisecond after the years that a timestamp may name. */
const AFTER_2100 = Date.UTC(2101, 0, 1);

/** One row of a small file in which every row must be right. Each reader throws FormatError with the file, the line, the value and what is expected. */
export class Row {
  readonly line: number;
  private readonly file: string;
  private readonly cells: Map<string, string>;

  constructor(file: string, line: number, cells: Map<string, string>) {
    this.file = file;
    this.line = line;
    this.cells = cells;
  }

  /** The cell's text; empty where the column is missing. */
  cell(name: string): string {
    return this.cells.get(name) ?? '';
  }

  /** Text that is not empty. */
  word(name: string): string {
    return this.cell(name) || this.fail(name, 'some text');
  }

  /** Whole milliseconds of the years 1970 to 2100. */
  time(name: string): number {
    const cell = this.cell(name);
    const value = /^\d{1,13}$/.test(cell) ? Number(cell) : NaN;
    return value < AFTER_2100 ? value : this.fail(name, 'whole milliseconds of the years 1970 to 2100');
  }

  /** One of the words that `meanings` lists, in any case. */
  choice<T>(name: string, meanings: Readonly<Record<string, T>>): T {
    const word = this.cell(name).toLowerCase();
    const meaning = Object.hasOwn(meanings, word) ? meanings[word] : undefined;
    return meaning ?? this.fail(name, Object.keys(meanings).join(', '));
  }

  /** Decimal text above 0, in plain notation. */
  positive(name: string): string {
    const value = this.decimal(name, 'a decimal above 0');
    return value.startsWith('-') || value === '0' ? this.fail(name, 'a decimal above 0') : value;
  }

  /** Decimal text above 0, or undefined where the cell is empty or its column missing. */
  optionalPositive(name: string): string | undefined {
    return this.cell(name) === '' ? undefined : this.positive(name);
  }

  /** Decimal text of any sign, in plain notation. */
  decimal(name: string, expected = 'a decimal'): string {
    const cell = this.cell(name);
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(cell)) return this.fail(name, expected);
    const plain = text(dec(cell.replace(/^\+/, '')));
    return plain.replace(/\D/g, '').length > MOST_DIGITS
      ? this.fail(name, `${expected} of at most ${MOST_DIGITS} digits`)
      : plain;
  }

  fail(name: string, expected: string): never {
    throw new FormatError(this.file, this.line, `${name} "${this.cell(name).slice(0, 40)}": expected ${expected}`);
  }
}

/**
 * The rows of a small CSV file, by column names in any order.
 * @throws FormatError when a required column is missing, a column is not known, a row has another number of fields, or there is no row
 */
export function readTable(bytes: Uint8Array, file: string, required: readonly string[], optional: readonly string[]): Row[] {
  const { lines, names } = readHeader(bytes, file);
  const missing = required.find((name) => !names.includes(name));
  const strange = names.find((name) => !required.includes(name) && !optional.includes(name));
  if (missing !== undefined || strange !== undefined) {
    const what = missing === undefined ? `unknown column "${strange?.slice(0, 40)}"` : `no column "${missing}"`;
    const also = optional.length > 0 ? ` and optionally ${optional.join(', ')}` : '';
    throw new FormatError(
      file,
      lines.line,
      `${what} in "${names.join(',').slice(0, 200)}"; expected ${required.join(', ')}${also}`,
    );
  }
  const rows: Row[] = [];
  while (lines.advance()) {
    if (lines.blankBefore > 0) throw new FormatError(file, lines.line - 1, `blank line; expected ${names.length} fields`);
    if (lines.fields !== names.length)
      throw new FormatError(file, lines.line, `${lines.fields} fields; expected ${names.length}`);
    rows.push(new Row(file, lines.line, new Map(names.map((name, field) => [name, lines.field(field)]))));
  }
  if (rows.length === 0) throw new FormatError(file, undefined, 'no rows after the header; expected at least one');
  return rows;
}
