import { parseArgs } from 'node:util';
import { unpack } from '../feeds/file.ts';
import { FormatError } from '../formats/error.ts';
import { readFills } from '../formats/fills.ts';
import { FillLedger } from '../projections/fills.ts';
import { blobOf, UsageError } from './files.ts';

/** Prints the position after each fill of a file. */
export async function ledger(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, options: {}, allowPositionals: true });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('ledger: expected one FILE');
  const book = new FillLedger();
  const lines = readFills(await unpack(await blobOf(path)), path).map((fill) => {
    try {
      return `${JSON.stringify(book.apply(fill))}\n`;
    } catch (error) {
      throw error instanceof RangeError ? new FormatError(path, fill.line, error.message) : error;
    }
  });
  process.stdout.write(lines.join(''));
}
