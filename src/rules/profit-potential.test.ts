import { describe, expect, it } from 'vitest';
import type { Side } from '../domain/position.ts';
import { end, eventsOf, holding, mirrored, readingOf } from '../engine/testing.ts';

const ON = {
  evaluateEvery: 'tick',
  rules: { 'profit-potential': { enabled: true } },
  autonomy: { 'profit-potential': 'auto' },
};

describe.each(['long', 'short'] as Side[])('profit potential of a %s', (side) => {
  const { at } = mirrored(side);

  it.each([100.01, 105, 99.5, 100])('[R11] decides nothing at %d while there is no model that may speak', (price) => {
    const engine = end(holding([at(price), [61, at(price)], [3_700, at(price)]], ON, { side }));
    expect(eventsOf(engine, 'ProposalOpened')).toEqual([]);
    expect(eventsOf(engine, 'StopRaised')).toEqual([]);
  });

  it('[R11] says that no model is used, for closing and for trailing', () => {
    const engine = end(holding([at(105)], ON, { side }));
    for (const [trigger, comparison, threshold] of [
      [0, '<', '0.5%'],
      [1, '>', '2%'],
    ] as const) {
      const { state, criteria } = readingOf(engine, 'profit-potential', trigger);
      expect(state).toBe('done');
      expect(criteria).toEqual([
        {
          label: 'Price against entry',
          comparison: side === 'long' ? '>' : '<',
          threshold: '100.00',
          value: at(105).toFixed(2),
          verdict: 'pass',
          level: '100.00',
        },
        { label: 'Expected further profit', comparison, threshold, value: 'not used: no model', verdict: 'left-out' },
      ]);
    }
  });
});
