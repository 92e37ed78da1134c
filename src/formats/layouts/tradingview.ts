import { byNames } from '../names.ts';
import type { Format } from './format.ts';

/**
 * "Export chart data": time (Unix seconds, or ISO 8601 in the chart's zone with its offset, or a date), open, high, low, close, then the
 * indicators on the chart in any number, "Volume" among them where it is shown. A bar's time is its start.
 * @source tradingview.com, support article "How do I export chart data"; tradingview.com/pine-script-docs/concepts/time
 */
export const tradingView: Format = {
  name: 'TradingView chart export',
  symbol: /^(?:[A-Z0-9_]+_)?([^,_]+), \d*[A-Z]?/i,
  find(head) {
    if (head.delimiter !== ',' || head.titles.slice(0, 5).join() !== 'time,open,high,low,close') return undefined;
    const { volume } = byNames(head);
    const places = { ts: 0, open: 1, high: 2, low: 3, close: 4 };
    return { places: volume === undefined ? places : { ...places, volume }, stamp: 'open' };
  },
};
