import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { existsSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { LAYOUTS } from '../feeds/columns.ts';
import { openFile } from '../feeds/open.ts';
import { encodeRecording } from '../feeds/recording.ts';
import { randomColumns, recordingOf } from '../feeds/testing.ts';
import { FormatError } from '../formats/error.ts';
import { type Walked, walkedSession } from '../worker/walked.ts';
import { bundleOf, readBundle } from './bundle.ts';

const FOLDER = new URL('../../../shared/data/', import.meta.url);

const read = (bytes: Uint8Array) => readBundle(bytes, 'x.ratchet.zip');
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
type Entries = Record<string, Uint8Array>;

const summed = (entries: Entries): Uint8Array => {
  const { SHA256SUMS: _, ...rest } = entries;
  const sums = Object.entries(rest).map(([name, content]) => `${hash(content)}  ${name}\n`);
  return zipSync({ ...rest, SHA256SUMS: strToU8(sums.join('')) });
};

let walk: Walked;
let bytes: Uint8Array;
beforeAll(async () => {
  walk = await walkedSession([randomColumns('bars', 120, 1), randomColumns('trades', 120, 1)], 200);
  bytes = await bundleOf(walk.parts, walk.recordings);
});
const entriesOf = (): Entries => ({ ...unzipSync(bytes) });
/** The bundle with one entry's text replaced, and its sums and the journal's own made anew: somebody means it. */
const forged = (name: string, change: (text: string) => string): Uint8Array => {
  const entries = entriesOf();
  const before = strFromU8(entries[name] ?? new Uint8Array());
  const after = change(before);
  if (after === before) throw new Error(`nothing of ${name} was changed`);
  entries[name] = strToU8(after);
  if (name === 'journal.jsonl')
    entries['manifest.json'] = strToU8(
      strFromU8(entries['manifest.json'] ?? new Uint8Array()).replace(/"sha256": "\w+"/, `"sha256": "${hash(strToU8(after))}"`),
    );
  return summed(entries);
};

describe('a session bundle', () => {
  it('gives back its session and its markets, and the same bundle again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...LAYOUTS), { minLength: 1, maxLength: 3 }), fc.nat(), async (layouts, seed) => {
        const { parts, recordings } = await walkedSession(
          layouts.map((layout, at) => randomColumns(layout, 80, seed + at)),
          70,
        );
        const packed = await bundleOf(parts, recordings);
        const { start, recordings: markets, ...back } = await read(packed);
        expect(back).toEqual(parts);
        expect(markets.map(({ tape }) => tape.digest)).toEqual(start.tapes.map(({ digest }) => digest));
        const again = new Map<string, Uint8Array>();
        for (const market of markets) again.set(market.tape.digest, await encodeRecording(market));
        expect(hash(await bundleOf(back, again))).toBe(hash(packed));
      }),
      { numRuns: 25 },
    );
  });

  it('says in its manifest what it is', () => {
    const manifest = JSON.parse(strFromU8(entriesOf()['manifest.json'] ?? new Uint8Array()));
    expect(manifest).toMatchObject({
      format: 'ratchet-session',
      version: 1,
      name: 'a walk',
      engine: 'ratchet/2',
      place: walk.parts.place,
    });
    expect(manifest.recordings.map(({ symbol, rows }: { symbol: string; rows: number }) => [symbol, rows])).toEqual([
      ['A', 120],
      ['B', 120],
    ]);
    expect(manifest.journal.sha256).toBe(hash(strToU8(walk.parts.journal)));
  });

  it('keeps the session it branched off, the decisions that lie ahead, and has no entries where there were none', async () => {
    const ahead = { at: { row: 10_000, point: 1 }, command: { type: 'StopAll' as const } };
    const parent = { session: 'a-b', record: 3 };
    const parts = { ...walk.parts, parent, decisions: [...walk.parts.decisions, ahead], entries: [] };
    const packed = await bundleOf(parts, walk.recordings);
    expect(Object.keys(unzipSync(packed))).not.toContain('entries.json');
    expect(await read(packed)).toMatchObject(parts);
  });

  it('gives a market the instrument with which its session walked it', async () => {
    const columns = randomColumns('bars', 50, 9);
    const { parts } = await walkedSession([columns], 20);
    const other = await recordingOf(columns, 'OTHER');
    const packed = await bundleOf(parts, new Map([[other.tape.digest, await encodeRecording(other)]]));
    const [market] = (await read(packed)).recordings;
    expect(market?.tape.instrument.symbol).toBe('A');
    expect(market?.name).toBe(other.name);
  });

  it('is not made without its markets, or with others', async () => {
    await expect(bundleOf(walk.parts, new Map())).rejects.toThrow(/^the recording \w{64} is missing/);
    const [[a, ofA], [b, ofB]] = [...walk.recordings] as [[string, Uint8Array], [string, Uint8Array]];
    const swapped = new Map([
      [a, ofB],
      [b, ofA],
    ]);
    await expect(bundleOf(walk.parts, swapped)).rejects.toThrow('is that of another market');
    await expect(bundleOf({ ...walk.parts, journal: '{}\n' }, walk.recordings)).rejects.toThrow('journal.jsonl, line 1');
  });

  for (const files of [
    ['eq_TSLA_1m_2019-02-11_2019-02-15.csv.gz', 'ix_VIX_1m_2019-02-11_2019-02-15.csv.gz'],
    ['tk_BTCUSDT-binance-perp_2024-08-08_trades.csv.gz'],
    ['fx_USDJPY_1m_2013-02.csv.gz'],
    ['tk_ETHUSDT-binance-spot_2024-08-08_bbo.csv.gz'],
  ])
    it.skipIf(!files.every((file) => existsSync(new URL(file, FOLDER))))(
      `comes back as it was: ${files.join(', ')}`,
      async () => {
        const markets = await Promise.all(
          files.map((file) =>
            openFile(new File([readFileSync(new URL(file, FOLDER))], file), {}).then(({ tape }) => tape.columns),
          ),
        );
        const { parts, recordings } = await walkedSession(markets, 3_000);
        const packed = await bundleOf(parts, recordings);
        const { recordings: read_, start: _, ...back } = await read(packed);
        expect(back).toEqual(parts);
        expect(read_.map(({ tape }) => tape.columns)).toEqual(markets);
        expect(hash(await bundleOf(back, recordings))).toBe(hash(packed));
      },
    );
});

