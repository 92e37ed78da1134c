import type { Event, JournalRecord } from '../domain/events.ts';
import { enters } from '../domain/order.ts';
import type { RuleId } from '../domain/position.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { Milliseconds } from '../domain/time.ts';
import { causeWords, fillNote, refusalWords } from './lines.ts';

type Saving = Pick<Extract<Event, { type: 'SavingRecorded' }>, 'saved' | 'savedPercent'>;

/** What the journal says of positions and the account that their state does not keep: when rules acted, what held them back, how positions ended. */
export class Diary {
  private readonly acts = new Map<string, Milliseconds>();
  private readonly blocks = new Map<string, string>();
  private readonly lastExits = new Map<string, string>();
  private readonly endings = new Map<string, string>();
  private readonly savings = new Map<string, Saving>();
  private readonly halts = new Map<RuleId, { ts: Milliseconds; figure: string }>();

  /** When a rule last acted on a position; undefined while never. */
  actedAt(positionId: string, rule: string): Milliseconds | undefined {
    return this.acts.get(`${positionId} ${rule}`);
  }

  /** Why a guard last held a rule back; undefined while none has. */
  blockedBy(positionId: string, rule: string): string | undefined {
    return this.blocks.get(`${positionId} ${rule}`);
  }

  /** How a position ended, in words; '' while it is open. */
  ending(positionId: string): string {
    return this.endings.get(positionId) ?? '';
  }

  /** What leaving early saved against the stop, where it was recorded. */
  saving(positionId: string): Saving | undefined {
    return this.savings.get(positionId);
  }

  /** When a halt began, and the figure of that instant. */
  halt(rule: RuleId): { ts: Milliseconds; figure: string } | undefined {
    return this.halts.get(rule);
  }

  /** Takes one record; records must come in order, each once. @param proposal the one that an id names */
  apply({ ts, event }: JournalRecord, proposal: (id: string) => Proposal | undefined): void {
    switch (event.type) {
      case 'ProposalApplied': {
        const applied = proposal(event.proposalId);
        if (applied) this.acts.set(`${applied.positionId} ${applied.rule}`, ts);
        return;
      }
      case 'StopRaised':
        for (const rule of event.alsoBy) this.acts.set(`${event.positionId} ${rule}`, ts);
        return;
      case 'OrderFilled':
        this.acts.set(`${event.positionId} ${event.causedBy}`, ts);
        if (!enters(event.purpose)) this.lastExits.set(event.positionId, fillNote(event));
        return;
      case 'RuleBlocked':
        this.blocks.set(`${event.positionId} ${event.rule}`, refusalWords(event.refusal));
        return;
      case 'SavingRecorded':
        this.savings.set(event.positionId, event);
        return;
      case 'PositionClosed':
        this.endings.set(
          event.positionId,
          [causeWords(event.causedBy), this.lastExits.get(event.positionId)].filter(Boolean).join(' · '),
        );
        return;
      case 'HaltBegan':
        this.halts.set(event.rule, { ts, figure: event.evidence[0]?.value ?? '' });
        return;
      case 'HaltEnded':
        this.halts.delete(event.rule);
        return;
      default:
    }
  }
}
