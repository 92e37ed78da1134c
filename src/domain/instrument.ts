import type { CalendarSpec } from './calendar.ts';
import { Grid } from './grid.ts';
import { type SessionHours, sessionOf } from './session.ts';

/** What is traded, as plain data: it stands in the journal's first record. All numbers are decimal text. */
export interface InstrumentSpec {
  symbol: string;
  /** least price step */
  tick: string;
  /** least quantity step */
  lot: string;
  /** money per unit and price point */
  multiplier: string;
  /** least money of an order, 0 for none */
  minNotional: string;
  /** a calendar by its name ("XNYS"), `ZONE/HH:MM-HH:MM` or `ZONE/24h`, e.g. "America/New_York/09:30-16:00" */
  session: string;
  /** a calendar of the user's own, which `session` names */
  calendar?: CalendarSpec;
}

/** An instrument with its grids and session hours made from the spec. */
export interface Instrument {
  spec: InstrumentSpec;
  prices: Grid;
  lots: Grid;
  session: SessionHours;
}

function gridOf(key: 'tick' | 'lot', step: string): Grid {
  if (!/^\d+(\.\d+)?$/.test(step) || Number(step) === 0)
    throw new RangeError(`${key} "${step}": expected a decimal above 0, e.g. "0.01"`);
  return new Grid(step);
}

/** @throws RangeError naming the key and value that cannot be used */
export function instrumentOf(spec: InstrumentSpec): Instrument {
  return { spec, prices: gridOf('tick', spec.tick), lots: gridOf('lot', spec.lot), session: sessionOf(spec) };
}
