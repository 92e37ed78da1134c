import type { Command } from '../domain/commands.ts';
import type { JournalRecord, PlacedOrder } from '../domain/events.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Engine } from '../engine/engine.ts';
import { openKey } from '../engine/state.ts';

/*
 * How a session goes on from where it is made to go another way. The user's later commands are repeated at the same places on the tape, as far as
 * they mean the same thing there:
 *
 * - a command on a proposal goes to the open proposal of the same rule, trigger and position, whatever its number is there;
 * - one on a position or an order goes to it where it is the same one: opened at the same moment, or working on the same position at the same price;
 * - an entry is sent where it meets what it met: nothing, or the same position;
 * - what cannot be said there any more is left out, as is what was refused in the session, and every other command on the proposal that is
 *   decided otherwise;
 * - everything else, such as autonomy, policy and "stop all", is repeated as it is.
 */

/** A command of the session at its place, and what it is to say in a branch; undefined where it has no meaning there. */
export interface Step {
  at: TapePosition;
  /** number of its record */
  seq: number;
  /** the proposal that it names, as it is called in the session */
  names: string | undefined;
  says(branch: Engine): Command | undefined;
}

type OpenedPosition = Extract<JournalRecord['event'], { type: 'PositionOpened' }>;

/** What the commands of a journal speak of. */
interface Known {
  proposals: Map<string, Proposal>;
  orders: Map<string, PlacedOrder>;
  positions: Map<string, { record: JournalRecord; event: OpenedPosition }>;
  /** positions that are open or being entered, by `openKey` */
  open: Map<string, string>;
}

/** The account that an entry goes to where it names none. */
const PAPER = 'paper';

function note(known: Known, record: JournalRecord): void {
  const { event } = record;
  if (event.type === 'ProposalOpened') known.proposals.set(event.proposal.id, event.proposal);
  else if (event.type === 'OrderPlaced') known.orders.set(event.order.id, event.order);
  else if (event.type === 'PositionOpened') known.positions.set(event.positionId, { record, event });
  else if (event.type === 'PositionStatusChanged') {
    const position = known.positions.get(event.positionId)?.event;
    if (!position) return;
    const key = openKey(position.account, position.symbol);
    if (event.to === 'CLOSED') known.open.delete(key);
    else known.open.set(key, event.positionId);
  }
}

/** The proposal that is open in a branch and asks for the same as another did. */
function openTwin(branch: Engine, { rule, trigger, positionId }: Proposal): string | undefined {
  for (const { proposal, status } of branch.state.proposals.values())
    if (status === 'proposed' && proposal.rule === rule && proposal.trigger === trigger && proposal.positionId === positionId)
      return proposal.id;
  return undefined;
}

/** True where the position of a branch under the same name was opened at the same moment. */
function isSame(branch: Engine, { record, event }: { record: JournalRecord; event: OpenedPosition }): boolean {
  const twin = branch.journal[record.seq - 1];
  if (twin?.event.type === 'PositionOpened' && twin.event.positionId === event.positionId && twin.ts === record.ts) return true;
  return branch.journal.some(
    ({ ts, event: other }) =>
      other.type === 'PositionOpened' && other.positionId === event.positionId && other.side === event.side && ts === record.ts,
  );
}

function meaningOf(command: Command, { proposals, orders, positions, open }: Known): Step['says'] {
  switch (command.type) {
    case 'ApproveProposal':
    case 'RejectProposal':
    case 'SnoozeProposal': {
      const proposal = proposals.get(command.proposalId);
      return (branch) => {
        const proposalId = proposal && openTwin(branch, proposal);
        return proposalId === undefined ? undefined : { ...command, proposalId };
      };
    }
    case 'ReducePosition':
    case 'ClosePosition':
    case 'MoveStop':
    case 'MoveTarget': {
      const position = positions.get(command.positionId);
      return (branch) => (position && isSame(branch, position) ? command : undefined);
    }
    case 'CancelOrder': {
      const order = orders.get(command.orderId);
      return (branch) => {
        const twin = [...branch.state.orders.values()].find(
          ({ positionId, purpose, kind, side, price }) =>
            order?.positionId === positionId &&
            order.purpose === purpose &&
            order.kind === kind &&
            order.side === side &&
            (order.price === undefined ? price === undefined : price?.equals(order.price)),
        );
        return twin && { ...command, orderId: twin.id };
      };
    }
    case 'PlaceEntry': {
      const met = open.get(openKey(command.account ?? PAPER, command.symbol));
      return (branch) => (branch.core.positionOf(command.account ?? PAPER, command.symbol)?.id === met ? command : undefined);
    }
    default:
      return () => command;
  }
}

/** True where nothing came of a command: it was refused, or its entry denied. */
function cameToNothing(journal: readonly JournalRecord[], seq: number): boolean {
  const next = journal[seq]?.event.type;
  return next === 'CommandRefused' || next === 'EntryDenied';
}

/** Every command of a journal of which something came, those of a file of entries too. */
export function stepsOf(journal: readonly JournalRecord[]): Step[] {
  const known: Known = { proposals: new Map(), orders: new Map(), positions: new Map(), open: new Map() };
  return journal.flatMap((record) => {
    const { event, tape, seq } = record;
    if (event.type !== 'CommandReceived') {
      note(known, record);
      return [];
    }
    if (cameToNothing(journal, seq)) return [];
    const { command } = event;
    const names = 'proposalId' in command ? command.proposalId : undefined;
    return [{ at: tape, seq, names, says: meaningOf(command, known) }];
  });
}

/** A branch on its way, as far as one position goes in it. */
export interface Way {
  branch: Engine;
  /** the position that is followed; undefined as long as it is not known */
  positionId(): string | undefined;
  /** what is still to be said */
  steps: readonly Step[];
  /** where the session stands; null: its end */
  until: TapePosition | null;
  /** instruments that are walked on one clock */
  tapes: number;
}

/** Walks a branch until the position that is followed is closed, or to where the session stands. */
export function follow({ branch, positionId, steps, until, tapes }: Way): void {
  const over = (): boolean => {
    const id = positionId();
    return id !== undefined && branch.state.positions.get(id)?.status === 'CLOSED';
  };
  const goTo = (place: TapePosition | null): boolean => {
    const rows = place ? place.row + 1 - tapes : Number.POSITIVE_INFINITY;
    while (branch.run(rows, 'event') === 'event') if (over()) return true;
    if (place) branch.goTo(place);
    return over();
  };
  for (const { at, says } of steps) {
    if (goTo(at)) return;
    const command = says(branch);
    if (command) branch.interject(command);
    if (over()) return;
  }
  goTo(until);
}
