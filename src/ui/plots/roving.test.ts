import { describe, expect, it } from 'vitest';
import { roved } from './roving.ts';

describe('a row of things with one tab stop', () => {
  it.each([
    ['ArrowRight', 1, 2],
    ['ArrowRight', 2, 2],
    ['ArrowLeft', 1, 0],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 0, 1],
    ['ArrowUp', 2, 1],
    ['Home', 2, 0],
    ['End', 0, 2],
  ])('%s goes from %d to %d of three', (key, at, to) => {
    expect(roved(key, at, 3)).toBe(to);
  });

  it('leaves every other key alone', () => {
    expect(roved('Enter', 0, 3)).toBeNull();
    expect(roved('a', 0, 3)).toBeNull();
  });
});
