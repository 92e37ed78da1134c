import { z } from 'zod';
import type { Command, PlaceEntry } from '../domain/commands.ts';
import { isAfter, type TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { commandSchema, placeSchema } from './command.ts';
import { FormatError } from './error.ts';
import { fitted, parseJson } from './json.ts';

/** A command with its place on the tape. */
export interface PlacedCommand {
  at: TapePosition;
  command: Command;
}

/** An entry with its market time. */
export interface TimedEntry {
  ts: Milliseconds;
  command: PlaceEntry;
}

const decision = z.strictObject({ at: placeSchema, command: commandSchema });
const entries = z.array(
  z.strictObject({
    ts: z.number(),
    command: z.intersection(commandSchema, z.object({ type: z.literal('PlaceEntry'), source: z.literal('entries') })),
  }),
);

/** Commands as text, one a line. The keys of each come in one order, whatever order they were given in. */
export const decisionsText = (decisions: readonly PlacedCommand[]): string =>
  decisions.map((one) => `${JSON.stringify(decision.parse(one))}\n`).join('');

/** Entries as JSON text, their keys in one order too. */
export const entriesJson = (list: readonly TimedEntry[]): string => `${JSON.stringify(entries.parse(list), null, 2)}\n`;

/** @throws FormatError naming file, line and what was expected; places go on from line to line */
export function readDecisionsText(text: string, file: string): PlacedCommand[] {
  const found: PlacedCommand[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const { at, command } = fitted(decision, parseJson(line, file, index + 1), file, index + 1);
    const last = found.at(-1)?.at;
    if (last && isAfter(last, at))
      throw new FormatError(
        file,
        index + 1,
        `row ${at.row}, point ${at.point} after row ${last.row}, point ${last.point}; expected places that go on`,
      );
    found.push({ at, command });
  }
  return found;
}

/** @throws FormatError naming file and key; entries come by time */
export function readEntriesJson(text: string, file: string): TimedEntry[] {
  const found = fitted(entries, parseJson(text, file), file) as TimedEntry[];
  const back = found.findIndex(({ ts }, at) => ts < (found[at - 1]?.ts ?? ts));
  if (back >= 0)
    throw new FormatError(file, undefined, `entry ${back + 1} is before the one it follows; expected entries by time`);
  return found;
}
