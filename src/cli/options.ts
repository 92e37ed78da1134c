import type { InstrumentSpec } from '../domain/instrument.ts';
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
} as const;

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
  };
}

function millisecondsOf(interval: string): number {
  const measure = parseMeasure(interval);
  if (measure?.unit !== 'duration' || !measure.value.greaterThan(0))
    throw new UsageError(`--interval ${interval}: expected a duration such as 1s, 5s, 1m or 1h`);
  return measure.value.toNumber();
}
