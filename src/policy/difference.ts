import { parseMeasure } from '../domain/measure.ts';

/** Where two policies part: the key with its path, and its value on either side as JSON; "nothing" where the key is missing. */
export interface PolicyDifference {
  key: string;
  there: string;
  here: string;
}

const LONGEST = 80;

const isGroup = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Equal values, and measures that say the same in other words: "60000ms" is "1m". */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const [one, other] = [parseMeasure(a), parseMeasure(b)];
  return one !== undefined && other !== undefined && one.unit === other.unit && one.value.equals(other.value);
}

function shown(value: unknown): string {
  const json = value === undefined ? 'nothing' : JSON.stringify(value);
  return json.length > LONGEST ? `${json.slice(0, LONGEST)}…` : json;
}

/**
 * The first key, in the order of `there`, whose value is another in two policies as a journal keeps them; undefined where they say the same.
 * @param there the journal's, of any shape
 * @param here the one in use, as `LoadedPolicy.source`
 */
export function policyDifference(there: unknown, here: unknown, path = ''): PolicyDifference | undefined {
  if (!isGroup(there) || !isGroup(here) || Array.isArray(there) !== Array.isArray(here))
    return same(there, here) ? undefined : { key: path || 'the document', there: shown(there), here: shown(here) };
  for (const key of new Set([...Object.keys(there), ...Object.keys(here)])) {
    const found = policyDifference(there[key], here[key], path === '' ? key : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
