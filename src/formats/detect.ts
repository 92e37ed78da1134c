import { type InstrumentSpec, instrumentOf } from '../domain/instrument.ts';
import { type SessionDay, type SessionHours, ZoneClock } from '../domain/session.ts';
import type { Stamp } from '../domain/tape.ts';
import { FormatError } from './error.ts';
import type { Decimals } from './fields.ts';
import type { Layout } from './layout.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Places that a tick or lot may have at most; finer prices stay as given. */
const MOST_TICK_PLACES = 12;
const MOST_LOT_PLACES = 8;
/** Rows that are looked at for the interval: more do not change the answer. */
const SAMPLED_ROWS = 1_000_000;
/** Share of bars that may stand closer to the one before than the interval: single strays, not the rule. */
const OVERLAPS_ALLOWED = 0.02;

interface Market {
  session?: string;
  /** the session in words */
  hours?: string;
  tick?: string;
  lot: string;
}

const US: Market = { session: 'XNYS', hours: 'hours, holidays and half days of New York', tick: '0.01', lot: '1' };

/** What the first letters of a file's name say; what is not listed comes from the file's numbers. */
const MARKETS: Readonly<Record<string, Market>> = {
  eq: US,
  ix: US,
  fx: { session: 'America/New_York/24h', hours: "around the clock by New York's days, weekends being gaps", lot: '1' },
  dy: { tick: '0.01', lot: '1' },
};

/**
 * The instrument of a file: what is given, and for the rest what its name and numbers say, with a note for each guess.
 * @param daily true for bars of a day or longer: they have no clock, whatever the name says of hours
 * @throws FormatError when a given value cannot be used
 */
export function detectInstrument(
  file: string,
  seen: Decimals,
  given: Partial<InstrumentSpec>,
  daily: boolean,
  notes: string[],
): InstrumentSpec {
  const prefix = prefixOf(file);
  const market = MARKETS[prefix];
  const named = `because the file's name begins with ${prefix}_`;
  const spec: InstrumentSpec = { symbol: '', tick: '', lot: '', multiplier: '1', minNotional: '0', session: '', ...given };
  if (!given.symbol) {
    spec.symbol = symbolOf(file);
    notes.push(`Symbol ${spec.symbol}: from the file's name.`);
  }
  if (!given.session) {
    spec.session = given.calendar?.name ?? (daily ? 'UTC/24h' : (market?.session ?? 'UTC/24h'));
    if (!given.calendar)
      notes.push(
        daily
          ? `Session ${spec.session}: a daily bar has a date and no clock, so rules that need a clock are off.`
          : market?.session
            ? `Session ${spec.session}: ${market.hours}, ${named}.`
            : `Session ${spec.session}: around the clock, because the file's name says nothing of trading hours.`,
      );
  }
  if (!given.tick) {
    spec.tick = market?.tick ?? stepOf(seen.price, MOST_TICK_PLACES);
    notes.push(
      market?.tick
        ? `Tick ${spec.tick}: usual in the US, ${named}.`
        : `Tick ${spec.tick}: the finest decimals of the file's prices.`,
    );
    if (market?.tick && seen.price > 2)
      notes.push(`Prices with up to ${seen.price} decimals occur, finer than the tick: they stay as they are.`);
  }
  if (!given.lot) {
    spec.lot = market?.lot ?? (seen.size === undefined ? '0.001' : stepOf(seen.size, MOST_LOT_PLACES));
    notes.push(
      market
        ? `Lot ${spec.lot}: whole units, ${named}.`
        : seen.size === undefined
          ? `Lot ${spec.lot}: assumed, because the file has no volumes or sizes.`
          : `Lot ${spec.lot}: the finest decimals of the file's sizes.`,
    );
  }
  if (!given.multiplier) notes.push('Multiplier 1: assumed, a file of prices does not state it.');
  checkInstrument(file, spec);
  return spec;
}

