import type { Tape } from '../domain/tape.ts';
import { type FileEntry, readEntries } from '../formats/entries.ts';
import { FormatError } from '../formats/error.ts';
import { sniffFills } from '../formats/fills/file.ts';
import type { FileFill } from '../formats/fills.ts';
import { entriesOf, tradesOf } from '../projections/trades.ts';
import { UsageError } from './files.ts';
import { bytesOf, readAloud } from './fills.ts';

/** What the user says of entries from a file. */
export const ENTRIES_OPTIONS = {
  entries: { type: 'string' },
  'entries-zone': { type: 'string' },
  'entries-symbol': { type: 'string' },
  'entries-part': { type: 'string' },
  'entries-dates': { type: 'string' },
  'keep-quantity': { type: 'boolean', default: false },
} as const;

type EntriesValues = { 'keep-quantity': boolean } & Partial<
  Record<Exclude<keyof typeof ENTRIES_OPTIONS, 'keep-quantity'>, string | undefined>
>;

/**
 * Entries of a file of entries, all of which must be of an instrument of the session, or those of somebody's fills.
 * @throws UsageError, FormatError
 */
export async function entriesFor(values: EntriesValues, tapes: readonly Tape[], paths: readonly string[]): Promise<FileEntry[]> {
  const { entries: path, 'entries-zone': zone, 'entries-symbol': symbol, 'entries-part': part, 'entries-dates': dates } = values;
  const bytes = path === undefined ? undefined : await bytesOf(path);
  const ofFills = { zone, symbol, part, dates };
  if (path !== undefined && bytes && sniffFills(bytes, path) !== undefined)
    return fromFills(readAloud(bytes, path, ofFills, '--entries-').fills, path, tapes, values['keep-quantity']);
  const given = Object.entries(ofFills).find(([, value]) => value !== undefined);
  const option = given ? `--entries-${given[0]} ${given[1]}` : values['keep-quantity'] ? '--keep-quantity' : undefined;
  if (option !== undefined) throw new UsageError(`${option}: expected --entries with a file of fills to go with it`);
  if (path === undefined || !bytes) return [];
  const entries = readEntries(bytes, path);
  const symbols = tapes.map(({ instrument }) => instrument.symbol);
  const stranger = entries.find(({ entry }) => !symbols.includes(entry.symbol));
  if (!stranger) return entries;
  throw new FormatError(
    path,
    stranger.line,
    `symbol "${stranger.entry.symbol}": expected ${symbols.join(' or ')}, the instrument of ${paths.join(' and ')}`,
  );
}

/** The entries of fills. What is of another instrument, or before the tape begins, is left out and said. */
function fromFills(fills: readonly FileFill[], path: string, tapes: readonly Tape[], keepQuantity: boolean): FileEntry[] {
  const say = (line: string): void => void process.stderr.write(`${path}${line}\n`);
  const symbols = tapes.map(({ instrument }) => instrument.symbol);
  const { trades, refused } = tradesOf(fills);
  for (const { line, reason } of refused) say(`, line ${line}: ${reason}; left out`);
  const all = entriesOf(trades, keepQuantity);
  const own = all.filter(({ entry }) => symbols.includes(entry.symbol));
  const strangers = new Set(all.map(({ entry }) => entry.symbol).filter((name) => !symbols.includes(name)));
  if (own.length === 0)
    throw new FormatError(
      path,
      undefined,
      `entries in ${[...strangers].join(', ')}: expected some in ${symbols.join(' or ')}; --entries-symbol names the one instrument of a file`,
    );
  if (strangers.size > 0) say(`: ${all.length - own.length} entries in ${[...strangers].join(', ')} left out`);
  const start = Math.min(...tapes.map(({ columns }) => columns.ts[0] ?? Number.POSITIVE_INFINITY));
  const inTime = own.filter(({ ts }) => ts >= start);
  if (inTime.length < own.length) say(`: ${own.length - inTime.length} entries before the tape begins left out`);
  return inTime;
}
