import { expect, it } from 'vitest';
import { noFigures, plus, simulate } from './simulate.ts';

const SEEDS = 200;

it('[P6][P12][F12][F14] killed, failing, slow and out of order, it loses nothing that it has shown, does nothing twice, and comes back to the same', async () => {
  let figures = noFigures();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { broken, story, figures: own } = await simulate(seed);
    if (broken) throw new Error(`seed ${seed}, ${broken.promise}: ${broken.why}\n${story.join('\n')}`);
    figures = plus(figures, own);
  }
  // what never happens proves nothing
  const { faults, ...happened } = figures;
  expect(Object.entries(happened).filter(([, count]) => count < SEEDS / 10)).toEqual([]);
  const wanted = ['append: failed', 'append: quota', 'append: order', 'begin: failed', 'mark: failed', 'open: busy', 'torn tail'];
  expect(wanted.filter((kind) => !faults[kind])).toEqual([]);
});

it('tells the same story of the same seed', async () => {
  const [one, other] = [await simulate(7), await simulate(7)];
  expect(one.story.length).toBeGreaterThan(50);
  expect(other).toEqual(one);
});
