import { describe, expect, it } from 'vitest';
import type { Command } from '../domain/commands.ts';
import { dec, text } from '../domain/decimal.ts';
import type { TapePosition } from '../domain/tape.ts';
import { runWith, worldOf } from '../engine/chance.ts';
import { dice } from '../engine/dice.ts';
import { Engine, type Setup } from '../engine/engine.ts';
import { end, entryOf, flat, barsTape, type Bar, foldDifference, policyWith, textOf, tradesTape } from '../engine/testing.ts';
import type { DecisionWorth } from '../projections/performance-views.ts';
import { follow, stepsOf } from './follow.ts';
import type { Case } from './case.ts';
import { worth } from './worth.ts';

/** What is asked, and what comes of it where it is refused. */
const ASKED = new Set(['CommandReceived', 'CommandRefused', 'EntryDenied']);
const silent = (): void => undefined;

/** The session of an engine, to where it stands. */
const caseOf = (engine: Engine, { tapes, policy, barPath, entries = [] }: Setup, place: TapePosition | null = engine.at): Case =>
  structuredClone({
    name: 'it',
    tapes,
    policy: engine.journal[0]?.event.type === 'SessionStarted' ? (engine.journal[0].event.policy as never) : policy.source,
    barPath,
    entries,
    decisions: engine.allDecisions,
    place,
  });

const SCALE_IN = {
  enabled: true,
  profit: '0.5R',
  volume: 'none',
  macd: false,
  rsi: 'none',
  resistance: false,
  continuation: 'none',
  after: 'keep',
};
const HALF = { autonomy: { 'partial-exit': 'approve' }, rules: { 'partial-exit': { enabled: true } } };

/** A hundred at 100 with the stop at 99, on trades a second apart; `commands` are given once so many prices have been walked. */
function traded(prices: readonly number[], over: object, commands: readonly [number, Command][]): DecisionWorth[] {
  const setup: Setup = {
    tapes: [tradesTape([100, 100, ...prices])],
    policy: policyWith(over as never),
    barPath: 'ohlc',
  };
  const engine = new Engine(setup);
  engine.run(1);
  engine.command(entryOf());
  for (const [rows, command] of commands) {
    engine.run(rows + 2);
    engine.command(command);
  }
  return worth(caseOf(end(engine), setup, null), silent).decisions;
}

const close: Command = { type: 'ClosePosition', positionId: 'TEST-1' };
const approve = (proposalId = 'P1', quantity?: string): Command => ({
  type: 'ApproveProposal',
  proposalId,
  ...(quantity === undefined ? {} : { quantity }),
});
const reject = (proposalId = 'P1'): Command => ({ type: 'RejectProposal', proposalId });

