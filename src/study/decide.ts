import type { Command } from '../domain/commands.ts';
import { isAfter } from '../domain/tape.ts';
import { type Decision, Engine } from '../engine/engine.ts';
import { type Case, setupOf } from './case.ts';
import { EntryBook } from './entry-book.ts';

/** Who decides on what is proposed, where sessions are run again to be compared. */
export const DECIDERS = ['own', 'approve', 'reject', 'repeat', 'branch'] as const;
/**
 * `own`: nobody; what the policy does by itself is done. `approve`, `reject`: everything that waits for a user is answered so at the instant it
 * comes up. `repeat`: what the user decided is decided again at its place, as far as it still applies. `branch`: the session's commands as they are.
 */
export type Decider = (typeof DECIDERS)[number];

/** A session that was run again. */
export interface Ran {
  engine: Engine;
  book: EntryBook;
  /** decisions of the user that did not apply any more */
  dropped: number;
}

/** Rows between two signs of life. */
const PIECE = 4_096;

const isEntry = ({ command }: Decision): boolean => command.type === 'PlaceEntry';

/** A session as it is to be run again. */
export interface Take {
  one: Case;
  decider: Decider;
  /** the session in which the decisions were made, where it had another policy */
  made?: Case;
}

/** Runs a session on its entries, from its beginning to where it stands. @param tell how much of it is done, 0..1 */
export function runAgain({ one, decider, made = one }: Take, tell: (share: number) => void): Ran {
  const rows = one.tapes.reduce((sum, { columns }) => sum + columns.ts.length, 0);
  const until = one.place ? Math.max(0, one.place.row + 1 - one.tapes.length) : rows;
  const told = (engine: Engine): void => tell(rows === 0 ? 1 : engine.rowsDone / rows);
  const decisions = decider === 'branch' ? one.decisions : decider === 'repeat' ? [] : one.decisions.filter(isEntry);
  const engine = new Engine(setupOf({ ...one, decisions }));
  const book = new EntryBook();
  const dropped = decider === 'repeat' ? repeat(engine, book, made, told) : 0;
  while (engine.rowsDone < until && !engine.ended) {
    const answers = decider === 'approve' || decider === 'reject';
    const seen = engine.journal.length;
    const stop = engine.run(Math.min(until, engine.rowsDone + PIECE), answers ? 'proposal' : 'none');
    if (stop === 'proposal') answerAll(engine, seen, decider === 'approve' ? 'ApproveProposal' : 'RejectProposal');
    told(engine);
  }
  if (one.place) engine.goTo(one.place);
  book.read(engine.journal);
  return { engine, book, dropped };
}

/** Answers what waits for a user and has come up since the journal had `seen` records. */
function answerAll(engine: Engine, seen: number, type: 'ApproveProposal' | 'RejectProposal'): void {
  for (const { event } of engine.journal.slice(seen)) {
    if (event.type !== 'ProposalOpened' || event.proposal.autonomy.mode === 'suggest') continue;
    const { id: proposalId } = event.proposal;
    if (engine.state.proposals.get(proposalId)?.status === 'proposed') engine.interject({ type, proposalId });
  }
}

/** Decides again what was decided. @returns how many decisions found nothing to apply to */
function repeat(engine: Engine, book: EntryBook, made: Case, told: (engine: Engine) => void): number {
  const before = new EntryBook().read(asItWas(made).journal);
  let dropped = 0;
  for (const { at, command } of made.decisions) {
    // what was decided beyond where the session stands has not happened yet
    if (made.place && isAfter(at, made.place)) break;
    engine.goTo(at);
    book.read(engine.journal);
    const again = translated(command, before, book, engine);
    if (again) engine.interject(again);
    if (!again || refused(engine)) dropped += 1;
    told(engine);
  }
  return dropped;
}

/** The session as it went. */
function asItWas(one: Case): Engine {
  const engine = new Engine(setupOf(one));
  if (one.place) engine.goTo(one.place);
  else engine.run(Number.POSITIVE_INFINITY);
  return engine;
}

/** Whether the command just taken was refused. */
function refused({ journal }: Engine): boolean {
  const from = journal.findLastIndex(({ event }) => event.type === 'CommandReceived');
  return journal[from + 1]?.event.type === 'CommandRefused';
}

/** A command with the names that hold in this run, undefined where what it speaks of is not there. */
function translated(command: Command, before: EntryBook, now: EntryBook, engine: Engine): Command | undefined {
  const { state } = engine;
  switch (command.type) {
    case 'ApproveProposal':
    case 'RejectProposal':
    case 'SnoozeProposal': {
      const was = before.proposal(command.proposalId);
      if (!was) return undefined;
      const opener = before.openerOf(was.positionId);
      const same = [...state.proposals.values()].findLast(
        ({ status, proposal }) =>
          status === 'proposed' &&
          proposal.rule === was.rule &&
          proposal.trigger === was.trigger &&
          proposal.symbol === was.symbol &&
          now.openerOf(proposal.positionId) === opener,
      );
      return same && { ...command, proposalId: same.proposal.id };
    }
    case 'ReducePosition':
    case 'ClosePosition':
    case 'MoveStop':
    case 'MoveTarget': {
      const opener = before.openerOf(command.positionId);
      const positionId = opener === undefined ? undefined : now.positionOf(opener);
      return positionId === undefined ? undefined : { ...command, positionId };
    }
    case 'CancelOrder': {
      const n = before.entries.findIndex(({ orderId }) => orderId === command.orderId);
      const orderId = now.entries[n]?.orderId;
      return orderId === undefined ? undefined : { ...command, orderId };
    }
    // another policy in the middle of a run would not be the policy that is compared
    case 'SetPolicy':
      return undefined;
    case 'PlaceEntry':
    case 'SetAutonomy':
    case 'SetAutonomyLevel':
    case 'ResetPeak':
    case 'SetHold':
    case 'StopAll':
      return command;
    default:
      return command satisfies never;
  }
}
