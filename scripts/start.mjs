import { spawn } from 'node:child_process';
import { ensureModules, root } from './install.mjs';

ensureModules();

const given = process.argv.slice(2);
const { BROWSER, CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
const screenless = process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY;
const chosen = given.some((word) => word === '--open' || word.startsWith('--open=') || word === '--no-open');
const open = chosen || CI || BROWSER === 'none' || screenless ? [] : ['--open'];

const server = spawn(process.execPath, [`${root}/node_modules/vite/bin/vite.js`, ...open, ...given], {
  cwd: root,
  stdio: 'inherit',
});
// A terminal gives Ctrl+C to both; the server is to end first, and its code is ours.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
