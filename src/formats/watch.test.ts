import { expect, it } from 'vitest';
import { readCsv } from './csv.ts';

const bytes = new TextEncoder().encode(
  ['ts,bid,ask', ...Array.from({ length: 200_000 }, (_, i) => `${1_700_000_000_000 + i},1,2`)].join('\n'),
);

it('a reader says how far it is, about every 65 thousand rows, from 0 to 1', () => {
  const shares: number[] = [];
  readCsv(bytes, 'x.csv', {}, { progress: (share) => shares.push(share) });
  expect(shares.map((share) => share.toFixed(1))).toEqual(['0.0', '0.3', '0.7', '1.0', '1.0']);
});

it('a reader that is to stop throws the reason', () => {
  const signal = { aborted: false, reason: new Error('no longer wanted') };
  const progress = (share: number): void => void (signal.aborted = share > 0.5);
  expect(() => readCsv(bytes, 'x.csv', {}, { signal, progress })).toThrow('no longer wanted');
});
