import type { Command } from '../../domain/commands.ts';
import { type Decimal, dec } from '../../domain/decimal.ts';
import type { JournalRecord } from '../../domain/events.ts';
import type { Purpose } from '../../domain/order.ts';
import type { Tape, TapePosition } from '../../domain/tape.ts';
import { isAfter } from '../../domain/tape.ts';
import { decisionsOf, Engine } from '../../engine/engine.ts';
import type { NewSession, Store } from '../../journal/store.ts';
import { type LoadedPolicy, loadPolicy } from '../../policy/load.ts';
import type { Session } from '../session.ts';
import type { OnDisk } from './on-disk.ts';
import type { Shown } from './page.ts';

/*
 * What must hold of the whole, whatever happens to its parts. Each gives why it is broken, or nothing where it holds.
 */

type Why = string | undefined;

const texts = new WeakMap<JournalRecord, string>();

/** A record as the journal has it. */
function lineOf(record: JournalRecord): string {
  const text = texts.get(record) ?? JSON.stringify(record);
  texts.set(record, text);
  return text;
}

export const linesOf = (journal: readonly JournalRecord[]): string[] => journal.map(lineOf);

/** Where two journals first differ, as far as both go. */
function parting(a: readonly string[], b: readonly string[]): number | undefined {
  const at = a.findIndex((line, at) => at < b.length && line !== b[at]);
  return at < 0 ? undefined : at;
}

const short = (line: string | undefined): string => (line === undefined ? 'nothing' : line.slice(0, 300));

// What was acknowledged stays

export function framesShowOnlyWhatIsDurable(journal: readonly string[], acknowledged: readonly string[] | undefined): Why {
  if (!acknowledged) return 'a frame shows a session of which nothing was acknowledged';
  const at = parting(journal, acknowledged);
  if (at !== undefined) return `record ${at + 1} is shown as ${short(journal[at])} and was kept as ${short(acknowledged[at])}`;
  return journal.length > acknowledged.length
    ? `${journal.length} records are shown and ${acknowledged.length} were acknowledged: ${short(journal[acknowledged.length])}`
    : undefined;
}

export function whatWasAcknowledgedIsOnTheDiskToTheLetter(
  acknowledged: ReadonlyMap<string, readonly string[]>,
  find: (id: string) => OnDisk | undefined,
): Why {
  for (const [id, lines] of acknowledged) {
    const kept = find(id);
    if (!kept) return lines.length > 0 ? `session ${id} with ${lines.length} records is gone` : undefined;
    const at = parting(lines, kept.lines) ?? (kept.lines.length < lines.length ? kept.lines.length : undefined);
    if (at !== undefined) return `record ${at + 1} of ${id} was ${short(lines[at])} and is ${short(kept.lines[at])}`;
  }
  return undefined;
}

export async function everyChainOfHashesHolds(store: Store, sessions: readonly OnDisk[]): Promise<Why> {
  for (const { id, lines } of sessions) {
    const read = await store.read(id).catch((error: unknown) => String(error));
    if (typeof read === 'string') return `${id}: ${read}`;
    if (parting(read.lines, lines) !== undefined || read.lines.length !== lines.length) return `${id} is read as another`;
  }
  return undefined;
}

// Nothing twice

const parse = (line: string): JournalRecord => JSON.parse(line) as JournalRecord;

export function recordsAreNumberedFromOne({ id, lines }: OnDisk): Why {
  const at = lines.findIndex((line, index) => parse(line).seq !== index + 1);
  return at < 0 ? undefined : `record ${at + 1} of ${id} is ${short(lines[at])}`;
}

