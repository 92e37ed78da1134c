import type { PolicyDocument } from '../domain/document.ts';
import type { BarPath, Tape, TapePosition } from '../domain/tape.ts';
import type { Decision, Setup } from '../engine/engine.ts';
import { loadPolicy } from '../policy/load.ts';

/** A session as a study takes it: plain data, as a worker can be sent them. */
export interface Case {
  name: string;
  tapes: readonly Tape[];
  policy: PolicyDocument;
  barPath: BarPath;
  /** entries by time, from a file */
  entries: NonNullable<Setup['entries']>;
  /** the user's commands, all of them */
  decisions: readonly Decision[];
  /** where it stands; null: its end */
  place: TapePosition | null;
}

/** What an engine is made of for a case. @throws PolicyError */
export const setupOf = ({ name, tapes, policy, barPath, entries, decisions }: Case): Setup => ({
  tapes,
  policy: loadPolicy(policy, name),
  barPath,
  entries,
  decisions,
});
