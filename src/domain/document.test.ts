import { describe, expect, it } from 'vitest';
import { valueAt, valueText, withValue } from './document.ts';

const written = {
  name: 'mine',
  rules: { breakeven: { trigger: '1R' }, 'partial-exit': { steps: [{ at: '1R' }, { at: '2R' }] } },
};

describe('a policy document', () => {
  it.each([
    ['name', 'mine'],
    ['rules.breakeven.trigger', '1R'],
    ['rules.partial-exit.steps.1.at', '2R'],
    ['rules.partial-exit.steps.2.at', undefined],
    ['rules.breakeven.trigger.unit', undefined],
    ['rules.toString', undefined],
  ])('holds at %s what is written there', (path, value) => expect(valueAt(written, path)).toBe(value));

  it.each([
    ['name', 'yours'],
    ['rules.breakeven.trigger', '2R'],
    ['rules.partial-exit.steps.1.at', '3R'],
    ['rules.partial-exit.steps', []],
    ['sizing.of', ['risk']],
  ])('takes a value at %s and leaves the rest as it is', (path, value) => {
    const before = JSON.stringify(written);
    const next = withValue(written, path, value);
    expect(valueAt(next, path)).toEqual(value);
    expect(JSON.stringify(written)).toBe(before);
    if (!path.startsWith('rules.breakeven')) expect(valueAt(next, 'rules.breakeven')).toBe(written.rules.breakeven);
  });

  it('keeps a list a list', () => {
    expect(valueAt(withValue(written, 'rules.partial-exit.steps.0.at', '5R'), 'rules.partial-exit.steps')).toEqual([
      { at: '5R' },
      { at: '2R' },
    ]);
  });
});

it.each([
  ['1R', '1R'],
  [['risk', 'fixed'], 'risk, fixed'],
  [[{ at: '1R', of: 'initial' }, { at: '2R' }], '1R initial; 2R'],
  [false, 'false'],
  [0, '0'],
  ['', '–'],
  [[], 'none'],
  [undefined, '–'],
])('writes %j in a line as %s', (value, text) => expect(valueText(value)).toBe(text));
