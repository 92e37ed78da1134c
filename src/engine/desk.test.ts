import { describe, expect, it } from 'vitest';
import type { Command } from '../domain/commands.ts';
import type { Engine } from './engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  MINUTE,
  NINE_THIRTY,
  readingOf,
  tradesTape,
} from './testing.ts';

/** Half off at 1.5R, waiting for the user unless told otherwise. */
const half = (mode = 'approve', over = {}) => ({
  autonomy: { 'partial-exit': mode },
  rules: { 'partial-exit': { enabled: true } },
  ...over,
});
const approve = (proposalId = 'P1', quantity?: string): Command => ({
  type: 'ApproveProposal',
  proposalId,
  ...(quantity === undefined ? {} : { quantity }),
});
const reject = (proposalId = 'P1'): Command => ({ type: 'RejectProposal', proposalId });
const status = (engine: Engine, id = 'P1'): string | undefined => engine.state.proposals.get(id)?.status;
const opened = (engine: Engine): string[] => eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.id);
const sold = (engine: Engine): string[] =>
  eventsOf(engine, 'OrderFilled').flatMap(({ purpose, quantity }) => (purpose === 'reduce' ? [quantity] : []));
const refusals = (engine: Engine): string[] => eventsOf(engine, 'CommandRefused').map(({ refusal }) => refusal.code);

