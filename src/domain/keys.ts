import { z } from 'zod';
import { dec } from './decimal.ts';
import { type Measure, parseMeasure, type Unit } from './measure.ts';

/** What a key of a policy says of itself: to the editor, to `policy explain`, and in its errors. */
export interface KeyInfo {
  help: string;
  /** source document and line of thought, "S0", "S1", or "house" where it is ours */
  source: string;
}

export interface MeasureInfo extends KeyInfo {
  units: Unit[];
  /** least and greatest value allowed, in the key's own unit */
  least?: number;
  most?: number;
  /** "none" is allowed: no limit, read as an infinite value */
  none?: true;
}

const NONE = dec(Infinity);

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

/** A threshold that carries its unit, written as text. An error names the value and what is allowed. */
export function measureKey(standard: string, info: MeasureInfo): z.ZodType<Measure, string | undefined> {
  const { units, least, most, none } = info;
  const range = least === undefined && most === undefined ? '' : ` from ${least ?? '−∞'} to ${most ?? '∞'}`;
  const expected = `expected ${units.map((unit) => EXAMPLE[unit]).join(' or ')}${range}${none ? ' or "none"' : ''}`;
  return z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not text; ${expected}` })
    .transform((text, context): Measure => {
      const [unit] = units;
      if (none && unit && text.trim() === 'none') return { text: 'none', unit, value: NONE };
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
    .meta({ ...info, standard });
}

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
