import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import type { SweepRow } from '../study/sweep.ts';
import { UsageError } from './files.ts';

/** What makes a sweep that sweep; the first line of its file. */
export type SweepHeader = Readonly<Record<string, unknown>> & { sweep: 1 };

/** A file of rows that grows by whole lines: its header first, then a row a cell as JSON. */
export interface SweepFile {
  /** rows that were there already */
  rows: SweepRow[];
  /** bytes of a torn last line that were cut off */
  cut: number;
  add(row: SweepRow): void;
}

/**
 * Opens or begins the file of a sweep. A last line that was torn while it was written is cut off.
 * @throws UsageError where the file is of another sweep or of none, naming what differs
 */
export function sweepFile(path: string, header: SweepHeader): SweepFile {
  const first = `${JSON.stringify(header)}\n`;
  const add = (row: SweepRow): void => appendFileSync(path, `${JSON.stringify(row)}\n`);
  const written = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const whole = written.lastIndexOf(0x0a) + 1;
  const [head, ...lines] = written.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
  if (head === undefined) {
    if (written.length > 0 && !first.startsWith(written.toString('utf8')))
      throw new UsageError(`--out ${path}: not the rows of a sweep; expected a new file or one that this sweep has begun`);
    writeFileSync(path, first);
    return { rows: [], cut: written.length, add };
  }
  if (`${head}\n` !== first)
    throw new UsageError(
      `--out ${path}: of another sweep: ${differenceIn(head, header)}; expected a new file, or the one of this sweep`,
    );
  // a cell that stands there twice was run by two at once: it came out the same
  const byCell = new Map(lines.map((line, at) => rowOf(line, `--out ${path}, line ${at + 2}`)).map((row) => [row.cell, row]));
  if (whole < written.length) truncateSync(path, whole);
  return { rows: [...byCell.values()], cut: written.length - whole, add };
}

function rowOf(line: string, where: string): SweepRow {
  const row = parsed(line);
  if (typeof row === 'object' && row !== null && 'cell' in row && Number.isInteger(row.cell)) return row as SweepRow;
  throw new UsageError(`${where}: ${line.slice(0, 60)}: expected a row of the sweep as JSON`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function differenceIn(line: string, header: SweepHeader): string {
  const other = parsed(line);
  if (typeof other !== 'object' || other === null || !('sweep' in other)) return 'its first line is no header of a sweep';
  const there = other as Record<string, unknown>;
  const names = [...new Set([...Object.keys(header), ...Object.keys(there)])];
  const differing = names.filter((name) => JSON.stringify(header[name]) !== JSON.stringify(there[name]));
  return `its ${differing.join(', ')} ${differing.length === 1 ? 'is' : 'are'} not the same`;
}
