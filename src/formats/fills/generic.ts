import { FormatError } from '../error.ts';
import { FILL_COLUMNS, type FileFill, fillOf } from '../fills.ts';
import { Row } from '../table.ts';
import type { TextRow, TextTable } from './delimited.ts';
import type { FoundFills } from './reader.ts';
import { LeftOut, RowFault } from './report.ts';

const KNOWN: readonly string[] = [...FILL_COLUMNS, 'multiplier'];

export const isGeneric = (names: readonly string[]): boolean => FILL_COLUMNS.every((name) => names.includes(name));

/** Fills as `readFills` has them, with bad rows left out instead of the whole file. @throws FormatError for a column that is not known */
export function readGeneric({ names, rows, line }: TextTable, file: string): FoundFills {
  const strange = names.find((name, at) => !KNOWN.includes(name) || names.indexOf(name) !== at);
  if (strange !== undefined)
    throw new FormatError(file, line, `column "${strange.slice(0, 40)}": expected ${KNOWN.join(', ')}, each once`);
  const left = new LeftOut();
  let last = 0;
  const fills = rows.flatMap((row): FileFill[] => {
    const fill = left.take(row, () => read(row, names, file, last));
    last = fill?.ts ?? last;
    return fill ? [fill] : [];
  });
  const notes = names.includes('multiplier') ? [] : ['Multiplier 1: the file has no such column.'];
  return { fills, left, notes, parts: [] };
}

function read({ line, cells }: TextRow, names: readonly string[], file: string, last: number): FileFill {
  if (cells.length !== names.length)
    throw new RowFault('wrong number of fields', `${cells.length} fields: expected ${names.length}`);
  try {
    return fillOf(new Row(file, line, new Map(names.map((name, at) => [name, cells[at] ?? '']))), file, last);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    const [name] = error.problem.split(' ');
    throw new RowFault(
      name === 'ts' && error.problem.includes('the row before') ? 'time goes back' : `${name} cannot be used`,
      error.problem,
    );
  }
}
