import type { ChartView } from '../../projections/views.ts';
import { type Ground, LABEL, type Label, type Level, type LevelLine, type Scene, type Subject, TAG_HEIGHT } from './scene.ts';
import { type Rect, clusters, spread } from './tags.ts';

const TAG_GAP = 20;
/** Closer tags than this share a fan: there is no room for a label above the line. */
const FAN_GAP = 28;
/** More next levels than this would bury the others. */
const MOST_NEXT = 8;

/** Every price with a tag: stops and targets of open positions, what comes next, orders, the ticket, and the last price. */
export function levelsOf(ground: Ground, { view, preview, candidate, drag, showLevels }: Subject): Level[] {
  const { theme } = ground;
  const solid = { dash: [], width: 1.5, outlined: false, positionId: null };
  const levels: Level[] = [];
  for (const position of view.positions) {
    if (position.closeTs !== null) continue;
    const stop = position.stops.at(-1);
    const target = position.targets.at(-1)?.price ?? null;
    const trailing = position.trailing && !position.stopLabel.includes('trailing') ? ' · trailing' : '';
    if (stop)
      levels.push({
        ...solid,
        ...plain(theme.stop),
        kind: 'stop',
        price: stop.price,
        label: `${position.stopLabel}${trailing}`,
        positionId: position.id,
      });
    if (position.liquidation !== null)
      levels.push({
        ...solid,
        ...plain(theme.down),
        kind: 'liquidation',
        price: position.liquidation,
        label: 'liquidation · the margin is used up',
        dash: [8, 3, 2, 3],
      });
    if (target !== null)
      levels.push({
        ...solid,
        ...plain(theme.target),
        kind: 'target',
        price: target,
        label: position.targetLabel,
        positionId: position.id,
      });
  }
  if (showLevels) {
    const nearest = view.nextLevels.toSorted((a, b) => Math.abs(a.price - ground.last) - Math.abs(b.price - ground.last));
    for (const { price, label } of nearest.slice(0, MOST_NEXT))
      levels.push({
        ...solid,
        kind: 'next',
        price,
        label,
        color: theme.faint,
        fill: theme.faint,
        ink: theme.muted,
        dash: [2, 3],
        width: 1,
      });
  }
  for (const { price, label } of candidateLevels(view, candidate).slice(0, MOST_NEXT))
    levels.push({
      ...solid,
      kind: 'candidate',
      price,
      label: `${label} · not applied`,
      color: theme.muted,
      fill: theme.muted,
      ink: theme.muted,
      dash: [1, 4],
      width: 1,
      outlined: true,
    });
  const ghost = (color: string) => ({ ...solid, ...plain(color), dash: [6, 4], width: 1, outlined: true });
  for (const { price, label } of view.orders) levels.push({ ...ghost(theme.average), kind: 'order', price, label });
  if (preview) {
    const add = (price: number | null, name: string, color: string) => {
      if (price !== null) levels.push({ ...ghost(color), kind: 'preview', price, label: `${name} · not sent` });
    };
    add(preview.entry, preview.side === 'long' ? 'buy' : 'sell', theme.average);
    add(preview.stop, 'stop', theme.stop);
    add(preview.target, 'target', theme.target);
  }
  if (drag) {
    const label = `move ${drag.kind} here${drag.loosens ? ' · loosens' : ''}`;
    levels.push({
      ...ghost(drag.kind === 'stop' ? theme.stop : theme.target),
      kind: 'drag',
      price: drag.price,
      label,
      width: 1.5,
    });
  }
  if (Number.isFinite(ground.last)) levels.push({ ...solid, kind: 'last', price: ground.last, label: '', ...plain(theme.text) });
  return levels;
}

/** Those of a candidate's levels that are not there already. */
export const candidateLevels = (view: ChartView, candidate: ChartView['nextLevels']): ChartView['nextLevels'] =>
  candidate.filter(
    ({ price, label, positionId }) =>
      !view.nextLevels.some((level) => level.price === price && level.label === label && level.positionId === positionId),
  );

const plain = (color: string) => ({ color, fill: color, ink: color });

/** Spreads the tags, draws the lines to them and writes their labels; labels go into `taken`. */
export function placeLevels(scene: Scene, ground: Ground, all: readonly Level[], taken: Rect[]): void {
  // with the newest bar out of sight the present's lines would cross the past
  const drawn = ground.now < ground.width - 24;
  const within = (y: number, margin: number): boolean => y >= -margin && y <= ground.height + margin;
  // of what comes next, and of a liquidation, only what is no more than the pane's height out of sight matters now
  const levels = all.filter(
    ({ kind, price }) => (kind !== 'next' && kind !== 'liquidation') || within(ground.y(price), drawn ? ground.height : 0),
  );
  const wanted = levels.map(({ price }) => ground.y(price));
  const edge = TAG_HEIGHT / 2 + 1;
  const bounds = { min: edge, max: Math.max(edge, ground.height - edge) };
  const slots = spread(wanted, TAG_GAP, bounds);
  for (const group of clusters(slots, FAN_GAP)) {
    const widths = group.map((i) => ground.measure(levels[i]?.label ?? '', LABEL) + 2);
    const elbow = ground.width - 8 - Math.max(0, ...widths) - 20;
    group.forEach((i, n) => {
      const level = levels[i];
      const y = wanted[i] ?? 0;
      const slot = slots[i] ?? 0;
      if (!level) return;
      const off = y < 0 ? ' ↑' : y > ground.height ? ' ↓' : '';
      const lined = drawn && level.kind !== 'last';
      scene.tags.push({ y: slot, trueY: y, leader: !lined && off === '', text: `${ground.price(level.price)}${off}`, level });
      if (!lined) return;
      const width = widths[n] ?? 0;
      const alone = group.length === 1 && off === '';
      const rect = { x: ground.width - 7 - width, y: alone ? y - 16 : slot - 6.5, width, height: 13 };
      if (alone && rect.y < 2) rect.y = y + 3;
      const label: Label = { rect, text: level.label, color: level.ink, font: LABEL };
      scene.labels.push(label);
      taken.push(rect);
      scene.levels.push({
        points: off === '' ? path(ground, y, slot, alone ? null : elbow, rect.x) : [],
        color: level.color,
        dash: level.dash,
        width: level.width,
      });
    });
  }
}

function path(ground: Ground, y: number, slot: number, elbow: number | null, label: number): LevelLine['points'] {
  const start = ground.now + 4;
  if (elbow === null)
    return [
      { x: start, y },
      { x: ground.width, y },
    ];
  const bend = Math.max(start, elbow);
  return [
    { x: Math.min(start, bend), y },
    { x: bend, y },
    { x: bend + 12, y: slot },
    { x: Math.max(bend + 12, label - 4), y: slot },
  ];
}
