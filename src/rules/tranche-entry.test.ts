import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { Engine } from '../engine/engine.ts';
import { explain } from '../engine/explain.ts';
import {
  type Bar,
  barsTape,
  COIN,
  documentWith,
  end,
  entryOf,
  eventsOf,
  lastPosition,
  merge,
  MINUTE,
  mirrored,
  type Nested,
  NINE_THIRTY,
  policyWith,
} from '../engine/testing.ts';

/** Closes after which an RSI of two changes is 24, a strength of 0.6; flat bars keep it there. */
const TO_24 = [100, 102.4, 94.8];
const flat = (close: number, times: number): number[] => Array.from({ length: times }, () => close);

describe.each(['long', 'short'] as Side[])('an entry plan of a %s', (side) => {
  const { at, bar } = mirrored(side);

  /** A plan of its own on an account of 1 000, whose entries are a tenth of it where the policy sizes them. */
  const planned = (plan: string, more: Nested = {}): Nested =>
    merge(
      {
        account: { equity: '1000' },
        indicators: { rsi: 2 },
        rules: { 'tranche-entry': { enabled: true, plan, side } },
        autonomy: { 'tranche-entry': 'auto' },
        averagingDown: 'allowed',
        limits: { cooldown: '0s', tranches: 10 },
      },
      more,
    );

  /** Bars that close at these prices, one a minute; nothing is walked yet. */
  function on(closes: readonly number[], over: Nested, instrument = COIN): Engine {
    const rows = closes.map((close, i): Bar => {
      const open = closes[i - 1] ?? close;
      return bar([open, Math.max(open, close), Math.min(open, close), close]);
    });
    return new Engine({ tapes: [barsTape(rows, instrument)], policy: policyWith(over), barPath: 'adverse-first' });
  }
  const run = (closes: readonly number[], over: Nested): Engine => end(on(closes, over));

  /** Minutes after the open at which the plan spoke, and of what. */
  const spoke = (engine: Engine): [minute: number, trigger: string][] =>
    engine.journal.flatMap(({ event, ts }) =>
      event.type === 'ProposalOpened' && event.proposal.rule === 'tranche-entry'
        ? [[(ts - NINE_THIRTY) / MINUTE, event.proposal.trigger] as [number, string]]
        : [],
    );
  const bought = (engine: Engine): [purpose: string, quantity: string][] =>
    eventsOf(engine, 'OrderFilled').flatMap(({ purpose, quantity }) =>
      purpose === 'entry' || purpose === 'add' ? [[purpose, quantity] as [string, string]] : [],
    );
  const blocks = (engine: Engine) =>
    eventsOf(engine, 'RuleBlocked').map(({ trigger, refusal: { code, figure, limit } }) => [trigger, code, figure, limit]);
  /** Whole lots of 0.001 that an amount is worth at a price. */
  const lots = (amount: number, price: number): string => String(Math.floor((amount / at(price)) * 1_000 + 1e-9) / 1_000);
  /** How the plan stands on an instrument on which nothing is held. */
  const scouted = (engine: Engine, trigger = 0) => {
    const scout = engine.core.lanes[0]?.scout;
    const reading = scout && explain(scout, engine.core.ts).find(({ rule }) => rule === 'tranche-entry')?.triggers[trigger];
    if (!reading) throw new Error('nobody looks for an entry');
    return reading;
  };

  describe('of a single entry', () => {
    it('[R13] enters at the next price once a signal speaks, sized by the policy, with its stop and the signal’s strength', () => {
      const engine = on([...TO_24, 94.8, 94.8], planned('single'));
      engine.run(2);
      expect(scouted(engine)).toMatchObject({ state: 'waiting', criteria: [{ value: 'unknown', verdict: 'unknown' }, {}, {}] });
      expect(spoke(engine)).toEqual([]);
      end(engine);
      expect(spoke(engine)).toEqual([[3, 'single']]);
      expect(eventsOf(engine, 'ProposalOpened')).toMatchObject([
        {
          proposal: {
            kind: 'tranche-entry',
            action: { type: 'enter', side, quantity: null, steps: [], strength: '0.6000' },
            criteria: [
              {
                label: side === 'long' ? 'RSI oversold' : 'RSI overbought',
                value: side === 'long' ? '24.0' : '76.0',
                verdict: 'pass',
              },
              { verdict: 'unknown' },
              { verdict: 'unknown' },
            ],
          },
        },
      ]);
      expect(bought(engine)).toEqual([['entry', lots(100, 94.8)]]);
      const position = lastPosition(engine);
      expect(position.side).toBe(side);
      expect(position.tranches[0]?.signalStrength?.toFixed()).toBe('0.6');
      expect(position.stop?.toFixed()).toBe(side === 'long' ? '92.9' : '107.4');
    });

    it('[R13] does not enter while the signal is one step short, nor without one', () => {
      // an RSI of 31
      expect(spoke(run([100, 103.1, 96.2, 96.2], planned('single')))).toEqual([]);
      expect(spoke(run(flat(100, 40), planned('single')))).toEqual([]);
    });

    it('[R13] enters once while it is held, and again after it was stopped out', () => {
      const engine = run([...TO_24, ...flat(94.8, 5), 90, 90], planned('single'));
      expect(spoke(engine)).toEqual([
        [3, 'single'],
        [9, 'single'],
      ]);
      expect(blocks(engine)).toEqual([]);
      expect(eventsOf(engine, 'PositionOpened').map(({ positionId }) => positionId)).toEqual(['TEST-1', 'TEST-2']);
    });

    it('[R13] waits for the user where its kind is to be approved, and opens the position when it is', () => {
      const engine = on([...TO_24, 94.8, 94.8], planned('single', { autonomy: { 'tranche-entry': 'approve' } }));
      engine.run(3);
      expect(eventsOf(engine, 'PositionOpened')).toEqual([]);
      expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal).toMatchObject({
        positionId: 'TEST-1',
        before: { quantity: '0' },
        after: { quantity: lots(100, 94.8) },
        autonomy: { mode: 'approve' },
      });
      engine.command({ type: 'ApproveProposal', proposalId: 'P1' });
      end(engine);
      expect(eventsOf(engine, 'PositionOpened')).toMatchObject([{ positionId: 'TEST-1', side }]);
      expect(engine.state.proposals.get('P1')?.status).toBe('applied');
      expect(bought(engine)).toHaveLength(1);
    });

    it('[R13] asks once while nobody answers, and expires when the price moves by a quarter of the risk that it would take, either way', () => {
      const by = planned('single', { autonomy: { 'tranche-entry': 'approve' }, proposals: { expireAfter: '1d' } });
      expect(spoke(run([...TO_24, ...flat(94.8, 10)], by))).toHaveLength(1);
      // the stop would be 1.9 away, or 2.2 for a short: a quarter is 0.475, or 0.55
      const [low, high] = side === 'long' ? ['94.3', '95.3'] : ['104.6', '105.8'];
      const engine = run([...TO_24, 94.8, 94.8], by);
      expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal).toMatchObject({ low, high });
      for (const price of [low, high]) {
        const kept = run([...TO_24, 94.8, at(Number(price))], by);
        expect(eventsOf(kept, 'ProposalExpired')).toEqual([]);
        const beyond = Number(price) + (price === low ? -0.1 : 0.1);
        const moved = run([...TO_24, 94.8, at(beyond)], by);
        expect(eventsOf(moved, 'ProposalExpired')).toMatchObject([
          { proposalId: 'P1', reason: expect.stringContaining('price moved') },
        ]);
      }
    });

    it('[R13] stays silent after a rejection until the signal has gone', () => {
      const by = planned('single', { autonomy: { 'tranche-entry': 'approve' } });
      // a rise to 97 lifts the RSI over 30; the fall to 90 brings it back
      const engine = on([...TO_24, 94.8, 94.8, 94.8, 97, 90, 90], by);
      engine.run(3);
      engine.command({ type: 'RejectProposal', proposalId: 'P1' });
      engine.run(6);
      expect(spoke(engine)).toHaveLength(1);
      expect(scouted(engine).state).toBe('silent');
      end(engine);
      expect(eventsOf(engine, 'RuleRearmed')).toMatchObject([{ rule: 'tranche-entry', trigger: 'single' }]);
      expect(spoke(engine)).toEqual([
        [3, 'single'],
        [8, 'single'],
      ]);
    });

    it('[R13] does nothing where the policy has no plan, or manages nothing', () => {
      expect(spoke(run([...TO_24, 94.8], planned('none')))).toEqual([]);
      expect(spoke(run([...TO_24, 94.8], planned('single', { enabled: false })))).toEqual([]);
    });
  });

  describe('of equal amounts on a schedule', () => {
    const dca = (more: Nested = {}): Nested =>
      planned('dca', merge({ rules: { 'tranche-entry': { dca: { amount: '$25', every: '5m' } } } }, more));

    it('[R13] enters at the first bar’s close and adds each time the interval has passed since the last tranche', () => {
      const engine = on([100, ...flat(100, 5), ...flat(101, 5), ...flat(102, 5)], dca());
      engine.run(1);
      expect(spoke(engine)).toEqual([[1, 'dca']]);
      expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria).toEqual([
        { label: 'Time since the last tranche', comparison: '≥', threshold: '5m', value: 'none yet', verdict: 'pass' },
      ]);
      end(engine);
      expect(spoke(engine)).toEqual([
        [1, 'dca'],
        [6, 'dca'],
        [11, 'dca'],
        [16, 'dca'],
      ]);
      // the same money, whatever the price
      expect(bought(engine)).toEqual([
        ['entry', lots(25, 100)],
        ['add', lots(25, 100)],
        ['add', lots(25, 101)],
      ]);
    });

    it('[R13] keeps to its schedule where a stop has closed the position in between', () => {
      const engine = run([...flat(100, 3), 95, ...flat(95, 8)], dca());
      expect(eventsOf(engine, 'PositionClosed')).toHaveLength(1);
      expect(spoke(engine)).toEqual([
        [1, 'dca'],
        [6, 'dca'],
        [11, 'dca'],
      ]);
    });

    it('[R13] keeps its cooldown where a stop has closed the position in between', () => {
      const engine = run([...flat(100, 3), 95, ...flat(95, 20)], dca({ limits: { cooldown: '15m' } }));
      expect(eventsOf(engine, 'PositionClosed')).toHaveLength(1);
      expect(blocks(engine)[0]).toEqual(['dca', 'COOLDOWN', '5.0m', '15m']);
      expect(spoke(engine)).toEqual([
        [1, 'dca'],
        [16, 'dca'],
      ]);
    });

    it('[R13] [R18] enters nothing by itself after an emergency stop, until the user lets it again', () => {
      const engine = on(flat(100, 24), dca());
      engine.run(4);
      engine.command({ type: 'SetAutonomyLevel', level: 'auto' });
      engine.command({ type: 'StopAll' });
      engine.run(18);
      expect(bought(engine)).toHaveLength(1);
      expect(engine.journal.map(({ event }) => event)).toEqual(
        expect.arrayContaining([
          { type: 'AutonomyLevelSet', level: 'assisted' },
          { type: 'AutonomySet', kind: 'tranche-entry', autonomy: { mode: 'approve' } },
        ]),
      );
      engine.command({ type: 'SetAutonomy', kind: 'tranche-entry', autonomy: { mode: 'auto' } });
      end(engine);
      expect(bought(engine)).toHaveLength(2);
    });

    it('[R13] takes a share of equity where the amount is one', () => {
      const engine = run(flat(100, 3), dca({ rules: { 'tranche-entry': { dca: { amount: '3%' } } } }));
      expect(bought(engine)).toEqual([['entry', '0.3']]);
    });

    it('[R13] [P11] is being built while tranches are to come, and open once it has the most', () => {
      const engine = on(flat(100, 30), dca({ limits: { tranches: 2 } }));
      engine.run(4);
      expect(lastPosition(engine).status).toBe('BUILDING');
      end(engine);
      expect(eventsOf(engine, 'PositionStatusChanged').map(({ to }) => to)).toEqual(['BUILDING', 'OPEN']);
      engine.command({ type: 'SetPolicy', policy: documentWith(dca({ limits: { tranches: 3 } })) });
      expect(lastPosition(engine).status).toBe('BUILDING');
    });

    it('[R13] stops at the most tranches, and says so once', () => {
      const engine = run(flat(100, 30), dca({ limits: { tranches: 3 } }));
      expect(bought(engine)).toHaveLength(3);
      expect(blocks(engine)).toEqual([['dca', 'TRANCHES', '4', '3']]);
    });

    it('[R13] stops at the most money in a position', () => {
      const engine = run(flat(100, 30), dca({ limits: { positionMoney: '$60' } }));
      expect(bought(engine)).toHaveLength(2);
      expect(blocks(engine)).toEqual([['dca', 'POSITION_MONEY', '75.00', '60.00']]);
    });

    it('[R13] does not average down unless the policy allows it', () => {
      const falling = [...flat(100, 3), ...flat(99.9, 10)];
      const forbidden = run(falling, dca({ averagingDown: 'forbidden' }));
      expect(bought(forbidden)).toHaveLength(1);
      expect(blocks(forbidden)).toEqual([['dca', 'AVERAGING_DOWN', String(at(99.9)), '100']]);
      expect(bought(run(falling, dca()))).toHaveLength(3);
    });

    it('[R13] is refused below a lot and below the least tranche, with the figure and the limit', () => {
      expect(blocks(run(flat(100, 3), dca({ rules: { 'tranche-entry': { dca: { amount: '$0.09' } } } })))).toEqual([
        ['dca', 'BELOW_LOT', '0', '0.001'],
      ]);
      const least = run(flat(100, 3), dca({ limits: { trancheLeast: '$25.01' } }));
      expect(blocks(least)).toEqual([['dca', 'TRANCHE_LEAST', '25.00', '25.01']]);
      expect(bought(least)).toEqual([]);
      expect(bought(run(flat(100, 3), dca({ limits: { trancheLeast: '$25' } })))).toHaveLength(1);
      expect(blocks(run(flat(100, 3), dca({ limits: { trancheMost: '$24.99' } })))).toEqual([
        ['dca', 'TRANCHE_MOST', '25.00', '24.99'],
      ]);
    });

    it('[R13] waits out a cooldown of a quarter of an hour, which binds no other rule and no hand', () => {
      const engine = on(flat(100, 25), dca({ limits: { cooldown: '15m' } }));
      engine.run(8);
      expect(blocks(engine)).toEqual([['dca', 'COOLDOWN', '5.0m', '15m']]);
      engine.command(entryOf({ side, quantity: '0.1', stop: String(at(90)) }));
      engine.run(9);
      expect(bought(engine)).toHaveLength(2);
      end(engine);
      // the add by hand at minute 8 is a tranche too
      expect(spoke(engine)).toEqual([
        [1, 'dca'],
        [23, 'dca'],
      ]);
    });
  });

  describe('graduated by strength', () => {
    const graduated = (more: Nested = {}): Nested => planned('graduated', more);
    /** On, after a flat bar each, to an RSI of 17.6 and one of 11.1: strengths of 0.71 and 0.81. */
    const [TO_18, TO_12] = [93.9, 93.4];
    const WIDE = { initialStop: { percent: '20%' } };

    it('[R13] enters with 20, and adds 30 and 50 as the signal gains strength, each once (S2)', () => {
      const engine = run([...TO_24, 94.8, TO_18, TO_18, TO_12, TO_12, TO_12], graduated(WIDE));
      expect(spoke(engine)).toEqual([
        [3, 'graduated-0'],
        [5, 'graduated-1'],
        [7, 'graduated-2'],
      ]);
      expect(bought(engine)).toEqual([
        ['entry', lots(20, 94.8)],
        ['add', lots(30, TO_18)],
        ['add', lots(50, TO_12)],
      ]);
      expect(eventsOf(engine, 'StepsDone').map(({ rule, steps }) => [rule, steps])).toEqual([
        ['tranche-entry', [0]],
        ['tranche-entry', [1]],
        ['tranche-entry', [2]],
      ]);
      expect(lastPosition(engine).tranches.map(({ signalStrength }) => signalStrength?.toFixed())).toEqual([
        '0.6',
        '0.7059',
        '0.8148',
      ]);
    });

    it('[R13] takes the step of a strength, not those below it, which wait for their own', () => {
      // straight to an RSI of 0, then a rise that brings it back to 24
      const engine = run([100, 98, 96, 96, 96.6, 96.6, 96.6], graduated(WIDE));
      expect(spoke(engine).slice(0, 1)).toEqual([[3, 'graduated-2']]);
      expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal).toMatchObject({
        action: { type: 'enter', quantity: lots(50, 96), steps: [2], strength: '1.0000' },
        criteria: [{ label: 'Signal strength', comparison: '≥', threshold: '0.80', value: '1.00', verdict: 'pass' }, {}, {}, {}],
      });
    });

    it('[R13] says of a step below that the strength is a further one’s, and of a weaker signal how strong it is', () => {
      const strong = on([100, 98, 96, 96], graduated({ autonomy: { 'tranche-entry': 'approve' } }));
      strong.run(3);
      expect([0, 1, 2].map((step) => scouted(strong, step).criteria[0]).map((read) => [read?.value, read?.verdict])).toEqual([
        ['1.00, a further step’s', 'fail'],
        ['1.00, a further step’s', 'fail'],
        ['1.00', 'pass'],
      ]);
      // an RSI of 25: a strength of 0.58
      const weak = on([100, 102.5, 95, 95], graduated());
      weak.run(4);
      expect(spoke(weak)).toEqual([]);
      expect(scouted(weak).criteria[0]).toMatchObject({ threshold: '0.60', value: '0.58', verdict: 'fail' });
      expect(scouted(weak).state).toBe('waiting');
    });

    it('[R13] never speaks while the indicators are not known, and says so', () => {
      const engine = on([100, 102.4], graduated());
      engine.run(2);
      expect(spoke(engine)).toEqual([]);
      expect(scouted(engine).criteria.map(({ value, verdict }) => [value, verdict])).toEqual([
        ['0.00', 'fail'],
        ['unknown', 'unknown'],
        ['unknown', 'unknown'],
        ['unknown', 'unknown'],
      ]);
    });

    it('[R13] is refused below the least strength of the policy, with the figure and the limit, and not at it', () => {
      const engine = run([...TO_24, 94.8, TO_18, TO_18], graduated({ limits: { strength: '0.7059' }, ...WIDE }));
      expect(blocks(engine)).toEqual([['graduated-0', 'SIGNAL_STRENGTH', '0.6000', '0.7059']]);
      expect(spoke(engine)).toEqual([[5, 'graduated-1']]);
    });
  });

  describe('of one amount a signal', () => {
    const several = (more: Nested = {}): Nested =>
      planned(
        'multi-signal',
        merge({ indicators: { macdFast: 1, macdSlow: 2, macdSignal: 2, average: 3 }, initialStop: { percent: '20%' } }, more),
      );
    /** Two falls are an RSI of 0; the first rise crosses MACD; the third bar after it leaves the average behind. */
    const STORY = [100, 100, 99, 98, 99, 99, 100.5, 100.5, 100.5];

    it('[R13] enters with 30 on RSI, adds 40 on a MACD cross and 30 on support at the average, each once (S2)', () => {
      const engine = run([...STORY, 100.5, 98, 96, 97, 98, 98], several());
      expect(spoke(engine)).toEqual([
        [3, 'rsi-oversold'],
        [5, 'macd-cross'],
        [7, 'average-support'],
      ]);
      expect(bought(engine)).toEqual([
        ['entry', lots(30, 99)],
        ['add', lots(40, 99)],
        ['add', lots(30, 100.5)],
      ]);
      expect(
        eventsOf(engine, 'ProposalOpened').map(({ proposal: { criteria, action } }) => [
          criteria.length,
          criteria[0]?.verdict,
          'steps' in action && action.steps,
        ]),
      ).toEqual([
        [1, 'pass', [0]],
        [1, 'pass', [1]],
        [1, 'pass', [2]],
      ]);
    });

    it('[R13] has each signal wait for the user by itself; the one that is approved opens the position and ends the others', () => {
      const engine = on(STORY, several({ autonomy: { 'tranche-entry': 'approve' } }));
      engine.run(5);
      // at 98 the same money is more units than at 99
      expect(spoke(engine)).toEqual([
        [3, 'rsi-oversold'],
        [4, 'rsi-oversold'],
        [5, 'macd-cross'],
      ]);
      engine.command({ type: 'ApproveProposal', proposalId: 'P3' });
      expect(eventsOf(engine, 'ProposalSuperseded').map(({ proposalId, reason }) => [proposalId, reason])).toEqual([
        ['P1', 'quantity or price have changed'],
        ['P2', 'a position was opened'],
      ]);
      engine.run(6);
      expect(bought(engine)).toEqual([['entry', lots(40, 99)]]);
      end(engine);
      expect(spoke(engine).slice(3)).toEqual([[7, 'average-support']]);
    });
  });
});
