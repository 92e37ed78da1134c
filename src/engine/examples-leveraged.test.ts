import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import { dec } from '../domain/decimal.ts';
import type { SizingStep } from '../domain/sizing.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { figuresJson } from '../projections/figures.ts';
import type { EntryPlan } from './entries.ts';
import { Engine } from './engine.ts';
import {
  type Bar,
  barsTape,
  COIN,
  end,
  entryOf,
  eventsOf,
  lastPosition,
  merge,
  type Nested,
  presetWith,
  storyOf,
  tradesTape,
  still,
} from './testing.ts';

/*
 * The worked examples of S3 under its preset leveraged, on an account of 500. They reckon without slippage but where they name it.
 */

const FINE = { ...COIN, tick: '0.01', lot: '0.0000000001' };
const leveraged = (over: Nested = {}) => presetWith('leveraged', merge({ account: { equity: '500', slippage: '0%' } }, over));
const amountOf = ({ steps }: { steps: readonly SizingStep[] }, label: string): string | undefined =>
  steps.find((step) => step.label === label)?.amount;
const shown = ({ steps }: EntryPlan): string[] => steps.map(({ label, amount }) => `${label} ${amount}`);

/** An entry that the policy sizes, with its stop and target. */
const entry = (over: Partial<PlaceEntry> = {}): PlaceEntry => ({
  type: 'PlaceEntry',
  symbol: 'TEST',
  side: 'long',
  kind: 'market',
  source: 'ticket',
  ...over,
});
/** The engine at the end of a tape of bars, and what an entry there would be. */
const plannedOn = (bars: readonly Bar[], policy: LoadedPolicy): EntryPlan =>
  end(new Engine({ tapes: [barsTape(bars, FINE)], policy, barPath: 'ohlc' })).plan(entry());

/** Sixteen bars about 100 whose ATR is 3.5: a stop 2.5 of them away is 8.75 %. */
const HUNDRED = still(16, [100, 101.75, 98.25, 100]);
/** The same about 623.45 with an ATR of 18.20. */
const PRINTED = still(16, [623.45, 632.55, 614.35, 623.45]);

describe('S3 Kelly', () => {
  it.each([
    ['0.60', '2.0', '0.1', '50.00'],
    ['0.50', '2.0', '0.0625', '31.25'],
    ['0.65', '2.1', '0.120833333333', '60.42'],
  ])('of W %s and R %s is, a quarter of it, %s of 500: %s', (kellyWinRate, kellyPayoff, share, amount) => {
    const plan = plannedOn(HUNDRED, leveraged({ sizing: { kellyWinRate, kellyPayoff } }));
    expect(dec(share).times(500).toFixed(2)).toBe(amount);
    expect(amountOf(plan, 'kelly')).toBe(amount);
  });
});

