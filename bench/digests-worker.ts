import { runDigests } from './digests.ts';

/** Posts the digest of every run, then 'done'; recorded files are asked of the server that it came from. */
for await (const run of runDigests(async (file) => {
  const response = await fetch(`/${file}`);
  return response.ok ? response.blob() : undefined;
}))
  self.postMessage(run, { transfer: [] });
self.postMessage('done', { transfer: [] });
