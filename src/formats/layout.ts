import {
  FINEST_PRICE_SCALE,
  type LayoutChoice,
  type Places,
  type Role,
  type TableLook,
  type TimeForm,
} from '../domain/layout.ts';
import type { Stamp } from '../domain/tape.ts';
import { hasDecimalComma, isLocal, timeFormOf } from './cells.ts';
import { FormatError } from './error.ts';
import { guess } from './guess.ts';
import type { Head } from './head.ts';
import { FORMATS } from './layouts/index.ts';
import type { Found } from './layouts/format.ts';
import { WallClock } from './zone.ts';

const SIDED = ['bid', 'ask'].flatMap((side) => ['open', 'high', 'low', 'close'].map((name) => `${side}_${name}` as Role));

/** What a table may hold, by the columns that it must have; the first that fits is taken. */
const KINDS = [
  { name: 'bars', needs: ['ts', 'open', 'high', 'low', 'close'], may: ['volume'] },
  { name: 'trades', needs: ['ts', 'price', 'size'], may: ['side', 'id'] },
  { name: 'bars of bid and ask', needs: ['ts', ...SIDED], may: ['volume'] },
  { name: 'quotes', needs: ['ts', 'bid', 'ask'], may: [] },
] as const satisfies readonly { name: string; needs: readonly Role[]; may: readonly Role[] }[];
type Kind = (typeof KINDS)[number]['name'];

/** How the rows of a text table are to be read. */
export interface Layout extends Omit<Found, 'name' | 'time' | 'zone' | 'priceScale' | 'notes'> {
  format: string;
  kind: Kind;
  delimiter: string;
  /** names of the columns, for messages */
  titles: readonly string[];
  time: TimeForm;
  /** of times without an offset */
  zone: string;
  priceScale: number;
  decimalComma: boolean;
  stamp?: Stamp;
  /** what the file's name says of the symbol by the format's habits */
  symbol: string | undefined;
  notes: string[];
  look: TableLook;
}

const kindOf = (places: Places): Kind | undefined =>
  KINDS.find(({ needs }) => needs.every((role) => places[role] !== undefined))?.name;

/**
 * How a table is laid out: as the user says, and for the rest as the format whose names or cells it has.
 * @throws FormatError, with how the table looks, when no format fits or something that was said cannot be used
 */
export function layoutOf(head: Head, choice: LayoutChoice): Layout {
  const { name, symbol, found } = formatOf(head, choice);
  const places = found?.places ?? guess(head);
  const samples = head.rows.map((cells) => cells[places.ts ?? -1] ?? '');
  const told = choice.time ?? found?.time;
  const { form, guessed } = told === undefined ? timeFormOf(samples, head.last[places.ts ?? -1]) : { form: told, guessed: false };
  const zone = choice.zone ?? found?.zone ?? 'UTC';
  const priceScale = choice.priceScale ?? found?.priceScale ?? 0;
  const decimalComma = head.delimiter !== ',' && hasDecimalComma(head.rows.flatMap((cells) => cellsOfDecimals(cells, places)));
  const local = isCalendar(form) && samples.some((cell, row) => isLocalTime(cell, head.rows[row]?.[places.clock ?? -1]));
  const look: TableLook = {
    format: name,
    delimiter: head.delimiter,
    header: head.header,
    decimalComma,
    titles: head.titles,
    rows: head.rows,
    columns: places,
    time: form,
    zone: local ? zone : undefined,
    priceScale,
  };
  const kind = kindOf(places);
  if (!found || name === undefined || kind === undefined)
    throw new FormatError(head.file, head.line, unreadable(head, places, choice), look);
  refuseTwins(head, places, look);
  if (!(Number.isInteger(priceScale) && priceScale <= 0 && priceScale >= FINEST_PRICE_SCALE))
    throw new FormatError(head.file, undefined, `price scale ${priceScale}: expected 0 to ${FINEST_PRICE_SCALE}`, look);
  refuseZone(zone, head.file, look);
  const notes = [
    ...(name === FORMATS[0]?.name ? [] : [`Read as ${kind}: ${name}.`]),
    ...(choice.zone === undefined || !local ? (found.notes ?? []) : []),
    ...wordsOf(form, guessed, local, zone, priceScale),
  ];
  const { carry, idsRestartDaily, intervalMs, stamp } = found;
  return {
    format: name,
    kind,
    places,
    delimiter: head.delimiter,
    titles: head.titles,
    time: form,
    zone,
    priceScale,
    decimalComma,
    symbol: symbol?.exec(head.file.slice(Math.max(head.file.lastIndexOf('/'), head.file.lastIndexOf('\\')) + 1))?.[1],
    ...(carry === undefined ? {} : { carry }),
    ...(idsRestartDaily === undefined ? {} : { idsRestartDaily }),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(stamp === undefined ? {} : { stamp }),
    notes,
    look,
  };
}

