import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import { type Position, sign } from '../domain/position.ts';
import type { Proposal, ProposalRecord } from '../domain/proposal.ts';
import { isAfter, rowsOf, type TapePosition } from '../domain/tape.ts';
import { Engine } from '../engine/engine.ts';
import { multiplierOf } from '../engine/state.ts';
import { proposalTitle, refusalWords } from '../projections/lines.ts';
import type { DecisionWorth, NearMiss, Outcome, WorthView } from '../projections/performance-views.ts';
import { follow, type Step, stepsOf } from './follow.ts';
import { type Case, setupOf } from './case.ts';
import { type Near, NearMisses } from './near.ts';

/*
 * What every decision was worth. Of each proposal that has ended the session is taken the other way from the very moment on, and followed until the
 * position is closed:
 *
 * - what was applied is rejected where it was approved, or vetoed at the moment at which it applied by itself;
 *   A rejection silences its rule as it always does: a trail that is vetoed once stays where it was.
 * - what was not applied is approved as soon as it could be: at the end of the price at which it was opened;
 * - what a user approved later than it was opened is also approved at once, with the same quantity: that is what the delay cost.
 *
 * The user's later decisions are repeated there as `branch.ts` says. What is compared is the net money of that one position; what else would have
 * come of it (a halt that would not have been, another position that would) does not count. Nothing is looked at that lies beyond where the session
 * stands: what is open there, on either side, counts at the price it would leave at, before the cost of leaving.
 */

/** Of the way, how much the first walk takes. */
const SURVEY_SHARE = 0.25;
/** Points between two words on how far the first walk is. */
const POINTS = 2_000;
/** Rows that are walked in one go while nothing is held. */
const ROWS = 4_096;

/** A proposal with the records that opened, decided and ended it. */
interface Told {
  proposal: Proposal;
  opened: JournalRecord;
  approved: { record: JournalRecord; by: 'user' | 'auto'; quantity: string | undefined } | undefined;
  ended: JournalRecord | undefined;
}

/** What became of a position. */
interface Fate {
  pnl: Decimal;
  /** initial risk in money; undefined where no stop was set */
  risk: Decimal | undefined;
  /** the price that it is marked at where it is still open */
  mark: string | undefined;
}

/** Of a position that was never opened. */
const NOTHING: Fate = { pnl: ZERO, risk: undefined, mark: undefined };

function fateOf({ core, state }: Engine, positionId: string): Fate {
  const position = state.positions.get(positionId);
  if (!position) return NOTHING;
  const multiplier = multiplierOf(state, position.symbol);
  const risk = position.r?.times(position.initialQuantity).times(multiplier);
  if (position.quantity.isZero()) return { pnl: position.realizedPnl, risk, mark: undefined };
  const mark = core.mark(position);
  const value = mark.times(position.quantity).times(multiplier);
  const open = value.minus(position.cost).times(sign(position.side));
  return { pnl: position.realizedPnl.plus(open), risk, mark: text(mark) };
}

/** The session as it went, to where it stands, and where its rules came near to acting. */
function surveyed(one: Case, tell: (share: number) => void): { engine: Engine; near: Near[] } {
  const engine = new Engine(setupOf(one));
  const near = new NearMisses(engine);
  const rows = one.tapes.reduce((sum, tape) => sum + rowsOf(tape), 0);
  const until = one.place ?? { row: rows, point: 0 };
  const most = until.row + 1 - one.tapes.length;
  let points = 0;
  while (!engine.ended) {
    if (engine.core.book.length === 0) {
      const before = engine.rowsDone;
      if (engine.run(Math.min(most, before + ROWS), 'event') === 'row' && engine.rowsDone >= most) break;
      tell(engine.rowsDone / rows);
    } else {
      const next = engine.nextAt;
      if (!next || isAfter(next, until)) break;
      engine.advance();
      points += 1;
      if (points % POINTS === 0) tell(engine.rowsDone / rows);
    }
    near.look();
  }
  for (let next = engine.nextAt; next && !isAfter(next, until); next = engine.nextAt) {
    engine.advance();
    near.look();
  }
  return { engine, near: near.found };
}

