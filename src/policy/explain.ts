import { z } from 'zod';
import { type PolicyDocument, valueAt } from '../domain/document.ts';
import { boundText, type KeyMeta, rangeWords } from '../domain/keys.ts';
import { parseMeasure, type Unit } from '../domain/measure.ts';
import { loadPolicy, loadPreset, presets } from './load.ts';
import { policySchema } from './schema.ts';

/**
 * What is written at a key: a measure; a measure or one of `options`; a whole number; true or false; one of `options`; a decimal as text;
 * a list of `options`; a list of groups, whose keys are `items`; an autonomy; text.
 */
export type KeyKind =
  | 'measure'
  | 'optional-measure'
  | 'count'
  | 'switch'
  | 'choice'
  | 'decimal'
  | 'words'
  | 'list'
  | 'autonomy'
  | 'text';

/** A key of a policy, as the editor and `policy explain` show it. */
export interface PolicyKey {
  /** "rules.breakeven.trigger"; of a key of a list's items from the item on: "at" */
  path: string;
  /** the path without its last part, "" at the top */
  group: string;
  kind: KeyKind;
  units: readonly Unit[];
  /** the units in words: "R, %, ATR or $"; empty where a value has none */
  unit: string;
  /** as they would be written: "0", "1s"; of lists and texts their length; null where there is no bound */
  least: string | null;
  most: string | null;
  /** "from 0 to 50"; empty where there are no bounds */
  range: string;
  options: readonly string[];
  /** what holds where the key is left out, as it is written; "" where it must be written */
  standard: unknown;
  help: string;
  source: string;
  /** what is said in red of a value that adds risk, by value */
  warn: Readonly<Record<string, string>>;
  items: readonly PolicyKey[];
}

/** A key at which two policies differ, with what each of them says, as written. A list differs as a whole. */
export interface Difference {
  path: string;
  from: unknown;
  to: unknown;
}

type Meta = Partial<KeyMeta>;

const UNIT_WORDS: Partial<Record<Unit, string>> = { duration: 's, m, h or d', time: 'hh:mm' };

/** "a, b or c" */
export const oneOfWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

const unitWords = (units: readonly Unit[]): string =>
  units.join('') === 'plain' ? 'a number' : oneOfWords(units.map((unit) => UNIT_WORDS[unit] ?? unit));

/** A key's own type without what fills it in, and all that is said of it on the way, the outermost word last. */
function unwrap(schema: z.core.$ZodType): { type: z.core.$ZodType; meta: Meta } {
  const own = (z.globalRegistry.get(schema) ?? {}) as Meta;
  const filled = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  if (!filled && !(schema instanceof z.ZodOptional)) return { type: schema, meta: own };
  const inner = unwrap(schema.def.innerType);
  return { type: inner.type, meta: { ...(filled ? { standard: schema.def.defaultValue } : {}), ...inner.meta, ...own } };
}

/** Least and greatest length of a text or a list. */
function lengths(type: z.core.$ZodType): { least: number | undefined; most: number | undefined } {
  if (!(type instanceof z.ZodString || type instanceof z.ZodArray)) return { least: undefined, most: undefined };
  const { minItems, maxItems, minLength, maxLength } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  return { least: minItems ?? minLength, most: maxItems ?? maxLength };
}

function kindOf(path: string, type: z.core.$ZodType, meta: Meta): KeyKind {
  if (meta.kind) return meta.kind;
  if (meta.units) return meta.options ? 'optional-measure' : 'measure';
  if (type instanceof z.ZodBoolean) return 'switch';
  if (type instanceof z.ZodEnum) return 'choice';
  if (type instanceof z.ZodNumber) return 'count';
  if (type instanceof z.ZodString) return meta.least === undefined && meta.most === undefined ? 'text' : 'decimal';
  if (type instanceof z.ZodArray) {
    const element = unwrap(type.element).type;
    if (element instanceof z.ZodEnum) return 'words';
    if (element instanceof z.ZodObject) return 'list';
  }
  throw new Error(
    `${path}: nothing is known of keys of the type ${type.constructor.name}; make it with a function of domain/keys.ts`,
  );
}

