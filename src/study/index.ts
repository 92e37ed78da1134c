import { branchWalked } from './branch.ts';
import type { Case } from './case.ts';
import { type CompareInput, compared } from './compare.ts';
import { walked } from './walk.ts';
import { worth } from './worth.ts';

/** Says how far a study is, 0..1, and what it has found so far, where it finds one thing after the other. */
export type Tell = (share: number, part?: unknown) => void;

/**
 * What can be found out about sessions by walking them again, one a line: pure, from plain data to plain data, so that it runs in a worker of its own,
 * in a test and from a command line alike.
 */
export const studies = {
  compare: (input: CompareInput, tell: Tell) => compared(input, tell),
  walk: (cases: readonly Case[], tell: Tell) => cases.map((one, at) => walked(one, (share) => tell((at + share) / cases.length))),
  worth,
  branch: branchWalked,
};

export type Studies = typeof studies;
export type StudyName = keyof Studies;
export type StudyInput<K extends StudyName> = Parameters<Studies[K]>[0];
export type StudyAnswer<K extends StudyName> = ReturnType<Studies[K]>;
