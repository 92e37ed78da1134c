import { createHash } from 'node:crypto';
import { access, constants, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JournalRecord } from '../domain/events.ts';
import { foldJournal } from '../engine/fold.ts';
import type { State } from '../engine/state.ts';
import { unpack } from '../feeds/file.ts';
import { FormatError } from '../formats/error.ts';
import { readJournal } from '../formats/journal.ts';
import { journalText, prettyJson } from '../projections/figures.ts';
import { tableFiles } from '../projections/spreadsheet.ts';
import { positionSummary } from '../projections/summary.ts';
import { blobOf, makeFolder, UsageError, writing } from './files.ts';

/** Characters of the journal's digest that tell one session's rows from another's. */
const SESSION_DIGITS = 16;

/** SHA-256 of a journal's text, hex. */
export const digestOfJournal = (records: readonly JournalRecord[]): string =>
  createHash('sha256').update(journalText(records)).digest('hex');

/** Writes the tables of a journal into a folder that is there. */
export async function writeTables(out: string, records: readonly JournalRecord[], state: State): Promise<string[]> {
  const files = tableFiles(records, state, digestOfJournal(records).slice(0, SESSION_DIGITS));
  for (const [name, content] of Object.entries(files)) await writeFile(join(out, name), content);
  return Object.keys(files);
}

function stateOf(records: readonly JournalRecord[], path: string): State {
  try {
    return foldJournal(records);
  } catch (error) {
    throw error instanceof RangeError ? new FormatError(path, undefined, error.message) : error;
  }
}

/** Reads a journal without its tapes and writes its tables, or prints how one position was managed. */
export async function journal(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { out: { type: 'string', default: 'out' }, position: { type: 'string' } },
    allowPositionals: true,
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('journal: expected one FILE');
  const { records, cut } = readJournal(new TextDecoder().decode(await unpack(await blobOf(path))), path);
  const state = stateOf(records, path);
  const { out, position } = values;
  if (position !== undefined) {
    const summary = positionSummary(records, position);
    const ids = [...state.positions.keys()].join(', ');
    if (!summary) throw new UsageError(`--position ${position}: not in ${path}; expected ${ids || 'none, it opens no position'}`);
    if (cut !== undefined) process.stderr.write(`${cut}\n`);
    process.stdout.write(prettyJson(summary));
    return;
  }
  await writing(out, async () => {
    await makeFolder(out);
    await access(out, constants.W_OK);
    const names = await writeTables(out, records, state);
    process.stdout.write(
      `${cut === undefined ? '' : `${cut}\n`}${path}: ${records.length} records\nwrote ${names.join(', ')} to ${out}\n`,
    );
  });
}
