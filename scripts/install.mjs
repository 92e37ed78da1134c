import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's top folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/**
 * True where node_modules holds what package-lock.json asks for. npm writes its own record last, so an install that was cut short has none.
 * Optional packages are those of other platforms and may be absent.
 */
function isInstalled(folder = root) {
  try {
    const wanted = packagesOf(`${folder}/package-lock.json`);
    const present = packagesOf(`${folder}/node_modules/.package-lock.json`);
    return (
      Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
        if (path === '') return true;
        return path in present ? present[path].version === version : Boolean(optional || devOptional);
      }) && Object.keys(present).every((path) => path in wanted)
    );
  } catch {
    return false;
  }
}

/** Installs the locked packages where they are missing or others. npm's words go to stderr: stdout belongs to the program that follows. */
export function ensureModules() {
  if (isInstalled()) return;
  console.error('Installing the packages of package-lock.json …');
  const npm = process.env.npm_execpath;
  const words = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 2, 2], timeout: 10 * 60_000 };
  const { status, error } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...words], options)
    : spawnSync(`npm ${words.join(' ')}`, { ...options, shell: true });
  if (status === 0) return;
  console.error(
    `npm ci did not succeed${error ? ` (${error.message})` : ''}. Its words stand above; without its packages nothing here can run.`,
  );
  process.exit(1);
}