describe('a proposal', () => {
  it('[P13] holds rule, action, price, time, every criterion, urgency, and the position before and after', () => {
    const engine = end(holding([101.6], half()));
    expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([
      {
        proposal: {
          id: 'P1',
          positionId: 'TEST-1',
          rule: 'partial-exit',
          trigger: '0',
          kind: 'partial-exit',
          action: { type: 'reduce', quantity: '50', steps: [0] },
          price: '101.6',
          ts: NINE_THIRTY + 2_000,
          criteria: [{ label: 'Open profit', threshold: '1.5R', value: '1.60R', verdict: 'pass', level: '101.50' }],
          urgency: 'medium',
          confidence: 1,
          before: { quantity: '100', averageEntry: '100', stop: '99', openRisk: '100', openRiskR: '1' },
          after: { quantity: '50', averageEntry: '100', stop: '99', openRisk: '50', openRiskR: '1' },
          autonomy: { mode: 'approve' },
          expiresAt: NINE_THIRTY + 2_000 + 2 * MINUTE,
          appliesAt: null,
        },
      },
    ]);
  });

  it('expires when its time is over: two bars, or sixty seconds where that is later', () => {
    const engine = holding([101.6, [61, 101.6], [121.999, 101.6], [122, 101.6]], half());
    engine.run(5);
    expect(status(engine)).toBe('proposed');
    end(engine);
    expect(engine.state.proposals.get('P1')).toMatchObject({ status: 'expired', reason: 'its time is up' });
    const quick = end(holding([101.6, [61.9, 101.6]], half('approve', { interval: '5s' })));
    expect(status(quick)).toBe('proposed');
    expect(eventsOf(quick, 'ProposalOpened')[0]?.proposal.expiresAt).toBe(NINE_THIRTY + 62_000);
  });

  it('of an exit expires when the price has moved beyond its tolerance for the worse, and not for the better', () => {
    const engine = holding([101.6, 101.35, 103, 101.34], half());
    expect(eventsOf(end(engine), 'ProposalOpened')[0]?.proposal).toMatchObject({ low: '101.35', high: null });
    expect(engine.journal.find(({ event }) => event.type === 'ProposalExpired')?.tape.row).toBe(5);
    expect(engine.state.proposals.get('P1')?.reason).toBe('price moved from 101.6 to 101.34');
  });

  it('of a short expires by the same rule, mirrored', () => {
    const engine = end(holding([98.4, 98.65, 97, 98.66], half(), { side: 'short' }));
    expect(engine.journal.find(({ event }) => event.type === 'ProposalExpired')?.tape.row).toBe(5);
  });

  it('returns after it has expired only once the next bar has closed', () => {
    // it expires by price in the first minute; the rule speaks again at that minute's close
    const engine = end(holding([101.6, 101.3, 101.6, [30, 101.7], [61, 101.7], [62, 101.8]], half()));
    expect(
      engine.journal.flatMap(({ event, tape }) => (event.type === 'ProposalOpened' ? [[tape.row, tape.point]] : [])),
    ).toEqual([
      [2, 1],
      [6, 0],
    ]);
  });

  it.each(['bar', 'tick', '5s'])(
    'that expires at a bar’s close does not return at that same close, evaluated every %s',
    (evaluateEvery) => {
      const bars = Array.from({ length: 6 }, (): Bar => [101.6, 101.6, 101.6, 101.6]);
      const tape = barsTape([[100, 100, 100, 100], [100, 100, 100, 100], ...bars]);
      const engine = end(entered(tape, half('approve', { evaluateEvery })));
      const [first, second] = engine.journal.filter(({ event }) => event.type === 'ProposalOpened');
      const expired = engine.journal.find(({ event }) => event.type === 'ProposalExpired');
      expect([first, expired, second].map((record) => ((record?.ts ?? 0) - NINE_THIRTY) / MINUTE)).toEqual([2, 4, 5]);
    },
  );

  it('is not replaced for a change within a lot and the tolerance, and is replaced beyond', () => {
    // a partial exit of what remains: it changes when the position does, and from the next bar's close on says so
    const shrinking = holding([101.6, 101.6, 101.6, [61, 101.6], [62, 101.6]], half());
    shrinking.run(3);
    shrinking.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '2' });
    shrinking.run(6);
    expect(opened(shrinking)).toEqual(['P1']);
    const halved = holding([101.6, 101.6, 101.6, [61, 101.6], [62, 101.6]], half());
    halved.run(3);
    halved.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '40' });
    end(halved);
    expect(eventsOf(halved, 'ProposalSuperseded')).toMatchObject([
      { proposalId: 'P1', byProposalId: 'P2', reason: 'quantity or price have changed' },
    ]);
    expect(eventsOf(halved, 'ProposalOpened').map(({ proposal }) => proposal.action)).toMatchObject([
      { quantity: '50' },
      { quantity: '30' },
    ]);
  });

  it('that was rejected stays away until its criteria have been false', () => {
    const engine = holding([101.6, 101.7, [61, 101.7], [121, 101.7], [122, 101.49], [123, 101.5]], half());
    engine.run(3);
    engine.command(reject());
    engine.run(6);
    expect(opened(engine)).toEqual(['P1']);
    expect(readingOf(engine, 'partial-exit').state).toBe('silent');
    end(engine);
    expect(eventsOf(engine, 'RuleRearmed')).toMatchObject([{ rule: 'partial-exit', trigger: '0' }]);
    expect(opened(engine)).toEqual(['P1', 'P2']);
  });

  it('that is snoozed is hidden for a time, but its clock goes on', () => {
    const engine = holding([101.6, [121, 101.6], [122, 101.6]], half());
    engine.run(3);
    engine.command({ type: 'SnoozeProposal', proposalId: 'P1', forMs: 600_000 });
    expect(engine.state.proposals.get('P1')?.snoozedUntil).toBe(NINE_THIRTY + 602_000);
    end(engine);
    expect(status(engine)).toBe('expired');
  });

  it('ends when the position is closed by anything else', () => {
    const engine = end(holding([101.6, 98], half('approve', { proposals: { tolerance: '9R' } })));
    expect(eventsOf(engine, 'ProposalSuperseded')).toMatchObject([{ proposalId: 'P1', reason: 'the position is closed' }]);
    const closed = holding([101.6, 101.7], half());
    closed.run(3);
    closed.command({ type: 'ClosePosition', positionId: 'TEST-1' });
    expect(status(closed)).toBe('superseded');
    expect(lastPosition(closed).status).toBe('CLOSING');
    expect(lastPosition(end(closed)).status).toBe('CLOSED');
  });

  it('of a rule that closes ends every other of its position in the same step', () => {
    const over = half('approve', { autonomy: { 'partial-exit': 'approve', 'take-profit': 'approve' } });
    const engine = end(holding([101.6, 102], over, { target: '102' }));
    expect(eventsOf(engine, 'ProposalSuperseded')).toMatchObject([
      { proposalId: 'P1', reason: 'Take profit closes the position' },
    ]);
    expect([status(engine, 'P1'), status(engine, 'P2')]).toEqual(['superseded', 'proposed']);
  });
});

