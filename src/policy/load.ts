import type { PolicyDocument } from '../domain/document.ts';
import active from './presets/active.json' with { type: 'json' };
import fixed from './presets/fixed.json' with { type: 'json' };
import intraday from './presets/intraday.json' with { type: 'json' };
import leveraged from './presets/leveraged.json' with { type: 'json' };
import leveragedAggressive from './presets/leveraged-aggressive.json' with { type: 'json' };
import leveragedConservative from './presets/leveraged-conservative.json' with { type: 'json' };
import portfolio from './presets/portfolio.json' with { type: 'json' };
import tranches from './presets/tranches.json' with { type: 'json' };
import { type Policy, policySchema } from './schema.ts';

/** The policies that ship with the app, read-only, by name. */
export const presets: Readonly<Record<string, unknown>> = {
  intraday,
  fixed,
  active,
  tranches,
  leveraged,
  'leveraged-aggressive': leveragedAggressive,
  'leveraged-conservative': leveragedConservative,
  portfolio,
};

/** A policy that cannot be used; one line a fault, each naming the key, the value and what is allowed. */
export class PolicyError extends Error {
  readonly faults: string[];

  constructor(source: string, faults: string[]) {
    super(`${source}: ${faults.join('\n')}`);
    this.name = 'PolicyError';
    this.faults = faults;
  }
}

/** A policy as it runs (`policy`) and as it was written with every default filled in (`source`), which the journal keeps. */
export interface LoadedPolicy {
  policy: Policy;
  source: PolicyDocument;
}

const isMeasureLike = (value: object): value is { text: string } => 'unit' in value && 'text' in value;
const isAutonomyLike = (value: object): value is { mode: string; seconds?: number } => 'mode' in value;

/** A loaded policy written out again as plain JSON, every default included. */
function written(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== 'object' || value === null) return value;
  if (isMeasureLike(value)) return value.text;
  if (isAutonomyLike(value)) return value.mode === 'auto-after' ? `auto-after ${value.seconds}s` : value.mode;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, written(inner)]));
}

/** What is wrong at one key of a policy; `path` is "" where it is the document as a whole. */
export interface PolicyFault {
  path: string;
  /** names the value and what is allowed */
  message: string;
}

/** Reads a policy from parsed JSON, or says everything that is wrong with it. */
export function checkPolicy(json: unknown): { ok: true; loaded: LoadedPolicy } | { ok: false; faults: PolicyFault[] } {
  const result = policySchema.safeParse(json);
  return result.success
    ? { ok: true, loaded: { policy: result.data, source: written(result.data) as PolicyDocument } }
    : { ok: false, faults: result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) };
}

/**
 * Reads a policy from parsed JSON; keys that are left out take their defaults.
 * @param source what an error names as the place: a file or "preset intraday"
 * @throws PolicyError
 */
export function loadPolicy(json: unknown, source: string): LoadedPolicy {
  const checked = checkPolicy(json);
  if (checked.ok) return checked.loaded;
  throw new PolicyError(
    source,
    checked.faults.map(({ path, message }) => `${path || 'the document'}: ${message}`),
  );
}

/** @throws PolicyError when there is no preset of that name */
export function loadPreset(name: string): LoadedPolicy {
  if (!Object.hasOwn(presets, name))
    throw new PolicyError(`policy "${name}"`, [`no preset of this name; there are ${Object.keys(presets).join(', ')}`]);
  return loadPolicy(presets[name], `preset ${name}`);
}
