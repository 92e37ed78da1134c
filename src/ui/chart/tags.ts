/** A rectangle in pixels of the pane. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export const overlaps = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/**
 * Spreads tags along an axis so that neighbours stand at least `gap` apart, each as near to its own place as the others allow:
 * the least sum of squared shifts that keeps their order (isotonic regression by pooling adjacent violators).
 * @param places wanted centres in pixels, in any order
 * @param bounds least and greatest centre; when they leave too little room the gap shrinks
 * @returns the centres, in the order of `places`
 */
export function spread(places: readonly number[], gap: number, bounds: { min: number; max: number }): number[] {
  const count = places.length;
  if (count === 0) return [];
  const room = Math.max(0, bounds.max - bounds.min);
  const step = count > 1 ? Math.min(gap, room / (count - 1)) : gap;
  const order = places.map((_, i) => i).toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
  // without the steps between them the centres only have to rise
  const pools: { sum: number; size: number }[] = [];
  order.forEach((index, rank) => {
    let pool = { sum: (places[index] ?? 0) - rank * step, size: 1 };
    for (let last = pools.at(-1); last && last.sum / last.size >= pool.sum / pool.size; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, size: pool.size + last.size };
    }
    pools.push(pool);
  });
  const top = Math.max(bounds.min, bounds.max - (count - 1) * step);
  const result: number[] = Array.from({ length: count }, () => 0);
  let rank = 0;
  for (const pool of pools) {
    const base = Math.min(top, Math.max(bounds.min, pool.sum / pool.size));
    for (let i = 0; i < pool.size; i += 1, rank += 1) result[order[rank] ?? 0] = base + rank * step;
  }
  return result;
}

/** Groups of neighbours that stand closer than `distance`, as lists of indices in rising order of place. */
export function clusters(places: readonly number[], distance: number): number[][] {
  const order = places.map((_, i) => i).toSorted((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
  const groups: number[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    const place = places[index] ?? 0;
    const group = groups.at(-1);
    if (group && place - before < distance) group.push(index);
    else groups.push([index]);
    before = place;
  }
  return groups;
}

/**
 * Chooses where a label goes: of its candidates, in order of preference, the one that costs least among those that lie inside
 * `bounds` and touch no label already placed.
 * @returns null when every candidate collides: the label is then left out
 */
export function place(
  candidates: readonly Rect[],
  taken: readonly Rect[],
  bounds: Rect,
  cost: (rect: Rect) => number,
): Rect | null {
  let best: Rect | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const rect of candidates) {
    const inside =
      rect.x >= bounds.x &&
      rect.y >= bounds.y &&
      rect.x + rect.width <= bounds.x + bounds.width &&
      rect.y + rect.height <= bounds.y + bounds.height;
    if (!inside || taken.some((other) => overlaps(rect, other))) continue;
    const price = cost(rect);
    if (price < least) {
      best = rect;
      least = price;
    }
  }
  return best;
}
