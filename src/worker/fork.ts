import { type Command, isOfEntries } from '../domain/commands.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { JournalRecord } from '../domain/events.ts';
import type { Proposal } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import { type Decision, decisionsOf } from '../engine/engine.ts';
import { type LoadedPolicy, presets, loadPreset } from '../policy/load.ts';
import { causeWords, proposalTitle, refusalWords } from '../projections/lines.ts';
import { walkTo } from './kept.ts';
import type { ForkAt, ForkPoint } from './protocol.ts';
import { Session } from './session.ts';

/** A place at which another branch can be taken, and what was decided before it. */
interface Fork {
  place: TapePosition;
  /** stands where the row of the place begins, because nobody decided what came there */
  before: boolean;
  decisions: Decision[];
  /** the record that is gone back to; undefined of the present moment */
  record: JournalRecord | undefined;
  /** the proposal that waits at that place, where the record is about one */
  proposal: Proposal | undefined;
  /** commands of the user's that come after it, those included that lie ahead on the tape */
  dropped: number;
}

type Received = JournalRecord & { event: { type: 'CommandReceived' } };

const isDecision = (record: JournalRecord): record is Received =>
  record.event.type === 'CommandReceived' && !isOfEntries(record.event.command) && record.event.command.type !== 'SetHold';

const aboutOf = ({ event }: JournalRecord): string | undefined => {
  if (event.type === 'ProposalOpened') return event.proposal.id;
  const told = event.type === 'CommandReceived' ? event.command : event;
  return 'proposalId' in told ? told.proposalId : undefined;
};

const samePlace = (a: JournalRecord, b: JournalRecord): boolean => a.tape.row === b.tape.row && a.tape.point === b.tape.point;

/** The record that a fork is made at: what a command has led to is gone back to at that command. @throws RangeError where there is none */
function recordAt(journal: readonly JournalRecord[], at: NonNullable<ForkAt>): JournalRecord {
  if ('proposalId' in at) {
    const about = journal.filter((record) => aboutOf(record) === at.proposalId);
    const found = about.findLast(isDecision) ?? about.find(({ event }) => event.type === 'ProposalOpened');
    if (!found) throw new RangeError(`proposal ${at.proposalId} does not exist in this session`);
    return found;
  }
  const record = journal[at.seq - 1];
  if (!record) throw new RangeError(`record ${at.seq} does not exist: expected 1 to ${journal.length}`);
  return journal.slice(0, at.seq).findLast((one) => samePlace(one, record) && isDecision(one)) ?? record;
}

/** @throws RangeError where there is no such place */
function forkAt({ journal, engine, place, ahead }: Session, at: ForkAt): Fork {
  const later = ahead.filter(({ command }) => command.type !== 'SetHold').length;
  if (at === null)
    return { place, before: false, decisions: decisionsOf(journal), record: undefined, proposal: undefined, dropped: later };
  const record = recordAt(journal, at);
  const about = aboutOf(record);
  const proposal = about === undefined ? undefined : engine.state.proposals.get(about)?.proposal;
  const waits = record.event.type === 'ProposalOpened' && proposal?.autonomy.mode !== 'auto';
  const before = !waits && !isDecision(record);
  return {
    place: record.tape,
    before,
    decisions: decisionsOf(journal.slice(0, record.seq - 1)),
    record,
    proposal: before ? undefined : proposal,
    dropped: journal.slice(record.seq).filter(isDecision).length + later,
  };
}

/** The session as it was at that place, with what was decided before it and nothing after. */
async function goBack({ files, symbol }: Session, fork: Fork, breathe: (share: number) => Promise<void>): Promise<Session> {
  const { place, before, decisions } = fork;
  const session = new Session(files, { place: { row: 0, point: 0 }, decisions });
  if (before) session.engine.run(Math.max(0, place.row + 1 - files.sources.length));
  else await walkTo(session, place, breathe);
  session.show(symbol);
  return session;
}

/** A branch that has been begun in memory: its session, how many records it begins with, and what is done otherwise in it. */
interface Begun {
  session: Session;
  records: number;
  /** "Scale-in rejected at 10:42" */
  name: string;
}

/**
 * Goes to the place of a fork and takes the other branch.
 * @param decision what is done there; null: nothing yet, the user decides by hand
 * @throws RangeError where the engine refuses it: no branch is begun for nothing
 */
export async function forked(
  session: Session,
  at: ForkAt,
  decision: Command | null,
  breathe: (share: number) => Promise<void>,
): Promise<Begun> {
  const fork = forkAt(session, at);
  const branch = await goBack(session, fork, breathe);
  const records = branch.journal.length;
  const other = branch.journal.findIndex((record, i) => JSON.stringify(record) !== JSON.stringify(session.journal[i]));
  if (other >= 0) throw new Error(`record ${other + 1} comes out another when the session is repeated`);
  if (decision) branch.command(decision);
  for (const { event } of branch.journal.slice(records))
    if (event.type === 'CommandRefused' || event.type === 'EntryDenied')
      throw new RangeError(`No branch is begun: ${refusalWords(event.refusal)}`);
  const proposal = proposalOf(branch, decision) ?? fork.proposal;
  const name = `${decisionWords(decision, proposal)} at ${clockOf(branch, branch.ts, proposal?.symbol)}`;
  return { session: branch, records, name: `${name.charAt(0).toUpperCase()}${name.slice(1)}` };
}

