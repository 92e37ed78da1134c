import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { type Member, namesIn, openArchive, packArchive } from './archive.ts';
import { archiveKind } from './kind.ts';

const members: Member[] = [
  { name: 'a.json', bytes: strToU8('{"some":"text","some more":"text"}'), pack: true },
  { name: 'folder/b.bin', bytes: Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 256), pack: false },
];
const open = (bytes: Uint8Array) => openArchive(bytes, 'x.zip');
/** The archive with its entries changed, the sums as they were. */
const changed = async (change: (entries: Record<string, Uint8Array>) => void): Promise<Uint8Array> => {
  const entries: Record<string, Uint8Array> = { ...unzipSync(await packArchive(members)) };
  change(entries);
  return zipSync(entries);
};

describe('an archive', () => {
  it('gives back what was packed, and the same members give the same bytes', async () => {
    const bytes = await packArchive(members);
    const { entries, broken } = await open(bytes);
    expect(broken).toEqual([]);
    expect([...entries]).toEqual(members.map(({ name, bytes: content }) => [name, content]));
    expect(await packArchive(members)).toEqual(bytes);
    expect(namesIn(bytes)).toEqual(['a.json', 'folder/b.bin', 'SHA256SUMS']);
  });

  it('is packed with names that stay inside it, once each', async () => {
    const [one] = members as [Member];
    await expect(packArchive([{ ...one, name: '../a' }])).rejects.toThrow('"../a" cannot be the name');
    await expect(packArchive([one, one])).rejects.toThrow('"a.json" cannot be the name');
    await expect(packArchive([{ ...one, name: 'SHA256SUMS' }])).resolves.toBeDefined();
  });

  it('names each entry of which a byte has changed', async () => {
    for (const { name, bytes } of members)
      for (let at = 0; at < bytes.length; at += 13) {
        const { entries, broken } = await open(
          await changed((all) => {
            const content = Uint8Array.from(bytes);
            content[at] = (content[at] ?? 0) ^ 4;
            all[name] = content;
          }),
        );
        expect(broken).toEqual([
          { name, problem: expect.stringMatching(/^has changed: its SHA-256 is \w{64}; expected \w{64}$/) },
        ]);
        expect(entries.size).toBe(1);
      }
  });

  it('never gives back anything else than was packed, whichever byte of the file changes', async () => {
    const bytes = await packArchive(members);
    let unharmed = 0;
    for (let at = 0; at < bytes.length; at += 1)
      for (const bit of [1, 64]) {
        const flipped = bytes.slice();
        flipped[at] = (bytes[at] ?? 0) ^ bit;
        try {
          const { entries, broken } = await open(flipped);
          for (const [name, content] of entries) expect(content).toEqual(members.find((one) => one.name === name)?.bytes);
          if (broken.length === 0) unharmed += 1;
        } catch (error) {
          if (!(error instanceof FormatError)) throw error;
        }
      }
    // Times, versions and checksums of the zip's own headers say nothing of the content.
    expect(unharmed).toBeLessThan(bytes.length);
  });

  it('names what is missing and what is one too many', async () => {
    const without = await open(await changed((all) => delete all['a.json']));
    expect(without.broken).toEqual([{ name: 'a.json', problem: 'is missing; expected it, SHA256SUMS lists it' }]);
    const more = await open(await changed((all) => (all['c.txt'] = strToU8('more'))));
    expect(more.broken).toEqual([{ name: 'c.txt', problem: 'is one too many; expected only what SHA256SUMS lists' }]);
    expect(more.entries.size).toBe(2);
  });

  it('gives the rest where an entry cannot be unpacked', async () => {
    const bytes = await packArchive([...members].reverse());
    // the packed text of the second entry, right after its local header
    const at = Buffer.from(bytes).indexOf('a.json') + 'a.json'.length;
    bytes.fill(0xff, at, at + 4);
    const { entries, broken } = await open(bytes);
    expect(broken).toEqual([{ name: 'a.json', problem: 'is damaged and cannot be unpacked' }]);
    expect([...entries.keys()]).toEqual(['folder/b.bin']);
  });

  it.each([
    ['../up.txt', 'the entry "../up.txt"; expected plain names'],
    ['/etc/x', 'the entry "/etc/x"'],
    ['a/../../x', 'the entry "a/../../x"'],
    ['C:\\x', 'the entry "C:\\\\x"'],
    ['__proto__', 'the entry "__proto__"'],
    ['a//b', 'the entry "a//b"'],
    ['x'.repeat(300), 'the entry "xxx'],
  ])('refuses the name %s', async (name, problem) => {
    const placeholder = 'n'.repeat(name.length);
    const bytes = Buffer.from(zipSync({ [placeholder]: strToU8('x') }));
    for (let at = bytes.indexOf(placeholder); at >= 0; at = bytes.indexOf(placeholder)) bytes.write(name, at);
    await expect(open(bytes)).rejects.toThrow(problem);
  });

  it('refuses a name that stands twice', async () => {
    const bytes = Buffer.from(zipSync({ 'a.txt': strToU8('1'), 'b.txt': strToU8('2') }));
    for (let at = bytes.indexOf('b.txt'); at >= 0; at = bytes.indexOf('b.txt')) bytes.write('a.txt', at);
    await expect(open(bytes)).rejects.toThrow('the entry "a.txt" stands twice');
  });

  it('refuses what would fill the memory, before it unpacks any of it', async () => {
    const bomb = zipSync({ 'bomb.txt': new Uint8Array(50_000_000) });
    expect(bomb.length).toBeLessThan(60_000);
    await expect(open(bomb)).rejects.toThrow(
      /the entry "bomb\.txt" would grow from \d+ to 50000000 bytes; expected at most 300 times/,
    );
    const limits = { entries: 2, bytes: 100, expansion: 300 };
    await expect(openArchive(await packArchive(members), 'x.zip', limits)).rejects.toThrow('more than 100 bytes unpacked');
    await expect(openArchive(await packArchive(members), 'x.zip', { ...limits, bytes: 1e6 })).rejects.toThrow(
      'more than 2 entries',
    );
  });

  it('does not believe a size that is too small', async () => {
    const bytes = Buffer.from(zipSync({ 'bomb.txt': new Uint8Array(50_000_000) }));
    const size = Buffer.alloc(4);
    size.writeUInt32LE(50_000_000);
    for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size)) bytes.writeUInt32LE(10, at);
    await expect(open(bytes)).rejects.toThrow('x.zip: no SHA256SUMS; expected an archive that Ratchet wrote');
  });

  it('refuses what is no archive, or a part of one', async () => {
    await expect(open(strToU8('ts,open,high,low,close'))).rejects.toThrow('x.zip: damaged or incomplete zip');
    await expect(open(new Uint8Array())).rejects.toThrow(FormatError);
    const bytes = await packArchive(members);
    for (let length = 0; length < bytes.length; length += 40)
      await expect(open(bytes.slice(0, length))).rejects.toThrow(FormatError);
  });
});

describe('archiveKind', () => {
  it('tells bundles and backups from other files by their names', async () => {
    const named = (...names: string[]) => packArchive(names.map((name) => ({ name, bytes: strToU8('x'), pack: true })));
    expect(archiveKind(await named('manifest.json', 'journal.jsonl'))).toBe('bundle');
    expect(archiveKind(await named('backup.json'))).toBe('backup');
    expect(archiveKind(await named('prices.csv'))).toBeUndefined();
    expect(archiveKind(zipSync({ 'manifest.json': strToU8('x') }))).toBeUndefined();
    expect(archiveKind(strToU8('PK, but no zip'))).toBeUndefined();
    expect(archiveKind(strToU8('ts,price,size'))).toBeUndefined();
  });
});