describe('S3 with $500', () => {
  const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'];
  /** Entries on three instruments one after the other in one session, and what a fourth would be. */
  const session = (over: Nested = {}): { engine: Engine; plans: EntryPlan[]; fourth: EntryPlan } => {
    const tapes = SYMBOLS.map((symbol) => barsTape([...HUNDRED, ...still(4, [100, 100, 100, 100])], { ...FINE, symbol }));
    const engine = new Engine({ tapes, policy: leveraged(over), barPath: 'ohlc' });
    const rows = SYMBOLS.length;
    const plans = SYMBOLS.slice(0, 3).map((symbol, i) => {
      engine.run(rows * (16 + i));
      const plan = engine.plan(entry({ symbol }));
      engine.command(entry({ symbol }));
      return plan;
    });
    engine.run(rows * 19);
    return { engine, plans, fourth: engine.plan(entry({ symbol: 'DDD' })) };
  };

  it('puts 31.25 into the first position: kelly 31.25, risk 57.14 at a stop 8.75 % away, both within 25 and 50', () => {
    const { plans } = session();
    expect(plans[0] && shown(plans[0])).toEqual([
      'kelly 31.25',
      'risk 57.14',
      'least of these 31.25',
      'clamp 31.25',
      'open positions 31.25',
      'position limit 31.25',
      'total exposure 31.25',
      'cash 31.25',
      'lots 31.25',
    ]);
    expect(plans[0]?.steps.find(({ label }) => label === 'clamp')?.detail).toBe('25.00–50.00, 5 % to 10 % of equity ✓');
    expect([plans[0]?.stop?.toFixed(), plans[0]?.target?.toFixed()]).toEqual(['91.25', '117.5']);
  });

  it('puts 15.63 into the second and 10.42 into the third, 31.25 / 3 and not 10.31, and keeps the figures in full', () => {
    const { engine, plans } = session();
    expect(plans.map((plan) => amountOf(plan, 'lots'))).toEqual(['31.25', '15.63', '10.42']);
    const margins = [...engine.state.positions.values()].map(({ cost, leverage }) => cost.div(leverage).toFixed(6));
    expect(margins).toEqual(['31.250000', '15.625000', '10.416667']);
    expect(engine.core.exposure('paper').toFixed(2)).toBe('57.29');
    expect(engine.core.equity('paper').toFixed()).toBe('500');
  });

  it('refuses a fourth: three positions at once', () => {
    expect(session().fourth.refusal).toMatchObject({ code: 'OPEN_POSITIONS', figure: '4', limit: '3' });
  });

  it.each([
    [false, '57.14'],
    [true, '19.05'],
  ])(
    'sizes by risk with leverage counted (%s) at %s: 57.14 would risk 15, its third the 5 that are asked',
    (riskCountsLeverage, wanted) => {
      const plan = plannedOn(HUNDRED, leveraged({ sizing: { riskCountsLeverage } }));
      expect(amountOf(plan, 'risk')).toBe(wanted);
      const atRisk = dec(amountOf(plan, 'risk') ?? 0)
        .times(3)
        .times('0.0875');
      expect(atRisk.toFixed(0)).toBe(riskCountsLeverage ? '5' : '15');
    },
  );

  it.each([
    ['leveraged', '2.5', '31.25', '57.14', '31.25', '91.25'],
    ['leveraged-aggressive', '2', '62.50', '142.86', '62.50', '93'],
    ['leveraged-conservative', '3', '31.25', '23.81', '25.00', '89.5'],
  ])('under %s, with its stop %s ATR away: kelly %s, risk %s, put in %s, stop at %s', (name, _, kelly, risk, put, stop) => {
    const plan = plannedOn(HUNDRED, presetWith(name, { account: { equity: '500', slippage: '0%' } }));
    expect([amountOf(plan, 'kelly'), amountOf(plan, 'risk'), amountOf(plan, 'lots')]).toEqual([kelly, risk, put]);
    expect(plan.stop?.toFixed()).toBe(stop);
  });
});

describe('S3 exits', () => {
  it.each([
    ['long', '623.45', '18.20', '577.95', '714.45', PRINTED],
    ['short', '623.45', '18.20', '668.95', '532.45', PRINTED],
    ['long', '100', '3.50', '91.25', '117.5', HUNDRED],
    ['short', '100', '3.50', '108.75', '82.5', HUNDRED],
  ] as const)(
    'of a %s at %s with an ATR of %s are a stop at %s, 2.5 ATR away, and a target at %s, with reward:risk 2',
    (side, price, _, stop, target, bars) => {
      const last = Number(price);
      const tape = barsTape([...bars, [last, last, last, last]], FINE);
      const engine = new Engine({ tapes: [tape], policy: leveraged(), barPath: 'ohlc' });
      engine.run(16);
      engine.command(entry({ side }));
      const position = lastPosition(end(engine));
      expect([position.stop?.toFixed(), position.target?.toFixed()]).toEqual([stop, target]);
      expect(dec(target).minus(price).abs().div(dec(stop).minus(price).abs()).toFixed()).toBe('2');
    },
  );
});

