import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import {
  documentWith,
  end,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  merge,
  type Nested,
  policyWith,
  readingOf,
  textOf,
  tradesTape,
} from './testing.ts';

const HALF = { rules: { 'partial-exit': { enabled: true } }, autonomy: { 'partial-exit': 'approve' } };
const TRAIL = { rules: { 'trailing-stop': { enabled: true, activate: '1R', distance: '0.5R' } } };
const AT_ONE_R = { rules: { breakeven: { enabled: true, trigger: '1R' } } };

const change = (engine: Engine, over: Nested): void => engine.command({ type: 'SetPolicy', policy: documentWith(over) });
const refusals = (engine: Engine) => eventsOf(engine, 'CommandRefused').map(({ refusal }) => refusal);
const stops = (engine: Engine): string[] => eventsOf(engine, 'StopRaised').map(({ to, causedBy }) => `${to} by ${causedBy}`);

describe('a policy put in force in a running session', () => {
  it('takes over at once: its levels stand, and those of the one before are gone', () => {
    const engine = holding([100.5, 100.9, 101, 101, 102, 102]);
    engine.run(4);
    change(engine, AT_ONE_R);
    expect(readingOf(engine, 'breakeven')).toMatchObject({ state: 'armed', level: 101 });
    engine.run(5);
    expect(stops(engine)).toEqual(['100 by breakeven']);
    change(engine, { rules: { breakeven: { enabled: true, trigger: '2R', buffer: '0.5R' } } });
    expect(readingOf(engine, 'breakeven').level).toBe(102);
    end(engine);
    expect(stops(engine)).toEqual(['100 by breakeven', '100.5 by breakeven']);
  });

  it('acts at once where its level is reached already', () => {
    const engine = holding([101.5, 101.5]);
    engine.run(3);
    change(engine, AT_ONE_R);
    expect(stops(engine)).toEqual(['100 by breakeven']);
  });

  it('says what it changes, from what to what', () => {
    const engine = holding([100]);
    change(engine, AT_ONE_R);
    expect(eventsOf(engine, 'PolicyChanged')).toMatchObject([
      {
        policy: { rules: { breakeven: { enabled: true } } },
        changes: [{ path: 'rules.breakeven.enabled', from: false, to: true }],
      },
    ]);
  });

  it('keeps what waits for the user and can still be decided, and what was decided', () => {
    const engine = holding([101.6, 101.6, 101.6, 101.6], HALF);
    engine.run(4);
    change(engine, merge(HALF, AT_ONE_R));
    expect(engine.state.proposals.get('P1')?.status).toBe('proposed');
    engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
    engine.run(5);
    expect(lastPosition(engine).quantity.toFixed()).toBe('50');
    change(engine, HALF);
    end(engine);
    // the step is done, whichever policy asks
    expect(eventsOf(engine, 'ProposalOpened').filter(({ proposal }) => proposal.rule === 'partial-exit')).toHaveLength(1);
  });

  it('keeps a rejection: the rule stays silent until its criteria have been false', () => {
    const engine = holding([101.6, 101.7, 101.8, [70, 101.9], [71, 101.9]], HALF);
    engine.run(3);
    engine.command({ type: 'RejectProposal', proposalId: 'P1' });
    change(engine, merge(HALF, AT_ONE_R));
    end(engine);
    expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.rule)).toEqual(['partial-exit', 'breakeven']);
  });

  it('ends what waits of a rule that it switches off, and its decision then has no effect', () => {
    const engine = holding([101.6, 101.6, 101.6], HALF);
    engine.run(4);
    change(engine, AT_ONE_R);
    expect(eventsOf(engine, 'ProposalSuperseded')).toMatchObject([
      { proposalId: 'P1', byProposalId: null, reason: 'the policy no longer has its rule' },
    ]);
    engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
    expect(refusals(engine)).toMatchObject([{ code: 'PROPOSAL_NOT_OPEN' }]);
    expect(lastPosition(end(engine)).quantity.toFixed()).toBe('100');
  });

  it('ends what waits of a rule that it changes: it asks anew, by the new numbers', () => {
    const engine = holding([101.6, 101.6, 101.6], HALF);
    engine.run(4);
    change(engine, merge(HALF, { rules: { 'partial-exit': { steps: [{ at: '1R', fraction: '30%' }] } } }));
    expect(eventsOf(engine, 'ProposalSuperseded')).toMatchObject([
      { proposalId: 'P1', reason: 'the policy has changed its rule' },
    ]);
    expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.action)).toMatchObject([
      { quantity: '50' },
      { quantity: '30' },
    ]);
  });

  it('[R2] takes targets away where it takes no profit at them, and says so; none can be set any more', () => {
    const engine = holding([101, 101, 102.5], {}, { target: '102' });
    engine.run(3);
    change(engine, { rules: { 'take-profit': { enabled: false } } });
    expect(eventsOf(engine, 'TargetSet').at(-1)).toMatchObject({ from: '102', to: null, causedBy: 'policy' });
    engine.command({ type: 'MoveTarget', positionId: 'TEST-1', price: '103' });
    expect(refusals(engine)).toMatchObject([{ code: 'NO_TAKE_PROFIT', figure: '103' }]);
    engine.command(entryOf({ target: '104', quantity: '1' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'NO_TAKE_PROFIT', figure: '104' } }]);
    expect(lastPosition(end(engine)).status).toBe('OPEN');
  });

  it('keeps the trail and its best price, and R', () => {
    const engine = holding([101, 102, 101.8, 101.8, 103], TRAIL);
    engine.run(5);
    expect(lastPosition(engine).stop?.toFixed()).toBe('101.5');
    change(engine, { rules: { 'trailing-stop': { enabled: true, activate: '1R', distance: '0.3R' } } });
    expect(lastPosition(engine).stop?.toFixed()).toBe('101.7');
    end(engine);
    expect([lastPosition(engine).stop?.toFixed(), lastPosition(engine).r?.toFixed()]).toEqual(['102.7', '1']);
  });

  it('brings its autonomy', () => {
    const engine = holding([101.6, 101.6], HALF);
    engine.command({ type: 'SetAutonomy', kind: 'partial-exit', autonomy: { mode: 'off' } });
    change(engine, merge(HALF, { autonomy: { 'partial-exit': 'auto' } }));
    end(engine);
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ purpose: 'reduce', causedBy: 'partial-exit' });
  });

  it('brings its limits: an add that was allowed is refused', () => {
    const engine = holding([101, 101]);
    engine.run(3);
    change(engine, { limits: { tranches: 1 } });
    engine.command(entryOf({ quantity: '10' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'TRANCHES', figure: '2', limit: '1' } }]);
  });

  it('[R16] lifts a drawdown halt where its limit is wider or it has none, also of a flat account', () => {
    const limit = (at: string, enabled = true): Nested => ({
      account: { equity: '20000' },
      rules: { 'drawdown-halt': { enabled, limit: at } },
    });
    for (const next of [limit('5%'), limit('0.4%', false)]) {
      const engine = end(holding([98.9], limit('0.4%')));
      expect(lastPosition(engine).status).toBe('CLOSED');
      expect([...(engine.state.halts.get('paper') ?? [])]).toEqual(['drawdown-halt']);
      change(engine, next);
      expect([...(engine.state.halts.get('paper') ?? [])]).toEqual([]);
    }
  });

  it('[R15] does not lift the halt of a lost day, however wide it sets the limit', () => {
    const limit = (at: string, enabled = true): Nested => ({
      account: { equity: '20000' },
      rules: { 'daily-loss': { enabled, limit: at } },
    });
    const engine = end(holding([98.9], limit('0.4%')));
    for (const next of [limit('50%'), limit('0.4%', false)]) {
      change(engine, next);
      engine.command(entryOf({ stop: '90' }));
    }
    expect(eventsOf(engine, 'EntryDenied').map(({ refusal }) => refusal.code)).toEqual(['DAILY_LOSS', 'DAILY_LOSS']);
  });

  it('[R16] measures from the peak that was, though no limit was set then', () => {
    const over = { account: { equity: '20000' } };
    const engine = holding([110, 110, 105], over);
    engine.run(3);
    engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '50' });
    end(engine);
    change(engine, merge(over, { rules: { 'drawdown-halt': { enabled: true, limit: '1%' } } }));
    // half was sold at 110, where equity stood at 21 000
    expect(eventsOf(engine, 'HaltBegan')).toMatchObject([{ rule: 'drawdown-halt', figure: '20750', limit: '20790' }]);
  });

  it('[P5] is repeated from the journal to the same bytes', () => {
    const engine = holding([101.6, 101.6, 101.6, 102.5], HALF);
    engine.run(4);
    change(engine, merge(TRAIL, AT_ONE_R));
    end(engine);
    const again = new Engine({
      tapes: [tradesTape([100, 100, 101.6, 101.6, 101.6, 102.5])],
      policy: policyWith(HALF),
      barPath: 'ohlc',
      decisions: engine.allDecisions,
    });
    expect(textOf(end(again))).toBe(textOf(engine));
  });
});

