import type { Milliseconds } from '../domain/time.ts';
import { FormatError } from './error.ts';
import { readHeader } from './header.ts';
import { Row } from './table.ts';

/** A closed trade as a list of trades has it. */
export interface ListedTrade {
  closedAt: Milliseconds;
  /** net, decimal text */
  pnl: string;
  /** the same in initial risk; null where it is not known */
  rMultiple: string | null;
}

/** What a list of trades holds. */
export interface TradeList {
  /** in the order of their close; those of one time in the file's order */
  trades: ListedTrade[];
  /** rows that are left out, each with its line, what stands there and what was expected */
  rejected: FormatError[];
}

const REQUIRED = ['closedAt', 'pnl'] as const;
const R = 'rMultiple';
const TIME = 'UTC milliseconds of the years 1970 to 2100, or a time such as 2024-03-01T15:30:00Z';
const ISO = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const FIRST_AFTER = Date.UTC(2101, 0, 1);

function timeOf(row: Row): Milliseconds {
  const cell = row.cell('closedAt');
  const [, date] = ISO.exec(cell) ?? [];
  const ts = /^\d{1,13}$/.test(cell) ? Number(cell) : date !== undefined && isDay(date) ? Date.parse(cell) : Number.NaN;
  return ts >= 0 && ts < FIRST_AFTER ? ts : row.fail('closedAt', TIME);
}

/** False of a thirtieth of February: some engines read it as a day of March. */
function isDay(date: string): boolean {
  const ts = Date.parse(date);
  return !Number.isNaN(ts) && new Date(ts).toISOString().startsWith(date);
}

/**
 * Reads closed trades from CSV `closedAt,pnl[,rMultiple]`, such as the `trades.csv` of a replay; other columns are left alone. A row that cannot
 * be used is left out and listed, the others are kept.
 * @throws FormatError where the file is no such table
 */
export function readTradeList(bytes: Uint8Array, file: string): TradeList {
  const { lines, names } = readHeader(bytes, file);
  const missing = REQUIRED.find((name) => !names.includes(name.toLowerCase()));
  if (missing !== undefined)
    throw new FormatError(
      file,
      lines.line,
      `no column "${missing}" in "${names.join(',').slice(0, 200)}"; expected ${REQUIRED.join(', ')} and optionally ${R}`,
    );
  const columns = [...REQUIRED, R].flatMap((name): [string, number][] => {
    const at = names.indexOf(name.toLowerCase());
    return at < 0 ? [] : [[name, at]];
  });
  const trades: ListedTrade[] = [];
  const rejected: FormatError[] = [];
  while (lines.advance()) {
    for (let line = lines.line - lines.blankBefore; line < lines.line; line += 1)
      rejected.push(new FormatError(file, line, `blank line; expected ${names.length} fields`));
    try {
      if (lines.fields !== names.length)
        throw new FormatError(file, lines.line, `${lines.fields} fields; expected ${names.length}`);
      const row = new Row(file, lines.line, new Map(columns.map(([name, at]) => [name, lines.field(at)])));
      trades.push({
        closedAt: timeOf(row),
        pnl: row.decimal('pnl'),
        rMultiple: row.cell(R) === '' ? null : row.decimal(R, 'a decimal, or nothing'),
      });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      rejected.push(error);
    }
  }
  return { trades: trades.toSorted((a, b) => a.closedAt - b.closedAt), rejected };
}
