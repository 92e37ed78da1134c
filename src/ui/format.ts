import { hiddenDay } from './practice.ts';

/*
 * How values are written. Nothing here computes: decimal text comes ready from the worker; digits are grouped, rounded for the eye
 * (half up, on the decimal text itself), and signs made of one width. Text that is no number passes unchanged.
 */

const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const formats = new Map<string, Intl.NumberFormat>();

function format(least: number, most: number, signed: boolean): Intl.NumberFormat {
  const key = `${least}/${most}/${signed}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: least,
      maximumFractionDigits: most,
      signDisplay: signed ? 'exceptZero' : 'negative',
    });
    formats.set(key, found);
  }
  return found;
}

function write(text: string, least: number, most: number, signed = false): string {
  if (!DECIMAL.test(text)) return text;
  return format(least, most, signed)
    .format(text as `${number}`)
    .replace('-', '−');
}

/** "100412.6" → "100,412.60" */
export const money = (text: string): string => write(text, 2, 2);
/** "412.6" → "+412.60", "-9.36" → "−9.36", "0" → "0.00" */
export const signedMoney = (text: string): string => write(text, 2, 2, true);
/** A price with the session's decimals; averages off the grid are rounded for the eye. */
export const price = (text: string, decimals: number): string => write(text, decimals, decimals);
/** A figure with the decimals that it comes with: "-1234.50" → "−1,234.50" */
export const asGiven = (text: string): string => {
  const { length } = text.split('.')[1] ?? '';
  return write(text, length, length);
};
/** A chart's number as a price. */
export const priceOf = (value: number, decimals: number): string => price(value.toFixed(decimals), decimals);
/** "1500" → "1,500"; all decimals are kept: quantities are exact. */
export const quantity = (text: string): string => write(text, 0, 12);
/** "0.4126" → "+0.41 %" */
export const signedPercent = (text: string): string => (text === '' ? '' : `${write(text, 2, 2, true)} %`);
/** "6.37" → "6.4 %" */
export const percent = (text: string, decimals = 1): string => (text === '' ? '' : `${write(text, decimals, decimals)} %`);
/** "1.75" → "+1.75R"; "" → "" */
export const signedR = (text: string): string => (text === '' ? '' : `${write(text, 2, 2, true)}R`);
/** A whole number of things. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** The same amount seen from the other side: money lost if stopped "86.1" → result "-86.1". */
export function negated(text: string): string {
  if (!DECIMAL.test(text) || /^-?0+(?:\.0+)?$/.test(text)) return text;
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

/** The sign of decimal text, as a tone; zero and text have none. */
export function toneOf(text: string): 'up' | 'down' | undefined {
  if (!DECIMAL.test(text) || /^-?0+(?:\.0+)?$/.test(text)) return undefined;
  return text.startsWith('-') ? 'down' : 'up';
}

/** "41 s", "1m 52 s", "64 m", "3 h 05", "2 d 4 h" */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600) return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')}`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Length of a bar: "5s", "1m", "4h", "1d" */
export function interval(ms: number): string {
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000}d`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`;
  if (ms % 60_000 === 0) return `${ms / 60_000}m`;
  return `${ms / 1000}s`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function inZone(ts: number, zone: string, key: 'time' | 'minute' | 'day' | 'stamp'): string {
  const name = `${key} ${zone}`;
  let clock = clocks.get(name);
  if (!clock) {
    const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    const day = { day: 'numeric', month: 'short', year: 'numeric' } as const;
    const parts = {
      time: { ...time, second: '2-digit' },
      minute: time,
      day,
      stamp: { day: 'numeric', month: 'short', ...time },
    } as const;
    clock = new Intl.DateTimeFormat('en-GB', { ...parts[key], timeZone: zone });
    clocks.set(name, clock);
  }
  return clock.format(ts);
}

/** Wall clock of a zone: "10:42:17" */
export const time = (ts: number, zone: string): string => inZone(ts, zone, 'time');
/** "10:42" */
export const minute = (ts: number, zone: string): string => inZone(ts, zone, 'minute');
/** "15 Feb 2019"; "day 3" in practice */
export const day = (ts: number, zone: string): string => hiddenDay(ts) ?? inZone(ts, zone, 'day');
/** "15 Feb, 10:42"; "day 3, 10:42" in practice */
export function stamp(ts: number, zone: string): string {
  const hidden = hiddenDay(ts);
  return hidden === null ? inZone(ts, zone, 'stamp') : `${hidden}, ${minute(ts, zone)}`;
}
/** For machines: "2019-02-15T15:42:17.000Z"; "10:42:17" in practice */
export const machineTime = (ts: number, zone: string): string =>
  hiddenDay(ts) === null ? new Date(ts).toISOString() : time(ts, zone);
/** "15 Feb 2019, 10:42", where the years differ */
export const moment = (ts: number, zone: string): string => `${day(ts, zone)}, ${minute(ts, zone)}`;
/** "America/New_York" → "New York" */
export const zoneName = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** An hour and a day by the user's own clock, for what happened on this computer and not on a market. */
export const wallMoment = (ts: number): string => moment(ts, Intl.DateTimeFormat().resolvedOptions().timeZone);

/** "15 Feb 2019 – 3 Mar 2019" in UTC; one day where it is one */
export function days(fromTs: number, toTs: number): string {
  const [from, to] = [day(fromTs, 'UTC'), day(toTs, 'UTC')];
  return from === to ? from : `${from} – ${to}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** "812 B", "20.4 kB", "1.2 GB" */
export function bytes(size: number): string {
  let [value, unit] = [size, 0];
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
