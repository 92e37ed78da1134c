import { describe, expect, it } from 'vitest';
import { dec } from '../domain/decimal.ts';
import { runWith, worldOf } from '../engine/chance.ts';
import { decisionsOf } from '../engine/engine.ts';
import { eventsOf, textOf } from '../engine/testing.ts';
import type { Case } from './case.ts';
import { DECIDERS, runAgain } from './decide.ts';
import { resultsOf } from './entry-results.ts';

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

function played(seed: number): { one: Case; text: string } {
  const { policy, entries = [], ...world } = worldOf(seed);
  const engine = runWith({ ...world, policy, entries }, seed);
  engine.run(Number.POSITIVE_INFINITY);
  const decisions = decisionsOf(engine.journal);
  return { one: { name: 'it', ...world, policy: policy.source, entries, decisions, place: null }, text: textOf(engine) };
}

const nothing = (): void => undefined;

describe('a session that is run again', () => {
  it('as a branch has the journal that it had', () => {
    for (const seed of SEEDS) {
      const { one, text } = played(seed);
      expect(textOf(runAgain({ one, decider: 'branch' }, nothing).engine), `seed ${seed}`).toBe(text);
    }
  });

  it('with its decisions repeated under its own policy has the journal that it had, as long as no other policy was put in force', () => {
    let same = 0;
    for (const seed of SEEDS) {
      const { one, text } = played(seed);
      if (one.decisions.some(({ command }) => command.type === 'SetPolicy')) continue;
      const again = runAgain({ one, decider: 'repeat' }, nothing);
      // a decision about what was not there any more is left out instead of being refused
      if (again.dropped > 0) continue;
      same += 1;
      expect(textOf(again.engine), `seed ${seed}`).toBe(text);
    }
    expect(same).toBeGreaterThan(1);
  });

  it('asks for the same entries at the same places whoever decides', () => {
    for (const seed of SEEDS) {
      const { one } = played(seed);
      const asked = DECIDERS.map((decider) =>
        runAgain({ one, decider }, nothing).book.entries.map(({ at, command }) => JSON.stringify([at, command])),
      );
      for (const entries of asked) expect(entries, `seed ${seed}`).toEqual(asked[0]);
    }
  });

  it('answers everything that waits where everything is approved or rejected', () => {
    let waiting = 0;
    for (const seed of SEEDS) {
      const { one } = played(seed);
      const approved = runAgain({ one, decider: 'approve' }, nothing).engine;
      expect(eventsOf(approved, 'ProposalRejected'), `seed ${seed}`).toEqual([]);
      const rejected = runAgain({ one, decider: 'reject' }, nothing).engine;
      waiting += eventsOf(rejected, 'ProposalRejected').length;
      expect(
        eventsOf(rejected, 'ProposalApproved').filter(({ by }) => by === 'user'),
        `seed ${seed}`,
      ).toEqual([]);
      expect(eventsOf(runAgain({ one, decider: 'own' }, nothing).engine, 'ProposalRejected')).toEqual([]);
    }
    expect(waiting).toBeGreaterThan(5);
  });

  it('has results that sum to the change of equity, to the cent and beyond', () => {
    let entries = 0;
    for (const seed of SEEDS)
      for (const decider of DECIDERS) {
        const ran = runAgain({ one: played(seed).one, decider }, nothing);
        const { entries: results, own } = resultsOf(ran);
        const sum = results.reduce((total, { pnl }) => total.plus(pnl), own.pnl);
        const { core, state } = ran.engine;
        const equity = [...state.accounts.keys()].reduce(
          (total, id) => total.plus(core.equity(id).minus(state.startingEquity)),
          dec(0),
        );
        expect(sum.toFixed(), `seed ${seed} ${decider}`).toBe(equity.toFixed());
        entries += results.length;
      }
    expect(entries).toBeGreaterThan(50);
  });
});
