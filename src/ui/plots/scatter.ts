import type { TradePoint } from '../../projections/performance-views.ts';
import { axes, type Axis, type Frame, line, type Picture, sign, type Size, type Spot } from './picture.ts';
import { inkOf, signOf, tradeLines } from './trade-text.ts';

/** Beyond this share a point lies at the edge: a trade with a tiny favourable excursion may give back it many times over. */
const MOST_GIVEN_BACK = 2;

interface Placed {
  trade: TradePoint;
  index: number;
  x: number;
  y: number;
}

function scatter(
  title: string,
  placed: readonly Placed[],
  size: Size,
  zone: string,
  across: Axis,
  upright: Axis,
): { picture: Picture; frame: Frame } {
  const { frame, marks } = axes(size, across, upright);
  const spots = placed.map(({ trade, index, x, y }): Spot => {
    const [px, py] = [frame.x(x), frame.y(y)];
    return {
      id: trade.positionId,
      lines: tradeLines(trade, zone),
      mark: { shape: 'path', d: sign(px, py, signOf(trade)), ink: inkOf(trade), filled: true, opacity: 0.85 },
      x: px,
      y: py,
      trades: [index],
    };
  });
  return { picture: { title, ...size, marks, spots }, frame };
}

/** The best and the worst that each trade has seen, in R: ▲ has gained, ▼ has lost. Trades without a stop have no R and are left out. */
export function excursionsPicture(trades: readonly TradePoint[], size: Size, zone: string): Picture {
  const placed = trades.flatMap((trade, index) =>
    trade.maeR === null || trade.mfeR === null ? [] : [{ trade, index, x: trade.maeR, y: trade.mfeR }],
  );
  return scatter(
    'MAE and MFE',
    placed,
    size,
    zone,
    { least: Math.min(-1, ...placed.map(({ x }) => x)), most: 0, name: 'worst (MAE)', unit: 'R' },
    { least: 0, most: Math.max(1, ...placed.map(({ y }) => y)), name: 'best (MFE)', unit: 'R' },
  ).picture;
}

/** How much of its best each trade gave back: above the dashed line it gave back all of it. */
export function givenBackPicture(trades: readonly TradePoint[], size: Size, zone: string): Picture {
  const placed = trades.flatMap((trade, index) =>
    trade.givenBack === null || trade.mfeR === null
      ? []
      : [{ trade, index, x: trade.mfeR, y: Math.min(MOST_GIVEN_BACK, trade.givenBack) * 100 }],
  );
  const across = { least: 0, most: Math.max(1, ...placed.map(({ x }) => x)), name: 'best (MFE)', unit: 'R' };
  const beyond = trades.some(({ givenBack }) => (givenBack ?? 0) > MOST_GIVEN_BACK);
  const upright = {
    least: Math.min(0, ...placed.map(({ y }) => y)),
    most: Math.max(100, ...placed.map(({ y }) => y)),
    name: beyond ? 'given back (more than 200 % at the edge)' : 'given back',
    unit: '%',
  };
  const { picture, frame } = scatter('Given back', placed, size, zone, across, upright);
  picture.marks.push({
    shape: 'path',
    d: line(frame.left, frame.y(100), frame.right, frame.y(100)),
    ink: 'waits',
    filled: false,
    dashed: true,
  });
  return picture;
}