const proposalOf = ({ engine }: Session, decision: Command | null): Proposal | undefined =>
  decision && 'proposalId' in decision ? engine.state.proposals.get(decision.proposalId)?.proposal : undefined;

/** "10:42", in the instrument's zone; of the instrument on the chart where none is named. */
const clockOf = ({ engine, symbol }: Session, ts: Milliseconds, of = symbol): string =>
  engine.core.lane(of).market.clock.timeOfDay(ts);

/** What was decided, in a few words: "scale-in rejected", "partial exit approved with 5", "policy active", "stop moved to 181.20". */
function decisionWords(decision: Command | null, proposal: Proposal | undefined): string {
  const what = proposal ? causeWords(proposal.rule) : 'proposal';
  if (!decision) return proposal ? `${what} by hand` : 'by hand';
  switch (decision.type) {
    case 'ApproveProposal':
      return `${what} approved${decision.quantity === undefined ? '' : ` with ${decision.quantity}`}`;
    case 'RejectProposal':
      return `${what} rejected`;
    case 'SnoozeProposal':
      return `${what} snoozed`;
    case 'PlaceEntry':
      return `${decision.side} ${decision.symbol} entered`;
    case 'ReducePosition':
      return `position reduced by ${decision.quantity}`;
    case 'ClosePosition':
      return 'position closed';
    case 'MoveStop':
      return `stop moved to ${decision.price}`;
    case 'MoveTarget':
      return decision.price === null ? 'target taken off' : `target moved to ${decision.price}`;
    case 'CancelOrder':
      return 'order cancelled';
    case 'SetAutonomyLevel':
      return `autonomy ${decision.level}`;
    case 'SetAutonomy':
      return `autonomy of ${decision.kind} ${decision.autonomy.mode}`;
    case 'SetPolicy':
      return `policy ${nameOf(decision.policy)}`;
    case 'ResetPeak':
      return 'peak reset';
    case 'SetHold':
      return decision.on ? 'held' : 'hold ended';
    case 'StopAll':
      return 'stop all';
    default:
      return decision satisfies never;
  }
}

const nameOf = (policy: unknown): string =>
  typeof policy === 'object' && policy !== null && 'name' in policy ? String(policy.name) : 'of its own';

/** The first thing that the user decided in records that follow the first `records`. */
export function firstDecision(
  journal: readonly JournalRecord[],
  records: number,
): { record: JournalRecord; words: string } | undefined {
  const record = journal.slice(records).find(isDecision);
  if (!record) return undefined;
  const about = aboutOf(record);
  const opened =
    about === undefined ? undefined : journal.find(({ event }) => event.type === 'ProposalOpened' && event.proposal.id === about);
  const proposal = opened?.event.type === 'ProposalOpened' ? opened.event.proposal : undefined;
  return { record, words: decisionWords(record.event.command, proposal) };
}

/** What there is to be decided at a place, before a branch is begun there. @param own policies of the user's own */
export function forkPoint(
  session: Session,
  at: ForkAt,
  own: readonly { name: string; policy: PolicyDocument }[],
  check: (policy: PolicyDocument) => LoadedPolicy | undefined,
): ForkPoint {
  const { record, proposal, before, place, dropped, decisions } = forkAt(session, at);
  const { engine } = session;
  const changed = engine.journal
    .slice(0, record ? record.seq - 1 : undefined)
    .findLast(({ event }) => event.type === 'PolicyChanged');
  const inForce =
    changed?.event.type === 'PolicyChanged' ? (changed.event.policy as PolicyDocument) : session.files.policy.source;
  const status = proposal && engine.state.proposals.get(proposal.id);
  const side = proposal && engine.core.findPosition(proposal.positionId)?.side;
  const written = [
    ...Object.keys(presets).map((name) => ({ name, loaded: loadPreset(name) })),
    ...own.flatMap(({ name, policy }) => {
      const loaded = check(policy);
      return loaded ? [{ name, loaded }] : [];
    }),
  ];
  return {
    ts: record?.ts ?? session.ts,
    row: place.row,
    before,
    text: record === undefined ? 'the present moment' : (wordsOf(record, proposal) ?? ''),
    proposal: proposal
      ? {
          id: proposal.id,
          title: proposalTitle(proposal, side ?? 'long'),
          quantity: 'quantity' in proposal.action ? proposal.action.quantity : null,
          actionable: proposal.autonomy.mode !== 'suggest',
          was: status?.status ?? 'proposed',
        }
      : null,
    kept: decisions.filter(({ command }) => command.type !== 'SetHold').length,
    dropped,
    policies: written.map(({ name, loaded }) => ({
      name,
      policy: loaded.source,
      refused: session.refusesPolicy(inForce, loaded),
    })),
  };
}

function wordsOf(record: JournalRecord, proposal: Proposal | undefined): string | undefined {
  const { event } = record;
  if (event.type === 'CommandReceived') return decisionWords(event.command, proposal);
  return event.type === 'ProposalOpened' ? `${causeWords(event.proposal.rule)} proposed` : undefined;
}
