import { expect, it } from 'vitest';
import { dec, text, ZERO } from '../domain/decimal.ts';
import { runWith, worldOf } from '../engine/chance.ts';
import { decisionsOf, Engine } from '../engine/engine.ts';
import { apart, branchWalked, type Standing } from './branch.ts';
import { setupOf } from './case.ts';

const standing = (over: Partial<Standing>): Standing => ({ ts: 0, realized: '0', equity: '100', r: null, ...over });

it('what a branch has come to at places on the way is what an engine has come to that stops there, whatever else is walked', () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    const { policy, entries = [], ...world } = worldOf(seed);
    const engine = runWith({ ...world, policy, entries }, seed);
    const one = {
      name: 'it',
      ...world,
      policy: policy.source,
      entries,
      decisions: decisionsOf(engine.journal),
      place: engine.at,
    };
    const places = [...new Map(engine.journal.map(({ tape }) => [`${tape.row}:${tape.point}`, tape])).values()].slice(1);
    const { at, end } = branchWalked(structuredClone({ one, places }), () => undefined);
    expect(at, `seed ${seed}`).toHaveLength(places.length);
    for (const index of [0, Math.floor(places.length / 2), places.length - 1]) {
      const place = places[index];
      if (!place) continue;
      const there = new Engine(setupOf(one));
      there.goTo(place);
      const realized = [...there.state.positions.values()].reduce((sum, position) => sum.plus(position.realizedPnl), ZERO);
      expect([at[index]?.ts, at[index]?.realized], `seed ${seed}, place ${index}`).toEqual([there.core.ts, text(realized)]);
    }
    const accounts = engine.state.accounts.size > 0 ? [...engine.state.accounts.keys()] : ['paper'];
    expect(end.equity).toBe(text(accounts.reduce((sum, id) => sum.plus(engine.core.equity(id)), dec(0))));
  }
});

it('draws every position of every instrument once, in the order of their opening', () => {
  const { policy, entries = [], ...world } = worldOf(3);
  const engine = runWith({ ...world, policy, entries }, 3);
  const one = { name: 'it', ...world, policy: policy.source, entries, decisions: decisionsOf(engine.journal), place: engine.at };
  const { drawn } = branchWalked({ one, places: [] }, () => undefined);
  const filled = [...engine.state.positions.values()].filter(({ tranches }) => tranches.length > 0);
  expect(Object.keys(drawn)).toEqual(engine.core.lanes.map(({ symbol }) => symbol));
  expect(
    Object.values(drawn)
      .flatMap((positions) => positions.map(({ id }) => id))
      .toSorted(),
  ).toEqual(filled.map(({ id }) => id).toSorted());
});

it('tells two standings apart exactly, and in R only where both have one', () => {
  expect(
    apart(standing({ realized: '0.1', equity: '100.3', r: '1.5' }), standing({ realized: '0.3', equity: '100.1', r: '2' })),
  ).toEqual({
    realized: '-0.2',
    equity: '0.2',
    r: '-0.5',
  });
  expect(apart(standing({ r: '1' }), standing({})).r).toBeNull();
});
