import { readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync } from 'fflate';
import { afterEach, describe, expect, it } from 'vitest';
import { openBundled } from '../feeds/open.ts';
import { encodeRecording } from '../feeds/recording.ts';
import { packArchive } from '../journal/archive.ts';
import { replay } from './replay.ts';
import { verify } from './verify.ts';
import { commandLine } from './testing.ts';

const line = commandLine();
afterEach(() => {
  process.exitCode = 0;
});

const at = (name: string): string => join(line.folder, name);
const entries = (): string => {
  const rows = Array.from(
    { length: 12 },
    (_, i) => `${Date.UTC(2025, 2, 3, 15) + i * 1_800_000},DEMO,${i % 2 ? 'long' : 'short'},,,`,
  );
  writeFileSync(at('entries.csv'), ['ts,symbol,side,quantity,stop,target', ...rows].join('\n'));
  return at('entries.csv');
};
const bundled = async (...words: string[]): Promise<string> => {
  const file = at('x.ratchet.zip');
  await replay(['bundled', '--entries', entries(), '--decide', 'approve-all', '--out', at('out'), '--bundle', file, ...words]);
  return file;
};

describe('verify', () => {
  it('walks a bundle that replay wrote, with its entries and decisions, to the same journal', async () => {
    const file = await bundled();
    const journal = readFileSync(at('out/journal.jsonl'), 'utf8');
    expect(journal).toContain('"OrderFilled"');
    expect(journal).toContain('"ApproveProposal"');
    expect(strFromU8(unzipSync(readFileSync(file))['journal.jsonl'] ?? strToU8(''))).toBe(journal);
    line.printed = '';
    await verify([file]);
    expect(line.printed).toMatch(/"DEMO · intraday", every digest is right/);
    expect(line.printed).toContain(`the same journal: ${journal.trimEnd().split('\n').length} records up to row 1949, point 5`);
    expect(process.exitCode ?? 0).toBe(0);
  });

  it('verifies a session on a recording, which replay opens like a file', async () => {
    const market = await openBundled();
    writeFileSync(at('market.parquet'), await encodeRecording({ ...market, name: 'demo', source: 'demo' }));
    const first = await bundled();
    const journal = readFileSync(at('out/journal.jsonl'), 'utf8');
    await replay([
      at('market.parquet'),
      '--entries',
      at('entries.csv'),
      '--decide',
      'approve-all',
      '--out',
      at('again'),
      '--bundle',
      at('y.ratchet.zip'),
    ]);
    expect(readFileSync(at('again/journal.jsonl'), 'utf8')).toBe(journal);
    await verify([first, at('y.ratchet.zip')]);
    expect(line.printed.match(/the same journal/g)).toHaveLength(2);
  });

  it('shows the first record that is another, with status 1', async () => {
    const all = unzipSync(readFileSync(await bundled()));
    const journal = strFromU8(all['journal.jsonl'] ?? strToU8('')).replace(/"cash":"-\d/, '"cash":"-7');
    all['journal.jsonl'] = strToU8(journal);
    const sha256 = createHash('sha256').update(journal).digest('hex');
    all['manifest.json'] = strToU8(
      strFromU8(all['manifest.json'] ?? strToU8('')).replace(/"sha256": "\w+"/, `"sha256": "${sha256}"`),
    );
    const members = Object.entries(all).filter(([name]) => name !== 'SHA256SUMS');
    writeFileSync(at('forged.zip'), await packArchive(members.map(([name, bytes]) => ({ name, bytes, pack: true }))));
    line.printed = '';
    await verify([at('forged.zip')]);
    expect(line.printed).toMatch(
      /record \d+ of \d+ is another than this engine makes of the same parts:\n {4}bundled: ….*"cash":"-7.*\n {4}made: {4}….*"cash":"-/,
    );
    expect(process.exitCode).toBe(1);
  });

  it('refuses what is damaged, missing or not named', async () => {
    const bytes = readFileSync(await bundled());
    const where = bytes.lastIndexOf('PAR1');
    bytes[where - 20] = (bytes[where - 20] ?? 0) ^ 1;
    writeFileSync(at('damaged.zip'), bytes);
    await expect(verify([at('damaged.zip')])).rejects.toThrow(/damaged\.zip: recordings\/\w+\.parquet: has changed/);
    await expect(verify([at('none.zip')])).rejects.toThrow('none.zip: no such file');
    await expect(verify([])).rejects.toThrow('verify: expected at least one FILE.ratchet.zip');
  });

  it('says so where the bundle cannot be written', async () => {
    await expect(replay(['bundled', '--out', at('out'), '--bundle', at('no/x.ratchet.zip')])).rejects.toThrow(
      `--bundle ${at('no/x.ratchet.zip')}: its folder does not exist`,
    );
  });
});
