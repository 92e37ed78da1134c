import type { ChartPosition, ChartView } from '../../projections/views.ts';
import type { Milliseconds } from '../../domain/time.ts';
import { otherWayLines } from '../other-way.ts';
import { drawBranches } from './branch-lines.ts';
import { levelsOf, placeLevels } from './levels.ts';
import { type Ground, LABEL, type Level, type Line, type Preview, SMALL, STRONG, type Scene, type Subject } from './scene.ts';
import { type Rect, overlaps, place } from './tags.ts';
import { type Theme, fade } from './theme.ts';

const PIN_HEIGHT = 18;
/** Above this many bars in sight the session's hours are too narrow to be shaded. */
const SHADED_BARS = 3000;

export function buildScene(ground: Ground, subject: Subject): Scene {
  const scene: Scene = {
    shades: [],
    days: [],
    bands: [],
    lines: [],
    rings: [],
    triangles: [],
    forks: [],
    labels: [],
    pins: [],
    levels: [],
    tags: [],
    rTicks: [],
    spots: [],
  };
  const taken: Rect[] = [ground.legend];
  shadeHours(scene, ground);
  placePins(scene, ground, subject, taken);
  const levels = levelsOf(ground, subject);
  placeLevels(scene, ground, levels, taken);
  const seen = subject.view.positions.filter((p) => ground.x(p.openTs) < ground.width && endX(ground, p) > 0);
  for (const position of seen) drawPosition(scene, ground, position);
  drawBranches(scene, ground, subject.branches);
  const writer = new Writer(scene, ground, taken);
  for (const position of seen) labelPosition(writer, ground, position);
  if (subject.preview) drawPreview(scene, ground, subject.preview);
  if (subject.showR) scaleInR(scene, ground, levels, subject.view);
  return scene;
}

const endX = (ground: Ground, { closeTs }: { closeTs: Milliseconds | null }): number =>
  closeTs === null ? ground.now : ground.x(closeTs);

function shadeHours(scene: Scene, ground: Ground): void {
  const { from, to } = ground.seen;
  if (ground.bars.intervalMs >= 86_400_000 || to - from > SHADED_BARS) return;
  const half = (ground.barX(1) - ground.barX(0)) / 2;
  let start: number | null = null;
  const close = (index: number) => {
    if (start !== null) scene.shades.push({ x: ground.barX(start) - half, width: ground.barX(index) - ground.barX(start) });
    start = null;
  };
  for (let i = Math.max(0, from); i < to; i += 1) {
    const ts = ground.bars.at('ts', i);
    if (i > 0 && ground.bars.at('ts', i - 1) < ground.dayStart(ts)) scene.days.push(ground.barX(i) - half);
    if (ground.isOutside(ts)) start ??= i;
    else close(i);
  }
  close(to);
}

function placePins(scene: Scene, ground: Ground, { view, selectedProposalId }: Subject, taken: Rect[]): void {
  for (const pin of view.pins.toSorted((a, b) => b.ts - a.ts)) {
    const x = ground.x(pin.ts);
    if (x < -20 || x > ground.width + 20) continue;
    const width = ground.measure(pin.text, STRONG) + 18;
    const left = Math.max(4, Math.min(ground.width - width - 4, x - width / 2));
    const rows = Array.from({ length: 6 }, (_, row) => ({ x: left, y: 5 + row * (PIN_HEIGHT + 4), width, height: PIN_HEIGHT }));
    const rect = rows.find((row) => !taken.some((other) => overlaps(row, other)));
    if (!rect) continue;
    taken.push(rect);
    const selected = pin.proposalId === selectedProposalId;
    scene.pins.push({ rect, x, text: pin.text, fill: ground.theme.waits, selected });
    const detail = `proposed ${ground.texts.seconds(pin.ts)} at ${ground.price(pin.price)}, waits for you`;
    scene.spots.push({ rect, title: pin.text, detail, proposalId: pin.proposalId, seq: null });
  }
}

/** Corners of a stepped line: each price holds until the next, the last until `end`. */
function steps(ground: Ground, at: readonly { ts: Milliseconds; price: number }[], end: number): Line['points'] {
  const points: Line['points'] = [];
  for (const { ts, price } of at) {
    const x = ground.x(ts);
    const y = ground.y(price);
    const before = points.at(-1);
    if (before) points.push({ x, y: before.y });
    points.push({ x, y });
  }
  const last = points.at(-1);
  if (last) points.push({ x: Math.max(end, last.x), y: last.y });
  return points;
}

