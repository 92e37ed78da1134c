import type { Milliseconds } from '../../domain/time.ts';
import { branchColor, type BranchPart, DASHES } from './branches.ts';
import type { Ground, Line, Scene } from './scene.ts';

/** Draws branches over the chart: stops as stepped lines, entries and exits as triangles, each in the branch's own colour and dash. */
export function drawBranches(scene: Scene, ground: Ground, parts: readonly BranchPart[]): void {
  const { bars } = ground;
  const last = bars.length - 1;
  const end = bars.at('ts', last) + bars.intervalMs;
  const spacing = ground.barX(1) - ground.barX(0);
  /** past the newest bar there are no bars to stand on: market time is as wide as it is within one */
  const x = (ts: Milliseconds): number =>
    ts <= end ? ground.x(ts) : Math.min(ground.width + 200, ground.barX(last) + spacing * (0.5 + (ts - end) / bars.intervalMs));
  for (const { branch, position, toTs } of parts) {
    const color = branchColor(ground.theme, branch.style);
    const dash = [...(DASHES[branch.style ?? 0] ?? [])];
    const right = x(position.closeTs ?? toTs);
    const points: Line['points'] = [];
    for (const step of position.stops) {
      const before = points.at(-1);
      const [px, py] = [x(step.ts), ground.y(step.price)];
      if (before) points.push({ x: px, y: before.y });
      points.push({ x: px, y: py });
    }
    const corner = points.at(-1);
    if (corner) points.push({ x: Math.max(right, corner.x), y: corner.y });
    if (points.length > 1) scene.lines.push({ points, color, width: 2, dash });
    for (const step of position.stops)
      scene.spots.push({
        rect: { x: x(step.ts) - 6, y: ground.y(step.price) - 6, width: 12, height: 12 },
        title: `${branch.name}: stop ${ground.price(step.price)}`,
        detail: `${step.reason} · ${ground.texts.seconds(step.ts)}`,
        proposalId: null,
        seq: null,
      });
    for (const mark of position.marks) {
      const [px, py] = [x(mark.ts), ground.y(mark.price)];
      const up = mark.side === 'buy';
      scene.triangles.push({ x: px, y: py, up, color });
      scene.spots.push({
        rect: { x: px - 7, y: up ? py - 2 : py - 12, width: 14, height: 14 },
        title: `${branch.name}: ${mark.side} ${mark.quantity} at ${ground.price(mark.price)}`,
        detail: [mark.text, ground.texts.seconds(mark.ts)].filter(Boolean).join(' · '),
        proposalId: null,
        seq: null,
      });
    }
  }
}
