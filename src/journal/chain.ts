import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** What the first record of a journal follows. */
export const GENESIS: Uint8Array = new Uint8Array(32);

/** The hash of a record: SHA-256 over the hash of the record before it and its own line, in UTF-8. */
export function chained(before: Uint8Array, line: string | Uint8Array): Uint8Array {
  return sha256
    .create()
    .update(before)
    .update(typeof line === 'string' ? utf8ToBytes(line) : line)
    .digest();
}

/** A record as it was kept; its line as text or in UTF-8. */
export interface Link {
  seq: number;
  line: string | Uint8Array;
  hash: Uint8Array;
}

/**
 * The hash of the last record of a part of a journal.
 * @param before the hash of the record before the part
 * @param first the number that its first record has
 * @returns why the part cannot be trusted, where one of its records is not the one that was kept after the one before it
 */
export function follow(
  links: readonly Link[],
  before: Uint8Array,
  first: number,
): { head: Uint8Array } | { seq: number; fault: string } {
  let head = before;
  for (const [at, { seq, line, hash }] of links.entries()) {
    if (seq !== first + at) return { seq, fault: `record ${seq} stands where ${first + at} belongs` };
    const expected = chained(head, line);
    if (!same(expected, hash))
      return {
        seq,
        fault: `record ${seq} is not the one that was kept: its hash is ${bytesToHex(expected).slice(0, 16)}…, expected ${bytesToHex(hash).slice(0, 16)}…`,
      };
    head = hash;
  }
  return { head };
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
