import { describe, expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { barsTape, end, entryOf, holding, lastPosition, policyWith, type Nested, tradesTape } from '../engine/testing.ts';
import { Diary } from './diary.ts';

function diaryOf(engine: Engine): Diary {
  const diary = new Diary();
  for (const record of engine.journal) diary.apply(record, (id) => engine.state.proposals.get(id)?.proposal);
  return diary;
}

describe('the diary of a journal', () => {
  it('[R5] knows when a rule acted, and of those that never did that they never did', () => {
    const engine = end(holding([[30, 101]], { rules: { breakeven: { enabled: true } } }));
    const { id, openedTs } = lastPosition(engine);
    expect(diaryOf(engine).actedAt(id, 'breakeven')).toBe(openedTs + 29_000);
    expect(diaryOf(engine).actedAt(id, 'trailing-stop')).toBeUndefined();
  });

  it('says how a position ended, and that the market jumped over its stop', () => {
    const engine = end(holding([97]));
    expect(diaryOf(engine).ending(lastPosition(engine).id)).toBe('stop · gapped');
    const open = end(holding([100]));
    expect(diaryOf(open).ending(lastPosition(open).id)).toBe('');
  });

  it('[F11] says that one bar touched stop and target alike', () => {
    const tape = barsTape([
      [100, 100, 100, 100],
      [100, 100, 100, 100],
      [100, 103, 98, 100],
    ]);
    const engine = new Engine({ tapes: [tape], policy: policyWith(), barPath: 'adverse-first' });
    engine.run(1);
    engine.command(entryOf({ target: '102' }));
    expect(diaryOf(end(engine)).ending(lastPosition(engine).id)).toBe('stop · stop and target in one bar');
  });

  it('[R3] keeps what an early exit saved against the stop', () => {
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
    expect(diaryOf(engine).saving(lastPosition(engine).id)).toMatchObject({ saved: '50', savedPercent: '50' });
  });

  it('[R15] remembers when a halt began and with which figure, until it ends', () => {
    const over: Nested = {
      account: { equity: '10000' },
      rules: { 'daily-loss': { enabled: true, limit: '3%', positions: 'keep' } },
    };
    const engine = end(holding([[30, 96.9]], over, { stop: '90' }));
    expect(diaryOf(engine).halt('daily-loss')).toMatchObject({ figure: '3.10%' });
    expect(diaryOf(engine).halt('drawdown-halt')).toBeUndefined();
  });

  it('keeps the guard that held a rule back, with figure and limit', () => {
    const over: Nested = {
      limits: { tranches: 1 },
      rules: {
        'scale-in': {
          enabled: true,
          volume: 'none',
          macd: false,
          rsi: 'none',
          resistance: false,
          continuation: 'none',
          profit: '0.5R',
        },
      },
    };
    const engine = end(
      holding(
        [
          [60, 100.8],
          [121, 100.8],
        ],
        over,
      ),
    );
    expect(diaryOf(engine).blockedBy(lastPosition(engine).id, 'scale-in')).toMatch(/tranches.*\(2 against 1\)/);
  });

  it('is empty for a tape on which nothing happened', () => {
    const engine = end(new Engine({ tapes: [tradesTape([100, 101])], policy: policyWith(), barPath: 'ohlc' }));
    expect(diaryOf(engine).ending('TEST-1')).toBe('');
  });
});