/** What may happen once to one thing, by what it ends; null of an event that ends nothing. */
function endOf({ event }: JournalRecord): string[] {
  switch (event.type) {
    case 'ProposalRejected':
    case 'ProposalExpired':
    case 'ProposalSuperseded':
    case 'ProposalApplied':
    case 'ProposalFailed':
      return [`${event.proposalId} ends`];
    case 'ProposalApproved':
      return [`${event.proposalId} is approved`];
    case 'ProposalOpened':
      return [`${event.proposal.id} is opened`];
    case 'OrderPlaced':
      return [`${event.order.id} is placed`];
    case 'OrderCanceled':
      return [`${event.orderId} is canceled`];
    case 'PositionOpened':
    case 'PositionClosed':
      return [`${event.positionId}: ${event.type}`];
    case 'TrancheOpened':
      return [`${event.trancheId} is opened`];
    default:
      return [];
  }
}

/** Orders that fill their own quantity and no more. */
const SIZED: ReadonlySet<Purpose> = new Set<Purpose>(['entry', 'add', 'reduce']);

export function nothingHasTwoOutcomes({ id, lines }: OnDisk): Why {
  const seen = new Set<string>();
  const left = new Map<string, Decimal>();
  for (const line of lines) {
    const record = parse(line);
    const { event } = record;
    for (const end of endOf(record)) {
      if (seen.has(end)) return `${id}: ${end} twice: ${short(line)}`;
      seen.add(end);
    }
    // what closes, or turns a position round, takes whatever is held by then
    if (event.type === 'OrderPlaced' && SIZED.has(event.order.purpose)) left.set(event.order.id, dec(event.order.quantity));
    if (event.type !== 'OrderFilled') continue;
    // stops and targets stand behind a position without having been placed
    const rest = left.get(event.orderId)?.minus(event.quantity);
    if (!rest) continue;
    if (rest.isNegative() || seen.has(`${event.orderId} is canceled`)) return `${id}: filled too often: ${short(line)}`;
    left.set(event.orderId, rest);
  }
  return undefined;
}

export function noCommandIsAppliedMoreOftenThanItWasSent({ id, lines }: OnDisk, sent: ReadonlyMap<string, number>): Why {
  const done = new Map<string, number>();
  for (const line of lines) {
    const { event } = parse(line);
    if (event.type !== 'CommandReceived') continue;
    const { command } = event;
    if (command.type === 'SetHold' || (command.type === 'PlaceEntry' && command.source === 'entries')) continue;
    const key = keyOf(command);
    const count = (done.get(key) ?? 0) + 1;
    if (count > (sent.get(key) ?? 0)) return `${id}: ${key} was sent ${sent.get(key) ?? 0} times and received ${count} times`;
    done.set(key, count);
  }
  return undefined;
}

/** @param faults what the page has been told since it was sent */
export function aCommandIsTakenOrThePageIsTold({ engine }: Session, command: Command, faults: number): Why {
  const key = keyOf(command);
  if (faults > 0 || engine.allDecisions.some(({ command: taken }) => keyOf(taken) === key)) return undefined;
  return `${key} was neither taken nor refused`;
}

/** What a command is told by from others; policies are filled in before they are journaled. */
export const keyOf = (command: { type: string }): string =>
  command.type === 'SetPolicy' ? command.type : JSON.stringify(Object.entries(command).toSorted(([a], [b]) => (a < b ? -1 : 1)));

export function theDiskHasWhatTheEngineHas(journal: readonly string[], kept: OnDisk | undefined, records: number): Why {
  if (!kept) return 'the session that is open is not on the disk';
  const at = parting(journal, kept.lines);
  if (at !== undefined) return `record ${at + 1} is ${short(journal[at])} and on the disk ${short(kept.lines[at])}`;
  if (journal.length > kept.lines.length) return `${journal.length} records were made and ${kept.lines.length} are on the disk`;
  return records === kept.lines.length
    ? undefined
    : `the page is told of ${records} records and ${kept.lines.length} are on the disk`;
}

// While the store fails

const ADDS_RISK = new Set(['entry', 'add', 'flip']);

