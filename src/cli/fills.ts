import { unpack } from '../feeds/file.ts';
import { type FillsFile, type FillsOptions, readFillsFile } from '../formats/fills/file.ts';
import { blobOf, oneOf } from './files.ts';

/** What every verb that reads a file of fills lets the user say of it. */
export const FILLS_OPTIONS = {
  zone: { type: 'string' },
  symbol: { type: 'string' },
  multiplier: { type: 'string' },
  part: { type: 'string' },
  dates: { type: 'string' },
} as const;

type FillsValues = Partial<Record<keyof typeof FILLS_OPTIONS, string | undefined>>;

/** @throws UsageError */
function fillsOptions({ zone, symbol, multiplier, part, dates }: FillsValues, prefix: string): FillsOptions {
  return {
    ...(zone === undefined ? {} : { zone }),
    ...(symbol === undefined ? {} : { symbol }),
    ...(multiplier === undefined ? {} : { multiplier }),
    ...(part === undefined ? {} : { part }),
    ...(dates === undefined ? {} : { dates: oneOf(`${prefix}dates`, dates, ['day-first', 'month-first'] as const) }),
  };
}

/**
 * Reads fills and says on the error output what was left out and what was taken for granted.
 * @param prefix of the options' names, for errors
 * @throws FormatError, UsageError
 */
export function readAloud(bytes: Uint8Array, path: string, values: FillsValues, prefix = '--'): FillsFile {
  const found = readFillsFile(bytes, path, fillsOptions(values, prefix));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  for (const { line, reason } of found.report.rejected) say(`${path}, line ${line}: ${reason}; left out`);
  const more = found.report.rejectedRows - found.report.rejected.length;
  if (more > 0) say(`${path}: ${more} more rows left out`);
  for (const note of found.notes) say(`${path}: ${note}`);
  return found;
}

export const bytesOf = async (path: string): Promise<Uint8Array> => unpack(await blobOf(path));
