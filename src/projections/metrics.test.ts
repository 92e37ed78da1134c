import { describe, expect, it } from 'vitest';
import { runWith, worldOf } from '../engine/chance.ts';
import { evidenceOfTrades } from './figures/from-trades.ts';
import { metricsOfTrades, metricsText } from './metrics.ts';
import { applied, bought, journalOf, opened, proposed, raised } from './testing.ts';

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

interface Family {
  name: string;
  type: string;
  unit: string;
  help: string;
  samples: Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_count', '_sum'],
  info: ['_info'],
};
/** text with \\, \" and \n escaped and none of them bare */
const TEXT = String.raw`(?:[^"\\\n]|\\["\\n])*`;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?Inf$|^NaN$/;
const unescaped = (value: string): string => value.replace(/\\(.)/g, (_, of: string) => (of === 'n' ? '\n' : of));

/**
 * A strict reader of OpenMetrics 1.0 text as far as it is used here: no timestamps, no exemplars, metadata before samples, families one after
 * the other. @throws Error naming the line
 */
function parse(text: string): Map<string, Family> {
  const fail = (line: string, what: string): never => {
    throw new Error(`${what}: ${line}`);
  };
  if (!text.endsWith('# EOF\n')) fail(text.slice(-20), 'the end is not # EOF');
  const families = new Map<string, Family>();
  const series = new Set<string>();
  let family: Family | undefined;
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, word = '', name = '', rest = ''] = /^# (TYPE|UNIT|HELP) (\S+) (.*)$/.exec(line) ?? [];
    if (word !== '') {
      if (!NAME.test(name)) fail(line, 'no name');
      if (family?.name !== name) {
        if (families.has(name)) fail(line, 'a family in two pieces');
        family = { name, type: '', unit: '', help: '', samples: [] };
        families.set(name, family);
      }
      if (family.samples.length > 0) fail(line, 'metadata after samples');
      if (word === 'TYPE' && !(rest in SUFFIXES)) fail(line, 'no type');
      if (word === 'UNIT' && !name.endsWith(`_${rest}`)) fail(line, 'the unit is no suffix of the name');
      if (word === 'HELP' && !new RegExp(`^${TEXT}$`).test(rest)) fail(line, 'no escaped text');
      const key = word.toLowerCase() as 'type' | 'unit' | 'help';
      if (family[key] !== '') fail(line, 'said twice');
      family[key] = rest;
      continue;
    }
    const [, sample = '', braces, value = ''] = /^([^\s{]+)(\{.*\})? (\S+)$/.exec(line) ?? [];
    if (!family || !SUFFIXES[family.type]?.includes(sample.slice(family.name.length)) || !sample.startsWith(family.name))
      return fail(line, 'a sample of no family');
    if (!NUMBER.test(value)) fail(line, 'no number');
    if (series.has(`${sample}${braces ?? ''}`)) fail(line, 'a series twice');
    series.add(`${sample}${braces ?? ''}`);
    const labels: Record<string, string> = {};
    if (braces !== undefined) {
      if (!new RegExp(`^\\{[a-zA-Z_]\\w*="${TEXT}"(?:,[a-zA-Z_]\\w*="${TEXT}")*\\}$`).test(braces)) fail(line, 'no labels');
      for (const [, label = '', of = ''] of braces.matchAll(new RegExp(`([a-zA-Z_]\\w*)="(${TEXT})"`, 'g'))) {
        if (label in labels) fail(line, 'a label twice');
        labels[label] = unescaped(of);
      }
    }
    family.samples.push({ name: sample, labels, value: Number(value.replace('Inf', 'Infinity')) });
  }
  for (const one of families.values()) checkHistogram(one);
  return families;
}

/** Buckets grow to +Inf, and say the same as the count; a sum stands only where no bound is below 0. */
function checkHistogram({ type, name, samples }: Family): void {
  if (type !== 'histogram') return;
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels;
    const key = JSON.stringify(labels);
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [key, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number(labels['le']?.replace('Inf', 'Infinity')));
    const count = group.find((sample) => sample.name === `${name}_count`);
    const sum = group.find((sample) => sample.name === `${name}_sum`);
    if (bounds.at(-1) !== Number.POSITIVE_INFINITY) throw new Error(`${name}${key}: no +Inf`);
    for (const [at, bound] of bounds.entries())
      if (at > 0 && (bound <= (bounds[at - 1] ?? 0) || (buckets[at]?.value ?? 0) < (buckets[at - 1]?.value ?? 0)))
        throw new Error(`${name}${key}: buckets that do not grow`);
    if ((count === undefined) !== (sum === undefined)) throw new Error(`${name}${key}: a count without a sum`);
    if (count && count.value !== buckets.at(-1)?.value) throw new Error(`${name}${key}: the count is not that of +Inf`);
    if (sum && (bounds[0] ?? 0) < 0) throw new Error(`${name}${key}: a sum beside a bound below 0`);
  }
}

