import { z } from 'zod';
import { type CalendarSpec, TradingCalendar, WEEKDAYS } from '../domain/calendar.ts';
import { textOf } from './bytes.ts';
import { FormatError } from './error.ts';

const MOST_BYTES = 1_048_576;
const MOST_DAYS = 10_000;
const SHOWN = 60;

const shown = (input: unknown): string => (input === undefined ? 'missing' : JSON.stringify(input).slice(0, SHOWN));

/** Text of at least one and at most `most` characters. */
const words = (most: number, expected: string) =>
  z
    .string({ error: ({ input }) => `${shown(input)}; expected ${expected}` })
    .refine((text) => text.trim() !== '' && text.length <= most, {
      error: ({ input }) => `${shown(input)}; expected ${expected} of 1 to ${most} characters`,
    });

const days = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z
    .array(z.strictObject(shape, { error: fault('an object') }), { error: fault('a list') })
    .max(MOST_DAYS, { error: `more than ${MOST_DAYS} days; expected at most that` })
    .default([]);

/** Says of unknown keys what they are, of other kinds what was found. */
function fault(expected: string): z.core.$ZodErrorMap {
  return (issue) =>
    issue.code === 'unrecognized_keys'
      ? `unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`
      : `${shown(issue.input)}; expected ${expected}`;
}

const date = words(10, 'a day such as "2019-07-04"');
const hours = words(11, 'hours such as "09:30-16:00"');
const reason = words(200, 'a reason');

/** A calendar as it stands in a file; whether its days and hours make sense, `TradingCalendar` says. */
export const calendarSchema = z.strictObject(
  {
    name: words(40, 'a name'),
    zone: words(60, 'an IANA time zone such as "America/New_York"'),
    hours: z.strictObject(Object.fromEntries(WEEKDAYS.map((day) => [day, hours.optional()])), {
      error: fault(`hours of ${WEEKDAYS.join(', ')}`),
    }),
    closures: days({ date, reason }),
    otherHours: days({ date, hours, reason }),
    from: date,
    to: date,
    source: words(1_000, 'where the calendar was taken from'),
  },
  { error: fault('an object') },
);

/**
 * Reads a calendar of the user's own: JSON in UTF-8 of at most 1 MB, with these keys and no others.
 * ```json
 * {
 *   "name": "XLON",
 *   "zone": "Europe/London",
 *   "hours": { "mon": "08:00-16:30", "tue": "08:00-16:30", "wed": "08:00-16:30", "thu": "08:00-16:30", "fri": "08:00-16:30" },
 *   "closures": [{ "date": "2019-12-25", "reason": "Christmas Day" }],
 *   "otherHours": [{ "date": "2019-12-24", "hours": "08:00-12:30", "reason": "Christmas Eve" }],
 *   "from": "2019-01-01",
 *   "to": "2019-12-31",
 *   "source": "London Stock Exchange, business days"
 * }
 * ```
 * `hours` are local; a weekday that is left out is closed; hours that open at or after they close open on the evening before
 * ("17:00-16:00"). `closures` and `otherHours` may be left out; they are complete from `from` to `to`, and every day of them lies there.
 * @throws FormatError naming the key, its value and what was expected
 */
export function readCalendar(bytes: Uint8Array, fileName: string): CalendarSpec {
  if (bytes.length > MOST_BYTES)
    throw new FormatError(fileName, undefined, `a calendar of ${bytes.length} bytes; expected at most ${MOST_BYTES}`);
  const byteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let json: unknown;
  try {
    json = JSON.parse(textOf(bytes, byteOrderMark, bytes.length));
  } catch (error) {
    throw new FormatError(fileName, undefined, `not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const result = calendarSchema.safeParse(json);
  if (!result.success) {
    const faults = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`);
    throw new FormatError(fileName, undefined, `a calendar that cannot be used: ${faults.join('; ')}`);
  }
  const spec: CalendarSpec = result.data;
  try {
    new TradingCalendar(spec);
  } catch (error) {
    throw new FormatError(fileName, undefined, error instanceof Error ? error.message : String(error));
  }
  return spec;
}
