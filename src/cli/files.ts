import { openAsBlob } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
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

const WRITE_FAULTS: Readonly<Record<string, string>> = {
  EEXIST: 'a file stands where a folder is needed',
  ENOTDIR: 'a file stands where a folder is needed',
  EISDIR: 'a folder stands where a file is needed',
  ENOENT: 'its folder does not exist',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EROFS: 'nothing can be written there, it is read-only',
  ENOSPC: 'no space is left there',
};

/** Makes a folder and those above it that are missing. Node's own way of doing so never ends where a file system answers ENOENT to it, as /proc does. */
export async function makeFolder(path: string): Promise<void> {
  const status = await stat(path).catch(() => undefined);
  if (status?.isDirectory()) return;
  if (!status && dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path);
}

/**
 * Does some writing to where an option says.
 * @param option the option and what it takes
 * @throws UsageError naming the path that cannot be written, and why
 */
export async function writing(
  out: string,
  write: () => Promise<unknown>,
  { name, expected }: { name: string; expected: string } = { name: '--out', expected: 'a folder to write in' },
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
    const path = 'path' in error && typeof error.path === 'string' ? error.path : out;
    throw new UsageError(`${name} ${out}: ${WRITE_FAULTS[error.code] ?? error.message} (${path}); expected ${expected}`);
  }
}
