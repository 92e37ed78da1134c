import type { ChartView } from '../../projections/views.ts';
import type { Milliseconds } from '../../domain/time.ts';
import type { DisplayBars } from './bars.ts';
import type { BranchPart } from './branches.ts';
import type { Rect } from './tags.ts';
import type { Theme } from './theme.ts';
import type { ZoneTexts } from './times.ts';

/** What is drawn over the candles, in pixels of the price pane. Built from the view, painted by paint.ts, asked by the pointer. */
export interface Scene {
  /** stretches outside the session's hours, and the hairlines between days */
  shades: { x: number; width: number }[];
  days: number[];
  bands: { rect: Rect; fill: string }[];
  lines: Line[];
  rings: { x: number; y: number; color: string }[];
  triangles: { x: number; y: number; up: boolean; color: string }[];
  /** fills of bars that might have been other ones */
  forks: { x: number; y: number; color: string }[];
  labels: Label[];
  pins: { rect: Rect; x: number; text: string; fill: string; selected: boolean }[];
  levels: LevelLine[];
  tags: Tag[];
  /** ticks of the second scale, in units of the initial risk */
  rTicks: { y: number; text: string }[];
  spots: Spot[];
}

export interface Line {
  points: { x: number; y: number }[];
  color: string;
  width: number;
  dash: number[];
}

export interface Label {
  rect: Rect;
  text: string;
  color: string;
  font: string;
}

/** Something under the pointer that says more, or leads somewhere. */
export interface Spot {
  rect: Rect;
  title: string;
  detail: string;
  proposalId: string | null;
  seq: number | null;
}

export interface Preview {
  entry: number;
  stop: number | null;
  target: number | null;
  side: 'long' | 'short';
}

/** A level held by the pointer. */
export interface Drag {
  positionId: string;
  kind: 'stop' | 'target';
  price: number;
  loosens: boolean;
}

/** What the scene is built from. */
export interface Subject {
  view: ChartView;
  preview: Preview | null;
  /** where rules would act next under a policy that is not applied */
  candidate: ChartView['nextLevels'];
  /** what is drawn of branches besides */
  branches: readonly BranchPart[];
  drag: Drag | null;
  selectedProposalId: string | null;
  showLevels: boolean;
  showR: boolean;
}

/** Where it stands: the pane's measures and conversions. */
export interface Ground {
  width: number;
  height: number;
  theme: Theme;
  texts: ZoneTexts;
  bars: DisplayBars;
  /** close of the newest bar */
  last: number;
  /** x of the newest moment; past `width` when it is scrolled out */
  now: number;
  /** display bars in sight */
  seen: { from: number; to: number };
  x(ts: Milliseconds): number;
  y(price: number): number;
  barX(index: number): number;
  indexAt(x: number): number;
  price(value: number): string;
  measure(text: string, font: string): number;
  isOutside(ts: Milliseconds): boolean;
  dayStart(ts: Milliseconds): Milliseconds;
  /** the fixed legend in the pane's corner */
  legend: Rect;
}

export const LABEL = '11px';
export const SMALL = '10px';
export const STRONG = '600 11px';
export const TAG_HEIGHT = 18;

/** A price that ends in a tag on the axis. */
export interface Level {
  kind: 'stop' | 'target' | 'liquidation' | 'next' | 'candidate' | 'last' | 'order' | 'preview' | 'drag';
  price: number;
  label: string;
  color: string;
  /** fill of the tag */
  fill: string;
  /** colour of the words, which must be readable where the line may be faint */
  ink: string;
  dash: number[];
  width: number;
  /** an outlined tag stands for what is not there yet */
  outlined: boolean;
  /** set where the pointer may take hold */
  positionId: string | null;
}

/** A level's line from now to the axis; it bends where its tag had to give way. */
export interface LevelLine {
  points: { x: number; y: number }[];
  color: string;
  dash: number[];
  width: number;
}

export interface Tag {
  /** centre of the tag, and the place of its price; they differ where tags were spread apart */
  y: number;
  trueY: number;
  /** draws the bend inside the axis, where no line does */
  leader: boolean;
  text: string;
  level: Level;
}
