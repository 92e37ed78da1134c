import { describe, expect, it } from 'vitest';
import { randomCommand, runWith, worldOf } from './chance.ts';
import { dice } from './dice.ts';
import { decisionsOf, Engine } from './engine.ts';
import { textOf } from './testing.ts';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

const toTheEnd = (engine: Engine): string => {
  engine.run(Number.POSITIVE_INFINITY);
  return textOf(engine);
};

describe('a copy of a run', () => {
  it('goes on as the run itself does, from wherever it was made, and neither sees the other', () => {
    for (const seed of SEEDS) {
      const world = worldOf(seed);
      const played = runWith(world, seed);
      const decisions = decisionsOf(played.journal);
      const straight = toTheEnd(new Engine({ ...world, decisions }));
      const engine = new Engine({ ...world, decisions });
      const next = dice(seed);
      const copies: Engine[] = [];
      while (!engine.ended) {
        engine.step();
        if (next() < 0.04) copies.push(engine.copy());
      }
      // each is walked while those after it still stand where they were made
      for (const copy of copies) {
        const from = textOf(copy);
        expect(straight.startsWith(from), `seed ${seed}`).toBe(true);
        // a copy of a copy is left behind by what happens to the one it was made of
        const kept = copy.copy();
        for (let i = 0; i < 5; i += 1) copy.command(randomCommand(copy, next));
        toTheEnd(copy);
        expect(textOf(kept), `seed ${seed}`).toBe(from);
        expect(toTheEnd(kept), `seed ${seed}`).toBe(straight);
      }
      expect(textOf(engine), `seed ${seed}`).toBe(straight);
    }
  }, 60_000);

  it('can be given other decisions for what comes', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const world = worldOf(seed);
      const decisions = decisionsOf(runWith(world, seed).journal);
      const engine = new Engine({ ...world, decisions });
      engine.run(10);
      const taken = decisionsOf(engine.journal);
      const others = [...taken, ...decisions.slice(taken.length).filter((_, i) => i % 2 === 0)];
      expect(toTheEnd(engine.copy(others)), `seed ${seed}`).toBe(toTheEnd(new Engine({ ...world, decisions: others })));
    }
  }, 60_000);
});