/** The words of an enum, or of a list of one. */
function wordsOf(type: z.core.$ZodType): readonly string[] {
  if (type instanceof z.ZodArray) return wordsOf(unwrap(type.element).type);
  return type instanceof z.ZodEnum ? type.options.map(String) : [];
}

function leaf(path: string, group: string, type: z.core.$ZodType, meta: Meta): PolicyKey {
  const units = meta.units ?? [];
  const bound = (value: number | string | undefined): string | undefined =>
    value === undefined ? undefined : boundText(value, units);
  const length = lengths(type);
  const least = bound(meta.least ?? length.least);
  const most = bound(meta.most ?? length.most);
  const kind = kindOf(path, type, meta);
  return {
    path,
    group,
    kind,
    units,
    unit: unitWords(units),
    least: least ?? null,
    most: most ?? null,
    range: rangeWords(least, most),
    options: meta.options ?? wordsOf(type),
    standard: meta.standard ?? '',
    help: meta.help ?? '',
    source: meta.source ?? '',
    warn: meta.warn ?? {},
    items: kind === 'list' && type instanceof z.ZodArray ? keysOf(type.element) : [],
  };
}

/**
 * Every key of a schema of groups, in its order.
 * @throws Error naming the key whose shape is not understood: none is passed over
 */
export function keysOf(schema: z.core.$ZodType, group = ''): PolicyKey[] {
  const { type } = unwrap(schema);
  if (!(type instanceof z.ZodObject)) throw new Error(`${group || 'the schema'}: expected a group of keys`);
  return Object.entries(type.def.shape).flatMap(([name, inner]) => {
    const path = group === '' ? name : `${group}.${name}`;
    const { type: own, meta } = unwrap(inner);
    return own instanceof z.ZodObject ? keysOf(own, path) : [leaf(path, group, own, meta)];
  });
}

let known: readonly PolicyKey[] | undefined;

/** Every key of a policy, in the schema's order. */
export function policyKeys(): readonly PolicyKey[] {
  if (!known) {
    const { source } = loadPolicy({ name: 'standard' }, 'the standards');
    known = keysOf(policySchema);
    for (const key of known) if (key.path !== 'name') key.standard = valueAt(source, key.path);
  }
  return known;
}

/** Whether two values say the same: "60s" and "1m" do. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].every((name) => same(valueAt(a, name), valueAt(b, name)));
  }
  if (a === b || typeof a !== 'string' || typeof b !== 'string') return a === b;
  const [x, y] = [parseMeasure(a.trim()), parseMeasure(b.trim())];
  return x !== undefined && y !== undefined && x.unit === y.unit && x.value.equals(y.value);
}

/** The keys at which two written policies differ, in the schema's order. A key that is left out holds its standard. */
export function difference(a: unknown, b: unknown): Difference[] {
  return policyKeys().flatMap(({ path, standard }) => {
    const [from, to] = [valueAt(a, path) ?? standard, valueAt(b, path) ?? standard];
    return same(from, to) ? [] : [{ path, from, to }];
  });
}

/** Those of the differences that decide something: names and descriptions do not. */
export function decisive(differences: readonly Difference[]): Difference[] {
  const texts = new Set(policyKeys().flatMap(({ kind, path }) => (kind === 'text' ? [path] : [])));
  return differences.filter(({ path }) => !texts.has(path));
}

/** The presets as they are written, every default filled in, by name. */
export function writtenPresets(): Record<string, PolicyDocument> {
  return Object.fromEntries(Object.keys(presets).map((name) => [name, loadPreset(name).source]));
}

/** The preset from which a written policy differs least, and where: from the preset to the policy. */
export function nearestPreset(policy: unknown): { preset: string; differences: Difference[] } {
  const [first, ...others] = Object.entries(writtenPresets()).map(([preset, written]) => ({
    preset,
    differences: decisive(difference(written, policy)),
  }));
  if (!first) throw new Error('there are no presets');
  return others.reduce((least, next) => (next.differences.length < least.differences.length ? next : least), first);
}
