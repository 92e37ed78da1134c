import { describe, expect, it } from 'vitest';
import type { Urgency } from '../domain/proposal.ts';
import type { JournalLine, ProposalView } from '../projections/views.ts';
import { arrange, asksUser, isPending, isSnoozed, markOf, neighbour } from './queue.ts';

const outlook = { quantity: '1', averageEntry: '1', stop: '1', openRisk: '1', openRiskR: '1', exposurePercent: '1' };
const proposal = (id: string, urgency: Urgency, ts = 0, more: Partial<ProposalView> = {}): ProposalView => ({
  id,
  positionId: 'p',
  symbol: 'TSLA',
  rule: 'scale-in',
  kind: 'scale-in',
  title: id,
  urgency,
  confidence: 1,
  riskScore: 0,
  score: 0,
  status: 'proposed',
  reason: '',
  autonomy: { mode: 'approve' },
  actionable: true,
  quantity: '10',
  quantityStep: '1',
  price: '1',
  ts,
  expiresAt: ts + 60_000,
  appliesAt: null,
  snoozedUntil: null,
  low: null,
  high: null,
  tolerance: '',
  criteria: [],
  before: outlook,
  after: outlook,
  ...more,
});
const [low, high, highLater, critical] = [
  proposal('low', 'low', 1),
  proposal('high', 'high', 2),
  proposal('high later', 'high', 3),
  proposal('critical', 'critical', 9),
] as const;

describe('the order of the queue', () => {
  it('is urgency first, then the score, then time', () => {
    expect(arrange([], [low, highLater, critical, high], null)).toEqual(['critical', 'high', 'high later', 'low']);
    const scored = proposal('scored', 'high', 8, { score: 70 });
    expect(arrange([], [high, low, scored], null)).toEqual(['scored', 'high', 'low']);
  });

  it('puts a newcomer below the card that is pointed at, however urgent it is', () => {
    expect(arrange(['high', 'low'], [low, high, critical], 'high')).toEqual(['high', 'critical', 'low']);
  });

  it('keeps the place of a card that ended above the one pointed at, or is itself pointed at', () => {
    expect(arrange(['high', 'high later', 'low'], [highLater, low], 'high later')).toEqual(['high', 'high later', 'low']);
    expect(arrange(['high', 'low'], [low], 'high')).toEqual(['high', 'low']);
  });

  it('drops what ended below the one pointed at, and all that ended once nobody points', () => {
    expect(arrange(['high', 'high later', 'low'], [high, low], 'high')).toEqual(['high', 'low']);
    expect(arrange(['high', 'low'], [low], null)).toEqual(['low']);
  });

  it('moves the selection by one and stops at both ends', () => {
    expect(neighbour(['a', 'b'], 'a', 1)).toBe('b');
    expect(neighbour(['a', 'b'], 'b', 1)).toBe('b');
    expect(neighbour(['a', 'b'], 'a', -1)).toBe('a');
    expect(neighbour(['a', 'b'], null, 1)).toBe('a');
    expect(neighbour([], 'gone', 1)).toBeNull();
  });
});

it('a snoozed proposal asks again once market time has passed its hour', () => {
  const snoozed = proposal('s', 'high', 0, { snoozedUntil: 1_000 });
  expect([isSnoozed(snoozed, 999), asksUser(snoozed, 999)]).toEqual([true, false]);
  expect([isSnoozed(snoozed, 1_000), asksUser(snoozed, 1_000)]).toEqual([false, true]);
});

it('a suggestion is shown but asks for no decision', () => {
  expect(asksUser(proposal('s', 'high', 0, { actionable: false }), 0)).toBe(false);
});

describe('a decision on its way', () => {
  const refusal = { kind: 'refusal' } as JournalLine;
  const order = { kind: 'order' } as JournalLine;
  const sent = { mark: markOf(high), journal: 1, run: 4 };

  it('holds back the next one until the proposal changes', () => {
    expect(isPending(high, sent, { run: 4, journal: [refusal, order] })).toBe(true);
    expect(isPending({ ...high, status: 'approved' }, sent, { run: 4, journal: [] })).toBe(false);
    expect(isPending({ ...high, snoozedUntil: 5 }, sent, { run: 4, journal: [] })).toBe(false);
  });

  it('is over when something was refused since, or when the replay went back', () => {
    expect(isPending(high, sent, { run: 4, journal: [order, order, refusal] })).toBe(false);
    expect(isPending(high, sent, { run: 5, journal: [] })).toBe(false);
  });
});