describe('the worth of a decision', () => {
  it('on a scale-in that was rejected is what the added units would have made', () => {
    const bars: Bar[] = [flat(100), flat(100), flat(101), flat(101), flat(103), flat(103), flat(103)];
    const setup: Setup = {
      tapes: [barsTape(bars)],
      policy: policyWith({ autonomy: { 'scale-in': 'approve' }, rules: { 'scale-in': SCALE_IN } }),
      barPath: 'ohlc',
    };
    const engine = new Engine(setup);
    engine.run(1);
    engine.command(entryOf());
    engine.run(3);
    engine.command(reject());
    engine.run(5);
    engine.command(close);
    const [only, ...others] = worth(caseOf(end(engine), setup, null), silent).decisions;
    // 50 bought at 101 and sold at 103
    expect(only).toMatchObject({
      outcome: 'rejected',
      action: 'Scale in · buy 50 TEST at 101',
      actual: '300',
      otherwise: '400',
      worth: '100',
      worthR: '1',
      delayCost: null,
      why: '',
    });
    expect(others).toEqual([]);
  });

  it('on a partial exit that was approved is what the units sold have missed', () => {
    const [only] = traded([101.6, 101.6, 103, 103], HALF, [
      [1, approve()],
      [3, close],
    ]);
    // 50 at 101.60 and 50 at 103 against 100 at 103
    expect(only).toMatchObject({
      outcome: 'approved',
      actual: '230',
      otherwise: '300',
      worth: '-70',
      worthR: '-0.7',
      delayCost: null,
      delayMs: 0,
    });
  });

  it('and of its delay is what the same approval would have made at once, with the same quantity', () => {
    const [only] = traded([101.6, 101.7, 101.5, 101.4, 103, 103], HALF, [
      [3, approve('P1', '40')],
      [5, close],
    ]);
    // 40 went at 101.40, at once they would have gone at 101.70; without it they would have made 103
    expect(only).toMatchObject({
      action: 'Partial exit · sell 40 TEST at 101.6',
      actual: text(dec('40').times('1.4').plus('180')),
      worth: '-64',
      delayCost: '-12',
      delayMs: 2_000,
    });
  });

  it('on one that applied by itself is against its veto at that moment', () => {
    const at = { autonomy: { 'partial-exit': 'auto' }, rules: { 'partial-exit': { enabled: true } } };
    const [only, ...others] = traded([101.6, 101.6, 100.4, 100.4], at, [[3, close]]);
    expect(only).toMatchObject({ outcome: 'auto', actual: '100', otherwise: '40', worth: '60', worthR: '0.6' });
    expect(others).toEqual([]);
    // one that counts down is vetoed where it applied
    const slow = { ...at, autonomy: { 'partial-exit': 'auto-after 2s' } };
    const [later] = traded([101.6, 101.7, 101.8, 101.8, 100.4, 100.4], slow, [[5, close]]);
    expect(later).toMatchObject({
      outcome: 'auto',
      actual: '110',
      otherwise: '40',
      worth: '70',
      delayMs: 2_000,
      delayCost: null,
    });
  });

  it('on one that expired, was superseded or was vetoed is what approving it as soon as it could be would have added', () => {
    const [expired] = traded([101.6, 101.6, 101.3, 101.3, 101, 101], HALF, [[5, close]]);
    expect(expired).toMatchObject({ outcome: 'expired', actual: '100', otherwise: '130', worth: '30' });
    const [superseded] = traded([101.6, 101.6, 102, 102], HALF, [[2, close]]);
    expect(superseded).toMatchObject({ outcome: 'superseded', actual: '200', otherwise: '180', worth: '-20' });
    const slow = { ...HALF, autonomy: { 'partial-exit': 'auto-after 60s' } };
    const [vetoed] = traded([101.6, 101.6, 101, 101], slow, [
      [1, reject()],
      [3, close],
    ]);
    expect(vetoed).toMatchObject({ outcome: 'vetoed', actual: '100', otherwise: '130', worth: '30' });
  });

  it('repeats the user’s later decisions where they still mean the same, and leaves out what does not', () => {
    // in the branch the position is closed by its stop at 99 before the user would have closed it
    const steps = { ...HALF, rules: { 'partial-exit': { enabled: true }, breakeven: { enabled: true, trigger: '1.5R' } } };
    const [exit] = traded([101.6, 101.6, 100, 98, 98], steps, [
      [1, approve()],
      [2, { type: 'MoveStop', positionId: 'TEST-1', price: '101', loosen: false }],
    ]);
    // both ways the stop is raised to 101 by hand and jumped over to 100
    expect(exit).toMatchObject({ actual: '80', otherwise: '0', worth: '80' });
  });

  it('of a position that is still open counts it at the price it would leave at, and says so', () => {
    const [only] = traded([101.6, 101.6, 103, 102], HALF, [[1, approve()]]);
    expect(only).toMatchObject({ actual: '180', otherwise: '200', worth: '-20' });
    expect(only?.why).toBe(
      'the position is still open where the session stands: counted at 102; otherwise it would be still open where the session stands: counted at 102',
    );
  });

  it('looks no further than where the session stands', () => {
    const setup: Setup = { tapes: [tradesTape([100, 100, 101.6, 101.6, 102, 150])], policy: policyWith(HALF), barPath: 'ohlc' };
    const engine = new Engine(setup);
    engine.run(1);
    engine.command(entryOf());
    engine.run(3);
    engine.command(approve());
    engine.run(5);
    const [only] = worth(caseOf(engine, setup), silent).decisions;
    expect(only).toMatchObject({ actual: '180', otherwise: '200', worth: '-20' });
    engine.run(6);
    expect(worth(caseOf(engine, setup), silent).decisions[0]).toMatchObject({
      worth: text(
        dec('50')
          .times('101.6')
          .minus(50 * 150),
      ),
    });
  });

  it('of one that could not be applied is unknown, and says why', () => {
    const over = { ...HALF, autonomy: { 'partial-exit': 'suggest' } };
    const [only] = traded([101.6, 101.6, 101.3, 101.3], over, [[3, close]]);
    expect(only).toMatchObject({
      outcome: 'expired',
      otherwise: null,
      worth: null,
      why: 'it only suggested: there was nothing to approve',
    });
  });

  it('is summed by outcome over those that have one', () => {
    const setup: Setup = { tapes: [tradesTape([100, 100, 101.6, 101.6, 103, 103])], policy: policyWith(HALF), barPath: 'ohlc' };
    const engine = new Engine(setup);
    engine.run(1);
    engine.command(entryOf());
    engine.run(3);
    engine.command(approve());
    engine.run(5);
    engine.command(close);
    expect(worth(caseOf(end(engine), setup, null), silent).byOutcome).toEqual([
      { outcome: 'approved', decisions: 1, counted: 1, worth: '-70', worthR: '-0.7' },
    ]);
  });
});

