import { expect, it } from 'vitest';
import { runWith, worldOf } from '../engine/chance.ts';
import { decisionsOf } from '../engine/engine.ts';
import { textOf } from '../engine/testing.ts';
import { walked } from './walk.ts';

it('a session that is walked again has the same journal, and its equity from where it began to where it stands', () => {
  for (let seed = 1; seed <= 20; seed += 1) {
    const { policy, entries = [], ...world } = worldOf(seed);
    const engine = runWith({ ...world, policy, entries }, seed);
    const one = { name: 'it', ...world, policy: policy.source, entries, decisions: decisionsOf(engine.journal), place: null };
    const { journal, equity } = walked(structuredClone(one), () => undefined);
    expect(journal.map((record) => JSON.stringify(record)).join('\n'), `seed ${seed}`).toBe(textOf(engine));
    expect(equity.equity[0]).toBe(Number(policy.policy.account.equity));
    expect(equity.ts.length).toBe(equity.equity.length);
  }
});
