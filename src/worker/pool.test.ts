import { describe, expect, it } from 'vitest';
import { type Hand, pooled } from './pool.ts';

const PIECES = Array.from({ length: 20 }, (_, i) => i);

/** Hands that wait a turn and square their piece; `bad` pieces fail. */
function workshop(bad: readonly number[] = []) {
  const hands: { worked: number[]; ended: boolean }[] = [];
  const take = (): Hand<number, number> => {
    const hand = { worked: [] as number[], ended: false };
    hands.push(hand);
    return {
      work: async (piece) => {
        await new Promise((resolve) => setTimeout(resolve, 0));
        if (hand.ended) throw new Error('ended');
        if (bad.includes(piece)) throw new Error(`piece ${piece}`);
        hand.worked.push(piece);
        return piece * piece;
      },
      end: () => {
        hand.ended = true;
      },
    };
  };
  return { hands, take };
}

describe('a pool', () => {
  it('gives each piece to one hand, whichever is free, and ends all of them', async () => {
    const { hands, take } = workshop();
    const results: number[] = [];
    const never = (): never => {
      throw new Error('none fails');
    };
    await pooled(PIECES, 3, take, { done: (one) => results.push(one), failed: never }, new AbortController().signal);
    expect(results.toSorted((a, b) => a - b)).toEqual(PIECES.map((one) => one * one));
    expect(hands.length).toBe(3);
    expect(hands.every(({ ended, worked }) => ended && worked.length > 0)).toBe(true);
  });

  it('names the piece at which a hand failed and goes on with another', async () => {
    const { hands, take } = workshop([4, 11]);
    const [results, failures]: [number[], string[]] = [[], []];
    await pooled(
      PIECES,
      2,
      take,
      {
        done: (one) => results.push(one),
        failed: (piece, error) => failures.push(`${piece}: ${error instanceof Error ? error.message : ''}`),
      },
      new AbortController().signal,
    );
    expect(failures).toEqual(['4: piece 4', '11: piece 11']);
    expect(results.length).toBe(18);
    expect(hands.length).toBe(4);
    expect(hands.every(({ ended }) => ended)).toBe(true);
  });

  it('ends at once where it is aborted, and tells nothing more', async () => {
    const { hands, take } = workshop();
    const stop = new AbortController();
    const results: number[] = [];
    const pool = pooled(
      PIECES,
      2,
      take,
      {
        done: (one) => {
          results.push(one);
          if (results.length === 5) stop.abort(new Error('enough'));
        },
        failed: () => results.push(-1),
      },
      stop.signal,
    );
    await expect(pool).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(results.length).toBe(5);
    expect(hands.every(({ ended }) => ended)).toBe(true);
  });

  it('has nothing to do where there are no pieces, and more hands than pieces are not taken', async () => {
    const { hands, take } = workshop();
    const ignore = { done: () => undefined, failed: () => undefined };
    await pooled([], 4, take, ignore, new AbortController().signal);
    expect(hands.length).toBe(0);
    await pooled([1], 4, take, ignore, new AbortController().signal);
    expect(hands.length).toBe(1);
  });
});
