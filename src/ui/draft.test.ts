import { describe, expect, it } from 'vitest';
import { type Draft, changed, labelOf, matches, presetOf, restored, writtenOf } from './draft.ts';

const presets = {
  first: { name: 'first', interval: '1m', rules: { breakeven: { trigger: '1R' } } },
  second: { name: 'second', interval: '5m', rules: { breakeven: { trigger: '2R' } } },
};
const fresh: Draft = { preset: 'first', document: null };

describe('a policy that is being written', () => {
  it('is its preset until a key is changed', () => {
    expect(writtenOf(fresh, presets)).toBe(presets.first);
  });

  it('gets a name of its own with its first change, so that it does not pass for the preset', () => {
    const draft = changed(fresh, presets, 'rules.breakeven.trigger', '3R');
    expect(draft.document).toEqual({ name: 'my first', interval: '1m', rules: { breakeven: { trigger: '3R' } } });
    expect(changed(fresh, presets, 'name', 'mine').document?.name).toBe('mine');
    expect(changed(changed(draft, presets, 'name', 'mine'), presets, 'interval', '2m').document?.name).toBe('mine');
  });

  it('is the preset again once every key is back, unless the user has named it', () => {
    const two = changed(changed(fresh, presets, 'rules.breakeven.trigger', '3R'), presets, 'interval', '2m');
    const one = restored(two, presets, 'interval');
    expect(one.document).toMatchObject({ interval: '1m', rules: { breakeven: { trigger: '3R' } } });
    expect(restored(one, presets, 'rules.breakeven.trigger')).toEqual(fresh);
    const mine = changed(one, presets, 'name', 'mine');
    expect(restored(mine, presets, 'rules.breakeven.trigger').document).toEqual({ ...presets.first, name: 'mine' });
  });

  it('is compared with the first preset where its own is gone', () => {
    expect(presetOf({ preset: 'gone', document: null }, presets)).toEqual({ name: 'first', document: presets.first });
    expect(presetOf({ preset: 'toString', document: null }, presets).name).toBe('first');
  });
});

it.each([
  ['', 'General'],
  ['account.commissionPerUnit', 'Commission per unit'],
  ['rules.partial-exit', 'Partial exit'],
  ['initialStop.atr', 'ATR'],
  ['rules.scale-in.rsi', 'RSI'],
  ['rules.scale-in.rsiLength', 'RSI length'],
])('the key %j is called %s', (path, label) => expect(labelOf(path)).toBe(label));

it.each([
  ['', true],
  ['break trig', true],
  ['BREAK s0', true],
  ['break xyz', false],
])('a search for %j finds it: %s', (search, found) => {
  expect(matches(search, ['rules.breakeven.trigger', 'open profit', 'S0'])).toBe(found);
});
