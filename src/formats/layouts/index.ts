import { alpacaBars, alpacaTrades } from './alpaca.ts';
import { binanceAggTrades, binanceKlines, binanceTrades } from './binance.ts';
import { databentoBars, databentoTrades } from './databento.ts';
import type { Format } from './format.ts';
import { metaTraderBars, metaTraderTicks } from './metatrader.ts';
import { named } from './named.ts';
import { ninjaTraderBars, ninjaTraderTicks } from './ninjatrader.ts';
import { own } from './own.ts';
import { tradingView } from './tradingview.ts';

/** The text formats that are known; the first that fits is taken. */
export const FORMATS: readonly Format[] = [
  own,
  databentoBars,
  databentoTrades,
  binanceKlines,
  binanceAggTrades,
  binanceTrades,
  metaTraderBars,
  metaTraderTicks,
  alpacaBars,
  alpacaTrades,
  tradingView,
  ninjaTraderBars,
  ninjaTraderTicks,
  named,
];
