import { parseArgs } from 'node:util';
import { FormatError } from '../formats/error.ts';
import { sniffFills } from '../formats/fills/file.ts';
import { readFills } from '../formats/fills.ts';
import { FillLedger } from '../projections/fills.ts';
import { UsageError } from './files.ts';
import { bytesOf, FILLS_OPTIONS, readAloud } from './fills.ts';

/** Prints the position after each fill of a file. The generic CSV has no bad rows, or it is refused; of other kinds they are left out, and said. */
export async function ledger(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: FILLS_OPTIONS, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('ledger: expected one FILE');
  const bytes = await bytesOf(path);
  const format = sniffFills(bytes, path);
  const strict = format === undefined || format === 'generic';
  const [given] = Object.keys(values);
  if (strict && given !== undefined)
    throw new UsageError(
      `--${given}: expected the file of a broker to go with it, ts,symbol,side,quantity,price,fee says all itself`,
    );
  const fills = strict ? readFills(bytes, path) : readAloud(bytes, path, values).fills;
  const book = new FillLedger();
  const lines = fills.map((fill) => {
    try {
      return `${JSON.stringify(book.apply(fill))}\n`;
    } catch (error) {
      throw error instanceof RangeError ? new FormatError(path, fill.line, error.message) : error;
    }
  });
  process.stdout.write(lines.join(''));
}
