import { copyFileSync, existsSync, openAsBlob } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { RECORDED, type RunDigest, type runDigests } from '../bench/digests.ts';
import { bundle, serve } from '../bench/runtimes.ts';
import { expect, recordedFolder, test } from './support.ts';

const INPUT = {
  digests: fileURLToPath(new URL('../bench/digests.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../bench/digests-worker.ts', import.meta.url)),
};

test('[P5] every preset on every kind of market gives the same journal in Node and in a worker of the browser', async ({
  page,
}) => {
  const folder = test.info().outputPath('runtimes');
  await mkdir(folder, { recursive: true });
  await bundle(folder, INPUT);
  const files = Object.values(RECORDED)
    .flat()
    .filter((file) => existsSync(join(recordedFolder, file)));
  for (const file of files) copyFileSync(join(recordedFolder, file), join(folder, file));

  const built = (await import(pathToFileURL(join(folder, 'digests.mjs')).href)) as { runDigests: typeof runDigests };
  const inNode: RunDigest[] = [];
  for await (const run of built.runDigests(async (file) => (files.includes(file) ? openAsBlob(join(folder, file)) : undefined)))
    inNode.push(run);

  const server = await serve(folder);
  try {
    await page.goto(server.url);
    const inBrowser = await page.evaluate(
      () =>
        new Promise<unknown[]>((resolve, reject) => {
          const runs: unknown[] = [];
          const worker = new Worker('/worker.mjs', { type: 'module' });
          worker.addEventListener('error', ({ message }) => reject(new Error(message || 'the worker did not start')));
          worker.addEventListener('message', ({ data }) => (data === 'done' ? resolve(runs) : runs.push(data)));
        }),
    );
    expect(inBrowser).toEqual(inNode);
  } finally {
    server.close();
  }
  const whole = Object.entries(RECORDED).filter(([, wanted]) => wanted.every((file) => files.includes(file)));
  const sessions = new Set(inNode.map(({ session }) => session));
  expect(sessions.size).toBe(6 + whole.length);
  expect(inNode).toHaveLength(8 * sessions.size);
  expect(inNode.filter(({ records }) => records > 50).length).toBeGreaterThan(inNode.length / 2);
});
