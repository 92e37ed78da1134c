import { describe, expect, it } from 'vitest';
import type { Command } from '../domain/commands.ts';
import { runWith, worldOf } from './chance.ts';
import { Engine } from './engine.ts';
import { entryOf, eventsOf, holding, lastPosition, textOf } from './testing.ts';

const hold = (on: boolean): Command => ({ type: 'SetHold', reason: 'store', on });

describe('while the journal cannot be saved', () => {
  it('[F14] entries, adds and looser stops are refused, exits and tighter stops are not, and all goes on once it can', () => {
    const engine = holding([100, 100]);
    const { id } = lastPosition(engine);
    engine.command(hold(true));
    engine.command(entryOf({ quantity: '10' }));
    engine.command({ type: 'MoveStop', positionId: id, price: '97', loosen: true });
    engine.command({ type: 'MoveStop', positionId: id, price: '99.5', loosen: false });
    engine.command({ type: 'ReducePosition', positionId: id, quantity: '40' });
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{ refusal: { code: 'HELD', figure: 'store' } }]);
    expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ command: 'MoveStop', refusal: { code: 'HELD' } }]);
    expect(eventsOf(engine, 'StopRaised')).toMatchObject([{ to: '99.5' }]);
    engine.command(hold(false));
    engine.command(entryOf({ quantity: '10' }));
    expect(eventsOf(engine, 'EntryDenied').filter(({ refusal }) => refusal.code === 'HELD')).toHaveLength(1);
    expect(eventsOf(engine, 'HoldBegan')).toHaveLength(1);
    expect(eventsOf(engine, 'HoldEnded')).toHaveLength(1);
  });

  it('holding what is held already is refused and changes nothing', () => {
    const engine = holding([100, 100]);
    engine.command(hold(false));
    expect(eventsOf(engine, 'CommandRefused')).toMatchObject([{ refusal: { code: 'HOLD_UNCHANGED' } }]);
    expect(engine.state.holds.size).toBe(0);
  });
});

describe('a place at which a run has stood', () => {
  it('[P6] is come back to exactly, by row and point, with the same journal, of one tape and of several', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const whole = runWith(worldOf(seed), seed);
      const decisions = whole.allDecisions;
      const straight = new Engine({ ...worldOf(seed), decisions });
      const places: { at: Engine['at']; text: string; done: number }[] = [];
      for (let steps = 0; !straight.ended; steps += 1) {
        straight.step();
        if (steps % 37 === 0) places.push({ at: straight.at, text: textOf(straight), done: straight.rowsDone });
      }
      for (const { at, text, done } of places) {
        const again = new Engine({ ...worldOf(seed), decisions });
        again.goTo(at);
        expect([again.at, again.rowsDone, textOf(again) === text], `seed ${seed}`).toEqual([at, done, true]);
      }
    }
  });
});
