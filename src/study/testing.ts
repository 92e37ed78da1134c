import type { PlaceEntry } from '../domain/commands.ts';
import { dec, ZERO } from '../domain/decimal.ts';
import { type Bar, barsTape, documentWith, MINUTE, type Nested, NINE_THIRTY } from '../engine/testing.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Case } from './case.ts';
import type { EntryResult } from './entry-results.ts';

/** A session of bars with entries of 100 units of TEST at their minutes, under a policy in which nothing happens but what `over` switches on. */
export const sessionOf = (
  bars: readonly Bar[],
  entries: readonly { minute: number; entry?: Partial<PlaceEntry> }[],
  over: Nested = {},
): Case => ({
  name: 'made',
  tapes: [barsTape(bars)],
  policy: loadPolicy(documentWith(over), 'test').source,
  barPath: 'ohlc',
  entries: entries.map(({ minute, entry }) => ({
    ts: NINE_THIRTY + minute * MINUTE,
    command: { type: 'PlaceEntry', symbol: 'TEST', side: 'long', kind: 'market', quantity: '100', source: 'entries', ...entry },
  })),
  decisions: [],
  place: null,
});

/** A closed trade with this P&L. */
export const resultOf = (pnl: number | string, over: Partial<EntryResult> = {}): EntryResult => ({
  status: 'closed',
  reason: '',
  pnl: dec(pnl),
  r: dec(pnl).div(100),
  heldMs: MINUTE,
  endTs: 0,
  stoppedOut: false,
  atStop: ZERO,
  saved: ZERO,
  ...over,
});

/** An entry that a guard denied. */
export const refusedResult: EntryResult = {
  ...resultOf(0),
  status: 'refused',
  reason: 'denied',
  r: null,
  heldMs: 0,
};
