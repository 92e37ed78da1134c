import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { BAR_PATHS } from '../domain/tape.ts';
import { Engine } from '../engine/engine.ts';
import {
  type Bar,
  barsTape,
  end,
  entered,
  entryOf,
  eventsOf,
  holding,
  lastPosition,
  merge,
  MINUTE,
  mirrored,
  type Nested,
  NINE_THIRTY,
  policyWith,
  type Print,
  STOCK,
  tradesTape,
} from '../engine/testing.ts';
import { rules } from './index.ts';

/** What has happened since the entry, a word or two each. */
function story(engine: Engine): string[] {
  const from = engine.journal.findIndex(({ event }) => event.type === 'StopSet');
  return engine.journal.slice(from + 1).flatMap(({ event }) => {
    switch (event.type) {
      case 'ProposalOpened':
        return [`${event.proposal.id} ${event.proposal.rule}`];
      case 'ProposalSuperseded':
        return [`${event.proposalId} superseded`];
      case 'ProposalFailed':
        return [`${event.proposalId} failed`];
      case 'OrderPlaced':
        return [`${event.order.purpose} ordered by ${event.order.causedBy}`];
      case 'OrderCanceled':
        return ['order canceled'];
      case 'OrderFilled':
        return [`${event.purpose} ${event.quantity} @ ${event.price}`];
      case 'StopRaised':
        return [`stop ${event.to} by ${[event.causedBy, ...event.alsoBy].join(', ')}`];
      case 'HaltBegan':
        return [`${event.rule} began`];
      case 'RuleBlocked':
        return [`${event.rule} blocked: ${event.refusal.code}`];
      case 'RuleFaulted':
        return [`${event.rule} faulted`];
      default:
        return [];
    }
  });
}

const on = (...names: string[]): Nested => ({ rules: Object.fromEntries(names.map((name) => [name, { enabled: true }])) });
const rule = (name: string, params: Nested = {}): Nested => ({ rules: { [name]: { enabled: true, ...params } } });
const all = (...parts: Nested[]): Nested => parts.reduce(merge, {});
const EVERY_PRICE = { evaluateEvery: 'tick' };
/** An exit of what has been held for more than a while, at any price. */
const early = (mode: string, decay = '1m'): Nested =>
  all(rule('early-exit', { when: 'always', volume: '0', momentum: false, level: false, decay }), {
    autonomy: { 'early-exit': mode },
  });
const scale = (mode = 'auto'): Nested =>
  all(rule('scale-in', { profit: '0.5R', volume: 'none', macd: false, rsi: 'none', resistance: false }), {
    autonomy: { 'scale-in': mode },
  });

it('the table is the order of rules.md §5', () => {
  expect(rules.map(({ id }) => id)).toEqual([
    'emergency-stop',
    'liquidation',
    'daily-loss',
    'drawdown-halt',
    'stop-loss',
    'take-profit',
    'session-flat',
    'early-exit',
    'time-stop',
    'profit-potential',
    'partial-exit',
    'breakeven',
    'trailing-stop',
    'technical-stop',
    'volatility-tighten',
    'age-tighten',
    'resize',
    'scale-in',
    'tranche-entry',
  ]);
});

