import { describe, expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { explain, explainBook } from '../engine/explain.ts';
import { gauges } from '../engine/gauges.ts';
import { barsTape, COIN, end, entryOf, holding, type Nested, policyWith, STOCK, tradesTape } from '../engine/testing.ts';
import { ChartFold } from './chart.ts';
import { Diary } from './diary.ts';
import { accountView, chartLevels, chartView, instrumentViews, positionViews } from './holdings.ts';
import type { AccountView, ChartPosition, PositionView } from './views.ts';

function diaryOf(engine: Engine): Diary {
  const diary = new Diary();
  for (const record of engine.journal) diary.apply(record, (id) => engine.state.proposals.get(id)?.proposal);
  return diary;
}
const account = (engine: Engine): AccountView =>
  accountView(engine.core, gauges(engine.core, 'paper'), diaryOf(engine), () => false);
const positions = (engine: Engine): PositionView[] =>
  positionViews(engine.core, engine.state.positions.values(), explainBook(engine.core), () => String, diaryOf(engine));
function drawn(engine: Engine, symbol = 'TEST'): ChartPosition | undefined {
  const fold = new ChartFold(symbol, 2);
  for (const record of engine.journal) fold.apply(record);
  return [...fold.closed, ...chartView(engine.core, symbol, fold.open, explainBook(engine.core), []).positions][0];
}

/** A long of 100 at 100 in an account of 10,000 that has lost 3.1 %. */
const lost = (rule: Nested): Engine =>
  end(holding([[30, 96.9]], { account: { equity: '10000' }, rules: { 'daily-loss': rule } }, { stop: '90' }));

describe('what halts an account', () => {
  it('[R15] comes with its figure, its limit, when it began, and what it refuses', () => {
    const engine = lost({ enabled: true, limit: '3%', positions: 'keep' });
    expect(account(engine).halts).toEqual([
      {
        rule: 'daily-loss',
        title: 'Loss of the day',
        figure: '3.10%',
        limit: '3.00%',
        since: engine.core.ts,
        began: '3.10%',
        refused: 'no entries or adds until the next trading day',
        goesOn: 'stops and exits go on',
        resettable: false,
      },
    ]);
  });

  it('[R15] says where everything is closed', () => {
    const engine = lost({ enabled: true, limit: '3%', positions: 'close' });
    expect(account(engine).halts[0]?.goesOn).toBe('what is held is closed; stops and exits go on');
  });

  it('[R16] a drawdown can be ended by resetting the peak, and then halts no more', () => {
    const over: Nested = { account: { equity: '10000' }, rules: { 'drawdown-halt': { enabled: true, limit: '3%' } } };
    const engine = end(holding([[30, 96.9]], over, { stop: '90' }));
    expect(account(engine).halts).toMatchObject([{ title: 'Below the peak', resettable: true }]);
    engine.command({ type: 'ResetPeak', reason: 'a bad print' });
    expect(account(engine).halts).toEqual([]);
    expect(account(engine).gauges.find(({ id }) => id === 'drawdown')).toMatchObject({ figure: '0.00%', share: 0 });
  });

  it('is nothing while nothing is lost', () => {
    expect(account(end(holding([101]))).halts).toEqual([]);
  });
});

it('[S3] a leveraged position shows margin, notional and where it is liquidated, in the table and on the chart', () => {
  const engine = end(holding([100.5], { account: { equity: '100000', leverage: '3' } }));
  const [view] = positions(engine);
  expect(view).toMatchObject({ margin: '3333.33', notional: '10000.00', leverage: '3', liquidation: '66.67' });
  expect(drawn(engine)?.liquidation).toBeCloseTo(66.67, 9);
  expect(account(engine)).toMatchObject({ leverage: '3', notionalPercent: '10.04' });
});

it('without leverage there is no liquidation', () => {
  const engine = end(holding([100.5]));
  expect(positions(engine)[0]).toMatchObject({ liquidation: '', leverage: '1', margin: '10000.00' });
  expect(drawn(engine)?.liquidation).toBeNull();
});

it('a closed position says how it ended, and its mark that the market had jumped over the stop', () => {
  const engine = end(holding([97]));
  expect(positions(engine)[0]).toMatchObject({ status: 'CLOSED', ending: 'stop · gapped', saved: '' });
  expect(drawn(engine)?.marks.map(({ text, note }) => [text, note])).toEqual([
    ['buy 100', ''],
    ['stopped 100 · gapped', 'gapped'],
  ]);
});

it('[R3] a closed position says what leaving early saved', () => {
  const over: Nested = { autonomy: { 'early-exit': 'auto' }, rules: { 'early-exit': { enabled: true } } };
  const engine = end(
    holding(
      [
        [1_000, 99.5],
        [1_061, 99.5],
        [1_062, 99.5],
      ],
      over,
    ),
  );
  expect(positions(engine)[0]).toMatchObject({ ending: 'early exit', saved: '+50.00 · 50.0%' });
});

it('[R13] a tranche of an entry plan shows the strength of its signal, one by hand shows none', () => {
  const plan: Nested = {
    rules: { 'tranche-entry': { enabled: true, plan: 'dca', dca: { amount: '$500' } } },
    autonomy: { 'tranche-entry': 'auto' },
  };
  const engine = end(
    new Engine({ tapes: [tradesTape([100, [61, 100], [62, 100], [63, 100]], COIN)], policy: policyWith(plan), barPath: 'ohlc' }),
  );
  expect(positions(engine)[0]?.tranches.map(({ strength }) => strength)).toEqual(['1.00']);
  expect(positions(end(holding([100])))[0]?.tranches.map(({ strength }) => strength)).toEqual(['']);
});

it('the liquidation has a line of its own, and is none of the levels at which rules act next', () => {
  const engine = end(holding([100.5], { account: { equity: '100000', leverage: '3' } }));
  const [managed] = engine.core.book;
  expect(managed && chartLevels(managed, explain(managed, engine.core.ts))).toEqual([]);
});

describe('the row of instruments', () => {
  const minute = (open: number, close: number) => [open, Math.max(open, close), Math.min(open, close), close] as const;
  const two = (): Engine =>
    new Engine({
      tapes: [
        barsTape([minute(50, 50), minute(50, 51), minute(51, 52)], { ...STOCK, symbol: 'BBB' }),
        barsTape([minute(200, 199), minute(199, 198), minute(198, 198)], { ...STOCK, symbol: 'AAA' }),
      ],
      policy: policyWith(),
      barPath: 'ohlc',
    });
  const views = (engine: Engine) => instrumentViews(engine.core, new Map(), () => String, new Diary());

  it('has each with its last price and what the day has brought', () => {
    expect(views(end(two()))).toEqual([
      { symbol: 'AAA', last: '198.00', dayPercent: '-1.00', plan: null },
      { symbol: 'BBB', last: '52.00', dayPercent: '4.00', plan: null },
    ]);
  });

  it('is empty where nothing has traded yet', () => {
    expect(views(two()).map(({ last, dayPercent }) => [last, dayPercent])).toEqual([
      ['', ''],
      ['', ''],
    ]);
  });

  it('shows positions of all of them in one table, and each on its own chart only', () => {
    const engine = two();
    engine.run(2);
    for (const symbol of ['AAA', 'BBB'])
      engine.command(entryOf({ symbol, quantity: '10', stop: symbol === 'AAA' ? '190' : '40' }));
    end(engine);
    expect(positions(engine).map(({ symbol }) => symbol)).toEqual(['AAA', 'BBB']);
    expect(drawn(engine, 'AAA')?.id).toBe('AAA-1');
    expect(drawn(engine, 'BBB')?.id).toBe('BBB-1');
  });
});