describe('S3 first trade', () => {
  const bars = [...PRINTED, [623.45, 714.45, 623.45, 714.45], [714.45, 714.45, 714.45, 714.45]] as Bar[];
  /** From 623.45 to its target at three times 31.25. */
  const traded = (over: Nested = {}): Engine => {
    const engine = new Engine({ tapes: [barsTape(bars, FINE)], policy: leveraged(over), barPath: 'olhc' });
    engine.run(16);
    engine.command(entry());
    return end(engine);
  };

  it('makes 13.6839 gross, 91 / 623.45 × 31.25 × 3, and not the 13.58 that is printed', () => {
    const engine = traded();
    expect(storyOf(engine)).toEqual(['entry 0.1503729248 @ 623.45', 'stop 577.95', 'target 0.1503729248 @ 714.45']);
    expect(lastPosition(engine).realizedPnl.toFixed(4)).toBe('13.6839');
    expect(lastPosition(engine).realizedPnl.toFixed(6)).toBe(dec(91).div('623.45').times('31.25').times(3).toFixed(6));
  });

  it('less 0.31 nets 13.3739: equity is 513.37, not 544.52, and the next size 6.25 % of it, 32.09', () => {
    // the slippage as printed, booked as the least commission of two fills
    const engine = traded({ account: { commissionPercent: '0.0001%', commissionMinimum: '0.155' } });
    expect(lastPosition(engine).realizedPnl.toFixed(4)).toBe('13.3739');
    expect(engine.core.equity('paper').toFixed(4)).toBe('513.3739');
    const plan = engine.plan(entry({ stop: '650' }));
    expect(amountOf(plan, 'kelly')).toBe('32.09');
    expect(amountOf(plan, 'lots')).toBe('32.09');
    expect(plan.steps.find(({ label }) => label === 'kelly')?.detail).toContain('1 of 20 trades');
  });

  it('loses 0.35 % of the size to slippage, not of three times as much, where the preset is left as it is', () => {
    const flat = still(17, [600, 607, 593, 600]);
    const engine = new Engine({
      tapes: [barsTape(flat, FINE)],
      policy: leveraged({ account: { slippage: '0.35%' } }),
      barPath: 'ohlc',
    });
    engine.run(16);
    engine.command(entryOf({ quantity: '0.15625', stop: '500', target: '900' }));
    const { cost } = lastPosition(end(engine));
    // 600.70 for 600
    expect(cost.minus(dec('31.25').times(3)).toFixed()).toBe('0.109375');
    expect(dec('31.25').times('0.0035').toFixed()).toBe('0.109375');
  });
});

describe('S3 record', () => {
  /** Trades of one unit from 100, one after the other, each closed a second later at its price. */
  const after = (exits: readonly number[], over: Nested = {}): Engine => {
    const path = [100, ...exits.flatMap((exit) => [100, exit, exit, 100])];
    const engine = new Engine({ tapes: [tradesTape(path, FINE)], policy: leveraged(over), barPath: 'ohlc' });
    engine.run(1);
    for (const _ of exits) {
      engine.command(entryOf({ quantity: '1', stop: '70', target: '200' }));
      engine.run(engine.rowsDone + 2);
      engine.command({ type: 'ClosePosition', positionId: lastPosition(engine).id });
      engine.run(engine.rowsDone + 2);
    }
    return engine;
  };
  const figures = (engine: Engine) => figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account));

  it('of six wins of 20 and four losses of 10 has an expectancy of 8 a trade', () => {
    const engine = after([120, 120, 90, 120, 120, 90, 120, 90, 120, 90]);
    expect(figures(engine)).toMatchObject({ winRate: '0.6', averageWin: '20', averageLoss: '10', expectancy: '8', netPnl: '80' });
  });

  it('of 20 trades with W 0.65 and R 2.1 asks for a quarter of 48.33 %, 12.08 %, and is held at 10 %: not $73.80 of $615', () => {
    const exits = [...Array.from({ length: 6 }, () => [121, 121, 90]).flat(), 121, 90];
    const engine = after(exits, { account: { equity: '412' } });
    expect(figures(engine)).toMatchObject({ positions: 20, winRate: '0.65', averageWin: '21', averageLoss: '10' });
    expect(engine.core.equity('paper').toFixed()).toBe('615');
    const plan = engine.plan(entry({ stop: '92', target: '120' }));
    expect(plan.steps.find(({ label }) => label === 'kelly')?.detail).toBe(
      '12.08 % of 615.00: W 0.65, R 2.1, × 0.25 (20 trades)',
    );
    expect([amountOf(plan, 'kelly'), amountOf(plan, 'clamp'), amountOf(plan, 'lots')]).toEqual(['74.31', '61.50', '61.50']);
    const byHand = engine.plan(entryOf({ quantity: dec('73.80').times(3).div(100).toFixed(), stop: '92', target: '120' }));
    expect(byHand.refusal).toMatchObject({ code: 'POSITION_LIMIT', figure: '73.80', limit: '61.50' });
  });

  it('of 19 trades is not enough: the policy’s own W and R hold', () => {
    const engine = after([...Array.from({ length: 6 }, () => [121, 121, 90]).flat(), 121], { account: { equity: '412' } });
    const plan = engine.plan(entryOf({ quantity: '1', stop: '92', target: '120' }));
    expect(plan.steps.find(({ label }) => label === 'kelly')?.detail).toBe(
      "6.25 % of 625.00: W 0.5, R 2, × 0.25 (the policy's: 19 of 20 trades)",
    );
  });
});