describe.each(['long', 'short'] as Side[])('in one step of a %s', (side) => {
  const { at, print, bar } = mirrored(side);
  const price = (value: number): string => String(at(value));
  const run = (prices: readonly Print[], over: Nested, entry = {}): Engine =>
    end(holding(prices.map(print), over, { side, ...entry }));

  describe('[F11] a bar that touches stop and target', () => {
    const touch = (row: Bar, barPath: (typeof BAR_PATHS)[number]): Engine =>
      end(
        entered(
          barsTape([[100, 100, 100, 100], [100, 100, 100, 100], row].map((one) => bar(one as Bar))),
          {},
          { side, target: price(102) },
          barPath,
        ),
      );
    const last = (engine: Engine) => eventsOf(engine, 'OrderFilled').at(-1);

    it.each([
      ['adverse-first', 'stop', 'stop'],
      ['ohlc', 'target', 'stop'],
      ['olhc', 'stop', 'target'],
      // the open at 100 is nearer to the adverse extreme
      ['nearest-first', 'stop', 'stop'],
    ] as const)('fills what the path %s comes to first, and the fill says that it is ambiguous', (barPath, long, short) => {
      const engine = touch([100, 102.5, 98, 100], barPath);
      const purpose = side === 'long' ? long : short;
      expect(last(engine)).toMatchObject({ purpose, ambiguous: true, price: purpose === 'stop' ? price(99) : price(102) });
      expect(eventsOf(engine, 'OrderFilled')).toHaveLength(2);
    });

    it.each([
      ['stop', [100, 101.99, 99, 100]],
      ['target', [100, 102, 99.01, 100]],
    ] as const)('is not ambiguous where it comes a tick short of the other: the %s', (purpose, row) => {
      for (const barPath of BAR_PATHS) {
        expect(last(touch(row, barPath))).toMatchObject({ purpose });
        expect(last(touch(row, barPath))).not.toHaveProperty('ambiguous');
      }
    });

    it.each([
      ['stop', [98.5, 102.5, 98, 100], '98.5'],
      ['stop', [99, 102.5, 98, 100], '99'],
      ['target', [102.5, 103, 98, 100], '102'],
    ] as const)('is not ambiguous where the open has settled it: the %s, opening as %j', (purpose, row, wanted) => {
      for (const barPath of BAR_PATHS) {
        expect(last(touch(row, barPath))).toMatchObject({ purpose, price: price(Number(wanted)) });
        expect(last(touch(row, barPath))).not.toHaveProperty('ambiguous');
      }
    });
  });

  it('breakeven and a partial exit are both made, the partial exit first', () => {
    const over = all(on('breakeven'), rule('partial-exit', { steps: [{ at: '1R' }] }), { autonomy: { 'partial-exit': 'auto' } });
    expect(story(run([101, 101.2], over))).toEqual([
      'P1 partial-exit',
      'reduce ordered by partial-exit',
      'P2 breakeven',
      'stop 100 by breakeven',
      `reduce 50 @ ${price(101.2)}`,
    ]);
  });

  it.each([
    ['0.5R', [`stop ${price(101.5)} by trailing-stop, breakeven`]],
    ['2.5R', ['stop 100 by breakeven, trailing-stop']],
    ['2R', ['stop 100 by breakeven, trailing-stop']],
  ])(
    'of breakeven and a trail at %s the tighter stop wins and names the other; equal, the first of the table',
    (distance, wanted) => {
      const over = all(rule('breakeven', { trigger: '2R' }), rule('trailing-stop', { activate: '2R', distance }));
      const engine = run([102], over);
      expect(story(engine).filter((line) => line.startsWith('stop'))).toEqual(wanted);
      expect(eventsOf(engine, 'TrailingStarted')).toHaveLength(1);
    },
  );

  it('a close ends a stop move: nothing is raised once the position is on its way out', () => {
    const engine = run(
      [
        [70, 101.5],
        [71, 101.5],
      ],
      all(early('auto'), on('breakeven'), EVERY_PRICE),
    );
    expect(story(engine)).toEqual(['P1 early-exit', 'close ordered by early-exit', `close 100 @ ${price(101.5)}`]);
  });

  it('a close whose countdown runs out ends a partial exit whose time comes at the same instant', () => {
    // bought at second 1: the countdown of second 62 and the least age both end at second 72
    const young = rule('partial-exit', { steps: [{ at: '1.5R', leastAge: '71s' }] });
    const engine = run(
      [
        [62, 101.5],
        [72, 101.5],
      ],
      all(early('auto-after 10s'), young, EVERY_PRICE),
    );
    expect(story(engine)).toEqual(['P1 early-exit', 'close ordered by early-exit', `close 100 @ ${price(101.5)}`]);
  });

  it('early exit ends a scale-in and a partial exit, whether it goes out at once or waits', () => {
    const more = all(scale(), on('partial-exit'), EVERY_PRICE);
    const engine = run(
      [
        [70, 101.5],
        [71, 101.5],
      ],
      all(early('auto'), more),
    );
    expect(story(engine)).toEqual(['P1 early-exit', 'close ordered by early-exit', `close 100 @ ${price(101.5)}`]);
    const waits = run(
      [
        [70, 101.5],
        [71, 101.5],
        [72, 101.6],
      ],
      all(early('auto-after 10s'), scale(), EVERY_PRICE),
    );
    expect(story(waits)).toEqual(['P1 early-exit']);
  });

  it('a waiting exit lets stop moves protect the position, but takes back what else waits on it', () => {
    const more = all(on('partial-exit', 'breakeven'), EVERY_PRICE);
    const engine = run(
      [
        [10, 101.6],
        [50, 101.6],
      ],
      all(early('auto-after 10s', '40s'), more),
    );
    expect(story(engine)).toEqual(['P1 partial-exit', 'P2 breakeven', 'stop 100 by breakeven', 'P1 superseded', 'P3 early-exit']);
  });

  it('a stop move that waits for the user waits behind an exit that does', () => {
    const over = all(early('approve', '40s'), on('breakeven'), EVERY_PRICE, { autonomy: { 'stop-move': 'approve' } });
    expect(
      story(
        run(
          [
            [10, 101.6],
            [50, 101.6],
            [51, 101.7],
          ],
          over,
        ),
      ),
    ).toEqual(['P1 breakeven', 'P1 superseded', 'P2 early-exit']);
  });

  it('what waits behind an exit speaks once the exit is vetoed', () => {
    const over = all(early('auto-after 10s', '40s'), on('partial-exit'), EVERY_PRICE);
    const engine = holding(
      [
        [50, at(101.6)],
        [51, at(101.6)],
      ],
      over,
      { side },
    );
    engine.run(4);
    expect(story(engine)).toEqual(['P1 early-exit']);
    engine.command({ type: 'RejectProposal', proposalId: 'P1' });
    expect(story(engine)).toEqual(['P1 early-exit', 'P2 partial-exit']);
  });

  it('a partial exit that is made by itself does not wait for an exit that needs the user', () => {
    const over = all(early('approve', '40s'), on('partial-exit'), EVERY_PRICE, { autonomy: { 'partial-exit': 'auto' } });
    expect(
      story(
        run(
          [
            [50, 101.6],
            [51, 101.6],
          ],
          over,
        ),
      ),
    ).toEqual(['P1 early-exit', 'P2 partial-exit', 'reduce ordered by partial-exit', `reduce 50 @ ${price(101.6)}`]);
  });

  describe('early exit and time stop', () => {
    const slow = (after: string, mode: string): Nested => all(rule('time-stop', { after }), { autonomy: { 'time-stop': mode } });

    it('of both at once early exit comes first, and the time stop does not ask beside it', () => {
      const engine = run(
        [
          [70, 100.1],
          [71, 100.1],
        ],
        all(early('auto-after 10s'), slow('1m', 'auto-after 10s'), EVERY_PRICE),
      );
      expect(story(engine)).toEqual(['P1 early-exit']);
    });

    it('a waiting early exit keeps its countdown when the time stop comes', () => {
      const engine = run(
        [
          [62, 100.1],
          [66, 100.1],
          [71, 100.1],
          [72, 100.1],
        ],
        all(early('auto-after 10s'), slow('64s', 'auto-after 10s'), EVERY_PRICE),
      );
      expect(story(engine)).toEqual(['P1 early-exit', 'close ordered by early-exit', `close 100 @ ${price(100.1)}`]);
      expect(eventsOf(engine, 'PositionClosed')).toMatchObject([{ heldMs: 71_000 }]);
    });

    it('a time stop that acts by itself does not wait for an early exit that asks', () => {
      const engine = run(
        [
          [62, 100.1],
          [66, 100.1],
          [67, 100.1],
        ],
        all(early('approve'), slow('64s', 'auto'), EVERY_PRICE),
      );
      expect(story(engine)).toEqual([
        'P1 early-exit',
        'P1 superseded',
        'P2 time-stop',
        'close ordered by time-stop',
        `close 100 @ ${price(100.1)}`,
      ]);
    });
  });

  it('the target takes everything before a partial exit at the same price can', () => {
    const over = all(on('partial-exit'), { autonomy: { 'partial-exit': 'auto' } });
    expect(story(run([102, 102], over, { target: price(101.5) }))).toEqual([`target 100 @ ${price(101.5)}`]);
  });

  it('of two reductions in one step only the first of the table is made', () => {
    const over = all(rule('partial-exit', { steps: [{ at: '1R' }] }), {
      autonomy: { 'partial-exit': 'auto', 'take-profit': 'auto' },
    });
    const engine = run([101, 101], all(over, { rules: { 'take-profit': { fraction: '40%' } } }), { target: price(101) });
    // the target rests with the broker: its fraction is gone before the ladder asks for half of the rest
    expect(story(engine)).toEqual([
      `target 40 @ ${price(101)}`,
      'P1 partial-exit',
      'reduce ordered by partial-exit',
      `reduce 30 @ ${price(101)}`,
    ]);
  });

  describe('the daily loss', () => {
    // 100 units of an account of 10 000: three per cent are three points
    const limit = (positions: string): Nested =>
      all(rule('daily-loss', { limit: '3%', positions }), { account: { equity: '10000' } });

    it('closes once, at the next price, even where that price has jumped over the stop', () => {
      expect(story(run([97, 94], limit('close'), { stop: price(95) }))).toEqual([
        'daily-loss began',
        'P1 daily-loss',
        'close ordered by daily-loss',
        `close 100 @ ${price(94)}`,
      ]);
    });

    it('leaves a price that reaches the stop too to the stop, which rests with the broker, and still halts', () => {
      const engine = run([96, 96], limit('close'), { stop: price(97) });
      expect(story(engine)).toEqual([`stop 100 @ ${price(96)}`, 'daily-loss began']);
      engine.command(entryOf({ side, stop: price(95) }));
      expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'DAILY_LOSS' } }]);
    });

    it('takes back a scale-in that waits on the position', () => {
      const over = all(limit('close'), scale('approve'), { proposals: { tolerance: '9R' }, account: { leverage: '2' } });
      // half an R is two points and a half
      const waiting = run(
        [
          [2, 103],
          [61, 103],
          [62, 97],
        ],
        over,
        { stop: price(95) },
      );
      expect(story(waiting)).toEqual([
        'P1 scale-in',
        'daily-loss began',
        'P1 superseded',
        'P2 daily-loss',
        'close ordered by daily-loss',
      ]);
    });

    it('that keeps positions refuses their scale-in, and lets their exits and stops go on', () => {
      const over = all(limit('keep'), scale(), on('breakeven'), { account: { equity: '10000' } });
      const engine = run(
        [
          [2, 97],
          [61, 101],
          [62, 105],
          [122, 105],
          [123, 99],
        ],
        over,
        { stop: price(95) },
      );
      expect(story(engine)).toEqual([
        'daily-loss began',
        'P1 breakeven',
        'stop 100 by breakeven',
        'scale-in blocked: DAILY_LOSS',
        `stop 100 @ ${price(99)}`,
      ]);
    });
  });

  describe('session flat', () => {
    /** 15:44:50, and the second in which 15:45 comes. */
    const late = NINE_THIRTY + 375 * MINUTE - 10_000;
    const flat = (prices: readonly (readonly [number, number])[], over: Nested, entry = {}): Engine =>
      entered(
        tradesTape([[0, 100], [1, 100], ...prices.map(([second, value]) => [second, at(value)] as const)], STOCK, late),
        all(on('session-flat'), over),
        { side, ...entry },
      );

    it('ends a partial exit whose time comes at the same instant', () => {
      const young = rule('partial-exit', { steps: [{ at: '1.5R', leastAge: '9s' }] });
      expect(
        story(
          end(
            flat(
              [
                [5, 101.5],
                [11, 101.5],
              ],
              young,
            ),
          ),
        ),
      ).toEqual(['P1 session-flat', 'close ordered by session-flat', `close 100 @ ${price(101.5)}`]);
    });

    it('takes back an add that rests on the position, and what waits on the desk', () => {
      const engine = flat(
        [
          [5, 101.5],
          [11, 101.5],
        ],
        on('partial-exit'),
      );
      engine.command(entryOf({ side, kind: 'stop', price: price(104), quantity: '10' }));
      expect(story(end(engine))).toEqual([
        'add ordered by user',
        'P1 partial-exit',
        'P1 superseded',
        'P2 session-flat',
        'order canceled',
        'close ordered by session-flat',
        `close 100 @ ${price(101.5)}`,
      ]);
    });

    it('lets no entry in behind it: one that rests and one that is sent are refused by the entry window', () => {
      const tape = tradesTape(
        [
          [0, 100],
          [1, 100],
          [9, 100],
          [12, at(101)],
          [13, at(101)],
        ],
        STOCK,
        late,
      );
      const engine = new Engine({
        tapes: [tape],
        policy: policyWith(all(on('session-flat'), { limits: { entryWindow: true, noEntriesFrom: '15:45' } })),
        barPath: 'ohlc',
      });
      engine.run(2);
      engine.command(entryOf({ side, kind: 'stop', price: price(101), stop: price(99) }));
      engine.run(4);
      expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([{ reason: 'no entries or adds this late in the session' }]);
      engine.command(entryOf({ side, stop: price(99) }));
      end(engine);
      expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'ENTRY_WINDOW' } }]);
      expect(eventsOf(engine, 'OrderFilled')).toEqual([]);
    });

    it('is not held up by a weaker exit that waits, nor by one before it in the table', () => {
      const over = all(early('auto-after 600s', '2s'), EVERY_PRICE, { autonomy: { 'take-profit': 'approve' } });
      const engine = end(
        flat(
          [
            [5, 101],
            [6, 101.2],
            [11, 101.2],
          ],
          over,
          { target: price(101.2) },
        ),
      );
      expect(story(engine)).toEqual([
        'P1 early-exit',
        'P1 superseded',
        'P2 session-flat',
        'close ordered by session-flat',
        `close 100 @ ${price(101.2)}`,
      ]);
    });
  });

  describe('the emergency stop', () => {
    const STOP = { type: 'StopAll' } as const;

    it('ends everything that waits or works on a position, and nothing speaks after it', () => {
      const over = all(early('auto-after 60s', '2s'), on('partial-exit', 'breakeven'), scale(), EVERY_PRICE);
      const engine = holding(
        [
          [3, at(100.2)],
          [4, at(100.2)],
          [5, at(103)],
          [6, at(103)],
        ],
        over,
        { side },
      );
      engine.command(entryOf({ side, kind: 'stop', price: price(104), quantity: '10' }));
      engine.run(4);
      engine.command(STOP);
      expect(story(end(engine))).toEqual([
        'add ordered by user',
        'P1 early-exit',
        'P2 emergency-stop',
        'P1 superseded',
        'order canceled',
        'close ordered by emergency-stop',
        `close 100 @ ${price(103)}`,
      ]);
    });

    it('leaves a close that works already as it is', () => {
      const engine = holding([at(100.2), at(100.1)], {}, { side });
      engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
      engine.command(STOP);
      expect(story(end(engine))).toEqual(['close ordered by user', `close 100 @ ${price(100.2)}`]);
    });
  });

  describe('liquidation and stop', () => {
    const leveraged = { account: { leverage: '10' } };
    const bars = (row: Bar, stop: number): Engine =>
      end(
        entered(barsTape([[100, 100, 100, 100], [100, 100, 100, 100], row].map((one) => bar(one as Bar))), leveraged, {
          side,
          stop: price(stop),
        }),
      );

    it.each([
      ['the stop where it is nearer', 95, [100, 100, 85, 85], 'stop 100 @', 95],
      ['the liquidation where it is nearer', 85, [100, 100, 80, 80], 'liquidation 100 @', 90],
      ['the stop where both are at one price', 90, [100, 100, 85, 85], 'stop 100 @', 90],
      ['the liquidation where the open has jumped over both', 95, [88, 88, 85, 85], 'liquidation 100 @', 88],
      ['the stop where the open has jumped over it alone', 95, [92, 92, 85, 85], 'stop 100 @', 92],
    ] as const)('fills %s', (_, stop, row, line, wanted) => {
      expect(story(bars(row, stop))).toEqual([`${line} ${price(wanted)}`]);
    });
  });

  describe('an entry plan', () => {
    /** Twenty-five in money every minute. */
    const plan = all(rule('tranche-entry', { plan: 'dca', side, dca: { amount: '$2500', every: '1m' } }), {
      autonomy: { 'tranche-entry': 'auto' },
      limits: { cooldown: '0s', tranches: 10 },
    });

    it('is refused while the account is halted, and enters once the halt is over', () => {
      // nine points of 100 units are nine per cent of 10 000; the next day starts a new count
      const halt = all(rule('daily-loss', { limit: '9%' }), { account: { equity: '10000' } });
      const engine = run(
        [
          [2, 91],
          [3, 91],
          [61, 91],
          [86_400, 91],
        ],
        all(plan, halt),
        { stop: price(50) },
      );
      expect(story(engine)).toEqual([
        'daily-loss began',
        'P1 daily-loss',
        'close ordered by daily-loss',
        `close 100 @ ${price(91)}`,
        'tranche-entry blocked: DAILY_LOSS',
        'P2 tranche-entry',
        'entry ordered by tranche-entry',
        `entry ${Math.floor(2_500 / at(91))} @ ${price(91)}`,
      ]);
    });

    it('stands behind a scale-in: one of them enlarges a position in one step, the other asks at the next', () => {
      const engine = run(
        [
          [30, 101],
          [61, 101],
          [62, 101],
          [121, 101.2],
          [122, 101.2],
        ],
        all(plan, scale()),
      );
      expect(story(engine)).toEqual([
        'P1 scale-in',
        'add ordered by scale-in',
        `add 50 @ ${price(101)}`,
        `stop ${side === 'long' ? '99.33' : '100.67'} by scale-in`,
        'P2 tranche-entry',
        'add ordered by tranche-entry',
        `add ${Math.floor(2_500 / at(101))} @ ${price(101.2)}`,
        `stop ${side === 'long' ? '99.45' : '100.55'} by tranche-entry`,
      ]);
    });
  });

  it('[F20] a rule that throws puts its position to manual in the step in which others speak; its stop still holds', () => {
    const engine = holding([at(101), at(103), at(98.9)], on('breakeven', 'trailing-stop', 'partial-exit'), { side });
    const criterion = engine.core.book[0]?.armed.find(({ rule: { id } }) => id === 'breakeven')?.trigger.criteria[0];
    Object.defineProperty(criterion, 'holds', {
      value: () => {
        throw new RangeError('out of order');
      },
    });
    expect(story(end(engine))).toEqual(['breakeven faulted', `stop 100 @ ${price(98.9)}`]);
    expect(eventsOf(engine, 'RuleFaulted')).toMatchObject([{ positionId: 'TEST-1', message: 'out of order' }]);
    expect(lastPosition(engine).status).toBe('CLOSED');
  });
});