describe('a near miss', () => {
  const rules = { 'partial-exit': { enabled: true } };

  it('is where the price came nearest, and what acting there would have made', () => {
    const setup: Setup = {
      tapes: [tradesTape([100, 100, 101.3, 101.45, 101.42, 101.4, 100.4, 100.4])],
      policy: policyWith({ ...HALF, rules }),
      barPath: 'ohlc',
    };
    const engine = new Engine(setup);
    engine.run(1);
    engine.command(entryOf());
    engine.run(7);
    engine.command(close);
    const { decisions, misses } = worth(caseOf(end(engine), setup, null), silent);
    expect(decisions).toEqual([]);
    // half would have gone at 101.42 instead of 100.40
    expect(misses).toMatchObject([
      {
        positionId: 'TEST-1',
        rule: 'partial-exit',
        trigger: '0',
        place: { row: 3, point: 1 },
        missing: { label: 'Open profit', threshold: '1.5R', value: '1.45R', verdict: 'fail' },
        action: 'Partial exit · sell 50 TEST at 101.45',
        worth: '51',
        worthR: '0.51',
        why: '',
      },
    ]);
  });

  it('is none where the rule came to act, or the price stayed away by more than a tenth of R', () => {
    for (const best of [101.6, 101.3]) {
      const setup: Setup = {
        tapes: [tradesTape([100, 100, 101.3, best, 100.4, 100.4])],
        policy: policyWith({ ...HALF, rules }),
        barPath: 'ohlc',
      };
      const engine = new Engine(setup);
      engine.run(1);
      engine.command(entryOf());
      expect(worth(caseOf(end(engine), setup, null), silent).misses, `best ${best}`).toEqual([]);
    }
  });

  it('is no exit of a loser that only waits for the price to pass its entry, where every position begins', () => {
    const setup: Setup = {
      tapes: [barsTape([flat(100), flat(100), flat(100.05), flat(100.05), flat(100.05)])],
      policy: policyWith({ indicators: { volume: 1 }, rules: { 'early-exit': { enabled: true, volume: '2' } } }),
      barPath: 'ohlc',
    };
    const engine = new Engine(setup);
    engine.run(1);
    engine.command(entryOf());
    expect(worth(caseOf(end(engine), setup, null), silent)).toMatchObject({ decisions: [], misses: [] });
  });

  it('of a rule with several criteria names the one that was missing', () => {
    const bars: Bar[] = [flat(100, 1_000), flat(100, 1_000), flat(101, 1_190), flat(101, 500), flat(103, 500), flat(103, 500)];
    const setup: Setup = {
      tapes: [barsTape(bars)],
      policy: policyWith({
        autonomy: { 'scale-in': 'approve' },
        indicators: { volume: 1 },
        rules: { 'scale-in': { ...SCALE_IN, volume: '1.2' } },
      }),
      barPath: 'ohlc',
    };
    const engine = new Engine(setup);
    engine.run(1);
    engine.command(entryOf());
    engine.run(5);
    engine.command(close);
    const { misses } = worth(caseOf(end(engine), setup, null), silent);
    expect(misses).toMatchObject([
      {
        rule: 'scale-in',
        missing: { label: 'Volume against entry', threshold: '1.2×', value: '1.19×', verdict: 'fail' },
        action: 'Scale in · buy 50 TEST at 101',
        worth: '100',
        worthR: '1',
      },
    ]);
  });
});

