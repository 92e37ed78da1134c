import { describe, expect, it } from 'vitest';
import type { TradePoint } from '../../projections/performance-views.ts';
import { curvesPicture } from './curves.ts';
import { histogramPicture } from './histogram.ts';
import type { Ink } from './picture.ts';
import { excursionsPicture, givenBackPicture } from './scatter.ts';
import { type Palette, svgText } from './svg.ts';

const size = { width: 640, height: 320 };
const INKS: Ink[] = ['panel', 'text', 'muted', 'line', 'faint', 'up', 'down', 'target', 'waits'];
const palette = Object.fromEntries(INKS.map((ink, at) => [ink, `rgb(${at}, 0, 0)`])) as Palette;

const trade = (n: number, part: Partial<TradePoint>): TradePoint => ({
  positionId: `p${n}`,
  symbol: 'A<B&"C"',
  side: 'long',
  causedBy: 'stop-loss',
  policy: 'intraday',
  openedTs: n * 1_000,
  closedTs: n * 2_000,
  pnl: '10.00',
  r: 1.2,
  maeR: -0.4,
  mfeR: 1.6,
  givenBack: 0.25,
  seq: n,
  place: { row: n, point: 1 },
  ...part,
});
const trades = [
  trade(1, {}),
  trade(2, { pnl: '-5.00', r: -0.5, givenBack: 8 }),
  trade(3, { r: null, maeR: null, mfeR: null, givenBack: null }),
];

describe('a picture as a file', () => {
  it('has every point of the trades that can be placed, and its own ground', () => {
    const picture = excursionsPicture(trades, size, 'UTC');
    expect(picture.spots.map(({ id }) => id)).toEqual(['p1', 'p2']);
    const svg = svgText(picture, palette, 'a <b> & "c"');
    expect(svg).toContain('<title>MAE and MFE · a &lt;b&gt; &amp; &quot;c&quot;</title>');
    expect(svg).toContain('<rect width="640" height="352" fill="rgb(0, 0, 0)"/>');
    expect(svg).not.toMatch(/NaN|undefined|Infinity|var\(/);
  });

  it('tells gains from losses by shape as well as by colour', () => {
    const [won, lost] = excursionsPicture(trades, size, 'UTC').spots;
    expect([won?.mark.ink, lost?.mark.ink]).toEqual(['up', 'down']);
    const tip = (d = ''): number[] => [...d.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y));
    const [wonTip = 0, wonFoot = 0] = tip(won?.mark.d);
    const [lostTip = 0, lostFoot = 0] = tip(lost?.mark.d);
    expect(wonTip).toBeLessThan(wonFoot);
    expect(lostTip).toBeGreaterThan(lostFoot);
  });

  it('keeps what was given back many times over at the edge, and says so', () => {
    const picture = givenBackPicture(trades, size, 'UTC');
    expect(picture.spots[1]?.y).toBeGreaterThanOrEqual(0);
    expect(picture.spots[1]?.lines.at(-1)).toContain('given back 800 %');
    expect(picture.marks).toContainEqual(expect.objectContaining({ text: 'given back (more than 200 % at the edge)' }));
  });

  it('has a bar for every bin with trades, which knows them', () => {
    const histogram = [
      { from: -0.5, to: 0, trades: 1 },
      { from: 0, to: 0.5, trades: 0 },
      { from: 0.5, to: 1, trades: 0 },
      { from: 1, to: 1.5, trades: 1 },
    ];
    const { spots } = histogramPicture({ histogram, trades }, size);
    expect(spots.map((spot) => spot.trades)).toEqual([[1], [0]]);
  });

  it('draws the curves from the start on, in the picture’s own bounds', () => {
    const equity = [
      { ts: 1, equity: 10, drawdown: 0 },
      { ts: 2, equity: 4, drawdown: -6 },
    ];
    const { marks } = curvesPicture(equity, size, String);
    const curves = marks.flatMap((mark) =>
      mark.shape === 'path' && (mark.ink === 'target' || mark.ink === 'down') ? [mark.d] : [],
    );
    expect(curves).toHaveLength(2);
    for (const d of curves) {
      const points = [...d.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
      expect(points).toHaveLength(3);
      for (const [x = -1, y = -1] of points) {
        expect(x).toBeLessThanOrEqual(size.width);
        expect(y).toBeLessThanOrEqual(size.height);
      }
    }
  });
});
