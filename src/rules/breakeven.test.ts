import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { end, eventsOf, holding, lastPosition, readingOf } from '../engine/testing.ts';

const ON = { rules: { breakeven: { enabled: true } } };
const flip = (side: Side, price: number): number => (side === 'long' ? price : Number((200 - price).toFixed(2)));
const sides: Side[] = ['long', 'short'];

describe.each(sides)('breakeven of a %s', (side) => {
  const at = (price: number): number => flip(side, price);

  it('[R5] fires at the level that it names, not one tick short of it, and raises the stop to the average entry', () => {
    const engine = holding([at(100.99), at(101)], ON, { side });
    expect(readingOf(engine, 'breakeven').level).toBe(at(101));
    engine.run(3);
    expect(eventsOf(engine, 'StopRaised')).toEqual([]);
    end(engine);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([
      { from: String(at(99)), to: '100', causedBy: 'breakeven', alsoBy: [] },
    ]);
    expect(eventsOf(engine, 'ProposalOpened').map(({ proposal }) => proposal.criteria[0])).toEqual([
      { label: 'Open profit', comparison: '≥', threshold: '1R', value: '1.00R', verdict: 'pass', level: at(101).toFixed(2) },
    ]);
  });

  it('[R5] fires once, however often the level is crossed', () => {
    const engine = end(holding([at(101), at(100.5), at(101.2), at(100.7), at(101)], ON, { side }));
    expect(eventsOf(engine, 'StopRaised')).toHaveLength(1);
  });

  it('[R5] includes the fees paid and those of leaving: out at the raised stop, the position has lost nothing', () => {
    const engine = end(holding([at(101), at(100)], { ...ON, account: { commissionPerUnit: '0.01' } }, { side }));
    expect(eventsOf(engine, 'StopRaised')[0]?.to).toBe(String(at(100.02)));
    // the trade at 100 has jumped over the stop
    expect(eventsOf(engine, 'OrderFilled').at(-1)).toMatchObject({ purpose: 'stop', gapped: true, price: '100' });
    const exact = end(holding([at(101), at(100.02)], { ...ON, account: { commissionPerUnit: '0.01' } }, { side }));
    expect(lastPosition(exact).realizedPnl.toFixed()).toBe('0');
  });

  it('[R5] rests where the stop is already nearer', () => {
    const engine = holding([at(100.9), at(101.5)], ON, { side });
    engine.run(3);
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: String(at(100.5)), loosen: false });
    end(engine);
    expect(eventsOf(engine, 'StopRaised').map(({ causedBy }) => causedBy)).toEqual(['user']);
  });
});

it('[R5] puts the stop of an entry at 100 to 102 at +10 % with a buffer of 2 % (S1)', () => {
  const over = { rules: { breakeven: { enabled: true, trigger: '10%', buffer: '2%' } } };
  const engine = holding([109.99, 110], over, { stop: '92' });
  expect(readingOf(engine, 'breakeven').level).toBe(110);
  engine.run(3);
  expect(lastPosition(engine).stop?.toFixed()).toBe('92');
  expect(lastPosition(end(engine)).stop?.toFixed()).toBe('102');
});

it.each([
  ['1R', 101],
  ['1.5%', 101.5],
  ['$150', 101.5],
  ['$33', 100.33],
])('[R5] reaches %s at %d', (trigger, level) => {
  expect(readingOf(holding([], { rules: { breakeven: { enabled: true, trigger } } }), 'breakeven').level).toBe(level);
});

it('[R5] never fires on an ATR that is not known yet, and says so', () => {
  const engine = holding([150], { rules: { breakeven: { enabled: true, trigger: '1ATR' } } });
  end(engine);
  expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
  expect(readingOf(engine, 'breakeven').criteria[0]).toMatchObject({ verdict: 'unknown', value: 'unknown' });
});
