import type {
  AutoscaleInfo,
  IPrimitivePaneView,
  ISeriesPrimitive,
  PrimitiveHoveredItem,
  PrimitivePaneViewZOrder,
} from 'lightweight-charts';
import { buildScene } from './build.ts';
import { type Canvas, paintAxis, paintGround, paintMarks, paintScaleInR } from './paint.ts';
import type { Drag, Ground, Scene, Spot, Subject } from './scene.ts';
import type { Rect } from './tags.ts';

/** How far from a level the pointer may be, in pixels. */
const REACH = 5;
/** A level farther away than this many heights of the candles in sight does not squeeze them: its tag waits at the edge. */
const FARTHEST = { stop: 1.5, other: 0.75 };

/** What the overlay asks of the chart. */
interface Host {
  subject(): Subject;
  /** null while there is nothing to draw on */
  ground(): Ground | null;
  /** price the axis numbers stand for */
  ticks(): readonly number[];
}

type Painter = (target: Canvas, scene: Scene, ground: Ground) => void;

/** Everything drawn over the candles from the view. The scene is built at most once for a state of chart and view. */
export class Overlay implements ISeriesPrimitive {
  private readonly host: Host;
  private readonly views: IPrimitivePaneView[];
  private readonly axisViews: IPrimitivePaneView[];
  private scene: Scene | null = null;
  private ground: Ground | null = null;
  private stamp = '';
  private version = 0;
  private request: (() => void) | null = null;
  /** the same scene on the left axis */
  readonly left: ISeriesPrimitive;

  constructor(host: Host) {
    this.host = host;
    const view = (zOrder: PrimitivePaneViewZOrder, paint: Painter): IPrimitivePaneView => ({
      zOrder: () => zOrder,
      renderer: () => ({
        draw: (target) => {
          this.refresh();
          if (this.scene && this.ground) paint(target, this.scene, this.ground);
        },
      }),
    });
    this.views = [
      view('bottom', (target, scene, { theme }) => paintGround(target, scene, theme)),
      view('normal', (target, scene, { theme }) => paintMarks(target, scene, theme)),
    ];
    this.axisViews = [
      view('normal', (target, scene, ground) => {
        const ticks = host.ticks().map((price) => ({ y: ground.y(price), text: ground.price(price) }));
        paintAxis(target, scene, ground.theme, ticks);
      }),
    ];
    const leftViews = [view('normal', (target, scene, { theme }) => paintScaleInR(target, scene, theme))];
    this.left = { priceAxisPaneViews: () => leftViews };
  }

  attached({ requestUpdate }: { requestUpdate: () => void }): void {
    this.request = requestUpdate;
  }

  detached(): void {
    this.request = null;
  }

  /** View, theme, selection or data changed: draw anew in the next frame. */
  changed(): void {
    this.version += 1;
    this.request?.();
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views;
  }

  priceAxisPaneViews(): readonly IPrimitivePaneView[] {
    return this.axisViews;
  }

  /** Makes room for what is near: stops and entries in sight, and the present's levels while the newest bar is. */
  autoscaleInfo(): AutoscaleInfo | null {
    const ground = this.host.ground();
    const base = ground?.bars.extremes(ground.seen.from, ground.seen.to - 1);
    if (!ground || !base) return null;
    const { view, preview, candidate, showLevels, branches } = this.host.subject();
    const height = Math.max(base.high - base.low, Math.abs(base.high) * 0.0005);
    let { low, high } = base;
    const include = (price: number | null | undefined, farthest = FARTHEST.other) => {
      if (price === null || price === undefined) return;
      if (price < base.low - height * farthest || price > base.high + height * farthest) return;
      low = Math.min(low, price);
      high = Math.max(high, price);
    };
    const present = ground.seen.to >= ground.bars.length;
    const first = ground.bars.at('ts', Math.max(0, ground.seen.from));
    const last = ground.bars.at('ts', Math.min(ground.seen.to, ground.bars.length) - 1) + ground.bars.intervalMs;
    for (const position of view.positions) {
      if (position.openTs > last || (position.closeTs ?? last) < first) continue;
      position.stops.forEach((step, i) => {
        const until = position.stops[i + 1]?.ts ?? position.closeTs ?? Number.POSITIVE_INFINITY;
        if (step.ts <= last && until >= first) include(step.price, FARTHEST.stop);
      });
      for (const tranche of position.tranches) if (tranche.openTs <= last) include(tranche.price);
      if (present && position.closeTs === null) {
        include(position.targets.at(-1)?.price);
        include(position.liquidation);
      }
    }
    for (const { position } of branches)
      for (const { ts, price } of [...position.stops, ...position.marks])
        if (ts >= first && ts <= last) include(price, FARTHEST.stop);
    if (present) {
      if (showLevels) for (const level of view.nextLevels) include(level.price);
      for (const level of candidate) include(level.price);
      for (const order of view.orders) include(order.price);
      for (const price of [preview?.entry, preview?.stop, preview?.target]) include(price);
    }
    return { priceRange: { minValue: low, maxValue: high } };
  }

  /** Tells the chart which cursor to wear. */
  hitTest(x: number, y: number): PrimitiveHoveredItem | null {
    if (this.grab(x, y, false)) return { externalId: 'level', zOrder: 'normal', cursorStyle: 'ns-resize' };
    const spot = this.spotAt(x, y);
    if (!spot) return null;
    return {
      externalId: 'spot',
      zOrder: 'normal',
      cursorStyle: spot.proposalId !== null || spot.seq !== null ? 'pointer' : 'default',
    };
  }

  /** The stop or target under the pointer. `onAxis` when it is over the price axis, where only tags count. */
  grab(x: number, y: number, onAxis: boolean): Omit<Drag, 'loosens'> | null {
    this.refresh();
    const { scene, ground } = this;
    if (!scene || !ground) return null;
    let best: Omit<Drag, 'loosens'> | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const { level, y: slot, trueY } of scene.tags) {
      if (level.positionId === null || (level.kind !== 'stop' && level.kind !== 'target')) continue;
      const distance = onAxis ? Math.abs(slot - y) - 4 : Math.abs(trueY - y);
      const reachable = onAxis || x > Math.min(ground.now, ground.width) - 12;
      if (!reachable || distance > REACH || distance >= least) continue;
      best = { positionId: level.positionId, kind: level.kind, price: level.price };
      least = distance;
    }
    return best;
  }

  /** What lies under the pointer; pins and marks before the lines they stand on. */
  spotAt(x: number, y: number): Spot | null {
    this.refresh();
    return this.scene?.spots.find(({ rect }) => within(rect, x, y)) ?? null;
  }

  private refresh(): void {
    const ground = this.host.ground();
    this.ground = ground;
    if (!ground) {
      this.scene = null;
      this.stamp = '';
      return;
    }
    const measures = [
      ground.y(0),
      ground.y(ground.last || 1),
      ground.barX(0),
      ground.barX(1),
      ground.now,
      ground.width,
      ground.height,
    ];
    const stamp = [this.version, ...measures].join(' ');
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    this.scene = buildScene(ground, this.host.subject());
  }
}

const within = (rect: Rect, x: number, y: number): boolean =>
  x >= rect.x && x <= rect.x + rect.width && y >= rect.y && y <= rect.y + rect.height;
