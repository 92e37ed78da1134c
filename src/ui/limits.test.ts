import { expect, it } from 'vitest';
import { fullness, limitText } from './limits.ts';

it.each([
  [null, 'none'],
  [0, 'quiet'],
  [0.74, 'quiet'],
  [0.75, 'near'],
  [0.999, 'near'],
  [1, 'full'],
  [1.3, 'full'],
] as const)('a limit used to the share %j is %s', (share, word) => expect(fullness({ share })).toBe(word));

it.each([
  ['3.00%', '3 %'],
  ['3.12%', '3.12 %'],
  ['0.50%', '0.50 %'],
  ['12', '12'],
])('writes %s as %s', (text, shown) => expect(limitText(text)).toBe(shown));
