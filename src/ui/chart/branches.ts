import type { Milliseconds } from '../../domain/time.ts';
import type { ChartPosition } from '../../projections/views.ts';
import type { BranchDrawing } from '../../worker/protocol.ts';
import type { Theme } from './theme.ts';

/** A branch on the chart of another: its positions, its equity, and how its lines look. */
export interface DrawnBranch extends BranchDrawing {
  /** which of the colours and dashes; null of the session that is open, whose positions are drawn already */
  style: number | null;
}

/** Dashes by style, so that lines differ where colours do not. */
export const DASHES: readonly (readonly number[])[] = [
  [7, 4],
  [2, 3],
  [10, 3, 2, 3],
  [14, 4],
];

export const branchColor = (theme: Theme, style: number | null): string =>
  style === null ? theme.average : (theme.branches[style % theme.branches.length] ?? theme.average);

/** What of a position has happened at an instant; undefined where nothing has. */
function upTo(position: ChartPosition, ts: Milliseconds): ChartPosition | undefined {
  if (position.openTs > ts) return undefined;
  if (position.closeTs !== null && position.closeTs <= ts) return position;
  return {
    ...position,
    closeTs: null,
    marks: position.marks.filter((mark) => mark.ts <= ts),
    stops: position.stops.filter((step) => step.ts <= ts),
  };
}

/** A position as far as it differs from the one that is drawn already: from their last common step on. Undefined where it does not differ. */
function otherThan(position: ChartPosition, drawn: readonly ChartPosition[]): ChartPosition | undefined {
  const own = drawn.find(({ id, yours }) => id === position.id && !yours);
  if (!own || own.openTs !== position.openTs) return position;
  const common = (a: readonly { ts: number; price: number }[], b: readonly { ts: number; price: number }[]): number => {
    let n = 0;
    while (n < a.length && n < b.length && a[n]?.ts === b[n]?.ts && a[n]?.price === b[n]?.price) n += 1;
    return n;
  };
  const [marks, stops] = [common(position.marks, own.marks), common(position.stops, own.stops)];
  const alike =
    marks === position.marks.length &&
    marks === own.marks.length &&
    stops === position.stops.length &&
    stops === own.stops.length;
  if (alike && position.closeTs === own.closeTs) return undefined;
  return { ...position, marks: position.marks.slice(marks), stops: position.stops.slice(Math.max(0, stops - 1)) };
}

/** A position of a branch as far as it is drawn, which is to `toTs` where it is not closed. */
export interface BranchPart {
  branch: DrawnBranch;
  position: ChartPosition;
  toTs: Milliseconds;
}

/** What is drawn of branches besides what is drawn already. @param until nothing later is shown; null shows all */
export const differing = (
  branches: readonly DrawnBranch[],
  drawn: readonly ChartPosition[],
  until: Milliseconds | null,
): BranchPart[] =>
  branches
    .filter(({ style }) => style !== null)
    .flatMap((branch) =>
      branch.positions.flatMap((position) => {
        const past = until === null ? position : upTo(position, until);
        const other = past && otherThan(past, drawn);
        return other ? [{ branch, position: other, toTs: Math.min(until ?? branch.endTs, branch.endTs) }] : [];
      }),
    );
