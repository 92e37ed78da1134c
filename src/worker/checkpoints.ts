import { isAfter, type TapePosition } from '../domain/tape.ts';
import type { Engine } from '../engine/engine.ts';

/** Places of a tape near which a copy of the run is kept. */
const PLACES = 64;
/** Fewer rows than this are walked again sooner than a copy is made. */
const LEAST_ROWS = 16;
/** What all copies together may weigh, in references to records, positions and proposals: eight bytes each, and some more in a table. */
const MOST_WEIGHT = 4_000_000;

const weightOf = ({ journal, state }: Engine): number => journal.length + 4 * (state.positions.size + state.proposals.size);

/**
 * Copies of a run on its way, so that it can be gone back in without walking it again from the start. Each is made once, where the run first
 * comes into one of 64 equal stretches of its tapes (fewer where they are short), and is walked no further itself.
 *
 * A checkpoint costs what of a run may still change: some kilobytes of market and indicators an instrument, each open position, working order and
 * waiting proposal, and for everything that is settled (records, closed positions, decided proposals, bars) a reference. Where the references of
 * all copies come to more than four million, about 64 MB, every second copy is let go, and the stretches are twice as long from then on.
 */
export class Checkpoints {
  private stretch: number;
  private readonly mostWeight: number;
  private copies: Engine[] = [];

  /** @param rows of all tapes of the run @param mostWeight of all copies together, in references */
  constructor(rows: number, mostWeight = MOST_WEIGHT) {
    this.stretch = Math.max(LEAST_ROWS, Math.ceil(rows / PLACES));
    this.mostWeight = mostWeight;
  }

  /** How many rows are to be done where the next copy is to be made by a run that has done `row`. */
  next(row: number): number {
    return (Math.floor(row / this.stretch) + 1) * this.stretch;
  }

  /** Keeps a copy of the run as it stands, where its stretch has none yet. */
  pass(run: Engine): void {
    const stretch = this.stretchOf(run);
    if (stretch === 0) return;
    const after = this.copies.findLastIndex((copy) => this.stretchOf(copy) <= stretch) + 1;
    const before = this.copies[after - 1];
    if (before && this.stretchOf(before) === stretch) return;
    this.copies.splice(after, 0, run.copy());
    this.thin();
  }

  /** The last copy from which the run can be walked to where `row` rows are done, just so. */
  ofRow(row: number): Engine | undefined {
    return this.copies.findLast((copy) => leadsTo(copy, row));
  }

  /** The last copy that stands at a place or before it. */
  ofPlace(place: TapePosition): Engine | undefined {
    return this.copies.findLast((copy) => !isAfter(copy.at, place));
  }

  /** At `place` the run becomes another: copies are kept of what is before it only. */
  turnAt(place: TapePosition): void {
    this.copies = this.copies.filter((copy) => isAfter(place, copy.at));
  }

  /** What came after the first `records` records, or after `place`, did not happen. */
  takeBack(records: number, place: TapePosition): void {
    this.copies = this.copies.filter((copy) => copy.journal.length <= records && !isAfter(copy.at, place));
  }

  private stretchOf({ rowsDone }: Engine): number {
    return Math.floor(rowsDone / this.stretch);
  }

  private thin(): void {
    while (this.copies.length > 1 && this.copies.reduce((sum, copy) => sum + weightOf(copy), 0) > this.mostWeight) {
      this.stretch *= 2;
      this.copies = this.copies.filter(
        (copy, at) =>
          this.stretchOf(copy) > 0 && (at === 0 || this.stretchOf(copy) !== this.stretchOf(this.copies[at - 1] ?? copy)),
      );
    }
  }
}

/** True where a run that stands so comes, walking on, to where `row` rows are done and no more. */
const leadsTo = ({ rowsDone, midRow }: Engine, row: number): boolean => rowsDone < row || (rowsDone === row && !midRow);
