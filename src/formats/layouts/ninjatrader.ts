import { type Format, mostly } from './format.ts';

const symbol = /^(.+?)\.(?:Last|Bid|Ask)\b/;
const UTC_NOTE = 'NinjaTrader 8 exports in UTC; another program that writes this form may not: then correct the zone.';

/**
 * Minute bars `yyyyMMdd HHmmss;open;high;low;close;volume` and daily bars `yyyyMMdd;…`, without a header. The time of a minute bar is its end.
 * @source ninjatrader.com, help guide 8, "Importing" and "Exporting"
 */
export const ninjaTraderBars: Format = {
  name: 'NinjaTrader bars',
  symbol,
  find({ header, delimiter, titles, rows }) {
    if (header || delimiter !== ';' || titles.length !== 6) return undefined;
    if (!mostly(rows, ([time = '']) => /^\d{8}(?: \d{6})?$/.test(time))) return undefined;
    const daily = mostly(rows, ([time = '']) => time.length === 8);
    return {
      places: { ts: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
      time: 'ymd',
      zone: 'UTC',
      ...(daily ? {} : { stamp: 'close', notes: [UTC_NOTE] }),
    };
  },
};

/**
 * Ticks `yyyyMMdd HHmmss fffffff;last;bid;ask;volume`, in the short form `yyyyMMdd HHmmss;price;volume`, without a header. They are read as
 * trades at the last price.
 * @source ninjatrader.com, help guide 8, "Importing"
 */
export const ninjaTraderTicks: Format = {
  name: 'NinjaTrader ticks',
  symbol,
  find({ header, delimiter, titles, rows }) {
    if (header || delimiter !== ';' || (titles.length !== 3 && titles.length !== 5)) return undefined;
    if (!mostly(rows, ([time = '']) => /^\d{8} \d{6}(?: \d{1,7})?$/.test(time))) return undefined;
    return {
      places: { ts: 0, price: 1, size: titles.length - 1 },
      time: 'ymd',
      zone: 'UTC',
      notes: [UTC_NOTE],
    };
  },
};
