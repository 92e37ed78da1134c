import type { Milliseconds } from './time.ts';

/** A row of a file that was left out. `line` is 1-based, the header is line 1. */
export interface RejectedRow {
  line: number;
  reason: string;
  text: string;
}

/** How the times of a file run, and what its bars leave open. */
export interface Timeline {
  /** rows stand from the last to the first: they were turned round */
  newestFirst: boolean;
  /** rows whose time is before that of the row above (of a file that is newest first: after it), whether or not they were taken */
  stepsBack: number;
  /** rows left out because their bar or trade was taken already */
  duplicates: number;
  /** bars taken that have no volume and only repeat the close before them */
  repeats: number;
  /** distances between bars taken that are longer than the interval, closing times included; null for trades and quotes */
  gaps: { count: number; longestMs: Milliseconds; afterTs: Milliseconds } | null;
}

/** What came of reading a file. `counts` has one entry per reason. */
export interface ImportReport {
  rows: number;
  rejectedRows: number;
  counts: { reason: string; rows: number }[];
  /** the first of them, at most 1 000 */
  rejected: RejectedRow[];
  timeline: Timeline;
}
