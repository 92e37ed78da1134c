import { z } from 'zod';
import type { Command } from '../domain/commands.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { TapePosition } from '../domain/tape.ts';
import { FormatError } from './error.ts';
import { placeSchema } from './command.ts';
import { EVENT_FIELDS } from './journal-events.ts';

const EXPECTED = 'expected journal.jsonl as the replay or the export writes it';
/** Milliseconds around 1970 that a date can name. */
const MOST_MS = 8.64e15;

const head = z.object({ seq: z.number(), event: z.looseObject({ type: z.string() }) });
const envelope = z.object({
  seq: z.number().int().min(1),
  tape: placeSchema,
  ts: z.number().min(-MOST_MS).max(MOST_MS),
});
const session = z.object({
  tapes: z.array(z.object({ digest: z.string() })).optional(),
  policy: z.unknown().optional(),
});

/** One line of a journal that is a record in its order: the JSON as it stands, and where. */
interface Line {
  number: number;
  json: unknown;
  seq: number;
  type: string;
  event: Record<string, unknown>;
}

/** Lines of a journal with their numbers; blank ones are none. */
const linesOf = (journal: string): { number: number; text: string }[] =>
  journal.split('\n').flatMap((text, index) => (text.trim() === '' ? [] : [{ number: index + 1, text }]));

/** The JSON of a text; undefined where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A line as the record that comes after `before`. @throws FormatError with its number */
function lineOf(file: string, { number, text }: { number: number; text: string }, before: number): Line {
  const json = jsonOf(text);
  if (json === undefined) throw new FormatError(file, number, `not a JSON record; ${EXPECTED}`);
  const { success, data } = head.safeParse(json);
  if (!success) throw new FormatError(file, number, `a record without seq or event; ${EXPECTED}`);
  const { seq, event } = data;
  if (seq !== before + 1)
    throw new FormatError(file, number, `record ${seq}: expected ${before + 1}, a record is missing or out of order`);
  return { number, json, seq, type: event.type, event };
}

/** @throws FormatError naming each field that is not as it must be */
function check(file: string, number: number, schema: z.ZodType, value: unknown, within: string): void {
  const { error } = schema.safeParse(value);
  if (error)
    throw new FormatError(
      file,
      number,
      error.issues
        .map(({ path, message }) => `${[within, ...path].filter((key) => key !== '').join('.')}: ${message}`)
        .join('; '),
    );
}

/** @throws FormatError where the record is not one that this version knows, with all that it must carry */
function recordOf(file: string, { number, json, type, event }: Line): JournalRecord {
  check(file, number, envelope, json, '');
  const fields = Object.hasOwn(EVENT_FIELDS, type) ? EVENT_FIELDS[type as keyof typeof EVENT_FIELDS] : undefined;
  if (!fields)
    throw new FormatError(
      file,
      number,
      `event "${type.slice(0, 40)}" is not known here; expected ${Object.keys(EVENT_FIELDS).join(', ')}: a newer version may have written it`,
    );
  check(file, number, fields, event, 'event');
  return json as JournalRecord;
}

/** What a journal's file holds. */
export interface JournalFile {
  records: JournalRecord[];
  /** what was left out of a file whose writing was cut short, for a person; undefined where it is whole */
  cut: string | undefined;
}

/**
 * The records of a journal, each with all that its event must carry; what it carries besides is kept as it stands.
 * A last line without its end that is no JSON was torn while it was written: it is left out and said. Anything else that is wrong is an error.
 * @param journal the text of `journal.jsonl`, one record a line
 * @throws FormatError naming file, line and what was expected
 */
export function readJournal(journal: string, file: string): JournalFile {
  const lines = linesOf(journal);
  const last = lines.at(-1);
  const torn = last && !journal.endsWith('\n') && jsonOf(last.text) === undefined ? last : undefined;
  if (torn) lines.pop();
  const records: JournalRecord[] = [];
  for (const line of lines) records.push(recordOf(file, lineOf(file, line, records.length)));
  if (records[0]?.event.type !== 'SessionStarted')
    throw new FormatError(
      file,
      lines[0]?.number ?? 1,
      `${records[0] ? `begins with ${records[0].event.type}` : 'no record'}; expected SessionStarted first`,
    );
  const cut =
    torn &&
    `${file}, line ${torn.number}: cut off after ${torn.text.length} characters and left out; ${records.length} records are whole`;
  return { records, cut };
}

const COMMAND = '"CommandReceived"';

/**
 * The commands among the records of a journal that is known to be whole, from its first on: what carries no command is not looked at.
 * @param lines one a record, without their ends
 * @throws FormatError naming file, line and what was expected
 */
export function commandsIn(lines: readonly string[], file: string): JournalDecisions['decisions'] {
  return lines.flatMap((text, before) => {
    if (!text.includes(COMMAND)) return [];
    const { tape, event } = recordOf(file, lineOf(file, { number: before + 1, text }, before));
    return event.type === 'CommandReceived' ? [{ at: tape, command: event.command }] : [];
  });
}

/** What a journal says to repeat, on which tape and with which policy it was made. */
export interface JournalDecisions {
  /** SHA-256 of each tape's columns; undefined where the journal does not begin with its session */
  digests: string[] | undefined;
  /** the policy as its session began with it, JSON; undefined where the journal does not begin with its session */
  policy: unknown;
  decisions: { at: TapePosition; command: Command }[];
}

/**
 * The commands of a journal with their places on the tape, in order. Records besides may be of any kind: a list of commands that was
 * written by hand will do.
 * @param journal the text of `journal.jsonl`, one record a line
 * @throws FormatError naming file, line and what was expected
 */
export function readDecisions(journal: string, file: string): JournalDecisions {
  const found: JournalDecisions = { digests: undefined, policy: undefined, decisions: [] };
  let seq = 0;
  for (const text of linesOf(journal)) {
    const line = lineOf(file, text, seq);
    seq = line.seq;
    if (line.type === 'SessionStarted') {
      check(file, line.number, session, line.event, 'event');
      const { tapes, policy } = session.parse(line.event);
      found.digests = tapes?.map(({ digest }) => digest);
      found.policy = policy;
    }
    if (line.type !== 'CommandReceived') continue;
    const { tape, event } = recordOf(file, line);
    if (event.type === 'CommandReceived') found.decisions.push({ at: tape, command: event.command });
  }
  return found;
}
