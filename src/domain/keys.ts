import { z } from 'zod';
import { dec } from './decimal.ts';
import { durationText, type Measure, parseMeasure, type Unit } from './measure.ts';

/** What a key of a policy says of itself: to the editor, to `policy explain`, and in its errors. */
export interface KeyInfo {
  help: string;
  /** source document and line of thought, "S0", "S1", or "house" where it is ours */
  source: string;
  /** what is said in red of a value that adds risk, by value */
  warn?: Readonly<Record<string, string>>;
}

/** What is found at a key of the schema by `.meta()`: what its maker says of it, as far as its shape does not say it already. */
export interface KeyMeta extends KeyInfo {
  standard: unknown;
  units: readonly Unit[];
  least: number | string;
  most: number | string;
  /** words that may be written: instead of a measure, or at the beginning of an autonomy */
  options: readonly string[];
  /** named where the shape does not tell it from a measure */
  kind: 'autonomy';
}

export interface MeasureInfo extends KeyInfo {
  units: Unit[];
  /** least and greatest value allowed, in the key's own unit */
  least?: number;
  most?: number;
}

const EXAMPLE: Record<Unit, string> = {
  R: '"1R"',
  '%': '"1.5%"',
  ATR: '"2ATR"',
  $: '"$250"',
  bps: '"5bps"',
  ticks: '"2ticks"',
  plain: '"1.2"',
  duration: '"30m"',
  time: '"15:45"',
};

/** A bound as it is written: durations and times of day with their unit, "1d", "15:45"; numbers bare, for a key may have several units. */
export function boundText(value: number | string, units: readonly Unit[]): string {
  if (typeof value === 'string') return value;
  if (units.includes('time')) return [Math.floor(value / 60), value % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return units.includes('duration') ? durationText(value) : String(value);
}

/** "from 0 to 50", "from 1s"; empty where there are no bounds. */
export const rangeWords = (least: string | undefined, most: string | undefined): string =>
  [
    ...(least === undefined ? [] : [`from ${least}`]),
    ...(most === undefined ? [] : [`${least === undefined ? 'up ' : ''}to ${most}`]),
  ].join(' ');

/** A measure, or one of a few words; without words plainly a measure. */
function measureSchema<W extends string>(
  words: readonly W[],
  standard: string,
  info: MeasureInfo,
): z.ZodType<Measure | W, string | undefined> {
  const { units, least, most } = info;
  const bound = (value: number | undefined): string | undefined => (value === undefined ? undefined : boundText(value, units));
  const range = rangeWords(bound(least), bound(most));
  const expected = `expected ${[...words, ...units.map((unit) => EXAMPLE[unit])].join(' or ')}${range && ' '}${range}`;
  return z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not text; ${expected}` })
    .transform((text, context): Measure | W => {
      const word = words.find((word) => word === text.trim());
      if (word !== undefined) return word;
      const measure = parseMeasure(text.trim());
      const fault = !measure
        ? 'is not a measure'
        : !units.includes(measure.unit)
          ? `has the unit ${measure.unit}`
          : (least !== undefined && measure.value.lessThan(least)) || (most !== undefined && measure.value.greaterThan(most))
            ? 'is out of range'
            : undefined;
      if (measure && !fault) return measure;
      context.addIssue({ code: 'custom', message: `"${text}" ${fault}; ${expected}` });
      return z.NEVER;
    })
    .prefault(standard)
    .meta({ ...info, standard, ...(words.length > 0 ? { options: words } : {}) });
}

/** A threshold that carries its unit, written as text. An error names the value and what is allowed. */
export const measureKey = (standard: string, info: MeasureInfo): z.ZodType<Measure, string | undefined> =>
  measureSchema<never>([], standard, info);

/** A measure, or one of a few words in its place. */
export const wordOrMeasureKey = <const W extends string>(
  words: readonly [W, ...W[]],
  standard: string,
  info: MeasureInfo,
): z.ZodType<Measure | W, string | undefined> => measureSchema(words, standard, info);

/** A measure, or "none" where there is to be no threshold. */
export const optionalMeasureKey = (
  standard: string | 'none',
  info: MeasureInfo,
): z.ZodType<Measure | 'none', string | undefined> => measureSchema(['none'], standard, info);

/** A whole number within bounds. */
export function countKey(
  standard: number,
  info: KeyInfo & { least: number; most: number },
): z.ZodType<number, number | undefined> {
  const expected = `expected a whole number from ${info.least} to ${info.most}`;
  return z
    .number({ error: (issue) => `${JSON.stringify(issue.input)} is not a number; ${expected}` })
    .refine((value) => Number.isInteger(value) && value >= info.least && value <= info.most, {
      error: (issue) => `${JSON.stringify(issue.input)} is out of range; ${expected}`,
    })
    .default(standard)
    .meta({ ...info, standard });
}

/** Yes or no. */
export function switchKey(standard: boolean, info: KeyInfo): z.ZodType<boolean, boolean | undefined> {
  return z
    .boolean({ error: (issue) => `${JSON.stringify(issue.input)} is neither true nor false` })
    .default(standard)
    .meta({ ...info, standard });
}

/** One of a few words. */
export function choiceKey<const T extends readonly [string, ...string[]]>(
  options: T,
  standard: T[number],
  info: KeyInfo,
): z.ZodType<T[number], T[number] | undefined> {
  return z
    .enum(options, { error: (issue) => `${JSON.stringify(issue.input)} is not one of ${options.join(', ')}` })
    .default(standard as never)
    .meta({ ...info, standard });
}

/** An amount of money or a plain decimal, as text, within bounds. */
export function decimalKey(
  standard: string,
  info: KeyInfo & { least: string; most?: string },
): z.ZodType<string, string | undefined> {
  const expected = `expected a decimal as text from ${info.least}${info.most === undefined ? '' : ` to ${info.most}`}, e.g. "${standard}"`;
  return z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not text; ${expected}` })
    .refine(
      (text) =>
        /^-?\d+(\.\d+)?$/.test(text) &&
        !dec(text).lessThan(info.least) &&
        (info.most === undefined || !dec(text).greaterThan(info.most)),
      { error: (issue) => `${JSON.stringify(issue.input)} is not allowed; ${expected}` },
    )
    .default(standard)
    .meta({ ...info, standard });
}

/**
 * The check of a ladder: its steps come in the order in which they are reached. Steps in different units are not compared.
 * @param key of a step, its threshold
 */
export const inOrder =
  <K extends string>(key: K) =>
  (steps: readonly Record<K, Measure>[], context: z.core.$RefinementCtx): void => {
    for (const [i, { [key]: at }] of steps.entries()) {
      const before = steps[i - 1]?.[key];
      if (before?.unit === at.unit && at.value.lessThan(before.value))
        context.addIssue({
          code: 'custom',
          path: [i, key],
          message: `"${at.text}" comes before "${before.text}" of the step above; expected steps from the nearest to the furthest`,
        });
    }
  };

/** A group of keys. A key that does not exist is an error that names it; a group that is left out takes its defaults. */
export function group<S extends z.ZodRawShape>(shape: S): z.ZodPrefault<z.ZodObject<S, z.core.$strict>> {
  return z
    .strictObject(shape, {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `unknown key ${issue.keys.map((key) => `"${key}"`).join(', ')}; known: ${Object.keys(shape).join(', ')}`
          : `${JSON.stringify(issue.input)} is not a group of keys`,
    })
    .prefault({} as never);
}
