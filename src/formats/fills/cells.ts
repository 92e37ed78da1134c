import type { TextRow, TextTable } from './delimited.ts';
import { type DecimalMark, decimalMark, plainDecimal } from './numbers.ts';
import { RowFault } from './report.ts';
import type { FileClock } from './times.ts';

/** Reads the cells of a table by the names of its columns. Each reader throws RowFault with the name, the value and what is expected. */
export class Cells {
  /** of the file's numbers */
  readonly mark: DecimalMark;
  private readonly table: TextTable;

  /** @param numbers columns that are looked at to tell which mark stands before decimals */
  constructor(table: TextTable, numbers: readonly (string | undefined)[]) {
    this.table = table;
    const places = numbers.flatMap((name) => (name === undefined ? [] : [table.names.indexOf(name)]));
    this.mark = decimalMark(
      table.rows.flatMap(({ cells }) => places.map((place) => cells[place] ?? '')),
      table.delimiter,
    );
  }

  /** The first of these names that the table has. */
  static find(names: readonly string[], ...wanted: (string | RegExp)[]): string | undefined {
    for (const want of wanted) {
      const found = names.find((name) => (typeof want === 'string' ? name === want : want.test(name)));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** @throws RowFault where the row has fewer fields than the header, or more that are not empty */
  check({ cells }: TextRow): void {
    const { length } = this.table.names;
    if (cells.length < length || cells.slice(length).some((cell) => cell !== ''))
      throw new RowFault('wrong number of fields', `${cells.length} fields: expected ${length}`);
  }

  /** Empty where there is no such column. */
  text(row: TextRow, name: string | undefined): string {
    return name === undefined ? '' : (row.cells[this.table.names.indexOf(name)] ?? '');
  }

  word(row: TextRow, name: string): string {
    return this.text(row, name) || fail(name, '', 'some text');
  }

  /** One of the words that `meanings` lists, in any case. */
  choice<T>(row: TextRow, name: string, meanings: Readonly<Record<string, T>>): T {
    const word = this.text(row, name);
    const key = word.toLowerCase();
    const meaning = Object.hasOwn(meanings, key) ? meanings[key] : undefined;
    return meaning ?? fail(name, word, Object.keys(meanings).join(', '));
  }

  /** Decimal text of any sign. */
  decimal(row: TextRow, name: string): string {
    const cell = this.text(row, name);
    return plainDecimal(cell, this.mark) ?? fail(name, cell, 'a decimal');
  }

  /** Decimal text; "0" where the cell is empty or there is no such column. */
  decimalOr0(row: TextRow, name: string | undefined): string {
    return name === undefined || this.text(row, name) === '' ? '0' : this.decimal(row, name);
  }

  /** Decimal text above 0. */
  positive(row: TextRow, name: string): string {
    const cell = this.text(row, name);
    const value = plainDecimal(cell, this.mark);
    return value === undefined || value.startsWith('-') || value === '0' ? fail(name, cell, 'a decimal above 0') : value;
  }

  time(row: TextRow, name: string, clock: FileClock): number {
    const time = clock.read(this.text(row, name));
    if (typeof time === 'string') throw new RowFault('time cannot be read', time);
    return time;
  }
}

function fail(name: string, cell: string, expected: string): never {
  throw new RowFault(`${name} cannot be used`, `${name} "${cell.slice(0, 40)}": expected ${expected}`);
}
