import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { valueAt, withValue } from '../domain/document.ts';
import { countKey, group, measureKey, optionalMeasureKey, switchKey } from '../domain/keys.ts';
import { ACTION_KINDS } from '../domain/proposal.ts';
import { decisive, difference, keysOf, nearestPreset, type PolicyKey, policyKeys, writtenPresets } from './explain.ts';
import { checkPolicy, loadPolicy, loadPreset, presets } from './load.ts';

const flat = (keys: readonly PolicyKey[]): PolicyKey[] =>
  keys.flatMap((key) => [key, ...flat(key.items).map((item) => Object.assign(item, { path: `${key.path}.*.${item.path}` }))]);
const all = flat(structuredClone(policyKeys()));
const find = (path: string): PolicyKey | undefined => all.find((key) => key.path === path);

/** A value of the key that differs from `value` and is allowed. */
function other(key: PolicyKey, value: unknown): unknown {
  switch (key.kind) {
    case 'switch':
      return value !== true;
    case 'choice':
      return key.options.find((option) => option !== value);
    case 'words':
      return Array.isArray(value) && value.length > 1 ? value.slice(1) : key.options.filter((option) => option !== String(value));
    case 'count':
      return value === Number(key.least) ? Number(key.least) + 1 : Number(key.least);
    case 'decimal':
      return `${key.least}.5`;
    case 'autonomy':
      return key.options.includes('auto-after') ? 'auto-after 99s' : value;
    case 'text':
      return `${String(value)}!`;
    case 'list':
      return [...(value as unknown[]), (value as unknown[]).at(-1)];
    case 'measure':
    case 'optional-measure': {
      const [, bare = '0', unit = 's'] = /^(-?\d+(?:\.\d+)?)([smhd]?)/.exec(key.least ?? '0') ?? [];
      const text = (amount: string): string =>
        ({ $: `$${amount}`, plain: amount, duration: `${amount}${unit || 's'}`, time: amount === bare ? '11:11' : '12:12' })[
          String(key.units[0])
        ] ?? `${amount}${key.units[0]}`;
      return text(bare) === value ? text(`${bare}.001`) : text(bare);
    }
    default:
      return key.kind satisfies never;
  }
}

describe('every key of a policy', () => {
  it.each(all.map((key) => [key.path, key] as const))(
    '%s says what it means, where it comes from and what holds without it',
    (_, key) => {
      expect(key.help, 'help').not.toBe('');
      expect(key.source, 'source').not.toBe('');
      if (key.kind !== 'text') expect(key.standard, 'standard').not.toBe('');
      if (key.kind === 'measure' || key.kind === 'optional-measure') expect(key.units, 'units').not.toEqual([]);
      if (['choice', 'words', 'autonomy', 'optional-measure'].includes(key.kind)) expect(key.options, 'options').not.toEqual([]);
      expect(
        Object.keys(key.warn).filter((value) => !key.options.includes(value)),
        'warnings of values that do not exist',
      ).toEqual([]);
      if (key.kind === 'list') expect(key.items, 'items').not.toEqual([]);
    },
  );

  it.each(Object.keys(presets))('is written in %s, and nothing else is', (name) => {
    const { source } = loadPreset(name);
    const rest = structuredClone(source) as Record<string, unknown>;
    expect(policyKeys().filter(({ path }) => valueAt(source, path) === undefined)).toEqual([]);
    for (const { path, group } of policyKeys())
      delete ((valueAt(rest, group) as typeof rest | undefined) ?? rest)[path.split('.').at(-1) ?? ''];
    const leaves = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];
    expect(leaves(rest)).toEqual([]);
  });

  it('can be changed alone, and is then what differs', () => {
    const written = loadPolicy({ name: 'standard' }, 'the standards').source;
    for (const key of policyKeys()) {
      const from = valueAt(written, key.path);
      const to = other(key, from);
      const changed = withValue(written, key.path, to);
      expect([key.path, to, checkPolicy(changed)]).toMatchObject([key.path, to, { ok: true }]);
      expect([key.path, difference(written, changed)]).toEqual([key.path, to === from ? [] : [{ path: key.path, from, to }]]);
    }
  });
});

