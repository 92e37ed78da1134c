import type { TimeForm } from '../domain/layout.ts';

const isDate = (year: string, month: string, day: string): boolean =>
  Number(year) >= 1970 &&
  Number(year) <= 2100 &&
  Number(month) >= 1 &&
  Number(month) <= 12 &&
  Number(day) >= 1 &&
  Number(day) <= 31;

/** What a count since 1970 counts, by its size: each unit reaches from 1973 to beyond 2100. Below that it is taken as milliseconds. */
function unitOf(count: number): TimeForm {
  if (count >= 1e17) return 'ns';
  if (count >= 1e14) return 'us';
  return count >= 1e8 && count < 1e11 ? 's' : 'ms';
}

/** The form of one time; undefined where it is none. Dates with the year last count as such only where a part above 12 says which is the day. */
function formOf(text: string): TimeForm | 'dmy or mdy' | undefined {
  const [, year = '', month = '', day = ''] = /^(\d{4})(\d{2})(\d{2})(?:\d{6}|\d{4})?$/.exec(text) ?? [];
  if (year !== '' && isDate(year, month, day)) return 'ymd';
  if (/^\d{1,19}(?:\.\d*)?$/.test(text)) return unitOf(Number(text));
  if (/^\d{4}[-./]\d{1,2}[-./]\d{1,2}|^\d{8}[ T]/.test(text)) return 'ymd';
  const [, first, second] = /^(\d{1,2})[-./](\d{1,2})[-./]\d{4}/.exec(text) ?? [];
  if (first === undefined) return undefined;
  return Number(first) > 12 ? 'dmy' : Number(second) > 12 ? 'mdy' : 'dmy or mdy';
}

const COUNTS: readonly unknown[] = ['s', 'ms', 'us', 'ns'];

/**
 * The form of the times in these cells: the most frequent, and among counts since 1970 what the file's last one counts, if that is finer: a
 * series may begin in 1970. A date such as 03/04/2024 that may be either is month first with slashes, and day first otherwise; `guessed` is then true.
 */
export function timeFormOf(cells: readonly string[], lastCell = ''): { form: TimeForm; guessed: boolean } {
  const forms = cells.map(formOf).filter((form) => form !== undefined);
  const told = forms.filter((form) => form !== 'dmy or mdy');
  const counts = new Map<TimeForm, number>();
  for (const form of told) counts.set(form, (counts.get(form) ?? 0) + 1);
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (most === undefined && forms.length > 0)
    return { form: cells.some((cell) => cell.includes('/')) ? 'mdy' : 'dmy', guessed: true };
  const form = most?.[0] ?? 'ms';
  const last = formOf(lastCell);
  const finer =
    last !== undefined && last !== 'dmy or mdy' && COUNTS.indexOf(last) > COUNTS.indexOf(form) && COUNTS.includes(form);
  return { form: finer ? last : form, guessed: false };
}

/** Whether a time of this text has a time of day, and no offset to say what it means. */
export const isLocal = (text: string): boolean =>
  /\d[ T:]\d|^\d{12,14}$/i.test(text) && !/(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$/i.test(text);

/** Whether decimals are written with a comma. */
export const hasDecimalComma = (cells: readonly string[]): boolean =>
  cells.some((cell) => /^[+-]?\d+,\d+$/.test(cell)) && !cells.some((cell) => /^[+-]?\d+\.\d+$/.test(cell));
