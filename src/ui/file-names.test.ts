import { expect, it } from 'vitest';
import { stem } from './file-names.ts';

it.each([
  ['DEMO · 3–7 Mar 2025', 'demo-3-7-mar-2025'],
  ['../../etc/passwd', 'etc-passwd'],
  ['Übung 1: "short"', 'übung-1-short'],
  ['···', 'session'],
  ['x'.repeat(200), 'x'.repeat(80)],
])('the session %s names its files %s', (name, file) => {
  expect(stem(name)).toBe(file);
});
