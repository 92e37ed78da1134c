import { describe, expect, it } from 'vitest';
import { eventsOf, holding, readingOf } from './testing.ts';

describe('a rule read out', () => {
  it('[R3] says of which criteria any will do, on the position and in the proposal alike', () => {
    const engine = holding([99.5, [1_000, 99.4], [1_061, 99.4]], {
      autonomy: { 'early-exit': 'approve' },
      rules: { 'early-exit': { enabled: true } },
    });
    engine.run(Number.POSITIVE_INFINITY);
    const shown = readingOf(engine, 'early-exit').criteria.map(({ label, any }) => [label, any ?? false]);
    expect(shown[0]).toEqual(['Price against entry', false]);
    expect(shown.slice(1).map(([, any]) => any)).toEqual([true, true, true, true, true]);
    const [opened] = eventsOf(engine, 'ProposalOpened');
    expect(opened?.proposal.criteria.map(({ any }) => any ?? false)).toEqual([false, true, true, true, true, true]);
  });

  it('[R10] waits while no level has formed, for nothing has been done yet', () => {
    const engine = holding([100.2], { rules: { 'technical-stop': { enabled: true } } });
    engine.run(Number.POSITIVE_INFINITY);
    expect(readingOf(engine, 'technical-stop').state).toBe('waiting');
  });

  it('[R5] is done once its level was reached and the stop stands where it wants it', () => {
    const engine = holding([101, 101], { rules: { breakeven: { enabled: true } } });
    engine.run(Number.POSITIVE_INFINITY);
    expect(readingOf(engine, 'breakeven').state).toBe('done');
  });

  it('says why it is silent: a rejection is not a refusal', () => {
    const over = { rules: { 'partial-exit': { enabled: true } } };
    const engine = holding([101.6, 101.6], over);
    engine.run(Number.POSITIVE_INFINITY);
    const [opened] = eventsOf(engine, 'ProposalOpened');
    engine.command({ type: 'RejectProposal', proposalId: opened?.proposal.id ?? '' });
    expect(readingOf(engine, 'partial-exit')).toMatchObject({ state: 'silent', silence: 'rejected' });
  });
});