export function nothingThatAddsRiskHappensWhileHeld(lines: readonly string[]): Why {
  let held = false;
  for (const line of lines) {
    const { event } = parse(line);
    if (event.type === 'HoldBegan' || event.type === 'HoldEnded') held = event.type === 'HoldBegan';
    const purpose = event.type === 'OrderPlaced' ? event.order.purpose : event.type === 'OrderFilled' ? event.purpose : undefined;
    if (held && purpose !== undefined && ADDS_RISK.has(purpose)) return `while held: ${short(line)}`;
  }
  return undefined;
}

export const whatAddsRiskIsHeldWhileNothingCanBeSaved = ({ engine }: Session): Why =>
  engine.state.holds.has('store') ? undefined : 'nothing can be saved, and nothing is held';

export const nothingIsHeldOnceEverythingIsKept = ({ engine, ahead }: Session): Why =>
  engine.state.holds.has('store') && ahead.length === 0 ? 'everything is kept, and what adds risk is held for good' : undefined;

export const itStandsWhereItStoodBefore = (place: TapePosition, before: TapePosition | undefined): Why =>
  before && (before.row !== place.row || before.point !== place.point)
    ? `it stood at ${JSON.stringify(before)}, and after what was not done at ${JSON.stringify(place)}`
    : undefined;

export const whatIsKeptIsWhereItStands = (kept: TapePosition, { place }: Session): Why =>
  kept.row === place.row && kept.point === place.point
    ? undefined
    : `it stands at ${JSON.stringify(place)}, and ${JSON.stringify(kept)} is to be kept`;

/** What was done and not kept is undone: what was made since is the hold alone. */
export function whatFailedIsNotDone(journal: readonly string[], acknowledged: readonly string[]): Why {
  const at = parting(journal, acknowledged) ?? Math.min(journal.length, acknowledged.length);
  const other = journal.slice(at).find((line) => {
    const { event } = parse(line);
    if (event.type === 'CommandRefused') return event.command !== 'SetHold';
    return !(event.type === 'HoldBegan' || (event.type === 'CommandReceived' && event.command.type === 'SetHold'));
  });
  return other && `not done, it is said, and yet there is ${short(other)}`;
}

// Coming back

export function thePageKnowsWhyNothingIsOpen({ session, keeping }: Shown, faulted: boolean): Why {
  if (!keeping?.trouble) return session ? undefined : 'nothing is open, and the page does not know why';
  return faulted ? undefined : `no fault came up, and nothing is open: ${keeping.trouble.kind}, ${keeping.trouble.message}`;
}

export const itIsTheSessionThatWasOpenLast = ({ keeping }: Shown, { id }: OnDisk): Why =>
  keeping?.session === id ? undefined : `${keeping?.session ?? 'none'} is open, and ${id} was`;

/** The session as a plain engine makes it of the decisions in its journal, without ever having been stopped. */
function straight(
  tapes: ReadonlyMap<string, Tape>,
  journal: readonly JournalRecord[],
  entries: NewSession['entries'],
): { engine: Engine } | { why: string } {
  const start = journal[0]?.event;
  if (start?.type !== 'SessionStarted') return { why: 'the journal does not begin with its session' };
  const own = start.tapes.flatMap(({ digest, instrument, stamp, synthetic }) => {
    const tape = tapes.get(digest);
    return tape ? [{ ...tape, instrument, stamp, synthetic }] : [];
  });
  if (own.length < start.tapes.length)
    return { why: `${start.tapes.map(({ instrument }) => instrument.symbol).join()} is not of this world` };
  const policy = policyOf(start.policy);
  return { engine: new Engine({ tapes: own, policy, barPath: start.barPath, entries, decisions: decisionsOf(journal) }) };
}

const policies = new Map<string, LoadedPolicy>();
const MOST_POLICIES = 40;

function policyOf(source: unknown): LoadedPolicy {
  const text = JSON.stringify(source);
  const known = policies.get(text);
  if (known) return known;
  if (policies.size >= MOST_POLICIES) policies.clear();
  const policy = loadPolicy(source, 'the policy of a journal');
  policies.set(text, policy);
  return policy;
}

