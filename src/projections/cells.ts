/*
 * Comma separated values for spreadsheets and other tools: RFC 4180's quoting, UTF-8, a header, lines that end with a line feed.
 */

/** What a cell may hold: text, a number, or nothing; null and empty text look the same. */
export type Cell = string | number | null;

const NUMBER = /^-?\d+(\.\d+)?$/;
/** What a spreadsheet takes for a formula, also behind quotes and blanks; the wide signs are those of East Asian keyboards. */
const FORMULA = /^[\s"']*[=+\-@＝＋－＠]|^["']*[\t\r]/;

/** True of text that a spreadsheet would run or bend. A plain decimal is a number, whatever its sign. */
const runs = (text: string): boolean => FORMULA.test(text) && !NUMBER.test(text);

function written(cell: Cell): string {
  const plain = cell === null ? '' : String(cell);
  const text = runs(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV. Text that a spreadsheet would run as a formula has an apostrophe before it and so stays text; plain decimals stay numbers. */
export const csvText = (columns: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [columns, ...rows].map((row) => `${row.map(written).join(',')}\n`).join('');

/** Rows by their columns. */
export const csvOf = <K extends string>(columns: readonly K[], rows: readonly Readonly<Record<K, Cell>>[]): string =>
  csvText(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );

const unquoted = (field: string): string => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
const unguarded = (text: string): string => (text.startsWith("'") && runs(text.slice(1)) ? text.slice(1) : text);

/** The texts of what `csvText` has written, its header first: quotes and the apostrophes before formulas are gone. */
export function readCells(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, field = '', end = ''] of csv.matchAll(/("[^"]*(?:""[^"]*)*"|[^",\n]*)(,|\n)/g)) {
    row.push(unguarded(unquoted(field)));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** One line of JSON each. */
export const jsonLines = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
