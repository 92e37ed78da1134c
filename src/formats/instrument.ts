import { z } from 'zod';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { calendarSchema } from './calendar.ts';

const words = z.string().min(1).max(200);
const decimal = z.string().regex(/^\d{1,30}(\.\d{1,30})?$/, { error: 'expected a decimal such as "0.01"' });

/** An instrument as it stands in a file of ours. Whether its values make sense, `checkInstrument` says. */
export const instrumentSchema = z
  .strictObject({
    symbol: words,
    tick: decimal,
    lot: decimal,
    multiplier: decimal,
    minNotional: decimal,
    session: words,
    calendar: calendarSchema.optional(),
  })
  .transform(({ calendar, ...spec }): InstrumentSpec => (calendar ? { ...spec, calendar } : spec));
