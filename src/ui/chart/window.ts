/** Half-open range of display bars. */
export interface Span {
  from: number;
  to: number;
}

/** Bars kept ready on each side of what is seen, at the least. */
const REACH = 600;

/**
 * Which display bars the chart library should hold. Its costs grow with every bar it holds, so it gets a stretch around what is seen;
 * the stretch moves when the view nears its end.
 * @param total display bars there are
 * @param seen visible stretch, null to show the newest bars
 * @param held what the library holds now
 * @returns the new stretch, or null when the held one still serves
 */
export function windowFor(total: number, seen: Span | null, held: Span): Span | null {
  const width = seen ? seen.to - seen.from : 1;
  // a view beside the bars is served with the bars next to it
  const from = Math.min(total - 1, Math.max(1 - width, seen?.from ?? total));
  const view = { from, to: from + width };
  const reach = Math.max(REACH, 2 * width);
  const clip = (margin: number): Span => ({
    from: Math.min(total, Math.max(0, Math.floor(view.from - margin))),
    to: Math.max(0, Math.min(total, Math.ceil(view.to + margin))),
  });
  const needed = clip(reach);
  const covers = held.from <= needed.from && held.to >= needed.to && held.to <= total;
  const bloated = view.from - held.from > 4 * reach || held.to - view.to > 4 * reach;
  if (covers && !bloated) return null;
  return clip(2 * reach);
}