interface Fit {
  name: string | undefined;
  symbol?: RegExp | undefined;
  found: Found | undefined;
}

function formatOf(head: Head, { columns }: LayoutChoice): Fit {
  if (columns) return { name: 'columns as you say', found: { places: columns } };
  for (const { name, symbol, find } of FORMATS) {
    const found = find(head);
    if (found && kindOf(found.places) !== undefined) return { name: found.name ?? name, symbol, found };
  }
  return { name: undefined, found: undefined };
}

const isCalendar = (form: TimeForm): boolean => form === 'ymd' || form === 'dmy' || form === 'mdy';

/** A time of day, beside or in its own column, that no offset follows. */
const isLocalTime = (cell: string, clock: string | undefined): boolean =>
  isLocal(clock === undefined ? cell : `${cell} ${clock}`);

const DECIMALS: readonly Role[] = ['open', 'high', 'low', 'close', 'volume', 'price', 'size', 'bid', 'ask', ...SIDED];

const cellsOfDecimals = (cells: readonly string[], places: Places): string[] =>
  DECIMALS.flatMap((role) => (places[role] === undefined ? [] : [cells[places[role]] ?? '']));

function wordsOf(form: TimeForm, guessed: boolean, local: boolean, zone: string, priceScale: number): string[] {
  const notes: string[] = [];
  const counted = { s: 'seconds', us: 'microseconds', ns: 'nanoseconds' }[form as string];
  if (counted !== undefined) notes.push(`Times count ${counted} since 1970, UTC.`);
  if (form === 'dmy' || form === 'mdy')
    notes.push(
      `Dates are read as ${form === 'dmy' ? 'day, month' : 'month, day'}, year${guessed ? ', though the first rows may be either' : ''}.`,
    );
  if (local)
    notes.push(
      `Times have no offset: they are read as ${zone}${zone === 'UTC' ? '' : '; those that its clock change skips or repeats are left out'}.`,
    );
  if (priceScale !== 0) notes.push(`Prices count 1e${priceScale}.`);
  return notes;
}

function refuseZone(zone: string, file: string, look: TableLook): void {
  try {
    new WallClock(zone);
  } catch (error) {
    throw new FormatError(file, undefined, error instanceof Error ? error.message : String(error), look);
  }
}

/** @throws FormatError when a column that was said is not there, or a name that matters stands twice: nobody can tell which is meant */
function refuseTwins(head: Head, places: Places, look: TableLook): void {
  const titles = head.titles.map((title) => title.toLowerCase());
  for (const at of Object.values(places)) {
    const title = titles[at];
    if (title === undefined)
      throw new FormatError(head.file, head.line, `column ${at + 1}: the table has ${titles.length}`, look);
    if (title !== '' && look.format !== 'columns as you say' && titles.indexOf(title) !== titles.lastIndexOf(title))
      throw new FormatError(head.file, head.line, `column "${title}" stands twice in "${head.shown}"; expected it once`, look);
  }
}

function unreadable(head: Head, places: Places, choice: LayoutChoice): string {
  const expected = KINDS.map(({ name, needs, may }) => {
    const more = may.length > 0 ? ` and optionally ${may.join(', ')}` : '';
    return `${name} (${needs.join(', ')}${more})`;
  }).join(' or ');
  if (choice.columns)
    return `the columns ${Object.keys(places).join(', ') || 'named'} are those of no market; expected ${expected}`;
  if (!head.header)
    return `no header: found "${head.shown}"; expected the names of the columns, such as ts,open,high,low,close, or to be told which is which`;
  return `found the columns ${head.titles.join(', ').slice(0, 200)}; expected ${expected}`;
}
