import type { TableLook } from '../domain/layout.ts';

/** A file that cannot be used, for a person: which file, which line, what was found there and what was expected. */
export class FormatError extends Error {
  readonly file: string;
  /** 1-based, the header is line 1; undefined where the whole file is meant */
  readonly line: number | undefined;
  /** what was found and what was expected, without the place */
  readonly problem: string;

  /** how the text table looks, where a person may say how to read it */
  readonly table: TableLook | undefined;

  /** @param problem what was found and what was expected, without the place */
  constructor(file: string, line: number | undefined, problem: string, table?: TableLook) {
    super(line === undefined ? `${file}: ${problem}` : `${file}, line ${line}: ${problem}`);
    this.name = 'FormatError';
    this.file = file;
    this.line = line;
    this.problem = problem;
    this.table = table;
  }
}