const trancheColor = (theme: Theme, ordinal: number): string => theme.tranches[ordinal % theme.tranches.length] ?? theme.average;

/** Price at which a tranche ended: the fill nearest to its close. */
function exitPrice(ground: Ground, position: ChartPosition, closeTs: Milliseconds): number {
  const away = position.side === 'long' ? 'sell' : 'buy';
  let best = ground.bars.at('close', ground.bars.indexAt(closeTs));
  let least = Number.POSITIVE_INFINITY;
  for (const mark of position.marks) {
    const distance = Math.abs(mark.ts - closeTs);
    if (mark.side === away && distance < least) {
      best = mark.price;
      least = distance;
    }
  }
  return best;
}

function drawPosition(scene: Scene, ground: Ground, position: ChartPosition): void {
  const { theme } = ground;
  const open = position.closeTs === null;
  for (const tranche of position.tranches) {
    const x = ground.x(tranche.openTs);
    const right = endX(ground, tranche);
    const entry = ground.y(tranche.price);
    const to = ground.y(tranche.closeTs === null ? ground.last : exitPrice(ground, position, tranche.closeTs));
    const color = trancheColor(theme, tranche.ordinal);
    const rect = { x, y: Math.min(entry, to), width: Math.max(2, right - x), height: Math.max(1, Math.abs(to - entry)) };
    const live = open && tranche.closeTs === null;
    scene.bands.push({ rect, fill: fade(color, live ? (theme.dark ? 0.13 : 0.11) : 0.07) });
    const side = { color: fade(color, 0.45), width: 1, dash: [] };
    scene.lines.push({
      ...side,
      points: [
        { x: x + 0.5, y: entry },
        { x: x + 0.5, y: to },
      ],
    });
    scene.lines.push({
      points: [
        { x, y: entry },
        { x: Math.max(x + 2, right), y: entry },
      ],
      color: live ? color : fade(color, 0.65),
      width: 2,
      dash: [],
    });
  }
  const end = endX(ground, position);
  if (position.averages.length > 1)
    scene.lines.push({ points: steps(ground, position.averages.slice(1), end), color: theme.average, width: 1, dash: [5, 4] });
  for (const run of pricedRuns(position.targets))
    scene.lines.push({
      points: steps(ground, run.at, run.endTs === null ? end : ground.x(run.endTs)),
      color: fade(theme.target, open ? 0.5 : 0.35),
      width: 1,
      dash: [1, 3],
    });
  scene.lines.push({
    points: steps(ground, position.stops, end),
    color: open ? theme.stop : fade(theme.stop, 0.7),
    width: open ? 2 : 1.5,
    dash: [],
  });
  drawStops(scene, ground, position, end);
  for (const mark of position.marks) {
    const x = ground.x(mark.ts);
    const y = ground.y(mark.price);
    const up = mark.side === 'buy';
    scene.triangles.push({ x, y, up, color: up ? theme.up : theme.down });
    if (mark.other) scene.forks.push({ x, y: y + (up ? 5 : -5), color: theme.waits });
    scene.spots.push({
      rect: { x: x - 9, y: up ? y - 4 : y - 14, width: 18, height: 18 },
      title: `${mark.side} ${mark.quantity} at ${ground.price(mark.price)}`,
      detail: [
        [mark.text, ground.texts.seconds(mark.ts)].filter(Boolean).join(' · '),
        ...(mark.other ? otherWayLines(mark.other) : []),
      ].join('\n'),
      proposalId: null,
      seq: mark.seq,
    });
  }
}

/** Stretches in which there is a target. */
function pricedRuns(
  targets: ChartPosition['targets'],
): { at: { ts: Milliseconds; price: number }[]; endTs: Milliseconds | null }[] {
  const runs: { at: { ts: Milliseconds; price: number }[]; endTs: Milliseconds | null }[] = [];
  let open = false;
  for (const { ts, price } of targets) {
    const run = runs.at(-1);
    if (price === null) {
      if (run && open) run.endTs = ts;
      open = false;
    } else if (run && open) run.at.push({ ts, price });
    else {
      runs.push({ at: [{ ts, price }], endTs: null });
      open = true;
    }
  }
  return runs;
}