/** Every proposal of a journal with its records, in the order of their opening. */
function toldIn(journal: readonly JournalRecord[]): Told[] {
  const told = new Map<string, Told>();
  const ends = new Set<Event['type']>([
    'ProposalRejected',
    'ProposalExpired',
    'ProposalSuperseded',
    'ProposalApplied',
    'ProposalFailed',
  ]);
  for (const record of journal) {
    const { event } = record;
    if (event.type === 'ProposalOpened') {
      const { proposal } = event;
      told.set(proposal.id, { proposal, opened: record, approved: undefined, ended: undefined });
    } else if ('proposalId' in event && event.proposalId !== undefined) {
      const one = told.get(event.proposalId);
      if (!one) continue;
      if (event.type === 'ProposalApproved') one.approved = { record, by: event.by, quantity: event.quantity };
      if (ends.has(event.type)) one.ended = record;
    }
  }
  return [...told.values()];
}

const OUTCOMES: readonly Outcome[] = ['approved', 'auto', 'rejected', 'vetoed', 'expired', 'superseded', 'failed'];

/** What became of a proposal; undefined while it is open. */
function outcomeOf({ status }: ProposalRecord, { approved }: Told): Outcome | undefined {
  switch (status) {
    case 'proposed':
      return undefined;
    case 'approved':
    case 'auto-applied':
    case 'applied':
      return approved?.by === 'user' ? 'approved' : 'auto';
    default:
      return status;
  }
}

/** One branch, or why there is none. */
type Other = { fate: Fate } | { why: string };

/** The session walked a second time, out of which the branches are made. */
class Ways {
  readonly main: Engine;
  private readonly one: Case;
  private readonly steps: Step[];

  /** @param journal of the session as it went: entries of a file are commands like any other here, so that a branch can leave them out */
  constructor(one: Case, journal: readonly JournalRecord[]) {
    this.one = one;
    this.steps = stepsOf(journal);
    const decisions = journal.flatMap(({ event, tape }) =>
      event.type === 'CommandReceived' ? [{ at: tape, command: event.command }] : [],
    );
    this.main = new Engine({ ...setupOf(one), entries: [], decisions });
  }

  private ahead(branch: Engine): Step[] {
    return this.steps.filter(({ seq }) => seq > branch.journal.length);
  }

  private follow(branch: Engine, positionId: () => string | undefined, steps: readonly Step[]): void {
    const { place: until, tapes } = this.one;
    follow({ branch, positionId, steps, until, tapes: tapes.length });
  }

  /** The way without what was applied. */
  without({ proposal, opened, approved }: Told): Other {
    // an entry that is not made is no position
    if (!approved || proposal.action.type === 'enter') return { fate: NOTHING };
    this.main.goBefore(opened.tape);
    const branch = this.main.copy([]);
    let steps = this.ahead(branch);
    if (approved.by === 'auto') branch.veto(proposal.id);
    else {
      const at = steps.findLastIndex(({ seq }) => seq < approved.record.seq);
      const reject = { type: 'RejectProposal', proposalId: proposal.id } as const;
      const { tape, seq } = approved.record;
      const click: Step = { at: tape, seq, names: proposal.id, says: () => reject };
      steps = [...steps.slice(0, at), click, ...steps.slice(at + 1).filter(({ names }) => names !== proposal.id)];
    }
    this.follow(branch, () => proposal.positionId, steps);
    return { fate: fateOf(branch, proposal.positionId) };
  }

  /** The way with a proposal approved at once. @param quantity where another was asked for */
  with({ proposal, opened }: Told, quantity: string | undefined): Other {
    const { id } = proposal;
    if (proposal.autonomy.mode === 'suggest') return { why: 'it only suggested: there was nothing to approve' };
    this.main.goBefore(opened.tape);
    const branch = this.main.copy([]);
    const command = { type: 'ApproveProposal', proposalId: id, ...(quantity === undefined ? {} : { quantity }) } as const;
    const click: Step = { at: opened.tape, seq: opened.seq, names: id, says: () => command };
    const ahead = this.ahead(branch);
    const before = ahead.filter(({ seq }) => seq < opened.seq);
    const after = ahead.filter(({ seq, names }) => seq > opened.seq && names !== id);
    let positionId = proposal.action.type === 'enter' ? undefined : proposal.positionId;
    const findId = (): string | undefined => {
      positionId ??= entered(branch, id);
      return positionId;
    };
    this.follow(branch, findId, [...before, click, ...after]);
    const record = branch.state.proposals.get(id);
    if (!record || !branch.journal.some(({ event }) => event.type === 'ProposalApproved' && event.proposalId === id))
      return { why: refusalIn(branch, id) };
    if (record.status === 'failed') return { why: `it would have failed: ${record.reason}` };
    return { fate: fateOf(branch, findId() ?? proposal.positionId) };
  }

