import { describe, expect, it } from 'vitest';
import type { RuleReading, TriggerReading } from '../engine/explain.ts';
import { effectLines } from './effect.ts';

const trigger = (over: Partial<TriggerReading>): TriggerReading => ({
  label: 'breakeven 1R',
  state: 'armed',
  level: 101,
  due: Number.POSITIVE_INFINITY,
  criteria: [],
  ...over,
});
const rule = (...triggers: TriggerReading[]): RuleReading[] => [{ rule: 'breakeven', title: 'Breakeven', triggers }];
const lines = (before: RuleReading[], after: RuleReading[]): string[] => effectLines(before, after, 2, (ts) => `at ${ts}`);
const none = Number.NaN;

describe('what another policy changes for a position', () => {
  it.each<[string, TriggerReading[], TriggerReading[], string[]]>([
    ['nothing where every rule stands as before', [trigger({})], [trigger({})], []],
    [
      'a level that moves',
      [trigger({})],
      [trigger({ label: 'breakeven 2R', level: 102 })],
      ['Breakeven: breakeven 1R 101.00 → breakeven 2R 102.00'],
    ],
    ['a rule that comes on', [], [trigger({})], ['Breakeven: now breakeven 1R 101.00']],
    ['a rule that goes off', [trigger({})], [], ['Breakeven: no longer breakeven 1R 101.00']],
    ['a kind that is switched off', [trigger({})], [trigger({ state: 'off' })], ['Breakeven: no longer breakeven 1R 101.00']],
    ['nothing of what is done for good', [trigger({ state: 'done' })], [], []],
    [
      'what would act at once',
      [trigger({})],
      [trigger({ label: 'breakeven 0.1R', level: none })],
      ['Breakeven: breakeven 1R 101.00 → breakeven 0.1R, at once'],
    ],
    [
      'a time that moves',
      [trigger({ label: 'flat', level: none, due: 5 })],
      [trigger({ label: 'flat', level: none, due: 6 })],
      ['Breakeven: flat at 5 → flat at 6'],
    ],
    [
      'only the step of a ladder that changes',
      [trigger({ label: 'half' }), trigger({ label: 'rest', level: 103 })],
      [trigger({ label: 'half' }), trigger({ label: 'rest', level: 104 })],
      ['Breakeven: rest 103.00 → rest 104.00'],
    ],
    [
      'a proposal that waits, and a rule that is silent',
      [trigger({ state: 'live' })],
      [trigger({ state: 'silent' })],
      ['Breakeven: breakeven 1R, waits for you → breakeven 1R, silent until its criteria have been false'],
    ],
  ])('names %s', (_, before, after, expected) => {
    expect(lines(rule(...before), rule(...after))).toEqual(expected);
  });
});
