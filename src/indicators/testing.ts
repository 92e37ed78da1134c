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

/** Numbers from 0 up to 1, the same for the same seed. */
export function drawing(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
