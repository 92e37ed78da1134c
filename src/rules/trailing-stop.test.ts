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
  holding,
  lastPosition,
  policyWith,
  readingOf,
} from '../engine/testing.ts';

const trail = (distance: string, activate = '2R') => ({ rules: { 'trailing-stop': { enabled: true, activate, distance } } });

describe.each(['long', 'short'] as Side[])('the trailing stop of a %s', (side) => {
  const at = (price: number): number => (side === 'long' ? price : Number((200 - price).toFixed(2)));

  it('[R7] comes on at the level that it names, not one tick short of it', () => {
    const engine = holding([at(101.99), at(102)], trail('0.5R'), { side });
    expect(readingOf(engine, 'trailing-stop').level).toBe(at(102));
    engine.run(3);
    expect(eventsOf(engine, 'TrailingStarted')).toEqual([]);
    end(engine);
    expect(eventsOf(engine, 'TrailingStarted')).toMatchObject([{ price: String(at(102)) }]);
    expect(lastPosition(engine).stop?.toNumber()).toBe(at(101.5));
    expect(eventsOf(engine, 'ProposalOpened')[0]?.proposal.criteria[0]).toMatchObject({
      threshold: '2R',
      value: '2.00R',
      verdict: 'pass',
    });
  });

  it('[R7] follows the best price since then, tick by tick, and never goes back', () => {
    const engine = holding([at(102), at(102.01), at(101.8), at(103), at(102.6)], trail('0.5R'), { side });
    const stops = [3, 4, 5, 6, 7].map((row) => {
      engine.run(row);
      return lastPosition(engine).stop?.toNumber();
    });
    expect(stops).toEqual([101.5, 101.51, 101.51, 102.5, 102.5].map(at));
    expect(readingOf(engine, 'trailing-stop', 1).level).toBe(at(103.01));
  });

  it('[R7] counts from the best price since it came on, not from one before', () => {
    const engine = holding([at(101.9), at(101), at(101)], trail('0.5R', '1.95R'), { side });
    engine.run(4);
    engine.command({ type: 'MoveStop', positionId: 'TEST-1', price: String(at(99.5)), loosen: false });
    end(engine);
    expect(readingOf(engine, 'trailing-stop', 1).criteria[0]).toMatchObject({ verdict: 'unknown', value: 'unknown' });
    expect(eventsOf(engine, 'TrailingStarted')).toEqual([]);
  });
});

const quiet: Bar[] = Array.from({ length: 20 }, () => [100, 100.5, 99.5, 100]);

it('[R7] keeps one ATR behind the best price', () => {
  const tape = barsTape([...quiet, [100, 102, 100, 102], [102, 103, 102, 103]]);
  const engine = end(entered(tape, trail('1ATR'), {}, 'olhc'));
  expect(engine.market.history.column('atr')[19]).toBe(1);
  expect(eventsOf(engine, 'StopRaised').map(({ to, causedBy }) => [to, causedBy])).toEqual([
    ['101', 'trailing-stop'],
    ['101.92', 'trailing-stop'],
    // the last bar's range is below the average: the ATR shrinks as it closes
    ['101.93', 'trailing-stop'],
  ]);
});

it('[R7] does not come on while the ATR is not known, and the evidence says so', () => {
  const engine = end(holding([105, 106], trail('1ATR')));
  expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
  expect(readingOf(engine, 'trailing-stop').criteria[1]).toMatchObject({
    label: 'Distance known',
    value: 'unknown',
    verdict: 'unknown',
  });
});

it('[R7] moves at a bar’s close when the ATR has shrunk, from the best price so far', () => {
  const wild: Bar[] = Array.from({ length: 15 }, () => [100, 102, 98, 100]);
  const calm: Bar[] = Array.from({ length: 6 }, () => [104, 104.2, 103.8, 104]);
  const tape = barsTape([...wild, [100, 104, 100, 104], [104, 105, 104, 104], ...calm]);
  const engine = new Engine({ tapes: [tape], policy: policyWith(trail('1ATR', '1R')), barPath: 'olhc' });
  engine.run(15);
  engine.command(entryOf({ stop: '97' }));
  for (const row of [18, 20, 23]) {
    engine.run(row);
    expect(lastPosition(engine).stop?.toNumber()).toBe(Math.floor((105 - engine.market.atr) * 100) / 100);
  }
});
