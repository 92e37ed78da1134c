/** A row of a file that was left out. `line` is 1-based, the header is line 1. */
export interface RejectedRow {
  line: number;
  reason: string;
  text: string;
}

/** What came of reading a file. `counts` has one entry per reason. */
export interface ImportReport {
  rows: number;
  rejectedRows: number;
  counts: { reason: string; rows: number }[];
  /** the first of them, at most 1 000 */
  rejected: RejectedRow[];
}
