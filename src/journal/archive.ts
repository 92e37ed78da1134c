import { unzipSync, type Zippable, zipSync } from 'fflate';
import { sha256 } from '../feeds/file.ts';
import { FormatError } from '../formats/error.ts';

/** A file in an archive. */
export interface Member {
  /** its path in the archive, with forward slashes */
  name: string;
  bytes: Uint8Array;
  /** false for what is packed already and would only be copied slowly */
  pack: boolean;
}

/** What an archive may be at most. */
export interface ArchiveLimits {
  entries: number;
  /** of all entries together, unpacked */
  bytes: number;
  /** how many bytes one packed byte may become; a journal comes to thirty */
  expansion: number;
}

const LIMITS: ArchiveLimits = { entries: 20_000, bytes: 1_073_741_824, expansion: 300 };

/** Names every other entry with its SHA-256, as `sha256sum -c` reads it. */
const SUMS = 'SHA256SUMS';
const SUM_LINE = /^([0-9a-f]{64}) {2}(\S+)$/;
/** Plain names below the archive: no way leads out of it. */
const NAME = /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/;
const MOST_NAME = 200;

/** A zip archive with the SHA-256 of every entry in it. The same members in the same order give the same bytes. */
export async function packArchive(members: readonly Member[]): Promise<Uint8Array<ArrayBuffer>> {
  const sums: string[] = [];
  const zip: Zippable = {};
  // The local time of a zip's entries: this date has the same fields in every zone.
  const mtime = new Date(1980, 0, 1);
  for (const { name, bytes, pack } of members) {
    if (!isName(name) || Object.hasOwn(zip, name)) throw new RangeError(`"${name}" cannot be the name of another entry`);
    zip[name] = [bytes, { level: pack ? 6 : 0, mtime }];
    sums.push(`${await sha256(Uint8Array.from(bytes))}  ${name}\n`);
  }
  zip[SUMS] = [new TextEncoder().encode(sums.join('')), { level: 6, mtime }];
  return zipSync(zip);
}

/** An entry that is not what was written. */
export interface BrokenEntry {
  name: string;
  /** what is wrong and what was expected, without the name */
  problem: string;
}

/** The entries of an archive that are what was written, and those that are not. */
export interface Archive {
  entries: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  broken: BrokenEntry[];
}

/** Names of the entries, without unpacking any; undefined where this is no zip archive. */
export function namesIn(bytes: Uint8Array): string[] | undefined {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) return undefined;
  const names: string[] = [];
  try {
    unzipSync(bytes, { filter: ({ name }) => names.push(name) < 0 });
  } catch {
    return undefined;
  }
  return names;
}

/**
 * Unpacks an archive and checks every entry against its SHA-256.
 * @throws FormatError where it is no archive of ours, holds names that lead out of it or stand twice, or is larger than the limits
 */
export async function openArchive(bytes: Uint8Array, file: string, limits: ArchiveLimits = LIMITS): Promise<Archive> {
  const names = checkedNames(bytes, file, limits);
  const unpacked = unpackAll(bytes, names);
  const sums = unpacked.get(SUMS);
  if (!sums) throw new FormatError(file, undefined, `no ${SUMS}; expected an archive that Ratchet wrote`);
  const listed = new Map<string, string>();
  for (const line of new TextDecoder().decode(sums).split('\n')) {
    const [, sum, name] = SUM_LINE.exec(line) ?? [];
    if (sum !== undefined && name !== undefined) listed.set(name, sum);
  }
  const entries = new Map<string, Uint8Array<ArrayBuffer>>();
  const broken: BrokenEntry[] = [];
  for (const name of new Set([...listed.keys(), ...names])) {
    if (name === SUMS) continue;
    const content = unpacked.get(name);
    const expected = listed.get(name);
    if (!names.includes(name)) broken.push({ name, problem: `is missing; expected it, ${SUMS} lists it` });
    else if (expected === undefined) broken.push({ name, problem: `is one too many; expected only what ${SUMS} lists` });
    else if (!content) broken.push({ name, problem: 'is damaged and cannot be unpacked' });
    else {
      const found = await sha256(content);
      if (found === expected) entries.set(name, content);
      else broken.push({ name, problem: `has changed: its SHA-256 is ${found}; expected ${expected}` });
    }
  }
  return { entries, broken };
}

const isName = (name: string): boolean => NAME.test(name) && name.length <= MOST_NAME;

function checkedNames(bytes: Uint8Array, file: string, limits: ArchiveLimits): string[] {
  const fail = (problem: string): never => {
    throw new FormatError(file, undefined, problem);
  };
  const names = new Set<string>();
  let total = 0;
  const look = ({ name, size, originalSize }: { name: string; size: number; originalSize: number }): boolean => {
    const shown = JSON.stringify(name.slice(0, MOST_NAME));
    if (!isName(name)) fail(`the entry ${shown}; expected plain names that stay inside the archive`);
    if (names.has(name)) fail(`the entry ${shown} stands twice; expected it once`);
    names.add(name);
    // A stored entry is as long as it is packed, whatever it says; entries may share their bytes.
    total += Math.max(size, originalSize);
    if (names.size > limits.entries) fail(`more than ${limits.entries} entries; expected at most that`);
    if (total > limits.bytes) fail(`more than ${limits.bytes} bytes unpacked; expected at most that`);
    if (originalSize > size * limits.expansion + 1_024)
      fail(`the entry ${shown} would grow from ${size} to ${originalSize} bytes; expected at most ${limits.expansion} times`);
    return false;
  };
  try {
    unzipSync(bytes, { filter: look });
  } catch (error) {
    if (error instanceof FormatError) throw error;
    fail(`damaged or incomplete zip (${error instanceof Error ? error.message : String(error)})`);
  }
  return [...names];
}

/** Every entry that can be unpacked: all at once, or, where one of them is damaged, each for itself. */
function unpackAll(bytes: Uint8Array, names: readonly string[]): Map<string, Uint8Array<ArrayBuffer>> {
  const unpack = (wanted: (name: string) => boolean): [string, Uint8Array<ArrayBuffer>][] =>
    Object.entries(unzipSync(bytes, { filter: ({ name }) => wanted(name) }));
  try {
    return new Map(unpack(() => true));
  } catch {
    return new Map(
      names.flatMap((one) => {
        try {
          return unpack((name) => name === one);
        } catch {
          return [];
        }
      }),
    );
  }
}
