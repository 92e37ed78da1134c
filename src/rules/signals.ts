import { figure, value } from './criteria.ts';
import type { Context, Criterion } from './rule.ts';

/** A reason to enter, with how strong it is: 0 while it is silent or unknown, 0.5 where it just speaks, up to 1. Mirrored for shorts. */
export interface Signal {
  readonly id: 'rsi-oversold' | 'macd-cross' | 'average-support';
  readonly criterion: Criterion;
  strength(c: Context): number;
}

/** A strength in steps of 0.0001, so that what is compared with a limit is what is read out. */
const inSteps = (strength: number): number => Math.round(strength * 10_000) / 10_000;

const half = (share: number): number => (Number.isNaN(share) ? 0.5 : inSteps(0.5 + 0.5 * Math.min(1, Math.max(0, share))));

/** RSI at or below `threshold` (at or above 100 − threshold for shorts); strength grows to 1 as it nears 0. S2. */
export function rsiOversold(threshold: number): Signal {
  const below = (c: Context): number => (c.side > 0 ? c.market.rsi : 100 - c.market.rsi);
  return {
    id: 'rsi-oversold',
    criterion: value({
      label: (c) => (c.side > 0 ? 'RSI oversold' : 'RSI overbought'),
      comparison: (c) => (c.side > 0 ? '≤' : '≥'),
      value: (c) => c.market.rsi,
      threshold: (c) => (c.side > 0 ? threshold : 100 - threshold),
      show: (rsi) => figure(rsi, 1),
    }),
    strength: (c) => (below(c) <= threshold ? half((threshold - below(c)) / threshold) : 0),
  };
}

/** MACD crossed its signal in favour at the bar that closed last; strength grows to 1 as the gap nears a tenth of the ATR. S2. */
export function macdCross(): Signal {
  const crossed = (c: Context): boolean => {
    const { macd, macdSignal, macdAboveBar, macdBelowBar, bars } = c.market;
    return (macd - macdSignal) * c.side > 0 && (c.side > 0 ? macdBelowBar : macdAboveBar) === bars - 1;
  };
  return {
    id: 'macd-cross',
    criterion: value({
      label: (c) => (c.side > 0 ? 'MACD crossed up at this bar' : 'MACD crossed down at this bar'),
      comparison: () => '>',
      value: (c) =>
        Number.isNaN(c.market.macdSignal) ? Number.NaN : crossed(c) ? (c.market.macd - c.market.macdSignal) * c.side : 0,
      threshold: () => 0,
      show: (gap) => (Number.isNaN(gap) ? 'unknown' : gap > 0 ? `+${figure(gap, 4)}` : 'no cross'),
      showThreshold: () => '0',
    }),
    strength: (c) => (crossed(c) ? half(((c.market.macd - c.market.macdSignal) * c.side) / (0.1 * c.market.atr)) : 0),
  };
}

/** A bar that touched a rising moving average and closed above it (mirrored for shorts); strength grows to 1 as its close nears half an ATR away. S2. */
export function averageSupport(): Signal {
  const held = (c: Context): number => {
    const { average, averageBefore, barLow, barHigh, barClose } = c.market;
    if (Number.isNaN(average) || Number.isNaN(averageBefore)) return Number.NaN;
    const touched = c.side > 0 ? barLow <= average : barHigh >= average;
    const away = (barClose - average) * c.side;
    return touched && (average - averageBefore) * c.side > 0 && away > 0 ? away : 0;
  };
  return {
    id: 'average-support',
    criterion: value({
      label: (c) => (c.side > 0 ? 'Held above the rising average' : 'Held below the falling average'),
      comparison: () => '>',
      value: held,
      threshold: () => 0,
      show: (away, c) => (Number.isNaN(away) ? 'unknown' : away > 0 ? `by ${figure(away, c.prices.decimals)}` : 'no'),
      showThreshold: () => '0',
    }),
    strength: (c) => (held(c) > 0 ? half(held(c) / (0.5 * c.market.atr)) : 0),
  };
}

/** How strong several signals are together: the strongest, and 0.1 more for each further one that speaks, 1 at most. */
export function strengthOf(signals: readonly Signal[], c: Context): number {
  let strongest = 0;
  let speaking = 0;
  for (const signal of signals) {
    const strength = signal.strength(c);
    if (strength > 0) speaking += 1;
    if (strength > strongest) strongest = strength;
  }
  return speaking === 0 ? 0 : Math.min(1, inSteps(strongest + 0.1 * (speaking - 1)));
}
