import { niceScale, type Scale, tickText } from './ticks.ts';

/** The page's colours by their token. */
export type Ink = 'panel' | 'text' | 'muted' | 'line' | 'faint' | 'up' | 'down' | 'target' | 'waits';

/** Something drawn, in pixels from the upper left corner. */
export type Mark =
  | { shape: 'path'; d: string; ink: Ink; filled: boolean; opacity?: number; dashed?: boolean }
  | { shape: 'text'; x: number; y: number; text: string; ink: Ink; anchor: 'start' | 'middle' | 'end'; turned?: boolean };

/** Something drawn that says more and may lead somewhere: a point, a bar. */
export interface Spot {
  id: string;
  /** what it says, a line each; the first is its title */
  lines: readonly string[];
  mark: Extract<Mark, { shape: 'path' }>;
  /** where it is pointed at */
  x: number;
  y: number;
  /** indices of the trades it stands for */
  trades: readonly number[];
}

/** A plot as plain data: the same is drawn on the page and written to a file. */
export interface Picture {
  title: string;
  width: number;
  height: number;
  marks: Mark[];
  spots: Spot[];
}

export interface Size {
  width: number;
  height: number;
}

/** The area inside the axes, and where values lie in it. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x(value: number): number;
  y(value: number): number;
}

export interface Axis {
  least: number;
  most: number;
  name: string;
  /** after each number: "R", "%" */
  unit: string;
  whole?: boolean;
}

const ROW_PX = 16;
const DIGIT_PX = 6.6;

const round = (value: number): number => Math.round(value * 10) / 10;

export const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}`;
export const box = (x: number, y: number, width: number, height: number): string =>
  `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}z`;
export const polyline = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');

/** A triangle that points up for a gain and down for a loss, and a square for neither: seen without colour as well. */
export function sign(x: number, y: number, pnl: -1 | 0 | 1): string {
  const r = 5;
  if (pnl === 0) return box(x - 3.5, y - 3.5, 7, 7);
  const up = pnl > 0 ? 1 : -1;
  return `M${round(x)} ${round(y - up * r)}L${round(x + r)} ${round(y + up * r * 0.8)}L${round(x - r)} ${round(y + up * r * 0.8)}z`;
}

const widest = (scale: Scale, unit: string): number =>
  Math.max(...scale.ticks.map((tick) => tickText(tick, scale).length + unit.length)) * DIGIT_PX;

/** Two axes with marks and hairlines, as many as the size has room for. @param above pixels that are left free above them */
export function axes(size: Size, across: Axis, upright: Axis, above = 0): { frame: Frame; marks: Mark[] } {
  const top = above + ROW_PX;
  const bottom = above + size.height - ROW_PX - 4;
  const y = niceScale(upright.least, upright.most, Math.max(1, Math.floor((bottom - top) / 26)), upright.whole);
  const left = widest(y, upright.unit) + 10;
  const right = size.width - 12;
  const x = niceScale(across.least, across.most, Math.max(1, Math.floor((right - left) / 62)), across.whole);
  const frame: Frame = {
    left,
    right,
    top,
    bottom,
    x: (value) => left + ((value - x.from) / (x.to - x.from)) * (right - left),
    y: (value) => bottom - ((value - y.from) / (y.to - y.from)) * (bottom - top),
  };
  const hair = (d: string, zero: boolean): Mark => ({ shape: 'path', d, ink: zero ? 'faint' : 'line', filled: false });
  // the name of the axis takes the place of the texts it would lie on
  const nameFrom = right - across.name.length * DIGIT_PX - 20;
  return {
    frame,
    marks: [
      ...x.ticks.map((tick) => hair(line(frame.x(tick), top, frame.x(tick), bottom), tick === 0)),
      ...y.ticks.map((tick) => hair(line(left, frame.y(tick), right, frame.y(tick)), tick === 0)),
      ...x.ticks
        .filter((tick) => frame.x(tick) < nameFrom)
        .map((tick): Mark => words(frame.x(tick), bottom + 14, `${tickText(tick, x)}${across.unit}`, 'middle')),
      ...y.ticks.map((tick): Mark => words(left - 5, frame.y(tick) + 4, `${tickText(tick, y)}${upright.unit}`, 'end')),
      words(right, bottom + 14, across.name, 'end'),
      words(left, above + 10, upright.name, 'start'),
    ],
  };
}

export const words = (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end', ink: Ink = 'muted'): Mark => ({
  shape: 'text',
  x: round(x),
  y: round(y),
  text,
  ink,
  anchor,
});