describe('a decision', () => {
  it('[F12] applies once, whatever is clicked twice, and the second is refused with the reason', () => {
    const engine = holding([101.6, 101.7, 101.8], half());
    engine.run(3);
    engine.command(approve());
    engine.command(approve());
    engine.run(4);
    engine.command(approve());
    end(engine);
    expect(sold(engine)).toEqual(['50']);
    expect(eventsOf(engine, 'CommandRefused').map(({ refusal }) => refusal.message)).toEqual([
      'it is already approved',
      'it is already applied',
    ]);
    expect(status(engine)).toBe('applied');
  });

  it.each([
    ['rejected', (engine: Engine) => engine.command(reject()), 'it was rejected: by the user'],
    ['expired', (engine: Engine) => engine.run(6), 'it has expired: price moved from 101.6 to 101.2'],
    [
      'superseded',
      (engine: Engine) => engine.command({ type: 'ClosePosition', positionId: 'TEST-1' }),
      'a newer one has taken its place: the position is being closed',
    ],
  ] as const)('[P9] on a proposal that is %s has no effect, and the reason is shown', (wanted, endIt, message) => {
    const engine = holding([101.6, 101.7, 101.7, 101.2, 101.2], half());
    engine.run(3);
    endIt(engine);
    expect(status(engine)).toBe(wanted);
    for (const command of [approve(), reject(), { type: 'SnoozeProposal', proposalId: 'P1', forMs: 1_000 } as const]) {
      const before = engine.journal.length;
      engine.command(command);
      expect(engine.journal.slice(before).map(({ event }) => event)).toMatchObject([
        { type: 'CommandReceived' },
        { type: 'CommandRefused', proposalId: 'P1', refusal: { code: 'PROPOSAL_NOT_OPEN', message } },
      ]);
    }
    expect(sold(end(engine))).toEqual([]);
  });

  it('on a proposal that does not exist is refused', () => {
    const engine = holding([]);
    engine.command(approve('P9'));
    expect(refusals(engine)).toEqual(['NO_PROPOSAL']);
  });

  it('may change the quantity of an exit in lots, never beyond the position', () => {
    const engine = holding([101.6, 101.7], half());
    engine.run(3);
    for (const quantity of ['0', '-1', '2.5', 'x']) engine.command(approve('P1', quantity));
    expect(refusals(engine)).toEqual(['QUANTITY', 'QUANTITY', 'LOT_SIZE', 'QUANTITY']);
    engine.command(approve('P1', '20'));
    end(engine);
    expect(sold(engine)).toEqual(['20']);
    expect(eventsOf(engine, 'ProposalApproved')).toMatchObject([{ by: 'user', quantity: '20' }]);
    const whole = holding([101.6, 101.7], half());
    whole.run(3);
    whole.command(approve('P1', '1000'));
    expect(sold(end(whole))).toEqual(['100']);
    expect(lastPosition(whole).status).toBe('CLOSED');
  });

  it('that is taken back with its order has failed, and says why', () => {
    const engine = holding([101.6, 101.7], half());
    engine.run(3);
    engine.command(approve());
    engine.command({ type: 'CancelOrder', orderId: 'O2' });
    expect(eventsOf(engine, 'ProposalFailed')).toMatchObject([{ refusal: { code: 'ORDER_CANCELED', message: 'by the user' } }]);
    expect(lastPosition(engine).status).toBe('OPEN');
    expect(sold(end(engine))).toEqual([]);
  });
});

