import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

const SEEDS = 200;

describe('the whole stack under faults', () => {
  it('[P6][P12][F12][F14] killed, failing and out of order, loses nothing that it has shown, does nothing twice, and comes back to the same', async () => {
    const seen = { crashes: 0, faults: 0, held: 0, commands: 0, records: 0 };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { broken, story, figures } = await simulate(seed);
      if (broken !== undefined) throw new Error(`seed ${seed}: ${broken}\n${story.join('\n')}`);
      for (const what of Object.keys(seen) as (keyof typeof seen)[]) seen[what] += figures[what];
    }
    // what never happens proves nothing
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(SEEDS / 4);
  });

  it('tells the same story of the same seed', async () => {
    expect((await simulate(7)).story).toEqual((await simulate(7)).story);
  });
});
