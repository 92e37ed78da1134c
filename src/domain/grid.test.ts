import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dec } from './decimal.ts';
import { Grid } from './grid.ts';

const steps = fc.constantFrom('0.01', '0.25', '1', '0.1', '0.001', '5', '0.00000001', '0.05', '12.5');

describe('a grid', () => {
  it.each([
    ['0.01', 101.005, 'down', 101],
    ['0.01', 101.005, 'up', 101.01],
    ['0.01', 101.01, 'down', 101.01],
    ['0.01', 101.01, 'up', 101.01],
    ['0.25', 2500.3, 'down', 2500.25],
    ['0.25', 2500.3, 'up', 2500.5],
    ['0.1', 0.3, 'down', 0.3],
    ['5', 12, 'up', 15],
  ] as const)('of %s rounds %d %s to %d', (step, price, towards, wanted) => {
    const grid = new Grid(step);
    expect(grid.round(price, towards)).toBe(wanted);
    expect(grid.snap(dec(price), towards).toNumber()).toBe(wanted);
  });

  it.each(['0', '-0.01', '0.0000000000001'])('refuses a step of %s', (step) => {
    expect(() => new Grid(step)).toThrow(`grid step ${step}: expected a decimal above 0 with at most 12 places`);
  });

  it('gives for every step the double that its decimal text parses to', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 10_000_000 }), (step, n) => {
        const grid = new Grid(step);
        expect(grid.at(n)).toBe(Number(grid.decimalAt(n).toFixed()));
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it('puts any price between the step below and the step above, which are one step apart or the price itself', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 1_000_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (step, n, part) => {
        const grid = new Grid(step);
        const price = grid.at(n) + part * grid.at(1);
        const [below, above] = [grid.floor(price), grid.ceil(price)];
        expect(grid.at(below)).toBeLessThanOrEqual(price);
        expect(grid.at(above)).toBeGreaterThanOrEqual(price);
        expect(above - below).toBe(grid.at(below) === price ? 0 : 1);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });

  it('rounds a grid price to itself, either way', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 10_000_000 }), (step, n) => {
        const grid = new Grid(step);
        expect([grid.floor(grid.at(n)), grid.ceil(grid.at(n))]).toEqual([n, n]);
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });
});
