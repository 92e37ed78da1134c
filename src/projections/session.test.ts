import { describe, expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { explainBook } from '../engine/explain.ts';
import { openBundled } from '../feeds/open.ts';
import { loadPreset } from '../policy/load.ts';
import { rules } from '../rules/index.ts';
import { ChartFold } from './chart.ts';
import { pins, proposalViews } from './desk.ts';
import { Diary } from './diary.ts';
import { figuresJson, positionsJson } from './figures.ts';
import { accountView, chartView, positionViews } from './holdings.ts';

/** A real run of the bundled session: long at a row, everything approved, until `rows` are done or the position is closed. */
async function run(start: number, until: (engine: Engine) => boolean): Promise<Engine> {
  const { tape } = await openBundled();
  const engine = new Engine({ tapes: [tape], policy: loadPreset('intraday'), barPath: 'adverse-first' });
  engine.run(start);
  engine.command({ type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'ticket' });
  while (!engine.ended && !until(engine)) {
    if (engine.run(engine.rowsDone + 1, 'proposal') !== 'proposal') continue;
    for (const { status, proposal } of engine.state.proposals.values())
      if (status === 'proposed' && !until(engine)) engine.command({ type: 'ApproveProposal', proposalId: proposal.id });
  }
  return engine;
}

/** True once nothing is held and nothing works any more. */
const over = ({ core }: Engine): boolean => core.book.length === 0 && core.state.orders.size === 0;

function diaryOf(engine: Engine): Diary {
  const diary = new Diary();
  for (const record of engine.journal) diary.apply(record, (id) => engine.state.proposals.get(id)?.proposal);
  return diary;
}
const clock = (ts: number): string => new Date(ts).toISOString().slice(11, 16);

function chartOf(engine: Engine) {
  const fold = new ChartFold('DEMO', 2);
  for (const record of engine.journal) fold.apply(record);
  return chartView(engine.core, 'DEMO', fold.open, explainBook(engine.core), pins(engine.state.proposals.values(), 'DEMO'));
}

/** The first entry of the bundled session after which two tranches are held. */
async function withTwoTranches(): Promise<Engine> {
  for (let start = 60; start < 1_900; start += 5) {
    const engine = await run(start, (running) => over(running) || (running.core.book[0]?.position.adds ?? 0) > 0);
    if (engine.core.book[0]?.position.adds === 1) return engine;
  }
  throw new Error('the bundled session has no entry that is scaled in');
}

describe('the views of a session', () => {
  it('draws tranches as bands, the stop as a staircase that ends at the real stop, and the average of what is held', async () => {
    const engine = await withTwoTranches();
    const position = engine.core.book[0]?.position;
    const drawn = chartOf(engine).positions.find(({ id }) => id === position?.id);
    expect(drawn?.tranches.map(({ price }) => String(price))).toEqual(
      position?.tranches.map(({ entryPrice }) => entryPrice.toFixed()),
    );
    expect(drawn?.stops.at(-1)?.price).toBe(position?.stop?.toNumber());
    expect(drawn?.averages.at(-1)?.price).toBeCloseTo(engine.core.book[0]?.average ?? Number.NaN, 9);
    expect(drawn?.stops[0]?.reason).toBe('first stop');
  });

  it('shows a position whose tranches sum to it, with the money at the stop and what happens next', async () => {
    const engine = await withTwoTranches();
    const [view] = positionViews(
      engine.core,
      engine.state.positions.values(),
      explainBook(engine.core),
      () => clock,
      diaryOf(engine),
    );
    expect(view?.tranches).toHaveLength(2);
    expect(view?.tranches.reduce((sum, { remaining }) => sum + Number(remaining), 0)).toBe(Number(view?.quantity));
    expect(view?.next.length).toBeGreaterThan(0);
    expect(view?.rules.map(({ rule }) => rule).toSorted()).toEqual(rules.map(({ id }) => id).toSorted());
    expect(view?.rules.find(({ rule }) => rule === 'stop-loss')?.state).toMatch(`armed at ${Number(view?.stop).toFixed(2)}`);
    expect(view?.rules.find(({ rule }) => rule === 'scale-in')?.state).toMatch(/^done \d\d:\d\d$/);
  });

  it('puts next levels beyond the price that has been reached: those of a profit above it, those of a loss below it', async () => {
    const engine = await run(60, ({ core }) => core.book.length > 0);
    const last = engine.market.last;
    const levels = chartOf(engine).nextLevels;
    const [above, below] = [levels.filter(({ price }) => price > last), levels.filter(({ price }) => price < last)];
    const named = (found: typeof levels): string[] => found.map(({ label }) => label.replace(/ · waits .*$/, ''));
    expect(named(above)).toEqual(['scale-in from 0.5R', 'breakeven 1R', '50% off at 1.5R', 'trailing from 2R']);
    expect(named(below)).toEqual(['early exit while losing', 'daily loss 3%']);
    expect(above.length + below.length).toBe(levels.length);
  });

  it('queues an open proposal with its evidence and pins it, and keeps what applied by itself out of the queue', async () => {
    for (let start = 60; start < 1_900; start += 5) {
      const engine = await run(
        start,
        (running) => over(running) || [...running.state.proposals.values()].some(({ status }) => status === 'proposed'),
      );
      const open = [...engine.state.proposals.values()].filter(({ status }) => status === 'proposed');
      if (open.length === 0) continue;
      const views = proposalViews(
        engine.state.proposals.values(),
        () => 'long',
        () => '1',
        '0.25R',
        (proposal) => proposal,
      );
      expect(views[0]).toMatchObject({ id: open[0]?.proposal.id, status: 'proposed', actionable: true });
      expect(views[0]?.criteria.length).toBeGreaterThan(0);
      expect(views.every(({ autonomy }) => autonomy.mode !== 'auto')).toBe(true);
      expect(chartOf(engine).pins.map(({ proposalId }) => proposalId)).toEqual(open.map(({ proposal }) => proposal.id));
      return;
    }
    throw new Error('the bundled session has no entry that comes to a proposal');
  });

  it('figures count what the journal says, and equity is the start plus what was realised once all is closed', async () => {
    const engine = await run(60, over);
    const figures = figuresJson(engine.state, engine.journal, (account) => engine.core.equity(account));
    const positions = positionsJson(engine.state);
    expect(figures).toMatchObject({ positions: 1, equity: { paper: engine.core.equity('paper').toFixed() } });
    expect(positions[0]).toMatchObject({ status: 'CLOSED', quantity: '0' });
    expect(engine.core.equity('paper').minus(100_000).toFixed()).toBe(figures['netPnl']);
    expect(accountView(engine.core, [], diaryOf(engine), () => false)).toMatchObject({
      openRisk: '0.00',
      notionalPercent: '0.00',
    });
  });
});
