import { type Decimal, dec, text } from '../domain/decimal.ts';
import { type PolicyDocument, valueAt, withValue } from '../domain/document.ts';
import { parseMeasure } from '../domain/measure.ts';
import { type KeyKind, type PolicyKey, policyKeys } from '../policy/explain.ts';
import { checkPolicy, loadPolicy } from '../policy/load.ts';
import type { Case } from './case.ts';
import {
  COMPARISON_FIGURES,
  type ComparisonFigure,
  type ComparisonFigureId,
  endedOf,
  figureOf,
  isTrade,
} from './comparison-figures.ts';
import { underPolicy } from './compare.ts';
import { type Decider, runAgain } from './decide.ts';
import { type EntryResult, resultsOf } from './entry-results.ts';

/** Keys of a sweep, values of one of them, and cells at most. */
const MOST_KEYS = 2;
const MOST_VALUES = 200;
const MOST_CELLS = 2_500;

/** A policy key and the values that are tried, as they are written in a policy. */
export interface SweptKey {
  path: string;
  values: readonly (string | number)[];
}

/** A cell of a sweep: its number, and the value of each key, in the order of the keys. */
export interface SweepCell {
  cell: number;
  values: readonly (string | number)[];
}

/** What came of a cell. `figures`: decimal text by figure, null where there is not enough data; `error`: why it could not be run. */
export interface SweepRow extends SweepCell {
  entries: number;
  trades: number;
  figures: Partial<Record<ComparisonFigureId, string | null>>;
  error: string;
}

/** What all cells of a sweep have in common. */
export interface SweepSetup {
  /** sessions, and the policy of which a key or two are changed: bars that are built from trades keep their interval in it */
  sessions: readonly { made: Case; policy: PolicyDocument }[];
  paths: readonly string[];
  decider: Decider;
}

/** What a user can put right in a sweep. */
class SweepError extends RangeError {
  override name = 'SweepError';
}

const NUMERIC: ReadonlySet<KeyKind> = new Set<KeyKind>(['measure', 'optional-measure', 'count', 'decimal']);

/** Every key that can be swept: those whose value is a number, with or without a unit; lists go by their items, "rules.partial-exit.steps.0.at". */
function numericKey(path: string): PolicyKey | undefined {
  const direct = policyKeys().find((key) => key.path === path);
  const [, list, item] = /^(.+)\.\d+\.([^.]+)$/.exec(path) ?? [];
  const key =
    direct ??
    policyKeys()
      .find((one) => one.path === list)
      ?.items.find((one) => one.path === item);
  return key && NUMERIC.has(key.kind) ? key : undefined;
}

interface Written {
  before: string;
  number: Decimal;
  after: string;
}

/** A number with what stands around it: "$250" → "$", 250, "". */
function apart(value: string): Written | undefined {
  const [, before = '', number, after = ''] = /^(\$?)(-?\d+(?:\.\d+)?)\s*([A-Za-z%]*)$/.exec(value) ?? [];
  return number === undefined ? undefined : { before, number: dec(number), after };
}

const clock = (value: string): Decimal | undefined => {
  const measure = parseMeasure(value);
  return measure?.unit === 'time' ? measure.value : undefined;
};

const clockText = (minutes: Decimal): string =>
  [minutes.div(60).floor(), minutes.mod(60)].map((part) => part.toFixed(0).padStart(2, '0')).join(':');

/** The values from one to another in steps; none where they are no range. */
function ladder(from: Decimal, to: Decimal, step: Decimal, written: (value: Decimal) => string): string[] | undefined {
  if (!step.greaterThan(0) || to.lessThan(from)) return undefined;
  const count = to.minus(from).div(step).floor().toNumber() + 1;
  if (count > MOST_VALUES) return undefined;
  return Array.from({ length: count }, (_, i) => written(from.plus(step.times(i))));
}

/** "0.5R:2R:0.25R", "15:00:15:50:10m"; undefined where a text is no range. */
function range(spec: string): string[] | undefined {
  const [, fromTime = '', toTime = '', minutes = ''] = /^(\d\d:\d\d):(\d\d:\d\d):(\w+)$/.exec(spec) ?? [];
  const [first, last, every] = [clock(fromTime), clock(toTime), parseMeasure(minutes)];
  if (first && last && every?.unit === 'duration') return ladder(first, last, every.value.div(60_000), clockText);
  const parts = spec.split(':').map((one) => apart(one.trim()));
  const [from, to, step] = parts;
  if (parts.length !== 3 || !from || !to || !step) return undefined;
  if (from.after !== to.after || from.before !== to.before || step.after !== from.after || step.before !== from.before)
    return undefined;
  return ladder(from.number, to.number, step.number, (value) => `${from.before}${text(value)}${from.after}`);
}

