import type { IPrimitivePaneRenderer } from 'lightweight-charts';
import { type LevelLine, type Line, STRONG, type Scene, TAG_HEIGHT, type Tag, LABEL } from './scene.ts';
import { type Theme, fade, inkOn } from './theme.ts';

export type Canvas = Parameters<IPrimitivePaneRenderer['draw']>[0];
type Context = CanvasRenderingContext2D;

/** Under the candles: hours, bands and zones. */
export function paintGround(target: Canvas, scene: Scene, theme: Theme): void {
  target.useMediaCoordinateSpace(({ context, mediaSize }) => {
    context.fillStyle = fade(theme.bg, theme.dark ? 0.75 : 1);
    for (const { x, width } of scene.shades) context.fillRect(x, 0, width, mediaSize.height);
    for (const x of scene.days)
      stroke(context, {
        points: [
          { x, y: 0 },
          { x, y: mediaSize.height },
        ],
        color: theme.faint,
        width: 1,
        dash: [1, 4],
      });
    for (const { rect, fill } of scene.bands) {
      context.fillStyle = fill;
      context.fillRect(rect.x, rect.y, rect.width, rect.height);
    }
  });
}

/** Over the candles: lines, marks and words. */
export function paintMarks(target: Canvas, scene: Scene, theme: Theme): void {
  target.useMediaCoordinateSpace(({ context, mediaSize }) => {
    context.lineJoin = 'round';
    for (const line of scene.lines) stroke(context, line);
    for (const level of scene.levels) stroke(context, level);
    for (const { x, y, color } of scene.rings) ring(context, x, y, color, theme.panel);
    for (const { x, y, up, color } of scene.triangles) triangle(context, x, y, up ? 1 : -1, color, theme.panel);
    for (const { x, y, color } of scene.forks) diamond(context, x, y, color);
    for (const pin of scene.pins)
      stroke(context, {
        points: [
          { x: pin.x, y: pin.rect.y + pin.rect.height },
          { x: pin.x, y: mediaSize.height },
        ],
        color: fade(theme.waits, 0.75),
        width: 1,
        dash: [2, 3],
      });
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    for (const { rect, text, color, font } of scene.labels) {
      context.font = `${font} ${theme.font}`;
      context.strokeStyle = fade(theme.panel, 0.85);
      context.lineWidth = 3;
      context.strokeText(text, rect.x + 1, rect.y + rect.height / 2 + 0.5);
      context.fillStyle = color;
      context.fillText(text, rect.x + 1, rect.y + rect.height / 2 + 0.5);
    }
    context.font = `${STRONG} ${theme.font}`;
    for (const { rect, text, fill, selected } of scene.pins) {
      context.fillStyle = fill;
      box(context, rect.x, rect.y, rect.width, rect.height, rect.height / 2);
      context.fill();
      if (selected) {
        context.strokeStyle = theme.text;
        context.lineWidth = 2;
        box(context, rect.x - 1, rect.y - 1, rect.width + 2, rect.height + 2, rect.height / 2 + 1);
        context.stroke();
      }
      context.fillStyle = inkOn(fill);
      context.textAlign = 'center';
      context.fillText(text, rect.x + rect.width / 2, rect.y + rect.height / 2 + 0.5);
    }
  });
}

/** The price axis: its numbers where no tag covers them, then the tags. */
export function paintAxis(target: Canvas, scene: Scene, theme: Theme, ticks: readonly { y: number; text: string }[]): void {
  target.useMediaCoordinateSpace(({ context, mediaSize }) => {
    const middle = mediaSize.width / 2 + 2;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = `${LABEL} ${theme.font}`;
    context.fillStyle = theme.muted;
    for (const { y, text } of ticks) {
      const covered = scene.tags.some((tag) => Math.abs(tag.y - y) < TAG_HEIGHT / 2 + 7);
      if (!covered && y > 6 && y < mediaSize.height - 6) context.fillText(text, middle, y + 0.5);
    }
    context.font = `${STRONG} ${theme.font}`;
    // the tags that matter most are drawn last
    for (const tag of scene.tags.toSorted((a, b) => rank(a) - rank(b))) paintTag(context, tag, mediaSize.width, theme);
  });
}

const rank = ({ level }: Tag): number =>
  ['next', 'candidate', 'order', 'preview', 'last', 'liquidation', 'target', 'stop', 'drag'].indexOf(level.kind);

function paintTag(context: Context, { y, trueY, leader, text, level }: Tag, width: number, theme: Theme): void {
  const left = 5;
  if (leader && Math.abs(y - trueY) > 1)
    stroke(context, {
      points: [
        { x: 0, y: trueY },
        { x: left, y },
      ],
      color: level.color,
      width: 1,
      dash: [],
    });
  box(context, left, y - TAG_HEIGHT / 2, width - left - 2, TAG_HEIGHT, 4);
  context.fillStyle = level.outlined ? theme.panel : level.fill;
  context.fill();
  if (level.outlined) {
    context.strokeStyle = level.fill;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.stroke();
  }
  context.fillStyle = level.outlined ? level.ink : inkOn(level.fill);
  context.fillText(text, (left + width - 2) / 2, y + 0.5);
}

/** The second scale: how many times the initial risk a price is from the entry. */
export function paintScaleInR(target: Canvas, scene: Scene, theme: Theme): void {
  target.useMediaCoordinateSpace(({ context, mediaSize }) => {
    context.font = `${LABEL} ${theme.font}`;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const { y, text } of scene.rTicks) {
      stroke(context, {
        points: [
          { x: mediaSize.width - 5, y },
          { x: mediaSize.width, y },
        ],
        color: theme.muted,
        width: 1,
        dash: [],
      });
      context.fillStyle = text === '0 R' ? theme.text : theme.muted;
      context.fillText(text, mediaSize.width - 8, y + 0.5);
    }
  });
}

function stroke(context: Context, { points, color, dash, width }: Line | LevelLine): void {
  if (points.length < 2) return;
  context.beginPath();
  context.strokeStyle = color;
  context.lineWidth = width;
  context.setLineDash(dash);
  // hairlines are sharp on the half pixel
  const shift = width <= 1.5 ? 0.5 : 0;
  points.forEach(({ x, y }, i) => {
    if (i === 0) context.moveTo(Math.round(x) + shift, Math.round(y) + shift);
    else context.lineTo(Math.round(x) + shift, Math.round(y) + shift);
  });
  context.stroke();
  context.setLineDash([]);
}

function ring(context: Context, x: number, y: number, color: string, fill: string): void {
  context.beginPath();
  context.arc(x, y, 3.5, 0, Math.PI * 2);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke();
}

/** A fill: its point touches the price, from below for a buy and from above for a sale. */
function triangle(context: Context, x: number, y: number, direction: 1 | -1, color: string, rim: string): void {
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 5.5, y + direction * 9.5);
  context.lineTo(x - 5.5, y + direction * 9.5);
  context.closePath();
  context.strokeStyle = rim;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = color;
  context.fill();
}

/** A fill that might have been another one. */
function diamond(context: Context, x: number, y: number, color: string): void {
  const reach = 13;
  context.beginPath();
  context.moveTo(x, y - reach);
  context.lineTo(x + reach, y);
  context.lineTo(x, y + reach);
  context.lineTo(x - reach, y);
  context.closePath();
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.stroke();
}

function box(context: Context, x: number, y: number, width: number, height: number, radius: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
}
