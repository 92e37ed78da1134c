import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, dec, ZERO } from '../domain/decimal.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import { sign } from '../domain/position.ts';
import type { ActionKind, Autonomy } from '../domain/proposal.ts';
import { Engine, type Setup } from './engine.ts';
import { emptyState, evolve, multiplierOf, type State } from './state.ts';
import { runWith, textOf, worldOf } from './testing.ts';

const RUNS = { numRuns: 1_000, seed: 20_190_215 };
const seeds = fc.integer({ min: 1, max: 1_000_000_000 });
const forAll = (holds: (seed: number) => void): void => fc.assert(fc.property(seeds, holds), RUNS);

/** What a fold of the journal gives, from JSON text, as a restart would do it. */
function folded({ policy, tape }: Setup, records: readonly JournalRecord[]): State {
  const autonomy = Object.entries(policy.policy.autonomy) as [ActionKind, Autonomy][];
  const state = emptyState(dec(policy.policy.account.equity), autonomy, [[tape.instrument.symbol, dec(tape.instrument.multiplier)]]);
  for (const record of records) evolve(state, JSON.parse(JSON.stringify(record)) as JournalRecord);
  return state;
}

/** A value with decimals as their text, so that equal amounts are equal. */
function plain(value: unknown): unknown {
  if (Decimal.isDecimal(value)) return `#${dec(value as Decimal).toFixed()}`;
  if (value instanceof Map) return [...value].map(([key, inner]) => [key, plain(inner)]);
  if (value instanceof Set) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined).map(([key, inner]) => [key, plain(inner)]));
  return value;
}

/** Another way to cut the same run with the same decisions into pieces. */
function repeated(setup: Setup, first: Engine, cut: (engine: Engine) => void): Engine {
  const again = new Engine({ ...setup, decisions: first.allDecisions });
  while (!again.ended) cut(again);
  return again;
}

describe('the promises of the engine, over random tapes, policies and clicks', () => {
  it('[P1] a stop never loosens, long or short, except by an override that the journal shows', () => {
    forAll((seed) => {
      const { journal, state } = runWith(worldOf(seed), seed);
      const stops = new Map<string, Decimal>();
      for (const { event } of journal) {
        if (event.type === 'StopSet') stops.set(event.positionId, dec(event.price));
        if (event.type !== 'StopRaised' && event.type !== 'StopLoosened') continue;
        const side = sign(state.positions.get(event.positionId)?.side ?? 'long');
        const change = dec(event.to).minus(event.from).times(side);
        expect(stops.get(event.positionId)?.toFixed()).toBe(event.from);
        expect(event.type === 'StopRaised' ? change.greaterThan(0) : change.lessThan(0)).toBe(true);
        if (event.type === 'StopLoosened') expect(event.causedBy).toBe('user');
        stops.set(event.positionId, dec(event.to));
      }
    });
  });

  it('[P1] no price ever leaves a position open beyond its stop', () => {
    forAll((seed) => {
      runWith(worldOf(seed), seed, ({ state, market }) => {
        for (const { quantity, stop, side, id } of state.positions.values())
          if (stop && !quantity.isZero() && !dec(market.last).minus(stop).times(sign(side)).greaterThan(0))
            throw new Error(`${id} ${side} is open at ${market.last} with its stop at ${stop.toFixed()}`);
      });
    });
  });

  it('[P3] open tranches sum to the position, and none is negative', () => {
    forAll((seed) => {
      runWith(worldOf(seed), seed, ({ state }) => {
        for (const { tranches, quantity, cost, realizedPnl, fees, status } of state.positions.values()) {
          const sum = (key: 'remaining' | 'remainingCost' | 'realizedPnl' | 'fees'): string =>
            tranches.reduce((total, tranche) => total.plus(tranche[key]), ZERO).toFixed();
          expect([sum('remaining'), sum('remainingCost'), sum('realizedPnl'), sum('fees')]).toEqual(
            [quantity, cost, realizedPnl, fees].map((total) => total.toFixed()),
          );
          expect(tranches.some(({ remaining, remainingCost }) => remaining.isNegative() || remainingCost.isNegative())).toBe(false);
          if (status === 'CLOSED') expect(quantity.isZero()).toBe(true);
        }
      });
    });
  });

  it('[P4] net realised and unrealised profit is the cash flow after fees plus the marked value, exactly', () => {
    forAll((seed) => {
      const { state, market } = runWith(worldOf(seed), seed);
      let profit = ZERO;
      let value = ZERO;
      for (const position of state.positions.values()) {
        const marked = position.quantity.times(market.last).times(multiplierOf(state, position.symbol)).times(sign(position.side));
        profit = profit.plus(position.realizedPnl).plus(marked.minus(position.cost.times(sign(position.side))));
        value = value.plus(marked);
      }
      for (const { cash, startingEquity } of state.accounts.values())
        expect(profit.toFixed()).toBe(cash.minus(startingEquity).plus(value).toFixed());
    });
  });

  it('[P5] the same input, policy and decisions give the same journal, byte for byte', () => {
    forAll((seed) => {
      const first = runWith(worldOf(seed), seed);
      const again = repeated(worldOf(seed), first, (engine) => engine.run(Number.POSITIVE_INFINITY));
      expect(textOf(again)).toBe(textOf(first));
    });
  });

  it('[P7] how the run is cut into pieces never changes the journal', () => {
    forAll((seed) => {
      const setup = worldOf(seed);
      const first = runWith(setup, seed);
      let turn = seed;
      const again = repeated(setup, first, (engine) => {
        turn = (turn * 48_271) % 2_147_483_647;
        if (turn % 4 === 0) engine.step();
        else if (turn % 4 === 1) engine.run(engine.rowsDone + (turn % 17));
        else engine.run(engine.rowsDone + 20, turn % 4 === 2 ? 'event' : 'proposal');
      });
      expect(textOf(again)).toBe(textOf(first));
    });
  });

  it('[P7] a position that is woken at every price decides what one does that sleeps between its levels', () => {
    forAll((seed) => {
      const setup = worldOf(seed);
      const first = runWith(setup, seed);
      const awake = repeated(setup, first, (engine) => {
        engine.market.lower = Number.POSITIVE_INFINITY;
        for (const managed of engine.core.book) managed.stale = true;
        engine.step();
      });
      expect(textOf(awake)).toBe(textOf(first));
    });
  });

  it('[P12] at most one action is live per position, rule and trigger', () => {
    forAll((seed) => {
      const { journal } = runWith(worldOf(seed), seed);
      const live = new Map<string, string>();
      const keys = new Map<string, string>();
      const ends: readonly Event['type'][] = ['ProposalRejected', 'ProposalExpired', 'ProposalSuperseded', 'ProposalApplied', 'ProposalFailed'];
      for (const { event } of journal) {
        if (event.type === 'ProposalOpened') {
          const { positionId, rule, trigger, id } = event.proposal;
          const key = `${positionId} ${rule} ${trigger}`;
          expect(live.get(key)).toBeUndefined();
          live.set(key, id);
          keys.set(id, key);
        } else if (ends.includes(event.type) && 'proposalId' in event && event.proposalId !== undefined) live.delete(keys.get(event.proposalId) ?? '');
      }
    });
  });

  it('a fold of the journal, read back from its text, is the live state', () => {
    forAll((seed) => {
      const setup = worldOf(seed);
      const { journal, state } = runWith(setup, seed);
      expect(plain(folded(setup, journal))).toEqual(plain(state));
    });
  });
});