  /** The way on which a rule acts where it all but did; undefined where there was nothing to do. */
  acting({ positionId, rule, trigger, place }: Near): (Other & { proposal: Proposal }) | undefined {
    this.main.goTo(place);
    const branch = this.main.copy([]);
    const id = branch.act(positionId, rule, trigger);
    const record = id === undefined ? undefined : branch.state.proposals.get(id);
    if (!record) return undefined;
    this.follow(branch, () => positionId, this.ahead(this.main));
    const { proposal, status, reason } = record;
    return status === 'failed'
      ? { proposal, why: `it would have failed: ${reason}` }
      : { proposal, fate: fateOf(branch, positionId) };
  }
}

/** The position that the entry of a proposal was sent for. */
function entered({ journal }: Engine, proposalId: string): string | undefined {
  const sent = journal.findLast(({ event }) => event.type === 'OrderPlaced' && event.order.proposalId === proposalId)?.event;
  return sent?.type === 'OrderPlaced' ? sent.order.positionId : undefined;
}

function refusalIn({ journal }: Engine, id: string): string {
  const refused = journal.findLast(({ event }) => event.type === 'CommandRefused' && event.proposalId === id)?.event;
  return refused?.type === 'CommandRefused'
    ? `it could not be approved: ${refusalWords(refused.refusal)}`
    : 'it was over in the same instant';
}

/** What was done, for a person: "Scale in · buy 50 TSLA at 101.20". */
function actionWords(proposal: Proposal, position: Position | undefined, quantity: string | undefined): string {
  const { action, price } = proposal;
  const side = position?.side ?? (action.type === 'enter' ? action.side : 'long');
  const done = quantity !== undefined && 'quantity' in action ? { ...proposal, action: { ...action, quantity } } : proposal;
  return `${proposalTitle(done, side)}${action.type === 'move-stop' ? '' : ` at ${price}`}`;
}

const marked = (what: string, { mark }: Fate): string[] =>
  mark === undefined ? [] : [`${what} still open where the session stands: counted at ${mark}`];

/** R to four places; null where no stop was set. */
const inR = (money: Decimal, risk: Decimal | undefined): string | null =>
  risk && !risk.isZero() ? text(money.div(risk).toDecimalPlaces(4)) : null;

const same = (a: TapePosition, b: TapePosition): boolean => a.row === b.row && a.point === b.point;

function decided(engine: Engine, ways: Ways, told: Told, record: ProposalRecord, outcome: Outcome): DecisionWorth {
  const { proposal, opened, approved, ended } = told;
  const applied = outcome === 'approved' || outcome === 'auto';
  const positionId = positionOf(engine, proposal);
  const position = engine.state.positions.get(positionId);
  // an entry that was not made is no position, whatever has its name later
  const made = applied || proposal.action.type !== 'enter';
  const actual: Fate = made ? fateOf(engine, positionId) : NOTHING;
  const other = applied ? ways.without(told) : ways.with(told, approved?.quantity);
  const last = ended ?? approved?.record ?? opened;
  const decidedTs = approved?.record.ts ?? last.ts;
  const common = {
    proposalId: proposal.id,
    positionId,
    symbol: proposal.symbol,
    rule: proposal.rule,
    openedSeq: opened.seq,
    endedSeq: last.seq,
    openedTs: opened.ts,
    endedTs: last.ts,
    outcome,
    action: actionWords(proposal, position, record.quantity),
    actual: text(actual.pnl),
    delayMs: decidedTs - opened.ts,
  };
  if ('why' in other) return { ...common, otherwise: null, worth: null, worthR: null, delayCost: null, why: other.why };
  const { fate } = other;
  const worth = applied ? actual.pnl.minus(fate.pnl) : fate.pnl.minus(actual.pnl);
  const late =
    approved?.by === 'user' && applied && !same(approved.record.tape, opened.tape)
      ? ways.with(told, approved.quantity)
      : undefined;
  const why = [
    ...marked('the position is', actual),
    ...marked('otherwise it would be', fate),
    ...(late && 'why' in late ? [`approved at once ${late.why}`] : []),
  ];
  return {
    ...common,
    otherwise: text(fate.pnl),
    worth: text(worth),
    worthR: inR(worth, actual.risk ?? fate.risk),
    delayCost: late && 'fate' in late ? text(actual.pnl.minus(late.fate.pnl)) : null,
    why: why.join('; '),
  };
}