describe('a policy that cannot take over is refused with the key', () => {
  it.each([
    ['interval', { interval: '5m' }, '5m', '1m'],
    ['account.equity', { account: { equity: '5' } }, '5', '100000000'],
    ['account.leverage', { account: { leverage: '2' } }, '2', '1'],
    ['indicators.atr', { indicators: { atr: 20 } }, '20', '14'],
  ])('%s', (path, over, figure, limit) => {
    const engine = holding([100]);
    change(engine, over);
    expect(refusals(engine)).toEqual([
      {
        code: 'POLICY_KEY_FIXED',
        message: `${path} cannot change in a running session: start over with this policy`,
        figure,
        limit,
      },
    ]);
    expect(eventsOf(engine, 'PolicyChanged')).toEqual([]);
  });

  it('the same policy changes nothing', () => {
    const engine = holding([100]);
    change(engine, {});
    expect(refusals(engine)).toMatchObject([{ code: 'POLICY_UNCHANGED' }]);
  });

  it.each([
    [{ name: 'odd', rules: { breakeven: { trigger: '1 furlong' } } }, 'rules.breakeven.trigger: "1 furlong" is not a measure'],
    [{ name: 'odd', unheard: 1, limits: { tranches: 0 } }, 'unknown key "unheard"'],
    [{}, 'name'],
    [null, 'the document'],
    ['intraday', 'the document'],
    [[], 'the document'],
  ])('%j: %s', (policy, wanted) => {
    const engine = holding([101.6, 101.6], HALF);
    const before = engine.journal.length;
    engine.command({ type: 'SetPolicy', policy });
    expect(refusals(engine)).toMatchObject([{ code: 'POLICY', message: expect.stringContaining(wanted) as string }]);
    expect(engine.journal).toHaveLength(before + 2);
    expect(eventsOf(end(engine), 'ProposalOpened')).toMatchObject([{ proposal: { rule: 'partial-exit' } }]);
  });

  it('names every fault of it', () => {
    const engine = holding([100]);
    engine.command({ type: 'SetPolicy', policy: { name: 'odd', limits: { tranches: 0 }, interval: '1R' } });
    expect(refusals(engine)[0]?.message).toMatch(/interval: .*; limits\.tranches: /);
  });
});
