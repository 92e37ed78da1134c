import type { OtherWay } from '../projections/views.ts';
import { signedMoney, signedR } from './format.ts';

const WORDS = { stop: 'Stop', target: 'Target' } as const;

const made = (pnl: string, r: string): string => [signedMoney(pnl), signedR(r)].filter((text) => text !== '').join(' · ');

/** Both outcomes of a bar that holds stop and target alike, a line each. */
export function otherWayLines({ first, pnl, pnlR, otherPnl, otherPnlR }: OtherWay): string[] {
  const other = first === 'stop' ? 'target' : 'stop';
  return [
    `${WORDS[first]} first, by the bar path: ${pnl === '' ? 'the rest goes on' : made(pnl, pnlR)}`,
    `${WORDS[other]} first: ${otherPnl === '' ? 'it would have asked you' : made(otherPnl, otherPnlR)}`,
  ];
}
