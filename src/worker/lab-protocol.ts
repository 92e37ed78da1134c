import type { StudyName } from '../study/index.ts';

/** What a lab's worker is asked, once. */
export interface ToLab {
  name: StudyName;
  input: unknown;
}

/** What it answers: how far it is, and then one of the others. */
export type FromLab =
  | { type: 'part'; share: number; part: unknown }
  | { type: 'done'; answer: unknown }
  | { type: 'failed'; name: string; message: string };