/**
 * The values of a key: a list, "0.5R,1R,none", or a range, "0.5R:2R:0.25R". Each must be one that the key takes.
 * @throws SweepError naming the key, what was written, and what was expected
 */
export function sweptKey(path: string, spec: string): SweptKey {
  const key = numericKey(path.trim());
  if (!key)
    throw new SweepError(`${path}: expected a key of the policy whose value is a number, such as rules.breakeven.trigger`);
  const ranged = spec.includes(':') && !/^\d\d:\d\d(,|$)/.test(spec);
  const texts = ranged ? range(spec.trim()) : spec.split(',').map((one) => one.trim());
  const expected = `expected a list such as 1,2,3 with the key's unit, or FROM:TO:STEP of at most ${MOST_VALUES} values, all three with one unit (${key.unit || 'a number'}${key.range && ` ${key.range}`})`;
  if (!texts || texts.some((one) => one === '')) throw new SweepError(`${path}=${spec}: ${expected}`);
  if (texts.length > MOST_VALUES) throw new SweepError(`${path}=${spec}: ${texts.length} values; ${expected}`);
  const twice = texts.find((one, at) => texts.indexOf(one) !== at);
  if (twice !== undefined) throw new SweepError(`${path}=${spec}: ${twice} stands there twice; expected each value once`);
  const values = texts.map((one) => (key.kind === 'count' && /^-?\d+$/.test(one) ? Number(one) : one));
  return { path: path.trim(), values };
}

/**
 * The cells of a sweep, the last key's values changing fastest. Every key is tried in the policy by itself: what no cell could take is said before
 * anything is run; what only some cells cannot take together is said by them.
 * @throws SweepError
 */
export function sweepCells(keys: readonly SweptKey[], policy: PolicyDocument): SweepCell[] {
  if (keys.length === 0 || keys.length > MOST_KEYS) throw new SweepError(`${keys.length} keys: expected one or two to sweep`);
  const [first, second] = keys;
  if (first && second && first.path === second.path)
    throw new SweepError(`${first.path}: given twice; expected two different keys`);
  for (const { path, values } of keys) {
    const list = /^(.+)\.(\d+)\.[^.]+$/.exec(path);
    if (list && valueAt(policy, path) === undefined) throw new SweepError(`${path}: the policy has no such step`);
    for (const value of values) {
      const checked = checkPolicy(withValue(policy, path, value));
      const fault = checked.ok ? undefined : checked.faults.find((one) => one.path === path || path.startsWith(`${one.path}.`));
      if (fault) throw new SweepError(`${path}: ${fault.message}`);
    }
  }
  const rows = first ? first.values.flatMap((one) => (second ? second.values.map((other) => [one, other]) : [[one]])) : [];
  if (rows.length > MOST_CELLS) throw new SweepError(`${rows.length} cells: expected at most ${MOST_CELLS}`);
  return rows.map((values, cell) => ({ cell, values }));
}

/** One cell: the sessions under the policy with the cell's values. What the policy cannot be is said in the row. */
export function sweptCell(
  { sessions, paths, decider }: SweepSetup,
  { cell, values }: SweepCell,
  tell: (share: number) => void,
): SweepRow {
  try {
    const entries: EntryResult[] = [];
    const session: number[] = [];
    for (const [at, { made, policy: base }] of sessions.entries()) {
      const policy = paths.reduce<PolicyDocument>((document, path, n) => withValue(document, path, values[n]), base);
      const { source } = loadPolicy(policy, `cell ${cell + 1}`);
      const results = resultsOf(runAgain(underPolicy(made, source, decider), (share) => tell((at + share) / sessions.length)));
      entries.push(...results.entries);
      session.push(...results.entries.map(() => at));
    }
    const ended = endedOf(entries, session);
    const figures = COMPARISON_FIGURES.map((figure: ComparisonFigure) => [
      figure.id,
      figureOf(figure, entries, ended)?.toDecimalPlaces(figure.digits).toFixed(figure.digits) ?? null,
    ]);
    return {
      cell,
      values,
      entries: entries.length,
      trades: entries.filter(isTrade).length,
      figures: Object.fromEntries(figures) as SweepRow['figures'],
      error: '',
    };
  } catch (error) {
    return failedCell({ cell, values }, error);
  }
}

/** The row of a cell that could not be run. */
export const failedCell = ({ cell, values }: SweepCell, error: unknown): SweepRow => ({
  cell,
  values,
  entries: 0,
  trades: 0,
  figures: {},
  error: error instanceof Error ? error.message : String(error),
});
