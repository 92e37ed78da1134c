import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type LoadedPolicy, loadPolicy, loadPreset, presets } from '../policy/load.ts';

/** Something the user can put right: shown without a stack, exit status 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A file of the disk. @throws UsageError when it cannot be read */
export async function blobOf(path: string): Promise<File> {
  const status = await stat(path).catch(() => undefined);
  if (!status?.isFile()) throw new UsageError(`${path}: ${status ? 'not a file' : 'no such file'}`);
  try {
    return new File([await openAsBlob(path)], basename(path));
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/**
 * A preset by its name, or a policy from a JSON file.
 * @param what where the name stands, for the error: "--policy"
 * @throws UsageError or PolicyError
 */
export async function policyOf(name: string, what: string): Promise<LoadedPolicy> {
  if (Object.hasOwn(presets, name)) return loadPreset(name);
  if (!/[./\\]/.test(name))
    throw new UsageError(`${what} ${name}: no preset of this name (${Object.keys(presets).join(', ')}) and not a file`);
  const file = await blobOf(name);
  let json: unknown;
  try {
    json = JSON.parse(await file.text());
  } catch (error) {
    throw new UsageError(`${name}: not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  return loadPolicy(json, name);
}

/** An option's value as one of a few words. @throws UsageError */
export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (!found) throw new UsageError(`${option} ${value}: expected ${allowed.join(', ')}`);
  return found;
}
