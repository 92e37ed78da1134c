import { FormatError } from '../error.ts';
import type { FileFill } from '../fills.ts';
import { plainText } from '../text.ts';
import { findHeader, tableBelow } from './delimited.ts';
import { isFreqtrade, readFreqtrade } from './freqtrade.ts';
import { isGeneric, readGeneric } from './generic.ts';
import { isMt5, isMt5Report, readMt5 } from './mt5.ts';
import { isNinjaTrader, readNinjaTrader } from './ninjatrader.ts';
import { plainDecimal } from './numbers.ts';
import type { FillsOptions, FoundFills } from './reader.ts';
import { FILLS_FORMATS, type FillsFormat, type FillsReport } from './report.ts';
import { isTradingView, readTradingView } from './tradingview.ts';

export { FILLS_FORMATS, type FillsFormat, type FillsReport } from './report.ts';
export type { FillsOptions } from './reader.ts';

/** What a file of fills may be at most. */
const MOST_BYTES = 134_217_728;
/** Bytes by which a file is told: an even number, so that UTF-16 stays whole. */
const HEAD_BYTES = 65_536;

const TABLES: readonly [Exclude<FillsFormat, 'freqtrade'>, (names: readonly string[]) => boolean][] = [
  ['generic', isGeneric],
  ['tradingview', isTradingView],
  ['ninjatrader', isNinjaTrader],
  ['mt5', isMt5],
];

const tableOf = (names: readonly string[]): Exclude<FillsFormat, 'freqtrade'> | undefined =>
  TABLES.find(([, fits]) => fits(names))?.[0];

/**
 * Which kind of file of somebody's own trades this is, by its content: undefined where it is none, as market files are. The first 64 kB
 * decide, so a part of a large file will do. The name decides nothing, but is taken for one call for all kinds of files.
 */
export function sniffFills(bytes: Uint8Array, _fileName: string): FillsFormat | undefined {
  const head = plainText(bytes.subarray(0, HEAD_BYTES));
  if (isFreqtrade(head)) return 'freqtrade';
  const header = findHeader(head, (names) => tableOf(names) !== undefined, false);
  if (header) return tableOf(header.names);
  return isMt5Report(head) ? 'mt5' : undefined;
}

/** A file of fills that was read: fills in the order of their time, and the accounts or strategies of which one was read. */
export interface FillsFile {
  fills: FileFill[];
  report: FillsReport;
  notes: string[];
  parts: string[];
}

/**
 * Reads somebody's own trades from any of the known kinds of files. Bad rows are left out, counted and listed; nothing is repaired.
 * @param bytes the unpacked file
 * @throws FormatError when the file is of no such kind, has not one usable row, or a given option cannot be used
 */
export function readFillsFile(bytes: Uint8Array, fileName: string, options: FillsOptions): FillsFile {
  const format = sniffFills(bytes, fileName);
  if (!format) throw new FormatError(fileName, undefined, `no fills found; expected ${Object.values(FILLS_FORMATS).join(', ')}`);
  if (bytes.length > MOST_BYTES)
    throw new FormatError(fileName, undefined, `fills of ${bytes.length} bytes; expected at most ${MOST_BYTES}`);
  const { fills, left, notes, parts } = readAs(format, plainText(bytes), fileName, options);
  if (options.part !== undefined && !parts.includes(options.part))
    throw new FormatError(
      fileName,
      undefined,
      `part "${options.part}": expected ${parts.join(', ') || 'none, the file has one'}`,
    );
  if (fills.length === 0) {
    const { first } = left;
    if (!first) throw new FormatError(fileName, undefined, 'no fills in the file; expected at least one');
    throw new FormatError(fileName, first.line, `${first.reason}; none of the ${left.total} rows can be used`);
  }
  const report = left.report(format, fills.length);
  if (report.rejectedRows > 0 && format !== 'tradingview' && format !== 'freqtrade')
    notes.push('Rows were left out: what is held after them may differ from what the account held.');
  const multiplied = withMultiplier(fills, format, fileName, options, notes);
  return { fills: named(multiplied, format, fileName, options, notes), report, notes, parts };
}

function readAs(format: FillsFormat, content: string, file: string, options: FillsOptions): FoundFills {
  if (format === 'freqtrade') return readFreqtrade(content, file, options);
  const header = findHeader(content, (names) => tableOf(names) === format, isMt5Report(content));
  if (!header) throw new FormatError(file, undefined, `no table of ${FILLS_FORMATS[format]}; expected one below the title`);
  const table = tableBelow(content, header);
  switch (format) {
    case 'generic':
      return readGeneric(table, file);
    case 'tradingview':
      return readTradingView(table, file, options);
    case 'ninjatrader':
      return readNinjaTrader(table, file, options);
    case 'mt5':
      return readMt5(table, file, options);
    default:
      return format satisfies never;
  }
}

function withMultiplier(
  fills: FileFill[],
  format: FillsFormat,
  file: string,
  { multiplier: given }: FillsOptions,
  notes: string[],
): FileFill[] {
  if (given === undefined) {
    if (format === 'mt5' || format === 'ninjatrader' || format === 'tradingview')
      notes.push('Multiplier 1: the file does not say what a contract or lot is worth.');
    return fills;
  }
  const multiplier = plainDecimal(given, '.');
  if (multiplier === undefined || multiplier === '0' || multiplier.startsWith('-'))
    throw new FormatError(file, undefined, `multiplier "${given}": expected a decimal above 0`);
  if (format === 'generic')
    throw new FormatError(file, undefined, `multiplier "${given}": expected in the column multiplier of this kind of file`);
  return fills.map((fill) => ({ ...fill, multiplier }));
}

/** Fills under the symbol that was given, or, of a file that names none, what its name says. */
function named(fills: FileFill[], format: FillsFormat, file: string, { symbol }: FillsOptions, notes: string[]): FileFill[] {
  if (symbol !== undefined && symbol.trim() !== '') {
    const symbols = [...new Set(fills.map((fill) => fill.symbol))];
    if (symbols.length > 1)
      throw new FormatError(
        file,
        undefined,
        `symbol "${symbol}": expected a file of one instrument, this has ${symbols.join(', ')}`,
      );
    return fills.map((fill) => ({ ...fill, symbol: symbol.trim() }));
  }
  if (format !== 'tradingview') return fills;
  const own = symbolIn(file);
  notes.push(`Symbol ${own}: from the file's name.`);
  return fills.map((fill) => ({ ...fill, symbol: own }));
}

/** TradingView names a file after strategy, exchange, symbol and day: "My_strategy_CME_MINI_NQ1!_2026-01-30.csv" → NQ1!. */
function symbolIn(file: string): string {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const dated = /_([^_\s]+)_\d{4}-\d{2}-\d{2}/.exec(name)?.[1];
  return dated ?? (/^[^._\s]*/.exec(name)?.[0].toUpperCase() || 'UNNAMED');
}
