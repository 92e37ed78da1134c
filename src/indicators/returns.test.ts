import { describe, expect, it } from 'vitest';
import { correlation, Returns } from './returns.ts';
import { drawing } from './testing.ts';

/** Closes by bar number; null where the instrument has no bar. */
const taken = (closes: readonly (number | null)[], length = 61): Returns => {
  const returns = new Returns(length);
  for (const [i, close] of closes.entries()) if (close !== null) returns.update(i * 60_000, close);
  return returns;
};

/** Closes that grow by each of these fractions in turn. */
const grown = (changes: readonly number[], from = 100): number[] => {
  const closes = [from];
  for (const change of changes) closes.push((closes.at(-1) ?? NaN) * (1 + change));
  return closes;
};

const zigzag = (length: number): number[] => grown(Array.from({ length }, (_, i) => [0.01, -0.02, 0.03][i % 3] ?? 0));

/** Pearson's formula over all pairs. */
function pearson(pairs: readonly (readonly [number, number])[]): number {
  const mean = (of: (pair: readonly [number, number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [a, b] = [mean((pair) => pair[0]), mean((pair) => pair[1])];
  const covariance = mean((pair) => (pair[0] - a) * (pair[1] - b));
  return covariance / Math.sqrt(mean((pair) => (pair[0] - a) ** 2) * mean((pair) => (pair[1] - b) ** 2));
}

describe('Returns', () => {
  it('holds the last 61 closes, that is 60 simple returns, oldest first', () => {
    const returns = taken(Array.from({ length: 70 }, (_, i) => 100 + i));
    expect(returns.held).toBe(61);
    expect([returns.start(0), returns.start(60)]).toEqual([9 * 60_000, 69 * 60_000]);
    expect([returns.at(1), returns.at(60)]).toEqual([1 / 109, 1 / 168]);
    expect(taken([100, 110, 99]).held).toBe(3);
  });
});

describe('correlation', () => {
  it.each([
    // returns of b are 2 × those of a, then −2 ×, then independent of them: each value of one meets each of the other equally often
    { what: 'the same direction', a: [0.01, -0.01], b: [0.02, -0.02], expected: 1 },
    { what: 'opposite directions', a: [0.01, -0.01], b: [-0.02, 0.02], expected: -1 },
    { what: 'nothing in common', a: [0.01, 0.01, -0.01, -0.01], b: [0.01, -0.01, 0.01, -0.01], expected: 0 },
    // deviations (1, −1, 0, 0) and (1, 0, −1, 0): covariance 1 of 2
    { what: 'half in common', a: [0.01, -0.01, 0, 0], b: [0.01, 0, -0.01, 0], expected: 0.5 },
  ])('of $what is $expected', ({ a, b, expected }) => {
    const repeated = (changes: number[]): Returns =>
      taken(grown(Array.from({ length: 40 }, (_, i) => changes[i % changes.length] ?? 0)));
    expect(correlation(repeated(a), repeated(b))).toBeCloseTo(expected, 12);
  });

  it('is 1 with itself, exactly, and never beyond ±1', () => {
    const draw = drawing(14);
    for (let i = 0; i < 50; i += 1) {
      const changes = Array.from({ length: 60 }, () => (draw() - 0.5) / 100);
      const one = taken(grown(changes));
      expect(correlation(one, one)).toBe(1);
      expect(Math.abs(correlation(one, taken(grown(changes.map((change) => -3 * change)))))).toBeLessThanOrEqual(1);
    }
  });

  it('is unknown under 20 common returns and known from 20 on', () => {
    expect(correlation(taken(zigzag(19)), taken(zigzag(60)))).toBeNaN();
    expect(correlation(taken(zigzag(60)), taken(zigzag(19)))).toBeNaN();
    expect(correlation(taken(zigzag(20)), taken(zigzag(60)))).toBeCloseTo(1, 12);
    expect(correlation(new Returns(), taken(zigzag(60)))).toBeNaN();
  });

  it.each([
    { what: 'never moves', closes: Array.from({ length: 61 }, () => 0.1) },
    { what: 'grows evenly', closes: grown(Array.from({ length: 60 }, () => 0.001)) },
    { what: 'doubles every bar', closes: grown(Array.from({ length: 60 }, () => 1)) },
  ])('is unknown where one of the two $what', ({ closes }) => {
    expect(correlation(taken(closes), taken(zigzag(60)))).toBeNaN();
    expect(correlation(taken(zigzag(60)), taken(closes))).toBeNaN();
  });

  it('is known where one of the two moves by a millionth once', () => {
    const closes = Array.from({ length: 61 }, (_, i) => (i === 30 ? 100.0001 : 100));
    expect(Math.abs(correlation(taken(closes), taken(zigzag(60))))).toBeGreaterThan(0);
  });

  it('pairs returns by time: a return counts where both have both of its bars, one after the other', () => {
    const full = zigzag(60);
    // Without bars 10 and 40, b has no return at 9→10, 10→11, 39→40, 40→41, and its returns 9→11 and 39→41 are none of a's.
    const b = full.map((close, i) => (i === 10 || i === 40 ? null : close * 2));
    expect(correlation(taken(full), taken(b))).toBeCloseTo(1, 12);
    expect(correlation(taken(b), taken(full))).toBeCloseTo(1, 12);
    // 21 returns in common by number, none by time
    const late = new Returns();
    for (const [i, close] of full.entries()) late.update(i * 60_000 + 1, close);
    expect(correlation(taken(full), late)).toBeNaN();
    // Every second bar missing: b has 31 bars at times that a has too, and not one return in common.
    expect(correlation(taken(full), taken(full.map((close, i) => (i % 2 === 0 ? close : null))))).toBeNaN();
  });

  it('looks at the last 60 returns only', () => {
    const draw = drawing(15);
    const tail = Array.from({ length: 60 }, () => (draw() - 0.5) / 100);
    const wild = (sign: number): number[] => Array.from({ length: 30 }, (_, i) => sign * (i % 2 === 0 ? 0.5 : -0.3));
    expect(correlation(taken(grown([...wild(1), ...tail])), taken(grown([...wild(-1), ...tail])))).toBeCloseTo(1, 9);
  });

  it("agrees with Pearson's formula on random tapes with holes", () => {
    const draw = drawing(16);
    let known = 0;
    for (let tape = 0; tape < 100; tape += 1) {
      const length = 30 + Math.floor(draw() * 60);
      const make = (): (number | null)[] => {
        let price = 100;
        return Array.from({ length }, () => {
          price *= 1 + (draw() - 0.5) / 50;
          return draw() < 0.15 ? null : price;
        });
      };
      const [a, b] = [make(), make()];
      const pairs: [number, number][] = [];
      const ring = (closes: (number | null)[]): Map<number, number> =>
        new Map(closes.flatMap((close, i) => (close === null ? [] : [[i, close] as const])).slice(-61));
      const [ringA, ringB] = [ring(a), ring(b)];
      const [timesA, timesB] = [[...ringA.keys()], [...ringB.keys()]];
      const before = (times: number[], time: number): number | undefined => times[times.indexOf(time) - 1];
      for (const time of timesA) {
        const from = before(timesA, time);
        if (from === undefined || !ringB.has(time) || before(timesB, time) !== from) continue;
        const change = (closes: Map<number, number>): number => (closes.get(time) ?? NaN) / (closes.get(from) ?? NaN) - 1;
        pairs.push([change(ringA), change(ringB)]);
      }
      const value = correlation(taken(a), taken(b));
      if (pairs.length < 20) expect(value).toBeNaN();
      else {
        known += 1;
        expect(Math.abs(value - pearson(pairs))).toBeLessThan(1e-9);
      }
    }
    expect(known).toBeGreaterThan(50);
    expect(known).toBeLessThan(100);
  });

  it('goes on the same from a structural copy of the fields', () => {
    const original = taken(zigzag(30));
    const copy = Object.assign(new Returns(), structuredClone({ ...original }));
    for (const each of [original, copy]) for (let i = 31; i < 80; i += 1) each.update(i * 60_000, 100 + (i % 7));
    expect(correlation(copy, original)).toBe(1);
    expect(copy).toEqual(original);
  });
});