describe('[R15] [R16] S3 limits', () => {
  /** Units at 100 with room for more, then these prices. */
  const holding = (quantity: string, prices: readonly number[], over: Nested): Engine => {
    const engine = new Engine({
      tapes: [tradesTape([100, 100, ...prices], FINE)],
      policy: leveraged(merge({ limits: { positionEquity: '1000%', totalExposure: 'none' } }, over)),
      barPath: 'ohlc',
    });
    engine.run(1);
    engine.command(entryOf({ quantity, stop: '70', target: '200' }));
    return engine;
  };
  const halts = (engine: Engine) => eventsOf(engine, 'HaltBegan').map(({ rule, figure, limit }) => [rule, figure, limit]);
  // a fall to 85 passes the limit of the day on its way
  const DRAWDOWN = { account: { equity: '600' }, rules: { 'daily-loss': { enabled: false } } };

  it.each([
    ['510.06', [85.01], []],
    ['510', [85], [['drawdown-halt', '510', '510']]],
  ] as [string, number[], string[][]][])(
    'halts 15 per cent below a peak of 600, at 510 and not before: equity %s',
    (equity, prices, wanted) => {
      const engine = end(holding('6', prices, DRAWDOWN));
      expect(engine.core.equity('paper').toFixed()).toBe(equity);
      expect(halts(engine)).toEqual(wanted);
    },
  );

  it('refuses entries and adds while halted; exits stay possible, and stops are tightened', () => {
    const engine = holding('6', [85, 84, 84, 84], DRAWDOWN);
    engine.run(3);
    engine.command(entryOf({ quantity: '1', stop: '70', target: '200' }));
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '80', loosen: false });
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: '75', loosen: true });
    engine.command({ type: 'ReducePosition', positionId: 'TEST-1', quantity: '2' });
    engine.run(4);
    engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
    end(engine);
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'DRAWDOWN', figure: '15.00%', limit: '15%' } }]);
    expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ command: 'MoveStop', refusal: { code: 'DRAWDOWN' } }]);
    expect(storyOf(engine)).toEqual(['entry 6 @ 100', 'stop 70', 'stop 80 by user', 'reduce 2 @ 84', 'close 4 @ 84']);
  });

  it('keeps what its stop does while halted', () => {
    const engine = end(holding('6', [85, 70, 70], DRAWDOWN));
    expect(storyOf(engine)).toEqual(['entry 6 @ 100', 'stop 70', 'stop 6 @ 70']);
  });

  it.each([
    ['475.05', [95.01], []],
    ['475', [95], [['daily-loss', '475', '475']]],
  ] as [string, number[], string[][]][])(
    'stops the day after a loss of 25 of 500, not before: equity %s',
    (equity, prices, wanted) => {
      const engine = end(holding('5', [...prices, ...prices], {}));
      expect(engine.core.equity('paper').toFixed()).toBe(equity);
      expect(halts(engine)).toEqual(wanted);
      // S3 keeps what is open with its exits
      expect(lastPosition(engine).status).toBe('OPEN');
      engine.command(entryOf({ quantity: '1', stop: '70', target: '200' }));
      expect(eventsOf(engine, 'EntryDenied').map(({ refusal }) => refusal.code)).toEqual(
        wanted.length > 0 ? ['DAILY_LOSS'] : ['AVERAGING_DOWN'],
      );
    },
  );
});
