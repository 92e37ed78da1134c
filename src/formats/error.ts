/** A file that cannot be used, for a person: which file, which line, what was found there and what was expected. */
export class FormatError extends Error {
  readonly file: string;
  /** 1-based, the header is line 1; undefined where the whole file is meant */
  readonly line: number | undefined;

  /** @param problem what was found and what was expected, without the place */
  constructor(file: string, line: number | undefined, problem: string) {
    super(line === undefined ? `${file}: ${problem}` : `${file}, line ${line}: ${problem}`);
    this.name = 'FormatError';
    this.file = file;
    this.line = line;
  }
}
