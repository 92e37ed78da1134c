import type { ImportReport, RejectedRow, Timeline } from '../domain/import.ts';
import type { Lines } from './bytes.ts';

/** Why a row is left out, as it is counted. */
export const FAULTS = {
  fields: 'wrong number of fields',
  price: 'price is not a decimal above 0',
  digits: 'price with more than 15 significant digits',
  range: 'high below low',
  inside: 'open or close outside low to high',
  crossed: 'crossed: bid above ask',
  back: 'time goes back',
  duplicate: 'duplicate',
  time: 'time is not milliseconds of the years 1970 to 2100',
  date: 'time cannot be read, or is not of the years 1970 to 2100',
  twice: 'local time happens twice, as clocks go back',
  skipped: 'local time is skipped, as clocks go forward',
  volume: 'volume is not a decimal of at least 0',
  size: 'size is not a decimal above 0',
  side: 'side is neither buy nor sell',
  action: 'not a trade',
  unknown: 'bid or ask not known yet',
} as const;
export type FaultKind = keyof typeof FAULTS;

const MOST_LISTED = 1_000;
const MOST_CHARACTERS = 120;

/** Counts the rows that are left out, and lists the first of them. */
export class Rejections {
  private readonly listed: RejectedRow[] = [];
  private readonly counts = new Map<FaultKind, number>();
  private total = 0;

  /** @param reason what was found and expected; asked only while rows are listed */
  add(lines: Lines, kind: FaultKind, reason: () => string): void {
    this.count(kind);
    if (this.listed.length < MOST_LISTED)
      this.listed.push({ line: lines.line, reason: reason(), text: lines.text(MOST_CHARACTERS) });
  }

  /** The blank lines directly before the current line. */
  addBlank(lines: Lines, expected: number): void {
    for (let line = lines.line - lines.blankBefore; line < lines.line; line += 1) {
      this.count('fields');
      if (this.listed.length < MOST_LISTED)
        this.listed.push({ line, reason: `blank line: expected ${expected} fields`, text: '' });
    }
  }

  get first(): RejectedRow | undefined {
    return this.listed[0];
  }

  get all(): number {
    return this.total;
  }

  of(kind: FaultKind): number {
    return this.counts.get(kind) ?? 0;
  }

  /** @param rows rows that were taken */
  report(rows: number, timeline: Timeline): ImportReport {
    const counts = [...this.counts].map(([kind, count]) => ({ reason: FAULTS[kind], rows: count }));
    return { rows, rejectedRows: this.total, counts, rejected: this.listed, timeline };
  }

  private count(kind: FaultKind): void {
    this.total += 1;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }
}