describe('autonomy', () => {
  it('off does nothing, and says so', () => {
    const engine = end(holding([101.6, 103], half('off')));
    expect(opened(engine)).toEqual([]);
    expect(readingOf(engine, 'partial-exit').state).toBe('off');
  });

  it('suggest shows, and cannot be approved', () => {
    const engine = holding([101.6, 101.7], half('suggest'));
    engine.run(3);
    engine.command(approve());
    expect(refusals(engine)).toEqual(['SUGGEST_ONLY']);
    expect(sold(end(engine))).toEqual([]);
  });

  it('auto applies at once', () => {
    const engine = end(holding([101.6, 101.7], half('auto')));
    expect(sold(engine)).toEqual(['50']);
    expect(eventsOf(engine, 'ProposalApproved')).toMatchObject([{ by: 'auto' }]);
  });

  it('auto-after applies by itself after its seconds of market time, not before', () => {
    const engine = holding([101.6, [11.999, 101.6], [12, 101.7], [13, 101.8]], half('auto-after 10s'));
    engine.run(4);
    expect(status(engine)).toBe('proposed');
    engine.run(5);
    expect(status(engine)).toBe('applied');
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ quantity: '50', price: '101.7' });
  });

  it('auto-after can be vetoed', () => {
    const engine = holding([101.6, [11, 101.6], [12, 101.7], [13, 101.8]], half('auto-after 10s'));
    engine.run(4);
    engine.command(reject());
    expect(status(engine)).toBe('vetoed');
    expect(sold(end(engine))).toEqual([]);
  });

  it('auto-after applies even where its seconds are longer than the life of a proposal', () => {
    const engine = end(holding([101.6, [200, 101.6], [302, 101.7], [303, 101.8]], half('auto-after 300s')));
    expect(sold(engine)).toEqual(['50']);
  });

  it.each([
    ['manual', 'auto', 'approve'],
    ['assisted', 'auto-after 10s', 'auto-after'],
    ['assisted', 'auto', 'auto'],
    ['auto', 'approve', 'auto'],
    ['auto', 'off', undefined],
    ['manual', 'suggest', 'suggest'],
  ] as const)('level %s makes a kind that is %s %s', (level, mode, wanted) => {
    const engine = holding([101.6, 101.7], half(mode));
    engine.command({ type: 'SetAutonomyLevel', level });
    end(engine);
    expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.autonomy.mode)).toEqual(
      wanted === undefined ? [] : [wanted],
    );
  });

  it.each([Number.NaN, -1, 0.5, 10_000])('is not set to apply after %s seconds', (seconds) => {
    const engine = holding([101.6, 101.7], half());
    engine.command({ type: 'SetAutonomy', kind: 'partial-exit', autonomy: { mode: 'auto-after', seconds } });
    expect(refusals(engine)).toEqual(['AUTONOMY_SECONDS']);
    end(engine);
    expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.autonomy.mode)).toEqual(['approve']);
  });

  it('[P1] of the stop-loss cannot be weakened, at any level', () => {
    const engine = holding([98]);
    for (const mode of ['off', 'suggest', 'approve'] as const)
      engine.command({ type: 'SetAutonomy', kind: 'stop-loss', autonomy: { mode } });
    engine.command({ type: 'SetAutonomy', kind: 'stop-loss', autonomy: { mode: 'auto-after', seconds: 1 } });
    expect(refusals(engine)).toEqual(['AUTONOMY_FLOOR', 'AUTONOMY_FLOOR', 'AUTONOMY_FLOOR', 'AUTONOMY_FLOOR']);
    engine.command({ type: 'SetAutonomyLevel', level: 'manual' });
    expect(lastPosition(end(engine)).status).toBe('CLOSED');
  });

  it('of session flat is never weaker than auto-after, at any level', () => {
    const late = NINE_THIRTY + 375 * MINUTE - 10_000;
    const tape = tradesTape([100, 100, [10, 100], [19, 100], [20, 100.1], [21, 100.2]], undefined, late);
    const engine = entered(tape, { rules: { 'session-flat': { enabled: true } } });
    engine.command({ type: 'SetAutonomy', kind: 'session-flat', autonomy: { mode: 'approve' } });
    expect(refusals(engine)).toEqual(['AUTONOMY_FLOOR']);
    engine.command({ type: 'SetAutonomyLevel', level: 'manual' });
    end(engine);
    expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([{ proposal: { autonomy: { mode: 'auto-after', seconds: 10 } } }]);
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ purpose: 'close', price: '100.1' });
  });
});

it('StopAll takes every order back and closes every position at the next price', () => {
  const engine = holding([101, 101.2], half());
  engine.command(entryOf({ account: 'other', side: 'short' }));
  engine.run(3);
  engine.command(entryOf({ kind: 'limit', price: '100.5', quantity: '10', account: 'third', stop: '98' }));
  engine.command({ type: 'StopAll' });
  end(engine);
  expect([...engine.state.positions.values()].map(({ status }) => status)).toEqual(['CLOSED', 'CLOSED', 'CLOSED']);
  expect(eventsOf(engine, 'OrderFilled').slice(2)).toMatchObject([
    { causedBy: 'emergency-stop', price: '101.2' },
    { causedBy: 'emergency-stop', price: '101.2' },
  ]);
  expect(engine.state.orders.size).toBe(0);
});
