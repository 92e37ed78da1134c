import type { InstrumentSpec } from '../domain/instrument.ts';
import { parseMeasure } from '../domain/measure.ts';
import type { ReadOptions } from '../formats/csv.ts';
import { oneOf, UsageError } from './files.ts';

/** What every verb that reads a market file lets the user say of it. */
export const FILE_OPTIONS = {
  symbol: { type: 'string' },
  stamp: { type: 'string' },
  interval: { type: 'string' },
  tick: { type: 'string' },
  lot: { type: 'string' },
  session: { type: 'string' },
} as const;

type FileValues = Partial<Record<keyof typeof FILE_OPTIONS, string | undefined>>;

/** What the user said of a file, for its reader. @throws UsageError */
export function readOptions({ symbol, stamp, interval, tick, lot, session }: FileValues): ReadOptions {
  const instrument: Partial<InstrumentSpec> = {
    ...(symbol === undefined ? {} : { symbol }),
    ...(tick === undefined ? {} : { tick }),
    ...(lot === undefined ? {} : { lot }),
    ...(session === undefined ? {} : { session }),
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
