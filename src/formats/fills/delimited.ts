/** A line of a table in text. `line` is 1-based; `text` is the whole of it. */
export interface TextRow {
  line: number;
  text: string;
  cells: string[];
}

/** A table in text from its header on. `names` are in lower case; what follows its last name on the header's line is empty. */
export interface TextTable {
  delimiter: string;
  names: string[];
  /** 1-based, of the header */
  line: number;
  rows: TextRow[];
}

const DELIMITERS = [',', ';', '\t'];
/** Lines above a header: a title, facts of the account. */
const MOST_ABOVE = 30;

/** The cells of a line, without blanks and quotes around them; a doubled quote inside of quotes is one. */
function cellsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter).map((cell) => cell.trim());
  const quoted = new RegExp(` *"((?:[^"]|"")*)" *(?=${delimiter}|$)`, 'y');
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    quoted.lastIndex = at;
    const match = quoted.exec(line);
    const next = match ? quoted.lastIndex : line.indexOf(delimiter, at);
    const end = next < 0 ? line.length : next;
    cells.push((match ? (match[1] ?? '').replaceAll('""', '"') : line.slice(at, end)).trim());
    at = end + 1;
  }
  return cells;
}

const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** The header's names: lower case, those after the last that is not empty left out. */
function namesOf(line: string, delimiter: string): string[] {
  const names = cellsOf(line, delimiter).map((name) => name.toLowerCase());
  while (names.at(-1) === '') names.pop();
  return names;
}

/** Where a table begins, by its header. @param everywhere looks through all of the text, not only at its first lines */
export function findHeader(
  text: string,
  fits: (names: string[]) => boolean,
  everywhere: boolean,
): { delimiter: string; names: string[]; at: number } | undefined {
  const lines = linesOf(text);
  const most = everywhere ? lines.length : Math.min(lines.length, MOST_ABOVE);
  for (let at = 0; at < most; at += 1)
    for (const delimiter of DELIMITERS) {
      const line = lines[at] ?? '';
      if (!line.includes(delimiter)) continue;
      const names = namesOf(line, delimiter);
      if (fits(names)) return { delimiter, names, at };
    }
  return undefined;
}

/** The rows below a header, blank lines left out. */
export function tableBelow(
  text: string,
  { delimiter, names, at }: { delimiter: string; names: string[]; at: number },
): TextTable {
  const rows: TextRow[] = [];
  const lines = linesOf(text);
  for (let place = at + 1; place < lines.length; place += 1) {
    const line = lines[place] ?? '';
    if (line.trim() !== '') rows.push({ line: place + 1, text: line, cells: cellsOf(line, delimiter) });
  }
  return { delimiter, names, line: at + 1, rows };
}