describe('readBundle', () => {
  it('refuses a bundle of which any entry has one other byte, and names it', async () => {
    const names = Object.keys(entriesOf()).filter((name) => name !== 'SHA256SUMS');
    expect(names.length).toBe(7);
    for (const name of names) {
      const entries = entriesOf();
      const content = Uint8Array.from(entries[name] ?? []);
      const middle = Math.floor(content.length / 2);
      content[middle] = (content[middle] ?? 0) ^ 1;
      await expect(read(zipSync({ ...entries, [name]: content }))).rejects.toThrow(`x.ratchet.zip: ${name}: has changed`);
      const { [name]: __, ...rest } = entriesOf();
      await expect(read(zipSync(rest))).rejects.toThrow(`x.ratchet.zip: ${name}: is missing`);
    }
  });

  it('refuses an entry that it does not know, listed or not', async () => {
    const entries = { ...entriesOf(), 'more.txt': strToU8('more') };
    await expect(read(zipSync(entries))).rejects.toThrow('x.ratchet.zip: more.txt: is one too many');
    await expect(read(summed(entries))).rejects.toThrow('x.ratchet.zip: more.txt: is no part of a session');
  });

  it('refuses recordings that were swapped', async () => {
    const entries = entriesOf();
    const [a = '', b = ''] = Object.keys(entries).filter((name) => name.endsWith('.parquet'));
    const [ofA, ofB] = [entries[a], entries[b]] as [Uint8Array, Uint8Array];
    await expect(read(summed({ ...entries, [a]: ofB, [b]: ofA }))).rejects.toThrow(
      /recordings\/\w+\.parquet: 120 rows of \w+ with the digest/,
    );
  });

  it('refuses a recording, decisions or entries that are missing, sums and all', async () => {
    for (const name of Object.keys(entriesOf()).filter((one) => one !== 'SHA256SUMS' && one !== 'entries.json')) {
      const { [name]: _, ...rest } = entriesOf();
      await expect(read(summed(rest))).rejects.toThrow(`x.ratchet.zip: ${name}: is missing`);
    }
  });

  it.each([
    [
      'manifest.json',
      '"version": 1',
      '"version": 2',
      'ratchet-session of version 2; expected at most 1, a newer Ratchet made it',
    ],
    ['manifest.json', '"ratchet-session"', '"other"', 'manifest.json: cannot be used: format'],
    ['manifest.json', '"engine": "ratchet/2"', '"engine": "other/1"', 'engine "other/1"; expected "ratchet/2"'],
    ['manifest.json', '"symbol": "A"', '"symbol": "B"', 'manifest.json: the recordings'],
    ['manifest.json', '"rows": 120', '"rows": 121', 'expected those of the journal'],
    ['manifest.json', '"records": ', '"records": 1', 'records; expected 1'],
    ['manifest.json', '"row": ', '"row": -', 'place.row'],
    ['manifest.json', /"row": \d+/, '"row": 1', 'before that of the last record'],
    ['manifest.json', /"sha256": "./, '"sha256": "', 'journal.sha256'],
    ['policy.json', '"intraday"', '"other"', 'policy.json: is another policy'],
    ['policy.json', '{', '', 'policy.json: not JSON'],
    ['decisions.jsonl', '"quantity":"0.01"', '"quantity":"0.02"', 'decision 1 is another than that of the journal'],
    ['decisions.jsonl', /^.*\n/, '', 'decision 1 is another'],
    ['decisions.jsonl', '"PlaceEntry"', '"Place"', 'decisions.jsonl, line 1: cannot be used'],
    ['decisions.jsonl', /"row":\d+/, '"row":999', 'decisions.jsonl, line 2: row'],
    ['entries.json', '"entries"', '"ticket"', 'entries.json: cannot be used'],
    ['journal.jsonl', '"seq":2', '"seq":3', 'journal.jsonl, line 2: record 3: expected 2'],
    ['journal.jsonl', /\n$/, '', 'its last line is cut'],
    ['journal.jsonl', '"barPath":"adverse-first"', '"barPath":"best"', 'journal.jsonl, line 1: cannot be used: event.barPath'],
    ['journal.jsonl', '"tick":"0.01"', '"tick":"0"', 'tick "0": expected a decimal above 0'],
  ])('refuses %s with %s made %s, though its sums are right', async (name, from, to, problem) => {
    const refused = read(forged(name, (text) => text.replace(from, to)));
    await expect(refused).rejects.toThrow(FormatError);
    await expect(refused).rejects.toThrow(problem);
  });
});
