import { createHash } from 'node:crypto';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeRecording } from '../feeds/recording.ts';
import { randomColumns, recordingOf } from '../feeds/testing.ts';
import { walkedSession } from '../worker/walked.ts';
import { type BackupParts, backupOf, readBackup } from './backup.ts';
import { bundleOf } from './bundle.ts';
import { recordingFile } from './session-files.ts';

type Entries = Record<string, Uint8Array>;

const read = (bytes: Uint8Array) => readBackup(bytes, 'x.zip');
const summed = (entries: Entries): Uint8Array => {
  const { SHA256SUMS: _, ...rest } = entries;
  const sums = Object.entries(rest).map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`);
  return zipSync({ ...rest, SHA256SUMS: strToU8(sums.join('')) });
};
const flipped = (content: Uint8Array | undefined): Uint8Array => {
  const other = Uint8Array.from(content ?? []);
  const middle = Math.floor(other.length / 2);
  other[middle] = (other[middle] ?? 0) ^ 1;
  return other;
};

/** Two sessions on one market, one of them with another market besides, and a recording of no session. */
let parts: BackupParts;
let bytes: Uint8Array;
let shared = '';
let second = '';
let spare = '';
beforeAll(async () => {
  const columns = randomColumns('bars', 90, 1);
  const one = await walkedSession([columns], 70);
  const two = await walkedSession([columns, randomColumns('quotes', 90, 2)], 130);
  const kept = await recordingOf(randomColumns('trades', 10, 3), 'SPARE');
  spare = kept.tape.digest;
  [shared = ''] = one.recordings.keys();
  [, second = ''] = two.recordings.keys();
  parts = {
    created: '2026-11-24T18:00:00Z',
    sessions: [
      { id: 'first', ...one.parts },
      { id: 'second-2', ...two.parts, parent: { session: 'first', record: 2 } },
    ],
    recordings: new Map([...one.recordings, ...two.recordings, [spare, await encodeRecording(kept)]]),
    settings: { theme: 'dark', panels: { left: 20 } },
    policies: [{ name: 'mine', interval: '5m' }],
  };
  bytes = await backupOf(parts);
});
const entriesOf = (): Entries => ({ ...unzipSync(bytes) });

describe('a backup', () => {
  it('gives back everything, and the same backup again', async () => {
    const back = await read(bytes);
    expect(back.faults).toEqual([]);
    const { created, settings, policies } = parts;
    expect(back).toMatchObject({ created, settings, policies });
    expect(back.sessions).toMatchObject(parts.sessions);
    expect(back.recordings).toEqual(parts.recordings);
    expect(await backupOf(back)).toEqual(bytes);
  });

  it('holds each recording once, and sessions as bundles hold them', async () => {
    const names = Object.keys(entriesOf());
    expect(names.filter((name) => name.endsWith('.parquet'))).toEqual([shared, second, spare].toSorted().map(recordingFile));
    const [one] = parts.sessions;
    if (!one) throw new Error('expected a session');
    const bundle = unzipSync(await bundleOf(one, parts.recordings));
    for (const name of ['manifest.json', 'policy.json', 'decisions.jsonl', 'entries.json', 'journal.jsonl'])
      expect(entriesOf()[`sessions/first/${name}`]).toEqual(bundle[name]);
  });

  it('may be empty', async () => {
    const empty: BackupParts = { created: '', sessions: [], recordings: new Map(), settings: {}, policies: [] };
    expect(await read(await backupOf(empty))).toEqual({ ...empty, faults: [] });
  });

  it('is not made with an id that is no folder, or that stands twice, or without a market', async () => {
    const [one] = parts.sessions as [BackupParts['sessions'][number]];
    for (const id of ['../up', '', 'a b', '-a'])
      await expect(backupOf({ ...parts, sessions: [{ ...one, id }] })).rejects.toThrow(RangeError);
    await expect(backupOf({ ...parts, sessions: [one, one] })).rejects.toThrow('the session id "first"');
    await expect(backupOf({ ...parts, recordings: new Map() })).rejects.toThrow(/^the recording \w{64} is missing/);
  });
});

describe('readBackup', () => {
  it('names whichever entry has changed, and gives back the rest', async () => {
    for (const name of Object.keys(entriesOf()).filter((one) => one !== 'SHA256SUMS')) {
      const entries = entriesOf();
      const { sessions, recordings, faults, settings } = await read(zipSync({ ...entries, [name]: flipped(entries[name]) }));
      expect(faults[0]).toEqual({ entry: name, problem: expect.stringContaining('has changed') });
      const ids = sessions.map(({ id }) => id);
      if (name.startsWith('sessions/first/')) expect(ids).toEqual(['second-2']);
      else if (name.startsWith('sessions/second-2/')) expect(ids).toEqual(['first']);
      else if (name === recordingFile(shared)) expect(ids).toEqual([]);
      else if (name === recordingFile(second)) expect(ids).toEqual(['first']);
      else expect(ids).toEqual(['first', 'second-2']);
      expect(recordings.size).toBe(name.startsWith('recordings/') ? 2 : 3);
      expect(settings).toEqual(name === 'backup.json' ? {} : parts.settings);
    }
  });

  it('says which session is left out, and why', async () => {
    const entries = entriesOf();
    const name = recordingFile(second);
    const { faults } = await read(zipSync({ ...entries, [name]: flipped(entries[name]) }));
    expect(faults[1]).toEqual({ entry: 'sessions/second-2/', problem: `is left out: its market ${name} is missing or broken` });
    const journal = 'sessions/first/journal.jsonl';
    const other = await read(zipSync({ ...entries, [journal]: flipped(entries[journal]) }));
    expect(other.faults[1]).toEqual({ entry: 'sessions/first/', problem: 'is left out: one of its files is broken' });
  });

  it('finds what is wrong though its sums are right', async () => {
    const entries = entriesOf();
    const [a, b] = [recordingFile(shared), recordingFile(second)];
    const swapped = await read(summed({ ...entries, [a]: entries[b] ?? strToU8(''), [b]: entries[a] ?? strToU8('') }));
    expect(swapped.faults.map(({ problem }) => problem)).toEqual([
      `its market has the digest ${second > shared ? second : shared}; expected that of its name`,
      `its market has the digest ${second > shared ? shared : second}; expected that of its name`,
      expect.stringContaining('is left out: its market'),
      expect.stringContaining('is left out: its market'),
    ]);
    expect(swapped.recordings.size).toBe(1);
    const name = 'sessions/first/manifest.json';
    const newer = strToU8(strFromU8(entries[name] ?? strToU8('')).replace('"version": 1', '"version": 7'));
    const { faults, sessions } = await read(summed({ ...entries, [name]: newer, 'notes.txt': strToU8('hello') }));
    expect(faults).toEqual([
      { entry: 'sessions/first/', problem: expect.stringContaining('ratchet-session of version 7; expected at most 1') },
      { entry: 'notes.txt', problem: 'is no part of a backup; it is left alone' },
    ]);
    expect(sessions.map(({ id }) => id)).toEqual(['second-2']);
  });

  it('misses a session that is listed and has no files', async () => {
    const entries = Object.fromEntries(Object.entries(entriesOf()).filter(([name]) => !name.startsWith('sessions/first/')));
    const { faults } = await read(summed(entries));
    expect(faults).toEqual([{ entry: 'sessions/first/', problem: expect.stringContaining('manifest.json: is missing') }]);
  });

  it('refuses a backup of a newer version, and what is no backup', async () => {
    const entries = entriesOf();
    const index = (from: string, to: string): Uint8Array =>
      summed({ ...entries, 'backup.json': strToU8(strFromU8(entries['backup.json'] ?? strToU8('')).replace(from, to)) });
    await expect(read(index('"version": 1', '"version": 2'))).rejects.toThrow('x.zip: backup.json: ratchet-backup of version 2');
    await expect(read(index('"sessions"', '"session"'))).rejects.toThrow('x.zip: backup.json: cannot be used: sessions');
    await expect(read(index('{', ''))).rejects.toThrow('x.zip: backup.json: not JSON');
    const { 'backup.json': _, ...rest } = entries;
    await expect(read(summed(rest))).rejects.toThrow('x.zip: no backup.json; expected a backup that Ratchet wrote');
  });
});
