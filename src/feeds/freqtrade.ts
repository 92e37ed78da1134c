import type { ReadOptions } from '../formats/csv.ts';
import { FormatError } from '../formats/error.ts';

/** `BTC_USDT-1h.json`, `BTC_USDT_USDT-5m-futures.feather`, `BTC_USDT-trades.json.gz`: pair, and timeframe with the kind of candle or trades. */
const NAME =
  /^([A-Za-z\d-]+)_([A-Za-z\d]+)(?:_([A-Za-z\d]+))?-(?:(\d+)([smhdw])(?:-([A-Za-z_]+))?|trades)\.(?:json(?:\.gz)?|feather|parquet)$/;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * What the name of a freqtrade file says of its content, for what the user has not said: symbol (the pair, as freqtrade writes it: BTC/USDT, of futures BTC/USDT:USDT), interval, and
 * that its times are the starts of its candles. Options stay as they are where the name is none of freqtrade's.
 * @returns the options, and a note for each that the name gave
 * @throws FormatError when the name says that these are funding rates, which are no prices
 */
export function namedByFreqtrade(file: string, options: ReadOptions): { options: ReadOptions; notes: string[] } {
  const match = NAME.exec(file.slice(file.lastIndexOf('/') + 1));
  if (!match) return { options, notes: [] };
  const [, base = '', quote = '', settle, count, unit, candle] = match;
  if (candle === 'funding_rate') throw new FormatError(file, undefined, 'funding rates by its name; expected prices');
  const notes: string[] = [];
  const filled: ReadOptions = { ...options };
  if (!options.instrument?.symbol) {
    const symbol = `${base}/${quote}${settle === undefined ? '' : `:${settle}`}`;
    filled.instrument = { ...options.instrument, symbol };
    notes.push(`Symbol ${symbol}: the pair in the file's name, which is one of freqtrade's.`);
  }
  const intervalMs = Number(count) * (UNITS[unit ?? ''] ?? NaN);
  if (!(intervalMs > 0)) return { options: filled, notes };
  if (options.intervalMs === undefined) {
    filled.intervalMs = intervalMs;
    notes.push(`Interval ${count}${unit}: the timeframe in the file's name.`);
  }
  if (options.stamp === undefined) {
    filled.stamp = 'open';
    notes.push('Bar times are the starts of the bars: freqtrade writes them so.');
  }
  if (candle !== undefined && candle !== 'futures' && candle !== 'spot')
    notes.push(`Prices are those of the ${candle} candles: nobody traded at them.`);
  return { options: filled, notes };
}
