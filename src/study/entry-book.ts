import type { PlaceEntry } from '../domain/commands.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { refusalWords } from '../projections/lines.ts';

/** What was asked for as an entry, and what was said to it at once. */
export interface BookedEntry {
  /** where on the tape, and when */
  at: TapePosition;
  ts: Milliseconds;
  command: PlaceEntry;
  orderId: string | undefined;
  /** why it was denied; undefined where it was not */
  refusal: string | undefined;
  /** the position that its first fill opened or added to */
  positionId: string | undefined;
}

/**
 * The entries of a run in their order, and which entry is behind what: its n-th entry is the n-th of another run on the same entries, whatever the
 * identifiers of orders, positions and proposals have come to be there.
 */
export class EntryBook {
  readonly entries: BookedEntry[] = [];
  /** entry behind an order, a tranche and a position; a position that a rule opened has none */
  private readonly ofOrder = new Map<string, number>();
  private readonly ofTranche = new Map<string, number>();
  private readonly ofPosition = new Map<string, number>();
  private readonly filled = new Set<string>();
  private readonly proposals = new Map<string, Proposal>();
  private asked: number | undefined;
  private taken = 0;

  /** Takes what the journal has that was not taken yet. */
  read(journal: readonly JournalRecord[]): this {
    for (; this.taken < journal.length; this.taken += 1) {
      const record = journal[this.taken];
      if (record) this.take(record);
    }
    return this;
  }

  private take({ event, tape, ts }: JournalRecord): void {
    switch (event.type) {
      case 'CommandReceived': {
        this.asked = undefined;
        const { command } = event;
        if (command.type !== 'PlaceEntry') return;
        this.asked = this.entries.length;
        this.entries.push({ at: tape, ts, command, orderId: undefined, refusal: undefined, positionId: undefined });
        return;
      }
      case 'EntryDenied':
        return this.answered((entry) => {
          entry.refusal = refusalWords(event.refusal);
        });
      case 'OrderPlaced':
        return this.answered((entry, n) => {
          entry.orderId = event.order.id;
          this.ofOrder.set(event.order.id, n);
          if (event.order.purpose === 'entry') this.ofPosition.set(event.order.positionId, n);
        });
      case 'TrancheOpened': {
        const asked = this.ofOrder.get(event.orderId);
        // the rest of a flip opens a position of its own
        if (asked !== undefined && !this.filled.has(event.positionId)) this.ofPosition.set(event.positionId, asked);
        this.filled.add(event.positionId);
        const n = asked ?? this.ofPosition.get(event.positionId);
        if (n === undefined) return;
        this.ofTranche.set(`${event.positionId} ${event.trancheId}`, n);
        const entry = this.entries[n];
        if (entry && entry.orderId === event.orderId) entry.positionId ??= event.positionId;
        return;
      }
      case 'ProposalOpened':
        this.proposals.set(event.proposal.id, event.proposal);
        return;
      default:
        return;
    }
  }

  /** What comes first after an entry was asked for is its answer. */
  private answered(note: (entry: BookedEntry, n: number) => void): void {
    const n = this.asked;
    this.asked = undefined;
    const entry = n === undefined ? undefined : this.entries[n];
    if (entry && n !== undefined) note(entry, n);
  }

  /** The entry to which a tranche belongs: its own, or of one that a rule added the one that opened the position. */
  ownerOf = (positionId: string, trancheId: string): number | undefined => this.ofTranche.get(`${positionId} ${trancheId}`);

  /** The entry that opened a position. */
  openerOf = (positionId: string): number | undefined => this.ofPosition.get(positionId);

  /** The position that an entry opened. */
  positionOf = (n: number): string | undefined => [...this.ofPosition].find(([, opener]) => opener === n)?.[0];

  proposal = (id: string): Proposal | undefined => this.proposals.get(id);
}
