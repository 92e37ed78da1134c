import { type Decimal, dec } from './decimal.ts';

/** What a threshold is counted in: R (initial risk a unit), %, ATR, money, basis points, ticks, a plain number, a duration, a time of day. */
export type Unit = 'R' | '%' | 'ATR' | '$' | 'bps' | 'ticks' | 'plain' | 'duration' | 'time';

/** A number with its unit. `value` is decimal: 1.5 for "1.5%", milliseconds for durations, minutes after midnight for times. */
export interface Measure {
  text: string;
  unit: Unit;
  value: Decimal;
}

const NUMBER = '(-?\\d+(?:\\.\\d+)?)';
const DURATION_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads "1R", "1.5%", "2ATR", "$250", "30m", "15:45", "100000". Returns undefined when the text is none of these. */
export function parseMeasure(text: string): Measure | undefined {
  const suffixed = new RegExp(`^${NUMBER}\\s*(R|%|ATR|bps|ticks|ms|s|m|h|d)?$`).exec(text);
  if (suffixed) {
    const value = dec(suffixed[1] ?? '0');
    const suffix = suffixed[2];
    if (suffix === undefined) return { text, unit: 'plain', value };
    const scale = DURATION_MS[suffix];
    return scale === undefined ? { text, unit: suffix as Unit, value } : { text, unit: 'duration', value: value.times(scale) };
  }
  const money = new RegExp(`^\\$${NUMBER}$`).exec(text);
  if (money) return { text, unit: '$', value: dec(money[1] ?? '0') };
  const time = /^(\d{2}):(\d{2})$/.exec(text);
  if (time && Number(time[1]) < 24 && Number(time[2]) < 60)
    return { text, unit: 'time', value: dec(Number(time[1]) * 60 + Number(time[2])) };
  return undefined;
}

/** A duration in the largest unit that holds it whole: 86 400 000 → "1d", 90 000 → "90s". */
export function durationText(ms: number): string {
  const [unit, scale] = Object.entries(DURATION_MS).findLast(([, scale]) => ms % scale === 0) ?? ['ms', 1];
  return ms === 0 ? '0s' : `${ms / scale}${unit}`;
}

const FRACTIONS = new WeakMap<Measure, Decimal>();

/** The fraction behind a percentage ("1.5%" → 0.015) or basis points ("5bps" → 0.0005); divided once a measure. */
export function fraction(share: Measure): Decimal {
  let found = FRACTIONS.get(share);
  if (!found) {
    found = share.value.div(share.unit === 'bps' ? 10_000 : 100);
    FRACTIONS.set(share, found);
  }
  return found;
}