export function theJournalIsThatOfAStraightRun(
  tapes: ReadonlyMap<string, Tape>,
  { journal, place }: Pick<Session, 'journal' | 'place'>,
  entries: NewSession['entries'],
): Why {
  const run = straight(tapes, journal, entries);
  if ('why' in run) return run.why;
  run.engine.goTo(place);
  const [own, other] = [linesOf(journal), linesOf(run.engine.journal)];
  const at = parting(own, other) ?? (own.length === other.length ? undefined : Math.min(own.length, other.length));
  if (at !== undefined) return `record ${at + 1} is ${short(own[at])} and straight through ${short(other[at])}`;
  const { row, point } = run.engine.at;
  return row === place.row && point === place.point
    ? undefined
    : `it stands at ${JSON.stringify({ place, straight: { row, point } })}`;
}

export function theSessionStandsWhereItWasLeft({ place, journal }: Session, { place: noted, lines, records }: OnDisk): Why {
  const last = lines.at(-1);
  const end: TapePosition = last === undefined ? { row: 0, point: 0 } : parse(last).tape;
  const cut = records > lines.length;
  const expected = noted && !(cut && isAfter(end, noted)) ? noted : end;
  if (place.row !== expected.row || place.point !== expected.point)
    return `it stands at ${JSON.stringify(place)} and was left at ${JSON.stringify(expected)}`;
  const at = parting(linesOf(journal), lines);
  return at === undefined ? undefined : `record ${at + 1} is another: ${short(lines[at])}`;
}

/** What of a page's views must be the same before and after. */
const LASTING = [
  'account',
  'instruments',
  'positions',
  'closed',
  'proposals',
  'orders',
  'chart',
  'drawn',
  'bars',
  'journal',
] as const;

export function thePageShowsWhatItShowedBefore(before: Shown, after: Shown): Why {
  const clocks = [before, after].map(({ clock }) => {
    const { row, point, ts, rows, laterDecisions, speed, pauseOnProposal, marks } = clock ?? {};
    return { row, point, ts, rows, laterDecisions, speed, pauseOnProposal, marks };
  });
  const sessions = [before, after].map(({ session }) => {
    const { symbols, instrument, kind, intervalMs, barPath, digest, policy, stamp } = session ?? {};
    return { symbols, instrument, kind, intervalMs, barPath, digest, policy, stamp };
  });
  return (
    differs('the clock', clocks[0], clocks[1]) ??
    differs('the session', sessions[0], sessions[1]) ??
    LASTING.map((view) =>
      view === 'journal' ? differs(view, unnamed(before), unnamed(after)) : differs(view, before[view], after[view]),
    ).find((why) => why !== undefined)
  );
}

const ALL = ['session', 'policy', 'clock', 'keeping', 'progress', ...LASTING] as const;

/** Lines of what the user asked for name what they name as it was then: it may not have been there yet. */
const unnamed = ({ journal }: Shown) =>
  journal?.lines.map((line) => (line.kind === 'command' || line.kind === 'refusal' ? line.seq : { ...line, symbol: null }));

export function thePageShowsWhatANewViewerIsGiven(page: Shown, viewer: Shown): Why {
  // a tab that has taken over and can open nothing goes on showing what it showed, and says so
  const views = page.keeping?.trouble ? (['keeping', 'progress'] as const) : ALL;
  for (const view of views) {
    const [own, other] = [page, viewer].map((shown) => (view === 'journal' ? unnamed(shown) : shown[view]) ?? null);
    const why = differs(view, own, other);
    if (why !== undefined) return why;
  }
  return undefined;
}

function differs(what: string, a: unknown, b: unknown): Why {
  const [one, other] = [a, b].map((value) =>
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner)),
  );
  if (one === other || one === undefined || other === undefined)
    return one === other ? undefined : `${what}: ${one} and ${other}`;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 80);
  return `${what}: …${one.slice(from, at + 120)}… and …${other.slice(from, at + 120)}…`;
}
