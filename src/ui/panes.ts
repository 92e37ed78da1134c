import type { Milliseconds } from '../domain/time.ts';

/** How many charts stand side by side. */
export const SPLITS = [1, 2, 4] as const;
export type Split = (typeof SPLITS)[number];

/** A chart beside the first, as it was chosen; null leaves the instrument to the page. */
export interface PaneChoice {
  symbol: string | null;
  intervalMs: Milliseconds;
}

/**
 * The charts beside the first: what was chosen where the session has it, else the next of its instruments that no chart before shows,
 * and the first chart's own once all are shown.
 */
export function panesBeside(
  symbols: readonly string[],
  shown: string,
  split: Split,
  chosen: readonly PaneChoice[],
): { symbol: string; intervalMs: Milliseconds }[] {
  const taken = new Set([shown]);
  return Array.from({ length: split - 1 }, (_, at) => {
    const { symbol: wanted = null, intervalMs = 0 } = chosen[at] ?? {};
    const symbol = wanted !== null && symbols.includes(wanted) ? wanted : (symbols.find((one) => !taken.has(one)) ?? shown);
    taken.add(symbol);
    return { symbol, intervalMs };
  });
}
