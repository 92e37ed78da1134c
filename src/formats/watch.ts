/** How a caller follows long work, and stops it. */
export interface Watch {
  /** @param share done so far, 0 to 1 */
  progress?(share: number): void;
  signal?: { readonly aborted: boolean; readonly reason: unknown };
}

/** Rows between two looks at the caller. */
const ROWS_BETWEEN = 65_536;

/** True at every row at which the caller is told. */
export const isWatchRow = (row: number): boolean => row % ROWS_BETWEEN === 0;

/** Tells the caller how far the work is. @throws the signal's reason, where the caller wants it to stop */
export function tell(watch: Watch, share: number): void {
  if (watch.signal?.aborted) throw watch.signal.reason;
  watch.progress?.(share);
}
