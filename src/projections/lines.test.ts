import { describe, expect, it } from 'vitest';
import type { Event } from '../domain/events.ts';
import { journalLine, proposalTitle } from './lines.ts';

const line = (event: Event, side: 'long' | 'short' = 'long') =>
  journalLine(
    { seq: 7, tape: { row: 3, point: 2 }, ts: 1_000, event },
    {
      sideOf: () => side,
      titleOf: () => 'Scale in · buy 10 X',
      decimalsOf: () => 2,
      positionOf: () => 'X-1',
      symbolOf: () => 'X',
    },
  );

describe('journal lines', () => {
  it.each<[Event, string, string]>([
    [
      { type: 'StopRaised', positionId: 'X-1', from: '98.5', to: '100', causedBy: 'breakeven', alsoBy: ['trailing-stop'] },
      'Stop raised 98.50 → 100.00 · breakeven (also trailing)',
      'stop',
    ],
    [
      { type: 'StopLoosened', positionId: 'X-1', from: '100', to: '99', causedBy: 'user', best: null, silenced: [] },
      'Stop loosened 100.00 → 99.00 · by hand',
      'stop',
    ],
    [
      {
        type: 'EntryDenied',
        account: 'paper',
        symbol: 'X',
        side: 'long',
        quantity: '5',
        refusal: { code: 'POSITION_LIMIT', message: 'above 10%', figure: '12000.00', limit: '10000.00' },
      },
      'Entry denied: above 10% (12000.00 against 10000.00)',
      'refusal',
    ],
    [
      { type: 'ProposalExpired', proposalId: 'P1', reason: 'its time is up' },
      'Scale in · buy 10 X · expired: its time is up',
      'proposal',
    ],
    [
      {
        type: 'OrderFilled',
        orderId: 'X-1-stop',
        positionId: 'X-1',
        account: 'paper',
        symbol: 'X',
        side: 'sell',
        purpose: 'stop',
        quantity: '5',
        price: '97.8',
        fee: '0',
        cash: '489',
        causedBy: 'stop-loss',
        gapped: true,
      },
      'Sold 5 @ 97.80 · stop · gapped',
      'order',
    ],
    [{ type: 'CommandReceived', command: { type: 'SetPolicy', policy: { name: 'mine' } } }, 'Policy: mine', 'command'],
    [
      { type: 'PolicyChanged', policy: { name: 'mine' }, changes: [{ path: 'rules.breakeven.trigger', from: '1R', to: '2R' }] },
      'Policy is mine · changed rules.breakeven.trigger',
      'command',
    ],
    [
      { type: 'PolicyChanged', policy: {}, changes: ['a', 'b', 'c', 'd', 'e'].map((path) => ({ path, from: 0, to: 1 })) },
      'Policy is without a name · changed a, b, c, 2 more',
      'command',
    ],
  ])('says what happened in a sentence', (event, text, kind) => {
    expect(line(event)).toMatchObject({ seq: 7, row: 3, point: 2, text, kind });
  });

  it('a stop of a short is lowered, not raised', () => {
    const event: Event = { type: 'StopRaised', positionId: 'X-1', from: '102', to: '101', causedBy: 'user', alsoBy: [] };
    expect(line(event, 'short').text).toBe('Stop lowered 102.00 → 101.00 · by hand');
  });

  it('titles a proposal by what it would do', () => {
    const proposal = { rule: 'scale-in', symbol: 'TSLA', action: { type: 'add', quantity: '10' }, before: { quantity: '21' } };
    expect(proposalTitle(proposal as Parameters<typeof proposalTitle>[0], 'long')).toBe('Scale in · buy 10 TSLA');
    expect(proposalTitle(proposal as Parameters<typeof proposalTitle>[0], 'short')).toBe('Scale in · sell 10 TSLA');
  });
});