describe('a key', () => {
  it.each([
    [
      'rules.breakeven.trigger',
      { kind: 'measure', units: ['R', '%', 'ATR', '$'], range: 'from 0', standard: '1R', group: 'rules.breakeven' },
    ],
    ['rules.breakeven.enabled', { kind: 'switch', standard: true, help: 'raise the stop to breakeven', source: 'S0' }],
    ['rules.scale-in.adds', { kind: 'count', least: '0', most: '10', range: 'from 0 to 10', standard: 1 }],
    ['allotment', { kind: 'choice', group: '', options: ['pro-rata', 'fifo', 'lifo', 'highest-cost'] }],
    ['account.equity', { kind: 'decimal', range: 'from 1', standard: '100000' }],
    ['interval', { kind: 'measure', range: 'from 1s to 1d' }],
    ['evaluateEvery', { kind: 'optional-measure', options: ['bar', 'tick'], units: ['duration'], standard: 'bar' }],
    ['sizing.of', { kind: 'words', standard: ['risk', 'fixed'] }],
    ['rules.partial-exit.steps', { kind: 'list', least: '1', most: '10' }],
    ['rules.partial-exit.steps.*.at', { kind: 'measure', group: '', standard: '1.5R' }],
    ['autonomy.stop-loss', { kind: 'autonomy', options: ['auto'] }],
    ['autonomy.session-flat', { kind: 'autonomy', options: ['auto-after', 'auto'] }],
    ['autonomy.scale-in', { kind: 'autonomy', options: ['off', 'suggest', 'approve', 'auto-after', 'auto'] }],
    ['name', { kind: 'text', least: '1', most: '60', standard: '' }],
  ])('%s is read off the schema', (path, expected) => expect(find(path)).toMatchObject(expected));

  it('says of averaging down what it adds', () => {
    expect(find('averagingDown')?.warn.allowed).toMatch(/losing/);
  });

  it('of the autonomy exists for every kind of action', () => {
    expect(all.filter(({ kind }) => kind === 'autonomy').map(({ path }) => path)).toEqual(
      ACTION_KINDS.map((kind) => `autonomy.${kind}`),
    );
  });

  it('whose shape is not known is a fault that names it, and none is passed over', () => {
    const info = { help: 'h', source: 'house' };
    expect(() => keysOf(group({ a: switchKey(true, info), b: group({ when: z.date() }) }))).toThrow(
      'b.when: nothing is known of keys of the type ZodDate',
    );
    expect(() => keysOf(group({ a: z.array(z.string()) }))).toThrow('a: nothing is known of keys of the type ZodArray');
    expect(() => keysOf(group({ a: z.record(z.string(), z.boolean()) }))).toThrow('a: ');
    expect(() => keysOf(z.string())).toThrow('the schema: expected a group of keys');
  });

  it('may be none where the measure is optional', () => {
    const info = { units: ['%' as const], least: 0, most: 5, help: 'h', source: 'house' };
    const schema = group({
      cap: optionalMeasureKey('none', info),
      floor: optionalMeasureKey('1%', info),
      plain: measureKey('1%', info),
    });
    expect(keysOf(schema)).toMatchObject([
      { path: 'cap', kind: 'optional-measure', options: ['none'], units: ['%'], range: 'from 0 to 5', standard: 'none' },
      { path: 'floor', kind: 'optional-measure', standard: '1%' },
      { path: 'plain', kind: 'measure', options: [] },
    ]);
    expect(schema.parse({})).toMatchObject({ cap: 'none', floor: { text: '1%' } });
    expect(schema.parse({ cap: '2%', floor: ' none ' })).toMatchObject({ cap: { text: '2%', unit: '%' }, floor: 'none' });
    const fault = (over: object): string | undefined => schema.safeParse(over).error?.issues[0]?.message;
    expect(fault({ cap: 'never' })).toBe('"never" is not a measure; expected none or "1.5%" from 0 to 5');
    expect(fault({ plain: 'none' })).toBe('"none" is not a measure; expected "1.5%" from 0 to 5');
  });

  it('keeps what is said of it when it is filled in, left out or wrapped', () => {
    const info = { least: 1, most: 9, help: 'how many', source: 'S1' };
    const [key] = keysOf(group({ a: countKey(3, info).optional() }));
    expect(key).toMatchObject({ kind: 'count', standard: 3, help: 'how many', source: 'S1', range: 'from 1 to 9' });
  });
});

describe('the difference of two policies', () => {
  const intraday = loadPreset('intraday').source;

  it('is nothing to itself, and the same in both directions', () => {
    const fixed = loadPreset('fixed').source;
    expect(difference(intraday, intraday)).toEqual([]);
    expect(difference(fixed, intraday)).toEqual(
      difference(intraday, fixed).map(({ path, from, to }) => ({ path, from: to, to: from })),
    );
    expect(difference(fixed, intraday)).toContainEqual({ path: 'rules.breakeven.enabled', from: false, to: true });
  });

  it.each([
    ['interval', '60s'],
    ['rules.breakeven.trigger', '1.0 R'],
    ['limits.totalSize', '2.00'],
    ['account.equity', '100000.00'],
    ['rules.partial-exit.steps', [{ leastAge: '0s', of: 'remaining', fraction: '50.0%', at: '1.5R' }]],
  ])('does not count %s written as %j: it says the same', (path, value) => {
    expect(difference(intraday, withValue(intraday, path, value))).toEqual([]);
  });

  it.each([
    ['rules.breakeven.trigger', '1%'],
    ['rules.partial-exit.steps', [{ at: '1.5R', fraction: '50%', of: 'initial', leastAge: '0m' }]],
    ['sizing.of', ['fixed', 'risk']],
    ['rules.breakeven.trigger', 'nonsense'],
  ])('counts %s written as %j', (path, value) => {
    expect(difference(intraday, withValue(intraday, path, value)).map((found) => found.path)).toEqual([path]);
  });

  it('takes a key that is left out for its standard', () => {
    expect(difference({ name: 'a' }, { name: 'a', interval: '1m' })).toEqual([]);
    expect(difference({ name: 'a' }, { name: 'a', interval: '5m' })).toEqual([{ path: 'interval', from: '1m', to: '5m' }]);
  });

  it('is decisive only where something is decided: a name decides nothing', () => {
    const renamed = withValue(withValue(intraday, 'name', 'mine'), 'description', 'mine');
    expect(difference(intraday, renamed).map(({ path }) => path)).toEqual(['name', 'description']);
    expect(decisive(difference(intraday, renamed))).toEqual([]);
  });

  it.each(Object.entries(writtenPresets()))('finds %s nearest to itself under another name, one key changed', (name, written) => {
    const mine = withValue(withValue(written, 'name', 'mine'), 'account.equity', '12345');
    expect(nearestPreset(mine)).toEqual({ preset: name, differences: [{ path: 'account.equity', from: '100000', to: '12345' }] });
  });
});
