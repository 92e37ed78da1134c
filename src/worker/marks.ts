import type { JournalRecord } from '../domain/events.ts';
import type { Engine } from '../engine/engine.ts';
import { journalLine, proposalTitle, type Surroundings } from '../projections/lines.ts';
import type { ClockView, JournalLine } from '../projections/views.ts';

/**
 * What the words of a run's records need of the run that stands behind them.
 * @param engineNow it may be another one later @param shown the instrument whose decimals a price has that belongs to no position
 */
export function surroundingsOf(engineNow: () => Engine, shown: () => string): Surroundings {
  const positionOf = (id: string) => engineNow().core.findPosition(id);
  const sideOf = (id: string): 'long' | 'short' => positionOf(id)?.side ?? 'long';
  const proposalOf = (id: string) => engineNow().state.proposals.get(id)?.proposal;
  return {
    sideOf,
    titleOf: (id) => {
      const proposal = proposalOf(id);
      return proposal ? proposalTitle(proposal, sideOf(proposal.positionId)) : id;
    },
    positionOf: (id) => proposalOf(id)?.positionId ?? null,
    symbolOf: (id) => positionOf(id)?.symbol ?? null,
    decimalsOf: (id) => {
      const position = id === null ? undefined : positionOf(id);
      return engineNow().core.lane(position?.symbol ?? shown()).market.instrument.prices.decimals;
    },
  };
}

/** True where what a line says is marked on the tape. */
const isMarked = ({ kind, tone }: JournalLine): boolean => tone !== 'muted' && kind !== 'session';

/** Marks along the tape, in row order: the first of each row. */
export class Marks {
  readonly list: ClockView['marks'] = [];
  /** the record of each */
  private readonly seqs: number[] = [];
  private readonly around: Surroundings;

  constructor(around: Surroundings) {
    this.around = around;
  }

  /** Takes the next record of the journal. */
  apply(record: JournalRecord): void {
    const line = journalLine(record, this.around);
    if (!isMarked(line) || this.list.at(-1)?.row === record.tape.row) return;
    this.list.push({ row: record.tape.row, tone: line.tone });
    this.seqs.push(record.seq);
  }

  /** Those of what comes after the first `records` records. */
  after(records: number): ClockView['marks'] {
    const from = this.seqs.findIndex((seq) => seq > records);
    return from < 0 ? [] : this.list.slice(from);
  }
}

/** Marks of one stretch of the tape in words. */
export interface MarkedLines {
  /** the first few, in their order; `ahead` where it has not happened yet at the present place */
  lines: (Pick<JournalLine, 'seq' | 'text' | 'tone'> & { ahead: boolean })[];
  /** how many more there are */
  more: number;
}

const LINES = 4;

/** What is marked between two rows, both included. @param shown the instrument on the chart @param done records that have happened at the present place */
export function markedLines(engine: Engine, shown: string, [fromRow, toRow]: [number, number], done: number): MarkedLines {
  const around = surroundingsOf(
    () => engine,
    () => shown,
  );
  const lines = engine.journal
    .filter(({ tape }) => tape.row >= fromRow && tape.row <= toRow)
    .map((record) => journalLine(record, around))
    .filter(isMarked);
  return {
    lines: lines.slice(0, LINES).map(({ seq, text, tone }) => ({ seq, text, tone, ahead: seq > done })),
    more: Math.max(0, lines.length - LINES),
  };
}
