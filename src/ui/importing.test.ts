import { expect, it } from 'vitest';
import { fileKey, twins } from './importing.ts';

it('two files of one instrument are named with it, and no others', () => {
  expect(
    twins([
      { name: 'a.csv', symbol: 'TSLA' },
      { name: 'b.csv', symbol: 'AMZN' },
    ]),
  ).toBe('');
  expect(
    twins([
      { name: 'a.csv', symbol: undefined },
      { name: 'b.csv', symbol: undefined },
    ]),
  ).toBe('');
  expect(
    twins([
      { name: 'a.csv', symbol: 'TSLA' },
      { name: 'b.csv', symbol: 'AMZN' },
      { name: 'c.csv', symbol: 'TSLA' },
    ]),
  ).toBe('a.csv and c.csv are both of TSLA: a session takes one file an instrument. Remove one, or correct its symbol.');
});

it('a file chosen twice is one, another of the same name is not', () => {
  const file = { name: 'a.csv', size: 10, lastModified: 5 };
  expect(fileKey(file)).toBe(fileKey({ ...file }));
  expect(fileKey(file)).not.toBe(fileKey({ ...file, size: 11 }));
});
