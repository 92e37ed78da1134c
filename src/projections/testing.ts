import type { Event, JournalRecord } from '../domain/events.ts';
import type { Purpose } from '../domain/order.ts';
import type { Action, CriterionReading, Proposal } from '../domain/proposal.ts';

/*
 * Journals for tests, written by hand: one instrument TEST, its tick 0.01, a long position TEST-1.
 */

/** A second each, all at one place of the tape unless an event comes with a row of its own. */
export const journalOf = (...events: readonly (Event | readonly [row: number, event: Event])[]): JournalRecord[] =>
  events.map((one, index) => {
    const [row, event] = Array.isArray(one) ? (one as [number, Event]) : [0, one as Event];
    return { seq: index + 1, tape: { row, point: 1 }, ts: Date.UTC(2019, 1, 15, 14, 30, index), event };
  });

const started: Event = {
  type: 'SessionStarted',
  engine: 'test',
  tapes: [
    {
      digest: '0',
      rows: 1,
      kind: 'trades',
      stamp: 'event',
      synthetic: true,
      instrument: { symbol: 'TEST', tick: '0.01', lot: '1', multiplier: '1', minNotional: '0', session: 'UTC/24h' },
    },
  ],
  policy: { name: 'test' },
  intervalMs: 60_000,
  barPath: 'ohlc',
  notes: [],
};

export const reading = (over: Partial<CriterionReading> = {}): CriterionReading => ({
  label: 'Open profit',
  comparison: '≥',
  threshold: '1R',
  value: '1.02R',
  verdict: 'pass',
  ...over,
});

/** How a fill comes about. */
interface How {
  positionId?: string;
  orderId?: string;
  quantity?: string;
  price?: string;
  fee?: string;
  proposalId?: string;
  evidence?: CriterionReading[];
  gapped?: boolean;
}

function filled(purpose: Purpose, causedBy: string, how: How, enters: boolean): Event {
  const { positionId = 'TEST-1', orderId = 'O1', quantity = '100', price = '100', fee = '0', gapped = false, ...rest } = how;
  const common = { orderId, positionId, account: 'paper', symbol: 'TEST', purpose, quantity, price, fee, causedBy, gapped };
  return { type: 'OrderFilled', ...common, side: enters ? 'buy' : 'sell', cash: '0', ...rest };
}

/** A fill that opens or adds, with its tranche. */
export function bought(purpose: 'entry' | 'add', causedBy: string, how: How = {}, tranche = 'TEST-1.1'): Event[] {
  const { positionId = 'TEST-1', orderId = 'O1', quantity = '100', price = '100', fee = '0' } = how;
  const cost = String(Number(quantity) * Number(price));
  return [
    filled(purpose, causedBy, how, true),
    { type: 'TrancheOpened', positionId, trancheId: tranche, orderId, quantity, price, cost, fee },
  ];
}

/** A fill that takes from the position, with what it took from its first tranche, bought at 100. */
export function sold(purpose: Purpose, causedBy: string, how: How = {}): Event[] {
  const { positionId = 'TEST-1', orderId = 'O2', quantity = '100', price = '101', fee = '0' } = how;
  const [value, cost] = [Number(quantity) * Number(price), Number(quantity) * 100];
  const exit = { trancheId: 'TEST-1.1', quantity, realizedPnl: String(value - cost), cost: String(cost), fee };
  return [
    filled(purpose, causedBy, { orderId: 'O2', price: '101', ...how }, false),
    { type: 'TranchesReduced', positionId, orderId, price, value: String(value), exits: [exit] },
  ];
}

/** A position of 100 at 100, its stop at 98. */
export const opened: readonly Event[] = [
  started,
  { type: 'PositionOpened', positionId: 'TEST-1', account: 'paper', symbol: 'TEST', side: 'long', leverage: '1' },
  ...bought('entry', 'user'),
  { type: 'StopSet', positionId: 'TEST-1', price: '98', r: '2', causedBy: 'user' },
];

/** A rule's proposal at 101, approved by itself or by the user. */
export function proposed(rule: string, action: Action, over: Partial<Proposal> = {}, by: 'auto' | 'user' = 'auto'): Event[] {
  const outlook = { quantity: '', averageEntry: '', stop: '', openRisk: '', openRiskR: '', exposurePercent: '' };
  const proposal: Proposal = {
    id: 'P1',
    positionId: 'TEST-1',
    symbol: 'TEST',
    rule,
    trigger: '',
    kind: 'stop-move',
    action,
    price: '101',
    ts: 0,
    criteria: [reading(), reading({ label: 'RSI', threshold: '50', value: '48.2', verdict: 'fail' })],
    urgency: 'low',
    confidence: 1,
    score: 0,
    riskScore: 0,
    before: outlook,
    after: outlook,
    autonomy: { mode: 'auto' },
    expiresAt: 0,
    appliesAt: null,
    low: null,
    high: null,
    ...over,
  };
  return [
    { type: 'ProposalOpened', proposal },
    { type: 'ProposalApproved', proposalId: proposal.id, by },
  ];
}

export const applied: Event = { type: 'ProposalApplied', proposalId: 'P1' };

/** The stop from 98 to 100. */
export const raised = (causedBy: string, over: { alsoBy?: string[]; proposalId?: string } = {}): Event => ({
  type: 'StopRaised',
  positionId: 'TEST-1',
  from: '98',
  to: '100',
  causedBy,
  alsoBy: [],
  ...over,
});
