import type { TradePoint } from '../../projections/performance-views.ts';
import { moment, signedMoney, signedR } from '../format.ts';

/** A number of R for the eye: "+1.25R"; "–" where there is none. */
export const rText = (r: number | null): string => (r === null ? '–' : signedR(r.toFixed(4)));
/** A share for the eye: "42 %"; "–" where there is none. */
export const shareText = (share: number | null): string => (share === null ? '–' : `${Math.round(share * 100)} %`);

/** What a point says of its trade, a line each. */
export const tradeLines = (trade: TradePoint, zone: string): string[] => [
  `${trade.symbol} ${trade.side} · ${signedMoney(trade.pnl)} · ${rText(trade.r)}`,
  `${moment(trade.closedTs, zone)} · ${trade.causedBy}`,
  `MAE ${rText(trade.maeR)} · MFE ${rText(trade.mfeR)} · given back ${shareText(trade.givenBack)}`,
];

/** Whether a trade has gained: 1, lost: −1, or neither: 0. */
export const signOf = ({ pnl }: Pick<TradePoint, 'pnl'>): -1 | 0 | 1 => Math.sign(Number(pnl)) as -1 | 0 | 1;
export const inkOf = (trade: Pick<TradePoint, 'pnl'>): 'up' | 'down' | 'muted' => {
  const way = signOf(trade);
  return way > 0 ? 'up' : way < 0 ? 'down' : 'muted';
};