function drawStops(scene: Scene, ground: Ground, { stops }: ChartPosition, end: number): void {
  let shown: { x: number; y: number } | null = null;
  stops.forEach((step, i) => {
    const x = ground.x(step.ts);
    const y = ground.y(step.price);
    const next = stops[i + 1];
    const right = next ? ground.x(next.ts) : end;
    const before = stops[i - 1];
    const title = before
      ? `stop ${ground.price(before.price)} → ${ground.price(step.price)}`
      : `stop ${ground.price(step.price)}`;
    const detail = `${step.reason} · ${ground.texts.seconds(step.ts)}`;
    const about = { title, detail, proposalId: null, seq: step.seq };
    scene.spots.push({ ...about, rect: { x: x - 6, y: y - 6, width: 12, height: 12 } });
    scene.spots.push({ ...about, rect: { x, y: y - 4, width: Math.max(0, right - x), height: 8 } });
    if (i === 0 || (shown && Math.abs(shown.x - x) < 8 && Math.abs(shown.y - y) < 8)) return;
    shown = { x, y };
    scene.rings.push({ x, y, color: ground.theme.stop });
  });
}

/** Places labels so that none touches another, preferring spots free of candles and lines. */
class Writer {
  private readonly scene: Scene;
  private readonly ground: Ground;
  private readonly taken: Rect[];
  private readonly strokes: Rect[];
  private readonly bounds: Rect;

  constructor(scene: Scene, ground: Ground, taken: Rect[]) {
    this.scene = scene;
    this.ground = ground;
    this.taken = taken;
    this.bounds = { x: 2, y: 2, width: ground.width - 4, height: ground.height - 4 };
    this.strokes = [...scene.lines, ...scene.levels].flatMap(strokesOf);
    for (const { x, y, up } of scene.triangles) taken.push({ x: x - 5, y: up ? y : y - 10, width: 10, height: 10 });
    for (const { x, y } of scene.rings) taken.push({ x: x - 4, y: y - 4, width: 8, height: 8 });
  }

  /** @param at corners of the label in order of preference, given its width */
  write(text: string, color: string, font: string, at: (width: number, height: number) => { x: number; y: number }[]): void {
    const width = this.ground.measure(text, font) + 2;
    const height = 13;
    const candidates = at(width, height).map(({ x, y }) => ({ x, y, width, height }));
    const rect = place(candidates, this.taken, this.bounds, (candidate) => this.cost(candidate));
    if (!rect) return;
    this.taken.push(rect);
    this.scene.labels.push({ rect, text, color, font });
  }

  /** A short faint mark at a price. */
  tick(x: number, y: number): void {
    this.scene.lines.push({
      points: [
        { x, y },
        { x: x + 9, y },
      ],
      color: this.ground.theme.muted,
      width: 1,
      dash: [],
    });
  }

  private cost(rect: Rect): number {
    let cost = 0;
    for (const stroke of this.strokes) if (overlaps(rect, stroke)) cost += 4;
    const last = Math.min(this.ground.bars.length - 1, this.ground.indexAt(rect.x + rect.width));
    for (let i = Math.max(0, this.ground.indexAt(rect.x)); i <= last; i += 1) {
      const top = this.ground.y(this.ground.bars.at('high', i));
      const bottom = this.ground.y(this.ground.bars.at('low', i));
      if (bottom > rect.y && top < rect.y + rect.height) cost += 1;
    }
    return cost;
  }
}

/** The room that a line takes, piece by piece. */
function strokesOf({ points }: Pick<Line, 'points'>): Rect[] {
  return points.slice(1).map((to, i) => {
    const from = points[i] ?? to;
    const x = Math.min(from.x, to.x) - 1;
    const y = Math.min(from.y, to.y) - 1;
    return { x, y, width: Math.abs(to.x - from.x) + 2, height: Math.abs(to.y - from.y) + 2 };
  });
}

