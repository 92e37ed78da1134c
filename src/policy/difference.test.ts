import { describe, expect, it } from 'vitest';
import { policyDifference } from './difference.ts';
import { loadPolicy, loadPreset } from './load.ts';

const copyOf = (name: string): Record<string, unknown> => JSON.parse(JSON.stringify(loadPreset(name).source));

describe('policyDifference', () => {
  it('finds none between a policy and its copy in a journal', () => {
    expect(policyDifference(copyOf('intraday'), loadPreset('intraday').source)).toBeUndefined();
  });

  it('finds none where a measure says the same in other words', () => {
    const written = loadPolicy({ ...copyOf('intraday'), interval: '60000ms' }, 'x').source;
    expect(policyDifference(written, loadPolicy({ ...copyOf('intraday'), interval: '1m' }, 'x').source)).toBeUndefined();
  });

  it.each<[unknown, unknown, { key: string; there: string; here: string } | undefined]>([
    [
      { a: 1, b: 2, c: 3 },
      { a: 1, b: 5, c: 7 },
      { key: 'b', there: '2', here: '5' },
    ],
    [{ rules: { stop: { at: '1R' } } }, { rules: { stop: { at: '2R' } } }, { key: 'rules.stop.at', there: '"1R"', here: '"2R"' }],
    [{ at: '1R' }, { at: '1%' }, { key: 'at', there: '"1R"', here: '"1%"' }],
    [{ at: '1R' }, { at: '1.0R' }, undefined],
    [{ on: true }, { on: 'true' }, { key: 'on', there: 'true', here: '"true"' }],
    [{ a: 1 }, { a: 1, b: null }, { key: 'b', there: 'nothing', here: 'null' }],
    [{ a: 1, b: [] }, { a: 1 }, { key: 'b', there: '[]', here: 'nothing' }],
    [
      { steps: [{ at: '1R' }, { at: '2R' }] },
      { steps: [{ at: '1R' }, { at: '3R' }] },
      { key: 'steps.1.at', there: '"2R"', here: '"3R"' },
    ],
    [{ steps: [1, 2] }, { steps: [1] }, { key: 'steps.1', there: '2', here: 'nothing' }],
    [{ steps: [1] }, { steps: { 0: 1 } }, { key: 'steps', there: '[1]', here: '{"0":1}' }],
    ['none', { a: 1 }, { key: 'the document', there: '"none"', here: '{"a":1}' }],
    [{ a: null }, { a: 'x'.repeat(100) }, { key: 'a', there: 'null', here: `"${'x'.repeat(79)}…` }],
  ])('between %j and %j it is %j', (there, here, difference) => {
    expect(policyDifference(there, here)).toEqual(difference);
  });
});
