import type { BarsDelta } from '../projections/views.ts';

let known = { digest: '', ts: [] as number[] };

/** Remembers when rows were, as bars of a session of bars come by; going back does not forget. */
export function rememberTimes(digest: string, bars: BarsDelta): void {
  if (known.digest !== digest) known = { digest, ts: [] };
  for (let at = 0; at < bars.ts.length; at += 1) {
    const ts = bars.ts[at];
    if (ts !== undefined) known.ts[bars.from + at] = ts;
  }
}

/** Market time of a row of that session, where it has been walked. */
export const timeOfRow = (digest: string, row: number): number | undefined =>
  known.digest === digest ? known.ts[row] : undefined;