/** @throws FormatError naming what of an instrument cannot be used */
export function checkInstrument(file: string, spec: InstrumentSpec): void {
  try {
    instrumentOf(spec);
  } catch (error) {
    throw new FormatError(
      file,
      undefined,
      `the instrument cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const decimal = /^\d+(\.\d+)?$/;
  if (!decimal.test(spec.multiplier) || !/[1-9]/.test(spec.multiplier))
    throw new FormatError(file, undefined, `multiplier "${spec.multiplier}": expected a decimal above 0`);
  if (!decimal.test(spec.minNotional))
    throw new FormatError(file, undefined, `minimum notional "${spec.minNotional}": expected a decimal of at least 0`);
}

const stepOf = (places: number, most: number): string => (places === 0 ? '1' : `0.${'1'.padStart(Math.min(places, most), '0')}`);

const baseName = (file: string): string => file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);

/** "eq" of "eq_TSLA_1m_….csv", in lower case; empty where the name does not begin like that. */
const prefixOf = (file: string): string => /^([a-z]{2})_/i.exec(baseName(file))?.[1]?.toLowerCase() ?? '';

/** "eq_TSLA_1m_….csv" → TSLA, "tk_BTCUSDT-binance-perp_….csv" → BTCUSDT, "cr_BTC-PERP_….csv" → BTC-PERP, "prices.csv" → PRICES. */
function symbolOf(file: string): string {
  const name = baseName(file);
  const second = /^[a-z]{2}_([^_.]+)_/.exec(name)?.[1];
  if (second !== undefined) return second.replace(/-[a-z].*$/, '');
  return /^[^._]*/.exec(name)?.[0].toUpperCase() || 'UNNAMED';
}

/**
 * The interval of bars: what is given, or the most frequent distance between neighbours, the smaller one of equals. Where many bars stand
 * closer than that, as in a sparse series of seconds, it is the shortest distance: bars do not overlap. A name that begins with `dy_` says
 * a day, unless bars stand closer.
 * @throws FormatError when the given interval is not a whole number of milliseconds above 0
 */
export function detectInterval(file: string, ts: Float64Array, given: number | undefined, notes: string[]): number {
  if (given !== undefined) {
    if (Number.isSafeInteger(given) && given > 0) return given;
    throw new FormatError(file, undefined, `interval ${given} ms: expected whole milliseconds above 0`);
  }
  const counts = new Map<number, number>();
  const rows = Math.min(ts.length, SAMPLED_ROWS);
  for (let row = 1; row < rows; row += 1) {
    const distance = (ts[row] ?? 0) - (ts[row - 1] ?? 0);
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  let frequent = 0;
  let most = 0;
  let shortest = Infinity;
  for (const [distance, count] of counts) {
    if (distance < shortest) shortest = distance;
    if (count < most || (count === most && distance > frequent)) continue;
    most = count;
    frequent = distance;
  }
  if (prefixOf(file) === 'dy' && shortest >= DAY) {
    notes.push("Interval 1 day: because the file's name begins with dy_.");
    return DAY;
  }
  if (most === 0) {
    notes.push('Interval 1 minute: assumed, because the file has one bar only.');
    return MINUTE;
  }
  let closer = 0;
  for (const [distance, count] of counts) if (distance < frequent) closer += count;
  if (closer > rows * OVERLAPS_ALLOWED) {
    notes.push(`Interval ${inWords(shortest)}: the shortest distance between bars, which are sparse.`);
    return shortest;
  }
  notes.push(`Interval ${inWords(frequent)}: the most frequent distance between bars.`);
  return frequent;
}

function inWords(ms: number): string {
  for (const [unit, size] of [
    ['day', DAY],
    ['hour', 3_600_000],
    ['minute', MINUTE],
    ['second', 1_000],
  ] as const)
    if (ms % size === 0) return `${ms / size} ${unit}${ms === size ? '' : 's'}`;
  return `${ms} ms`;
}

/**
 * Whether the bars' times are their starts or their ends: what is given, or what the format states, or what the bars at the session's first and
 * last minute say.
 */
export function detectStamp(
  ts: Float64Array,
  intervalMs: number,
  hours: SessionHours,
  given: Stamp | undefined,
  { format, stamp }: Pick<Layout, 'format' | 'stamp'>,
  notes: string[],
): Stamp {
  if (given !== undefined) return given;
  if (intervalMs >= DAY) {
    notes.push(
      "Bar times are taken as the starts of the bars: a daily bar's time is the session's date, not a moment of trading.",
    );
    return 'open';
  }
  if (stamp !== undefined) {
    notes.push(`Bar times are the ${stamp === 'open' ? 'starts' : 'ends'} of the bars: so the format has them, ${format}.`);
    return stamp;
  }
  if (hours.open === undefined) {
    notes.push('Bar times are taken as the starts of the bars: nothing in the file says which they are.');
    return 'open';
  }
  const clock = new ZoneClock(hours);
  let atOpen = 0;
  let atClose = 0;
  for (const time of ts) {
    const day = clock.day(time);
    if (time === day.open) atOpen += 1;
    if (time === day.close) atClose += 1;
  }
  if (atOpen === 0 && atClose > 0) {
    notes.push(`Bar times are the ends of the bars: ${atClose} at the session's close and none at its open.`);
    return 'close';
  }
  if (atOpen > 0 && atClose === 0) {
    notes.push(`Bar times are the starts of the bars: ${atOpen} at the session's open and none at its close.`);
    return 'open';
  }
  const seen =
    atOpen > 0 ? `${atOpen} bars at the session's open and ${atClose} at its close` : "no bar at the session's open or close";
  notes.push(`Bar times are taken as the starts of the bars, though the file does not say so clearly: ${seen}.`);
  return 'open';
}

const LISTED_DAYS = 3;

/**
 * Says where the calendar matters to a file: days that close early, rows on days without a session, and days it does not reach.
 * @param ts rising times; of bars, their starts
 */
export function noteCalendar(ts: Float64Array, intervalMs: number, hours: SessionHours, notes: string[]): void {
  if (!hours.calendar || intervalMs >= DAY) return;
  const clock = new ZoneClock(hours);
  const days: { day: SessionDay; rows: number }[] = [];
  for (let row = 0; row < ts.length; ) {
    const day = clock.day(ts[row] ?? 0);
    const from = row;
    while (row < ts.length && (ts[row] ?? 0) < day.end) row += 1;
    days.push({ day, rows: row - from });
  }
  const say = (found: typeof days, words: (dates: string, rows: number) => string): void => {
    if (found.length === 0) return;
    const dates = found.slice(0, LISTED_DAYS).map(({ day }) => (day.reason === '' ? day.date : `${day.date} (${day.reason})`));
    const more = found.length > LISTED_DAYS ? ` and ${found.length - LISTED_DAYS} more days` : '';
    const rows = found.reduce((sum, { rows: count }) => sum + count, 0);
    notes.push(`Calendar ${hours.text}: ${words(dates.join(', ') + more, rows)}.`);
  };
  say(
    days.filter(({ day }) => day.early),
    (dates) => `the session closes early on ${dates}`,
  );
  say(
    days.filter(({ day }) => !day.trading),
    (dates, rows) => `${rows} rows stand on days without a session: ${dates}`,
  );
  say(
    days.filter(({ day }) => !day.known),
    (dates) => `holidays and half days are unknown on ${dates}`,
  );
}