const found = (families: Map<string, Family>, name: string, labels: Record<string, string>): number | undefined =>
  [...families.values()]
    .flatMap(({ samples }) => samples)
    .find((sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    ?.value;

describe('figures as OpenMetrics text', () => {
  const journal = journalOf(
    ...opened,
    ...proposed('scale-in', { type: 'add', quantity: '50' }, { kind: 'scale-in', confidence: 0.75 }, 'user'),
    ...bought('add', 'scale-in', { orderId: 'O5', quantity: '50', price: '102', proposalId: 'P1' }, 'TEST-1.2'),
    applied,
    raised('breakeven'),
  );
  const text = metricsText(journal);
  const families = parse(text);

  it("have S4's families under the prefix ratchet_", () => {
    expect([...families.values()].map(({ name, type, unit }) => [name, type, unit])).toEqual([
      ['ratchet_session', 'info', ''],
      ['ratchet_position_metric', 'gauge', ''],
      ['ratchet_position_metric_distribution', 'histogram', ''],
      ['ratchet_position_hold_seconds', 'histogram', 'seconds'],
      ['ratchet_position_adjustment', 'counter', ''],
      ['ratchet_position_adjustment_lot_change', 'histogram', ''],
      ['ratchet_position_adjustment_confidence', 'histogram', ''],
      ['ratchet_proposal', 'counter', ''],
    ]);
  });

  it('count what was done, by how many lots and with what confidence', () => {
    expect(found(families, 'ratchet_position_adjustment_total', { type: 'scale_in' })).toBe(1);
    expect(found(families, 'ratchet_position_adjustment_total', { type: 'breakeven' })).toBe(1);
    expect(found(families, 'ratchet_position_adjustment_lot_change_sum', { direction: 'up' })).toBe(50);
    expect(found(families, 'ratchet_position_adjustment_confidence_bucket', { kind: 'scale-in', le: '0.7' })).toBe(0);
    expect(found(families, 'ratchet_position_adjustment_confidence_bucket', { kind: 'scale-in', le: '0.8' })).toBe(1);
    expect(found(families, 'ratchet_proposal_total', { outcome: 'approved' })).toBe(1);
  });

  it('leave out what there is not enough data for', () => {
    expect(found(families, 'ratchet_position_metric', { metric: 'open_positions' })).toBe(1);
    expect(found(families, 'ratchet_position_metric', { metric: 'win_rate' })).toBeUndefined();
  });

  it('escape what a policy may be called', () => {
    const [first, ...rest] = journal;
    if (first?.event.type !== 'SessionStarted') throw new Error('no session');
    const name = 'a "quoted" \\ one\nand {more=",}';
    const named = metricsText([{ ...first, event: { ...first.event, policy: { name } } }, ...rest]);
    expect(parse(named).get('ratchet_session')?.samples[0]?.labels['policy']).toBe(name);
  });

  it('have the figures of a list of trades, with times in seconds and shares as fractions', () => {
    const trades = ['10', '-5'].map((pnl, at) => ({ closedAt: at, pnl, rMultiple: pnl === '10' ? '2' : '-1' }));
    const listed = parse(metricsOfTrades(evidenceOfTrades(trades, null)));
    expect(found(listed, 'ratchet_position_metric', { metric: 'win_rate', unit: 'share' })).toBe(0.5);
    expect(found(listed, 'ratchet_position_metric_distribution_bucket', { le: '-1.0' })).toBe(1);
    expect(found(listed, 'ratchet_position_metric_distribution_bucket', { le: '+Inf' })).toBe(2);
  });

  it('are read without a fault of forty sessions by chance, and the same twice', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { journal: one } = runWith(worldOf(seed), seed);
      const written = metricsText(one);
      expect(parse(written).size, `seed ${seed}`).toBe(8);
      expect(metricsText(structuredClone(one))).toBe(written);
    }
  });
});

describe('the reader of this test', () => {
  it.each([
    ['without an end', '# TYPE a gauge\na 1\n', 'the end is not # EOF'],
    ['with a unit that is no suffix', '# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n', 'the unit is no suffix'],
    ['with a counter without _total', '# TYPE a counter\na 1\n# EOF\n', 'a sample of no family'],
    ['with a series twice', '# TYPE a gauge\na 1\na 2\n# EOF\n', 'a series twice'],
    ['with a bare quote', '# TYPE a gauge\na{b="c"d"} 1\n# EOF\n', 'no labels'],
    ['with a family in two pieces', '# TYPE a gauge\na 1\n# TYPE b gauge\n# TYPE a gauge\n# EOF\n', 'a family in two pieces'],
    [
      'with buckets that shrink',
      '# TYPE a histogram\na_bucket{le="1.0"} 2\na_bucket{le="+Inf"} 1\n# EOF\n',
      'buckets that do not grow',
    ],
    ['without +Inf', '# TYPE a histogram\na_bucket{le="1.0"} 2\n# EOF\n', 'no +Inf'],
    ['with a name that is none', '# TYPE a-b gauge\na-b 1\n# EOF\n', 'no name'],
    ['with a value that is none', '# TYPE a gauge\na one\n# EOF\n', 'no number'],
  ])('refuses text %s', (_, text, message) => expect(() => parse(text)).toThrow(message));
});
