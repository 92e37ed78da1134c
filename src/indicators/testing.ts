/** A closed bar of one minute. */
export interface TestBar {
  ts: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Bars of a seeded random walk with jumps between them, about one in ten without volume. */
export function randomBars(length: number, seed: number): TestBar[] {
  const draw = drawing(seed);
  let price = 100;
  return Array.from({ length }, (_, i) => {
    const open = price + (draw() - 0.5) * 0.4;
    price = Math.max(5, open + (draw() - 0.5) * 2);
    return {
      ts: i * 60_000,
      high: Math.max(open, price) + draw() * 0.3,
      low: Math.min(open, price) - draw() * 0.3,
      close: price,
      volume: Math.max(0, Math.floor(draw() * 1_000) - 100),
    };
  });
}

/** Closes of a seeded random walk, never below 5. */
export function randomCloses(length: number, seed: number): number[] {
  const draw = drawing(seed);
  let price = 100;
  return Array.from({ length }, () => {
    price = Math.max(5, price + (draw() - 0.5) * 2);
    return price;
  });
}

/** Numbers from 0 up to 1, the same for the same seed. */
export function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/**
 * Holds a streaming indicator against an independent one over a series.
 * @param theirs null or NaN while unknown
 * @returns for how many values both were known, and the largest relative difference; infinite where only one of them was known
 */
export function agreement<T>(
  series: readonly T[],
  ours: (one: T) => number,
  theirs: (one: T) => number | null,
): { known: number; worst: number } {
  let [known, worst] = [0, 0];
  for (const one of series) {
    const [value, other] = [ours(one), theirs(one) ?? NaN];
    if (Number.isNaN(value) && Number.isNaN(other)) continue;
    known += 1;
    const difference = Math.abs(value / other - 1);
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  }
  return { known, worst };
}