function labelPosition(writer: Writer, ground: Ground, position: ChartPosition): void {
  const { theme } = ground;
  const long = position.side === 'long';
  const start = Math.max(2, ground.x(position.openTs));
  for (const mark of position.marks) {
    const x = ground.x(mark.ts);
    const y = ground.y(mark.price) + (mark.side === 'buy' ? 0 : -13);
    const words = [`${mark.side} ${mark.quantity}`, mark.note].filter(Boolean).join(' · ');
    writer.write(words, mark.side === 'buy' ? theme.up : theme.down, LABEL, (w, h) => [
      { x: x + 8, y },
      { x: x - 8 - w, y },
      { x: x - w / 2, y: mark.side === 'buy' ? y + 11 : y - 11 },
      { x: x + 8, y: y + (mark.side === 'buy' ? h : -h) },
    ]);
  }
  for (const tranche of position.tranches) {
    const left = Math.max(4, ground.x(tranche.openTs) + 6);
    const right = Math.min(endX(ground, tranche), ground.width);
    const y = ground.y(tranche.price);
    const near = long ? [4, -16] : [-16, 4];
    writer.write(tranche.label, trancheColor(theme, tranche.ordinal), LABEL, (w) => {
      const places = [left, left + 40, left + 90, (left + right - w) / 2, right - w - 6].filter((x) => x >= left);
      return places.flatMap((x) => near.map((dy) => ({ x, y: y + dy })));
    });
  }
  for (let i = position.stops.length - 1; i >= 0; i -= 1) {
    const step = position.stops[i];
    const next = position.stops[i + 1];
    const until = next ? ground.x(next.ts) : endX(ground, position);
    if (!step || step.reason === position.stops[i - 1]?.reason || until < 12) continue;
    const x = Math.max(start, ground.x(step.ts));
    const y = ground.y(step.price);
    const outer = long ? 4 : -17;
    const inner = long ? -17 : 4;
    writer.write(step.reason, theme.stop, LABEL, (w) => [
      { x: x + 6, y: y + outer },
      { x: x + 6, y: y + inner },
      { x: x - w - 6, y: y + inner },
      { x: x - w - 6, y: y + outer },
    ]);
  }
  const average = position.averages.at(-1);
  if (average && position.averages.length > 1) {
    const end = Math.min(endX(ground, position), ground.width);
    const from = ground.x(position.averages[1]?.ts ?? average.ts);
    const y = ground.y(average.price);
    writer.write(`average ${ground.price(average.price)}`, theme.average, LABEL, (w) =>
      [end - w - 6, end - w - 60, end - w - 120, from + 6].flatMap((x) =>
        x < from ? [] : [y - 16, y + 3].map((top) => ({ x, y: top })),
      ),
    );
  }
  if (position.closeTs === null && !position.yours) excursions(writer, ground, position);
}

/** Best and worst price since the entry, as faint ticks right of the newest bar. */
function excursions(writer: Writer, ground: Ground, position: ChartPosition): void {
  const direction = position.side === 'long' ? 1 : -1;
  for (const [name, price] of [
    ['MFE', position.best],
    ['MAE', position.worst],
  ] as const) {
    const y = ground.y(price);
    writer.tick(ground.now + 5, y);
    const r = position.r === null ? '' : ` ${signed((direction * (price - position.entry)) / position.r)}R`;
    writer.write(`${name}${r}`, ground.theme.muted, SMALL, (_, h) => [
      { x: ground.now + 17, y: y - h / 2 },
      { x: ground.now + 17, y: y - h - 1 },
      { x: ground.now + 17, y: y + 1 },
    ]);
  }
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

function drawPreview(scene: Scene, ground: Ground, { entry, stop, target }: Preview): void {
  const x = Math.min(ground.now, ground.width - 40);
  const zone = (price: number, color: string) => {
    const rect = {
      x,
      y: Math.min(ground.y(entry), ground.y(price)),
      width: ground.width - x,
      height: Math.abs(ground.y(entry) - ground.y(price)),
    };
    scene.bands.push({ rect, fill: fade(color, 0.12) });
  };
  if (stop !== null) zone(stop, ground.theme.stop);
  if (target !== null) zone(target, ground.theme.target);
}

function scaleInR(scene: Scene, ground: Ground, levels: readonly Level[], view: ChartView): void {
  const position = view.positions.find((p) => p.closeTs === null && p.r !== null);
  if (!position?.r || levels.length === 0) return;
  const direction = position.side === 'long' ? 1 : -1;
  // profit in R counts from the average of what is held (rules.md §1)
  const zero = position.averages.at(-1)?.price ?? position.entry;
  const height = Math.abs(ground.y(zero + position.r) - ground.y(zero));
  if (!(height > 0)) return;
  const step = [0.5, 1, 2, 5, 10, 20, 50].find((units) => units * height >= 26) ?? 100;
  const reach = Math.ceil(ground.height / (height * step)) + Math.ceil(Math.abs(ground.y(zero)) / (height * step));
  for (let k = -reach; k <= reach; k += 1) {
    const units = k * step;
    const y = ground.y(zero + direction * units * position.r);
    if (y < 8 || y > ground.height - 8) continue;
    scene.rTicks.push({ y, text: units === 0 ? '0 R' : `${units < 0 ? '−' : '+'}${Math.abs(units)}R` });
  }
}
