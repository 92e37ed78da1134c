import type { InstrumentSpec } from '../domain/instrument.ts';
import { type Delimiter, type LayoutChoice, type Places, ROLES, TIME_FORMS } from '../domain/layout.ts';
import { parseMeasure } from '../domain/measure.ts';
import { unpack } from '../feeds/file.ts';
import { readCalendar } from '../formats/calendar.ts';
import type { ReadOptions } from '../formats/csv.ts';
import { blobOf, oneOf, UsageError } from './files.ts';

/** What every verb that reads a market file lets the user say of it. */
export const FILE_OPTIONS = {
  symbol: { type: 'string' },
  stamp: { type: 'string' },
  interval: { type: 'string' },
  tick: { type: 'string' },
  lot: { type: 'string' },
  multiplier: { type: 'string' },
  'min-notional': { type: 'string' },
  session: { type: 'string' },
  calendar: { type: 'string' },
  columns: { type: 'string' },
  delimiter: { type: 'string' },
  header: { type: 'string' },
  times: { type: 'string' },
  zone: { type: 'string' },
  'price-scale': { type: 'string' },
} as const;

const DELIMITER_NAMES = { comma: ',', semicolon: ';', tab: '\t' } as const satisfies Record<string, Delimiter>;

type FileValues = Partial<Record<keyof typeof FILE_OPTIONS, string | undefined>>;

/** What the user said of a file, for its reader. @throws UsageError, or FormatError of the calendar file */
export async function readOptions(values: FileValues): Promise<ReadOptions> {
  const { symbol, stamp, interval, tick, lot, multiplier, 'min-notional': minNotional, session, calendar } = values;
  if (session !== undefined && calendar !== undefined)
    throw new UsageError(`--session ${session}: expected either it or --calendar, whose name is then the session`);
  const instrument: Partial<InstrumentSpec> = {
    ...(symbol === undefined ? {} : { symbol }),
    ...(tick === undefined ? {} : { tick }),
    ...(lot === undefined ? {} : { lot }),
    ...(multiplier === undefined ? {} : { multiplier }),
    ...(minNotional === undefined ? {} : { minNotional }),
    ...(session === undefined ? {} : { session }),
    ...(calendar === undefined ? {} : { calendar: readCalendar(await unpack(await blobOf(calendar)), calendar) }),
  };
  return {
    instrument,
    ...(stamp === undefined ? {} : { stamp: oneOf('--stamp', stamp, ['open', 'close'] as const) }),
    ...(interval === undefined ? {} : { intervalMs: millisecondsOf(interval) }),
    layout: layoutOf(values),
  };
}

function layoutOf({ columns, delimiter, header, times, zone, 'price-scale': scale }: FileValues): LayoutChoice {
  const words = Object.keys(DELIMITER_NAMES) as (keyof typeof DELIMITER_NAMES)[];
  if (scale !== undefined && !/^1e-\d{1,2}$/.test(scale))
    throw new UsageError(`--price-scale ${scale}: expected what prices count, such as 1e-9`);
  return {
    ...(columns === undefined ? {} : { columns: placesOf(columns) }),
    ...(delimiter === undefined ? {} : { delimiter: DELIMITER_NAMES[oneOf('--delimiter', delimiter, words)] }),
    ...(header === undefined ? {} : { header: oneOf('--header', header, ['yes', 'no'] as const) === 'yes' }),
    ...(times === undefined ? {} : { time: oneOf('--times', times, TIME_FORMS) }),
    ...(zone === undefined ? {} : { zone }),
    ...(scale === undefined ? {} : { priceScale: Number(scale.slice('1e'.length)) }),
  };
}

/** "ts=1,clock=2,price=3,size=4": roles and their columns, counted from 1. */
function placesOf(text: string): Places {
  const places: Places = {};
  for (const part of text.split(',')) {
    const [name, column = ''] = part.split('=');
    const role = ROLES.find((each) => each === name);
    if (!role || !/^[1-9]\d{0,2}$/.test(column))
      throw new UsageError(`--columns ${text}: expected ROLE=COLUMN, columns counted from 1, of ${ROLES.join(', ')}`);
    places[role] = Number(column) - 1;
  }
  return places;
}

function millisecondsOf(interval: string): number {
  const measure = parseMeasure(interval);
  if (measure?.unit !== 'duration' || !measure.value.greaterThan(0))
    throw new UsageError(`--interval ${interval}: expected a duration such as 1s, 5s, 1m or 1h`);
  return measure.value.toNumber();
}