/** The position that a proposal was about; of an entry the one that it made. */
const positionOf = (engine: Engine, { id, action, positionId }: Proposal): string =>
  (action.type === 'enter' ? entered(engine, id) : undefined) ?? positionId;

/** What acting would have made; undefined where there was nothing to do. */
function missed(engine: Engine, ways: Ways, near: Near): NearMiss | undefined {
  const { positionId, rule, trigger, ts, place, missing } = near;
  const position = engine.state.positions.get(positionId);
  const actual = fateOf(engine, positionId);
  const other = ways.acting(near);
  if (!other || !position) return undefined;
  const action = actionWords(other.proposal, position, undefined);
  const common = { positionId, symbol: position.symbol, rule, trigger, ts, place, missing, action };
  if ('why' in other) return { ...common, worth: null, worthR: null, why: other.why };
  const worth = other.fate.pnl.minus(actual.pnl);
  const why = [...marked('the position is', actual), ...marked('otherwise it would be', other.fate)].join('; ');
  return { ...common, worth: text(worth), worthR: inR(worth, actual.risk), why };
}

/** One thing to find out, at its place on the tape; `before` it, or once it is walked. */
interface Task {
  place: TapePosition;
  before: boolean;
  run(): void;
}

function sums(decisions: readonly DecisionWorth[]): WorthView['byOutcome'] {
  return OUTCOMES.flatMap((outcome) => {
    const own = decisions.filter((one) => one.outcome === outcome);
    if (own.length === 0) return [];
    const sum = (values: readonly (string | null)[]): Decimal =>
      values.reduce((total, value) => (value === null ? total : total.plus(dec(value))), ZERO);
    const inRs = own.map(({ worthR }) => worthR);
    return [
      {
        outcome,
        decisions: own.length,
        counted: own.filter(({ worth }) => worth !== null).length,
        worth: text(sum(own.map(({ worth }) => worth))),
        worthR: inRs.every((value) => value === null) ? null : text(sum(inRs)),
      },
    ];
  });
}

/** The order of two places on the tape. */
const order = (a: TapePosition, b: TapePosition): number => a.row - b.row || a.point - b.point;

/**
 * What every decision of a session was worth against the other way, to where it stands, and what its rules all but did.
 * @param tell how much of it is done, 0..1
 */
export function worth(one: Case, tell: (share: number) => void): WorthView {
  const { engine, near } = surveyed(one, (share) => tell(share * SURVEY_SHARE));
  const ways = new Ways(one, engine.journal);
  const decisions = new Map<string, DecisionWorth>();
  const misses = new Map<Near, NearMiss | undefined>();
  const tasks: Task[] = near.map((each) => ({
    place: each.place,
    before: false,
    run: () => void misses.set(each, missed(engine, ways, each)),
  }));
  const all = toldIn(engine.journal);
  for (const told of all) {
    const record = engine.state.proposals.get(told.proposal.id);
    const outcome = record && outcomeOf(record, told);
    if (!record || !outcome) continue;
    tasks.push({
      place: told.opened.tape,
      before: true,
      run: () => void decisions.set(told.proposal.id, decided(engine, ways, told, record, outcome)),
    });
  }
  tasks.sort((a, b) => order(a.place, b.place) || Number(b.before) - Number(a.before));
  for (const [at, task] of tasks.entries()) {
    task.run();
    tell(SURVEY_SHARE + ((1 - SURVEY_SHARE) * (at + 1)) / tasks.length);
  }
  const list = all.flatMap(({ proposal }) => decisions.get(proposal.id) ?? []);
  return { decisions: list, misses: near.flatMap((each) => misses.get(each) ?? []), byOutcome: sums(list) };
}