describe('in any world', () => {
  it('a study changes nothing, what went is the journal’s own P&L, and worth is the difference with the sign of what was done', () => {
    let compared = 0;
    for (let seed = 1; seed <= 30; seed += 1) {
      const world = worldOf(seed);
      const engine = runWith(world, seed);
      const before = textOf(engine);
      const given = caseOf(engine, world);
      const { decisions, byOutcome } = worth(given, silent);
      expect(textOf(engine), `seed ${seed}`).toBe(before);
      expect(foldDifference(engine), `seed ${seed}`).toBe(undefined);
      const ended = [...engine.state.proposals.values()].filter(({ status }) => status !== 'proposed');
      expect(
        decisions.map(({ proposalId }) => proposalId),
        `seed ${seed}`,
      ).toEqual(ended.map(({ proposal }) => proposal.id));
      for (const one of decisions) {
        const closed = engine.journal.find(
          ({ event }) => event.type === 'PositionClosed' && event.positionId === one.positionId,
        )?.event;
        const enters = engine.state.proposals.get(one.proposalId)?.proposal.action.type === 'enter';
        if (closed?.type === 'PositionClosed' && !enters)
          expect(one.actual, `seed ${seed} ${one.proposalId}`).toBe(closed.realizedPnl);
        if (one.worth === null) {
          expect(one.why, `seed ${seed} ${one.proposalId}`).not.toBe('');
          continue;
        }
        compared += 1;
        const done = one.outcome === 'approved' || one.outcome === 'auto';
        const gained = dec(one.actual ?? 0).minus(one.otherwise ?? 0);
        expect(one.worth, `seed ${seed} ${one.proposalId}`).toBe(text(done ? gained : gained.negated()));
      }
      const total = (values: readonly (string | null)[]): string =>
        text(values.reduce((sum, value) => sum.plus(value ?? 0), dec(0)));
      expect(total(byOutcome.map(({ worth: sum }) => sum))).toBe(total(decisions.map(({ worth: own }) => own)));
    }
    expect(compared).toBeGreaterThan(80);
  }, 120_000);

  it('a branch in which nothing is decided otherwise is the session itself, entries of a file included', () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const world = worldOf(seed);
      const engine = runWith(world, seed);
      const next = dice(seed);
      const decisions = engine.journal.flatMap(({ event, tape }) =>
        event.type === 'CommandReceived' ? [{ at: tape, command: event.command }] : [],
      );
      const main = new Engine({ ...world, entries: [], decisions });
      const steps = stepsOf(engine.journal);
      // what was refused is not asked for again
      const facts = (some: Engine): string[] =>
        some.journal.flatMap(({ event, ts }) => (ASKED.has(event.type) ? [] : [JSON.stringify({ event, ts })]));
      for (let at = main.nextAt; at; at = main.nextAt) {
        main.goBefore(at);
        if (next() < 0.03) {
          const branch = main.copy([]);
          const ahead = steps.filter(({ seq }) => seq > branch.journal.length);
          follow({ branch, positionId: () => undefined, steps: ahead, until: null, tapes: world.tapes.length });
          expect(facts(branch), `seed ${seed}`).toEqual(facts(engine));
        }
        main.advance();
      }
      expect(textOf(main), `seed ${seed}`).toBe(textOf(engine));
    }
  }, 120_000);

  it('approving and rejecting the same proposal are each other’s other way', () => {
    let twins = 0;
    for (let seed = 1; seed <= 80; seed += 1) {
      // an entry that comes later meets a position on the one way and opens one on the other: it has no mirror
      const world = { ...worldOf(seed), entries: [] };
      const engine = new Engine(world);
      engine.run(3);
      const { symbol } = engine.core.lanes[0] ?? { symbol: '' };
      engine.command({ type: 'PlaceEntry', symbol, side: seed % 2 === 0 ? 'long' : 'short', kind: 'market', source: 'ticket' });
      if (engine.run(Number.POSITIVE_INFINITY, 'proposal') !== 'proposal') continue;
      const opened = engine.journal.findLast(({ event }) => event.type === 'ProposalOpened')?.event;
      if (opened?.type !== 'ProposalOpened') continue;
      const { id } = opened.proposal;
      if (engine.state.proposals.get(id)?.status !== 'proposed') continue;
      const other = engine.copy();
      engine.command(approve(id));
      other.command(reject(id));
      const [yes, no] = [engine, other].map((one) =>
        worth(caseOf(end(one), world, null), silent).decisions.find(({ proposalId }) => proposalId === id),
      );
      if (yes?.outcome !== 'approved') continue;
      twins += 1;
      expect(no, `seed ${seed}`).toMatchObject({ worth: yes.worth, actual: yes.otherwise, otherwise: yes.actual });
    }
    expect(twins).toBeGreaterThan(8);
  }, 120_000);
});
