import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { Engine } from '../engine/engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  entryOf,
  eventsOf,
  merge,
  MINUTE,
  mirrored,
  type Nested,
  NINE_THIRTY,
  policyWith,
  readingOf,
  STOCK,
} from '../engine/testing.ts';

/** An account of 100 000 that may put 10 000 into a position and risk 1 000 with it: 100 units at 100 are as large as may be. */
const advised = (more: Nested = {}): Nested =>
  merge(
    {
      account: { equity: '100000' },
      limits: { positionEquity: '10%' },
      sizing: { risk: '1%' },
      rules: { resize: { enabled: true } },
      autonomy: { 'resize-down': 'auto', 'resize-up': 'auto' },
    },
    more,
  );
const fired = (engine: Engine): [minute: number, trigger: string, action: unknown][] =>
  engine.journal.flatMap(({ event, ts }) =>
    event.type === 'ProposalOpened'
      ? [[(ts - NINE_THIRTY) / MINUTE, event.proposal.trigger, event.proposal.action] as [number, string, unknown]]
      : [],
  );

describe.each(['long', 'short'] as Side[])('the resizing of a %s', (side) => {
  const { at, bar } = mirrored(side);
  /** Bought at 100 at 09:31; the bars from there on close at these prices. */
  const run = (closes: readonly number[], { over = advised(), stop = 90, quantity = '100' } = {}): Engine => {
    const rows = [100, 100, ...closes].map((close, i, all): Bar => {
      const open = all[i - 1] ?? 100;
      return bar([open, Math.max(open, close), Math.min(open, close), close]);
    });
    return entered(barsTape(rows), over, { side, stop: String(at(stop)), quantity }, 'adverse-first');
  };
  const scoreOf = (engine: Engine, trigger = 0) => readingOf(engine, 'resize', trigger).criteria[0]?.value;
  const filled = (engine: Engine): string[] =>
    eventsOf(engine, 'OrderFilled')
      .slice(1)
      .map(({ purpose, quantity, price }) => `${purpose} ${quantity} @ ${price}`);

  describe('has a score, the mean of what is known of', () => {
    it.each([
      // open risk of 1 000, 500, 1 500 and 2 500 against 1 000; 100 units are all that may be, 25 a quarter of it
      ['100', 90, '0.00 (risk 0, exposure 0)'],
      ['100', 95, '25.00 (risk 50, exposure 0)'],
      ['100', 85, '-25.00 (risk -50, exposure 0)'],
      ['100', 75, '-50.00 (risk -100, exposure 0)'],
      ['25', 90, '75.00 (risk 75, exposure 75)'],
    ])('[R17] open risk and margin against what the policy allows: %s units with a stop at %d: %s', (quantity, stop, wanted) => {
      expect(scoreOf(run([], { quantity, stop }))).toBe(wanted);
    });

    it('[R17] a stop that locks a gain in as no risk at all', () => {
      const engine = run([110, 110]);
      engine.run(3);
      engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: String(at(105)), loosen: false });
      expect(scoreOf(engine)).toContain('risk 100');
    });

    it.each([
      [101, 'volatility 0'],
      [101.5, 'volatility -50'],
      [102, 'volatility -100'],
      [104, 'volatility -100'],
      [100.5, 'volatility 50'],
    ])('[R17] ATR against the entry’s: from a bar that ranges over 1 to one that reaches %d: %s', (high, wanted) => {
      const rows: Bar[] = [
        [100, 101, 100, 100],
        [100, high, 100, 100],
      ];
      const engine = entered(barsTape(rows.map(bar)), advised({ indicators: { atr: 1 } }), { side, stop: String(at(90)) });
      expect(scoreOf(engine)).toContain(wanted);
    });

    it('[R17] correlation with another position on the same side, above 0.7', () => {
      // sixty returns that are the same but for the price's level
      const wave = Array.from({ length: 70 }, (_, i): Bar => {
        const close = 100 + (i % 2) + (i % 3);
        return bar([close, close, close, close]);
      });
      const engine = new Engine({
        tapes: [barsTape(wave), barsTape(wave, { ...STOCK, symbol: 'OTHER' })],
        policy: policyWith(advised()),
        barPath: 'adverse-first',
      });
      engine.run(134);
      engine.command(entryOf({ side, quantity: '10', stop: String(at(90)) }));
      engine.command(entryOf({ symbol: 'OTHER', side, quantity: '10', stop: String(at(90)) }));
      end(engine);
      expect(scoreOf(engine)).toMatch(/correlation -100\)$/);
    });
  });

  describe('reduces', () => {
    // a risk of 14.90 a unit: at 96 the account has 99 600, of which 1.496 is risked of 1 and 1.004 put in of 1: 100 × (1 − 1.25) = −25
    const near = { stop: 85.1 };

    it('[R17] a quarter of what is held once the score has fallen to −25, not a tick short of it', () => {
      const engine = run([96.01, 96, 95.9, 95.9], near);
      engine.run(3);
      expect(readingOf(engine, 'resize')).toMatchObject({ state: 'waiting', level: Number.NaN });
      expect(fired(engine)).toEqual([]);
      end(engine);
      expect(fired(engine)).toEqual([[4, 'reduce', { type: 'reduce', quantity: '25', steps: [] }]]);
      expect(filled(engine)).toEqual([`reduce 25 @ ${at(96)}`]);
      expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal).toMatchObject({
        kind: 'resize-down',
        criteria: [
          {
            label: 'Adjustment score',
            comparison: '≤',
            threshold: '-25',
            value: '-25.00 (risk -50, exposure 0)',
            verdict: 'pass',
          },
        ],
      });
    });

    it('[R17] once a crossing, and again after the score has recovered and fallen back', () => {
      // three quarters of the position are risked and put in from then on, which scores 6
      const engine = run([96, 96, 96, 96, 96, 96], near);
      engine.run(6);
      expect(scoreOf(engine)).toBe('6.25 (risk -12, exposure 25)');
      expect(eventsOf(engine, 'RuleSpent')).toMatchObject([{ rule: 'resize', trigger: 'reduce' }]);
      expect(eventsOf(engine, 'RuleRearmed')).toMatchObject([{ rule: 'resize', trigger: 'reduce' }]);
      expect(fired(engine)).toHaveLength(1);
      engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: String(at(60)), loosen: true });
      end(engine);
      expect(filled(engine)).toEqual([`reduce 25 @ ${at(96)}`, `reduce 18 @ ${at(96)}`]);
      // 57 units still risk too much, which is not a crossing
      expect(scoreOf(engine)).toMatch(/^-28/);
      expect(fired(engine)).toHaveLength(2);
    });

    it('[R17] not because of a score that was there when the position was opened', () => {
      const engine = end(run([100, 100, 99, 99], { stop: 80 }));
      expect(eventsOf(engine, 'RuleSpent')).toMatchObject([{ rule: 'resize', trigger: 'reduce' }]);
      expect(fired(engine)).toEqual([]);
    });

    it('[R17] only where the user lets it: a reduction waits ten seconds for a veto by default, an add for approval', () => {
      const waiting = merge(advised(), { autonomy: { 'resize-down': 'auto-after 10s', 'resize-up': 'approve' } });
      const engine = run([96, 96, 96], { ...near, over: waiting });
      engine.run(3);
      engine.command({ type: 'RejectProposal', proposalId: 'P1' });
      end(engine);
      expect(eventsOf(engine, 'ProposalRejected')).toMatchObject([{ vetoed: true }]);
      expect(fired(engine)).toHaveLength(1);
      expect(filled(engine)).toEqual([]);
    });

    it('[R17] not by less than a lot, and says so once', () => {
      const little = advised({ rules: { resize: { reduceBy: '1%' } } });
      const engine = end(run([85.5, 85.5, 85.5, 85.5], { ...near, quantity: '99', over: little }));
      expect(eventsOf(engine, 'RuleBlocked')).toMatchObject([
        { rule: 'resize', trigger: 'reduce', refusal: { code: 'BELOW_LOT', figure: '0', limit: '1' } },
      ]);
      expect(filled(engine)).toEqual([]);
    });
  });

  describe('adds', () => {
    const SMALL = { quantity: '60' };

    it('[R17] a quarter of the first tranche once the score is at 40 and the position wins, not at its entry', () => {
      // 600 of 1 000 are risked and 6 000 of 10 000 put in
      const engine = run([100, 100.01, 100.01, 100.01], SMALL);
      engine.run(3);
      expect(scoreOf(engine, 1)).toBe('40.00 (risk 40, exposure 40)');
      expect(fired(engine)).toEqual([]);
      expect(readingOf(engine, 'resize', 1)).toMatchObject({ state: 'armed', level: 100, label: 'resize up' });
      end(engine);
      expect(fired(engine)).toEqual([[4, 'add', { type: 'add', quantity: '15' }]]);
      expect(filled(engine)).toEqual([`add 15 @ ${at(100.01)}`]);
      expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal).toMatchObject({
        kind: 'resize-up',
        criteria: [
          { label: 'Adjustment score', comparison: '≥', threshold: '40', verdict: 'pass' },
          { label: 'Price against entry', value: at(100.01).toFixed(2), verdict: 'pass' },
        ],
      });
    });

    it('[R17] not a tick below the price at which the score gets there', () => {
      // a risk of 10.01 a unit: 39.97 at the entry, 40 once the account has gained 50
      const engine = end(run([100.83, 100.84, 100.84, 100.84], { ...SMALL, stop: 89.99 }));
      expect(fired(engine)).toEqual([[4, 'add', { type: 'add', quantity: '15' }]]);
    });

    it('[R17] only within the limits: above the largest position it is refused, with the figure and the limit', () => {
      const engine = end(run([101, 101, 101], { ...SMALL, over: advised({ limits: { positionUnits: '70' } }) }));
      expect(eventsOf(engine, 'RuleBlocked')).toMatchObject([
        { rule: 'resize', trigger: 'add', refusal: { code: 'POSITION_UNITS', figure: '75', limit: '70' } },
      ]);
      expect(filled(engine)).toEqual([]);
    });
  });
});
