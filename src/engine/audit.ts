import type { Command } from '../domain/commands.ts';
import { Decimal, dec, ONE, ZERO } from '../domain/decimal.ts';
import type { Event, JournalRecord, PlacedOrder, Refusal } from '../domain/events.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { type Position, type Side, sign } from '../domain/position.ts';
import type { CriterionReading, Proposal } from '../domain/proposal.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/schema.ts';
import type { Lane } from './core.ts';
import type { Engine } from './engine.ts';
import { multiplierOf } from './state.ts';

/*
 * The promises of the engine, held against every event of a run at the instant it is recorded. What an order may be is computed here once more,
 * from the journal and the market alone: nothing of the guards, the desk or the state's fold is asked.
 */

/** What an audit knows of a position: only what the journal says. */
interface Holding {
  id: string;
  account: string;
  symbol: string;
  side: Side;
  leverage: Decimal;
  quantity: Decimal;
  cost: Decimal;
  first: Decimal | undefined;
  tranches: number;
  stop: string | undefined;
}

type Name =
  | 'stopLoosened'
  | 'openBeyondStop'
  | 'limits'
  | 'tranches'
  | 'money'
  | 'decisions'
  | 'halts'
  | 'averagingDown'
  | 'twiceLive'
  | 'causes'
  | 'refusals'
  | 'faults';

/** The first breach of each promise in a run, in words; none where it was kept. */
export type Breaches = Partial<Record<Name, string>>;

const LONGEST_BAR = 5 * 60_000;
const ENTERS = new Set(['entry', 'add']);
const RESTING_EXITS = new Set(['stop', 'target', 'liquidation']);

/** What a refusal of a code says beside its message. What is not listed here says figure and limit. */
const SAYS: Record<string, 'nothing' | 'figure'> = {
  NO_PROPOSAL: 'figure',
  PROPOSAL_NOT_OPEN: 'figure',
  NO_POSITION: 'figure',
  NO_STOP: 'figure',
  NO_ORDER: 'figure',
  NO_QUANTITY: 'figure',
  POSITION_CLOSED: 'figure',
  ALREADY_CLOSING: 'figure',
  STOP_UNCHANGED: 'figure',
  AUTONOMY_FLOOR: 'figure',
  NO_TAKE_PROFIT: 'figure',
  SESSION_CLOSED: 'figure',
  HELD: 'figure',
  HOLD_UNCHANGED: 'figure',
  SUGGEST_ONLY: 'nothing',
  NO_PRICE: 'nothing',
  REASON: 'nothing',
  POLICY: 'nothing',
  POLICY_UNCHANGED: 'nothing',
  ORDER_CANCELED: 'nothing',
};

export class Audit {
  readonly breaches: Breaches = {};
  /** what has happened, by name */
  readonly seen = new Set<string>();
  private readonly engine: Engine;
  private policy: Policy;
  private readonly holdings = new Map<string, Holding>();
  private readonly orders = new Map<string, PlacedOrder>();
  private readonly cash = new Map<string, Decimal>();
  private readonly fees = new Map<string, Decimal>();
  private readonly halts = new Map<string, Set<string>>();
  /** everything that adds risk is held back */
  private held = false;
  /** fills of the trading day by account, and its bounds; those of its first minutes are left out: a bar belongs to the day in which it began */
  private readonly fills = new Map<string, number>();
  private dayStart = Number.NEGATIVE_INFINITY;
  private dayEnd = Number.NEGATIVE_INFINITY;
  /** the last entry by account and instrument */
  private readonly entered = new Map<string, number>();
  private readonly proposals = new Map<string, { proposal: Proposal; status: 'open' | 'approved' | 'ended' }>();
  private readonly live = new Set<string>();
  private readonly ordered = new Set<string>();
  /** causes of the orders that were placed, for what they fill */
  private readonly causes = new Map<string, string>();
  private command: { command: Command; record: JournalRecord; refused: boolean; mustFail: boolean } | undefined;
  private filled: { orderId: string; causedBy: string } | undefined;
  private before: JournalRecord | undefined;

  /** Looks at every event of an engine from its first on. */
  constructor(engine: Engine) {
    this.engine = engine;
    const [started] = engine.journal;
    if (started?.event.type !== 'SessionStarted') throw new Error('an audit begins with the session');
    this.policy = loadPolicy(started.event.policy, 'the journal').policy;
    const emit = engine.core.emit.bind(engine.core);
    engine.core.emit = (event) => {
      const record = { seq: engine.journal.length + 1, tape: engine.core.at, ts: engine.core.ts, event };
      this.see(record);
      emit(event);
    };
  }

  private note(name: Name, found: string | undefined): void {
    if (found === undefined || this.breaches[name] !== undefined) return;
    this.breaches[name] = `${found}, at ${this.engine.journal.length + 1}`;
  }

  private see(record: JournalRecord): void {
    const { event } = record;
    this.name(event);
    this.startDay(record.ts);
    this.note('causes', this.misplaced(record));
    this.note('decisions', this.wrongDecision(record));
    this.note('twiceLive', this.twiceLive(event));
    this.note('stopLoosened', this.stopLoosened(event));
    if (event.type === 'OrderPlaced') {
      this.note('limits', this.overLimit(event.order, record.ts));
      this.note('halts', this.riskWhileHalted(event.order.account, event.order.purpose, 'placed'));
    }
    if (event.type === 'OrderFilled') {
      this.note('halts', this.riskWhileHalted(event.account, event.purpose, 'filled'));
      this.note('averagingDown', this.averagedDown(event));
    }
    if (event.type === 'StopLoosened' && this.halted(this.holding(event.positionId).account))
      this.note('halts', 'a stop was loosened while its account was halted');
    this.note('causes', this.unexplained(event));
    if (event.type === 'CommandRefused' || event.type === 'EntryDenied' || event.type === 'RuleBlocked')
      this.note('refusals', poorRefusal(event.refusal));
    if (event.type === 'ProposalFailed') this.note('refusals', poorRefusal(event.refusal));
    if (event.type === 'RuleFaulted') this.note('faults', JSON.stringify(event));
    this.fold(record);
    this.before = record;
  }

  /** After a step: what must hold of the state between two prices. */
  between(): void {
    const { state, core } = this.engine;
    for (const { quantity, stop, side, symbol, id } of state.positions.values()) {
      if (!stop || quantity.isZero()) continue;
      const mark = core.lane(symbol).market.exitPrice(sign(side));
      if (!dec(mark).minus(stop).times(sign(side)).greaterThan(0))
        this.note('openBeyondStop', `${id} ${side} is open at ${mark} with its stop at ${stop.toFixed()}`);
    }
    const { 'daily-loss': day, 'drawdown-halt': peak } = this.policy.rules;
    for (const account of core.accounts.values()) {
      if (day.enabled && !this.has(account.id, 'daily-loss') && account.lostOfDay(day.limit))
        this.note('halts', `${account.id} has lost ${account.dayLoss}% of the day and is not halted`);
      if (peak.enabled && !this.has(account.id, 'drawdown-halt') && account.belowPeak(peak.limit))
        this.note('halts', `${account.id} is ${account.drawdown}% below its peak and is not halted`);
    }
  }

  /** The sums, where something was recorded. */
  sums(): void {
    for (const position of this.engine.state.positions.values()) this.note('tranches', unevenTranches(position));
    this.note('money', this.lostMoney());
  }

  /** Net realised and unrealised profit against the change of cash plus the value of what is held, each side at its own price. */
  private lostMoney(): string | undefined {
    const { state } = this.engine;
    let profit = ZERO;
    let value = ZERO;
    for (const position of state.positions.values()) {
      if (position.tranches.length === 0) continue;
      const side = sign(position.side);
      const marked = this.worth(position.symbol, position.quantity, this.mark(position)).times(side);
      profit = profit.plus(position.realizedPnl).plus(marked.minus(position.cost.times(side)));
      value = value.plus(marked);
    }
    for (const [id, { cash, startingEquity, fees }] of state.accounts) {
      value = value.plus(cash).minus(startingEquity);
      if (!(this.cash.get(id) ?? startingEquity).equals(cash)) return `the cash of ${id} is not that of its fills`;
      if (!(this.fees.get(id) ?? ZERO).equals(fees)) return `the fees of ${id} are not those of its fills`;
    }
    return profit.equals(value) ? undefined : `profit ${profit.toFixed()}, cash and value ${value.toFixed()}`;
  }

  // What the journal says so far.

  private holding(id: string): Holding {
    const holding = this.holdings.get(id);
    if (!holding) throw new Error(`the journal names position ${id}, which was not opened`);
    return holding;
  }

  private has(account: string, halt: string): boolean {
    return this.halts.get(account)?.has(halt) ?? false;
  }

  private halted(account: string): boolean {
    return this.held || (this.halts.get(account)?.size ?? 0) > 0;
  }

  private startDay(ts: number): void {
    if (ts < this.dayEnd) return;
    const [first] = this.engine.core.lanes;
    if (!first) return;
    ({ start: this.dayStart, end: this.dayEnd } = first.market.clock.day(ts));
    this.fills.clear();
  }

  private fold({ event, ts }: JournalRecord): void {
    switch (event.type) {
      case 'CommandReceived':
        return;
      case 'PolicyChanged':
        this.policy = loadPolicy(event.policy, 'the journal').policy;
        return;
      case 'PositionOpened': {
        const { positionId: id, account, symbol, side, leverage } = event;
        this.holdings.set(id, {
          ...{ id, account, symbol, side, leverage: dec(leverage), quantity: ZERO, cost: ZERO },
          ...{ first: undefined, tranches: 0, stop: undefined },
        });
        return;
      }
      case 'OrderPlaced':
        this.orders.set(event.order.id, event.order);
        this.causes.set(event.order.id, event.order.causedBy);
        return;
      case 'OrderCanceled':
        this.orders.delete(event.orderId);
        return;
      case 'OrderFilled': {
        this.orders.delete(event.orderId);
        this.cash.set(event.account, this.cashOf(event.account).plus(event.cash));
        this.fees.set(event.account, (this.fees.get(event.account) ?? ZERO).plus(event.fee));
        if (ts > this.dayStart + LONGEST_BAR) this.fills.set(event.account, (this.fills.get(event.account) ?? 0) + 1);
        this.filled = event;
        return;
      }
      case 'TrancheOpened': {
        const holding = this.holding(event.positionId);
        holding.first ??= dec(event.quantity);
        holding.quantity = holding.quantity.plus(event.quantity);
        holding.cost = holding.cost.plus(event.cost);
        holding.tranches += 1;
        this.entered.set(`${holding.account} ${holding.symbol}`, ts);
        return;
      }
      case 'TranchesReduced': {
        const holding = this.holding(event.positionId);
        for (const { quantity, cost } of event.exits) {
          holding.quantity = holding.quantity.minus(quantity);
          holding.cost = holding.cost.minus(cost);
        }
        return;
      }
      case 'HaltBegan':
        this.halts.set(event.account, new Set([...(this.halts.get(event.account) ?? []), event.rule]));
        return;
      case 'HaltEnded':
        this.halts.get(event.account)?.delete(event.rule);
        return;
      case 'HoldBegan':
        this.held = true;
        return;
      case 'HoldEnded':
        this.held = false;
        return;
      default:
    }
  }

  private cashOf(account: string): Decimal {
    return this.cash.get(account) ?? dec(this.policy.account.equity);
  }

  // The market of the instant.

  private lane(symbol: string): Lane {
    return this.engine.core.lane(symbol);
  }

  private worth(symbol: string, quantity: Decimal, price: Decimal): Decimal {
    return quantity.times(price).times(multiplierOf(this.engine.state, symbol));
  }

  /** What is left at: the bid for longs, the ask for shorts. */
  private mark({ symbol, side }: { symbol: string; side: Side }): Decimal {
    const { market } = this.lane(symbol);
    return dec(side === 'long' ? market.last : market.ask);
  }

  private priceOf({ symbol, side, price }: PlacedOrder): Decimal {
    const { market } = this.lane(symbol);
    return price === undefined ? dec(side === 'buy' ? market.ask : market.last) : dec(price);
  }

  private equity(account: string): Decimal {
    let equity = this.cashOf(account);
    for (const holding of this.holdings.values())
      if (holding.account === account && !holding.quantity.isZero())
        equity = equity.plus(this.worth(holding.symbol, holding.quantity, this.mark(holding)).times(sign(holding.side)));
    return equity;
  }

  /** Margin that an account binds: of what is held, and of every order that works to enlarge it. */
  private margin(account: string, symbol?: string): Decimal {
    const counts = (one: { account: string; symbol: string }): boolean =>
      one.account === account && (symbol === undefined || one.symbol === symbol);
    let margin = ZERO;
    for (const holding of this.holdings.values())
      if (counts(holding) && !holding.quantity.isZero())
        margin = margin.plus(this.worth(holding.symbol, holding.quantity, this.mark(holding)).div(holding.leverage));
    for (const order of this.orders.values()) if (counts(order)) margin = margin.plus(this.marginOf(order, this.opens(order)));
    return margin;
  }

  private marginOf(order: PlacedOrder, quantity: Decimal): Decimal {
    return this.worth(order.symbol, quantity, this.priceOf(order)).div(this.holding(order.positionId).leverage);
  }

  /** How much an order opens or adds. */
  private opens(order: PlacedOrder): Decimal {
    if (ENTERS.has(order.purpose)) return dec(order.quantity);
    return order.purpose === 'flip'
      ? Decimal.max(ZERO, dec(order.quantity).minus(this.holding(order.positionId).quantity))
      : ZERO;
  }

  // P2

  private overLimit(order: PlacedOrder, ts: number): string | undefined {
    const opened = this.opens(order);
    if (opened.isZero()) return undefined;
    const { limits, averagingDown } = this.policy;
    const { account, symbol } = order;
    const holding = this.holding(order.positionId);
    const flips = order.purpose === 'flip';
    const { market } = this.lane(symbol);
    const equity = this.equity(account);
    const working = [...this.orders.values()].filter((one) => one.positionId === order.positionId && ENTERS.has(one.purpose));
    const whole = flips ? opened : working.reduce((sum, one) => sum.plus(one.quantity), holding.quantity.plus(opened));
    const wholeMargin = this.marginOf(order, whole);
    const margin = this.marginOf(order, opened);
    const released = flips ? this.worth(symbol, holding.quantity, this.mark(holding)).div(holding.leverage) : ZERO;
    const bound = this.margin(account).minus(released).plus(margin);
    const ofInstrument = this.margin(account, symbol).minus(released).plus(margin);
    const share = (measure: Measure): Decimal => equity.times(fraction(measure));
    const above: [string, Decimal, Decimal | undefined][] = [
      ['position in % of equity', wholeMargin, share(limits.positionEquity)],
      ['position in money', wholeMargin, plain(limits.positionMoney)],
      ['position in units', whole, plain(limits.positionUnits)],
      ['most of a tranche', margin, plain(limits.trancheMost)],
      ['total exposure', bound, limits.totalExposure === 'none' ? undefined : share(limits.totalExposure)],
      ['margin use', bound, limits.marginUse === 'none' || holding.leverage.equals(1) ? undefined : share(limits.marginUse)],
      [
        'share of one instrument',
        ofInstrument,
        limits.instrumentShare === 'none'
          ? undefined
          : (limits.totalExposure === 'none' ? equity : share(limits.totalExposure)).times(fraction(limits.instrumentShare)),
      ],
      [
        'share of volume',
        opened,
        limits.volumeShare === 'none' || Number.isNaN(market.volumeNow)
          ? undefined
          : dec(market.volumeNow).times(fraction(limits.volumeShare)),
      ],
      ['buying power', bound, equity],
      ['size against the first tranche', whole, flips ? undefined : this.largest(holding, working, order)],
      ['tranches', dec(flips ? 1 : holding.tranches + working.length + 1), dec(limits.tranches)],
      ['open positions', dec(this.openWith(order)), order.purpose === 'add' ? undefined : dec(limits.openPositions)],
      ['fills of the day', dec(this.fillsWith(order)), plain(limits.tradesPerDay)],
    ];
    for (const [what, figure, limit] of above)
      if (limit && figure.greaterThan(limit)) return `${what}: ${figure.toFixed()} above ${limit.toFixed()}`;
    if (limits.trancheLeast !== 'none' && margin.lessThan(limits.trancheLeast.value))
      return `least of a tranche: ${margin.toFixed()} below ${limits.trancheLeast.text}`;
    const { spec, lots } = market.instrument;
    const notional = this.worth(symbol, dec(order.quantity), this.priceOf(order));
    if (notional.lessThan(spec.minNotional)) return `least notional: ${notional.toFixed()} below ${spec.minNotional}`;
    if (!lots.snap(dec(order.quantity), 'down').equals(order.quantity)) return `lots: ${order.quantity}`;
    if (order.causedBy === 'tranche-entry') {
      const since = ts - (this.entered.get(`${order.account} ${symbol}`) ?? Number.NEGATIVE_INFINITY);
      if (since < limits.cooldown.value.toNumber()) return `cooldown: ${since} ms`;
      if (limits.strength.value.greaterThan(order.strength ?? 0)) return `strength: ${order.strength}`;
    }
    if (limits.entryWindow && market.hasSession && ts >= market.clock.sessionTime(ts, limits.noEntriesFrom))
      return 'after the last entry of the session';
    const average = averageOf(holding, multiplierOf(this.engine.state, symbol));
    if (!flips && average && averagingDown === 'forbidden' && !better(this.priceOf(order), average, holding.side))
      return `averaging down: ${this.priceOf(order).toFixed()} against ${average.toFixed()}`;
    return undefined;
  }

  /** The largest size that the policy allows against the first tranche: of what is held, else of the smallest that could become the first. */
  private largest(holding: Holding, working: readonly PlacedOrder[], order: PlacedOrder): Decimal | undefined {
    const { totalSize } = this.policy.limits;
    if (totalSize === 'none') return undefined;
    const first = holding.first ?? [...working, order].map(({ quantity }) => dec(quantity)).reduce((a, b) => Decimal.min(a, b));
    return first.times(totalSize.value);
  }

  /** Positions that would be open or being entered with an order. */
  private openWith({ account, positionId, purpose }: PlacedOrder): number {
    const open = new Set<string>();
    for (const { id, account: whose, quantity } of this.holdings.values())
      if (whose === account && !quantity.isZero()) open.add(id);
    for (const one of this.orders.values()) if (one.account === account && ENTERS.has(one.purpose)) open.add(one.positionId);
    if (purpose !== 'flip') open.add(positionId);
    return open.size;
  }

  /** Fills that the day would have with an order and all that work to enlarge a position; a flip makes two. */
  private fillsWith(order: PlacedOrder): number {
    let fills = this.fills.get(order.account) ?? 0;
    for (const { account, purpose } of [...this.orders.values(), order])
      if (account === order.account) fills += purpose === 'flip' ? 2 : ENTERS.has(purpose) ? 1 : 0;
    return fills;
  }

  // P10, P11

  private riskWhileHalted(account: string, purpose: string, what: string): string | undefined {
    if (!this.halted(account)) return undefined;
    const adds = ENTERS.has(purpose) || (purpose === 'flip' && what === 'placed');
    this.seen.add(adds ? 'risk while halted' : `exit ${what} while halted`);
    return adds ? `${purpose} ${what} while ${account} is halted` : undefined;
  }

  private averagedDown(event: Extract<Event, { type: 'OrderFilled' }>): string | undefined {
    if (!ENTERS.has(event.purpose) || this.policy.averagingDown === 'allowed') return undefined;
    const holding = this.holding(event.positionId);
    const average = averageOf(holding, multiplierOf(this.engine.state, holding.symbol));
    if (!average || better(dec(event.price), average, holding.side)) return undefined;
    return `${event.purpose} of a ${holding.side} at ${event.price}, its average at ${average.toFixed()}`;
  }

  // P1

  private stopLoosened(event: Event): string | undefined {
    if (event.type === 'StopSet') this.holding(event.positionId).stop = event.price;
    if (event.type !== 'StopRaised' && event.type !== 'StopLoosened') return undefined;
    const holding = this.holding(event.positionId);
    const change = dec(event.to).minus(event.from).times(sign(holding.side));
    const right =
      event.type === 'StopRaised'
        ? change.greaterThan(0)
        : change.lessThan(0) && this.command?.command.type === 'MoveStop' && this.command.command.loosen;
    if (!right || holding.stop !== event.from) return JSON.stringify(event);
    holding.stop = event.to;
    if (event.type === 'StopRaised' && this.halted(holding.account)) this.seen.add('stop raised while halted');
    return undefined;
  }

  // P9, P12

  /** An order or decision that came twice, or an effect of a command that was refused, as one on an ended proposal must be. */
  private wrongDecision(record: JournalRecord): string | undefined {
    const { event } = record;
    const { command } = this;
    if (command?.mustFail && event.type !== 'CommandRefused') return `not refused: ${JSON.stringify(command.command)}`;
    if (event.type === 'CommandReceived') {
      const decides = event.command.type === 'ApproveProposal' || event.command.type === 'RejectProposal';
      const known = 'proposalId' in event.command ? this.proposals.get(event.command.proposalId) : undefined;
      this.command = { command: event.command, record, refused: false, mustFail: decides && known?.status !== 'open' };
      return undefined;
    }
    if (event.type === 'CommandRefused' && command) {
      command.refused = true;
      command.mustFail = false;
    } else if (command?.refused && samePlace(command.record, record))
      return `a refused command had an effect: ${JSON.stringify(event)}`;
    if (event.type === 'ProposalOpened') {
      this.proposals.set(event.proposal.id, { proposal: event.proposal, status: 'open' });
      return undefined;
    }
    if (event.type === 'OrderPlaced' && event.order.proposalId !== undefined) {
      if (this.ordered.has(event.order.proposalId)) return `${event.order.proposalId} was ordered twice`;
      this.ordered.add(event.order.proposalId);
    }
    if (!event.type.startsWith('Proposal') || !('proposalId' in event)) return undefined;
    const known = this.proposals.get(event.proposalId ?? '');
    const from = event.type === 'ProposalApplied' || event.type === 'ProposalFailed' ? 'approved' : 'open';
    if (known?.status !== from) return `${event.type} of ${event.proposalId}, which is ${known?.status}`;
    if (event.type !== 'ProposalSnoozed') known.status = event.type === 'ProposalApproved' ? 'approved' : 'ended';
    return undefined;
  }

  private twiceLive(event: Event): string | undefined {
    if (event.type === 'ProposalOpened') {
      const key = keyOf(event.proposal);
      if (this.live.has(key)) return `${event.proposal.id} opens while another of ${key} is live`;
      this.live.add(key);
    } else if (ENDS.has(event.type) && 'proposalId' in event) {
      const known = this.proposals.get(event.proposalId ?? '');
      if (known) this.live.delete(keyOf(known.proposal));
    }
    return undefined;
  }

  // P13

  /** A record that stands on the tape before the one before it. */
  private misplaced({ tape, ts }: JournalRecord): string | undefined {
    const { before } = this;
    if (!before || ts > before.ts) return undefined;
    const later = tape.row > before.tape.row || (tape.row === before.tape.row && tape.point >= before.tape.point);
    return ts === before.ts && later ? undefined : `row ${tape.row}.${tape.point} after ${before.tape.row}.${before.tape.point}`;
  }

  private unexplained(event: Event): string | undefined {
    switch (event.type) {
      case 'ProposalOpened':
        return poorCriteria(event.proposal.criteria, `${event.proposal.id} of ${event.proposal.rule}`);
      case 'HaltBegan':
        return poorCriteria(event.evidence, `the halt by ${event.rule}`);
      case 'OrderPlaced':
        return this.without(event.order.causedBy, event.order.proposalId, 'an order');
      case 'OrderFilled':
        if (RESTING_EXITS.has(event.purpose)) return poorCriteria(event.evidence ?? [], `the ${event.purpose}`);
        return this.causes.get(event.orderId) === event.causedBy ? undefined : `a fill of ${event.orderId} by ${event.causedBy}`;
      case 'StopSet':
        return this.filled?.causedBy === event.causedBy ? undefined : `a first stop by ${event.causedBy}`;
      case 'StopRaised':
        return this.without(event.causedBy, event.proposalId, 'a stop');
      case 'TargetSet':
        return this.filled?.causedBy === event.causedBy || event.causedBy === 'user'
          ? undefined
          : `a target by ${event.causedBy}`;
      default:
        return undefined;
    }
  }

  /** Undefined where a cause stands in the journal: a proposal with its evidence, or a command. */
  private without(causedBy: string, proposalId: string | undefined, what: string): string | undefined {
    if (proposalId !== undefined) {
      const rule = this.proposals.get(proposalId)?.proposal.rule;
      return rule === causedBy ? undefined : `${what} by ${causedBy} for ${proposalId} of ${rule}`;
    }
    const { command } = this;
    if (causedBy === 'emergency-stop' && command?.command.type === 'StopAll') return undefined;
    // the stop after an add that the user asked for
    if (what === 'a stop' && this.filled?.causedBy === causedBy && ['user', 'entries'].includes(causedBy)) return undefined;
    const asked = command?.command;
    const byHand =
      asked?.type === 'PlaceEntry'
        ? causedBy === (asked.source === 'ticket' ? 'user' : 'entries')
        : causedBy === 'user' && ['ReducePosition', 'ClosePosition', 'MoveStop'].includes(asked?.type ?? '');
    return byHand ? undefined : `${what} by ${causedBy} without a proposal or a command`;
  }

  // What counts as having happened.

  private name(event: Event): void {
    for (const name of namesOf(event)) this.seen.add(name);
    if (event.type === 'OrderFilled' && event.purpose === 'close' && this.orders.get(event.orderId)?.purpose === 'flip')
      this.seen.add('flip');
    if (event.type === 'OrderPlaced' && this.holding(event.order.positionId).leverage.greaterThan(ONE))
      this.seen.add('leveraged order');
  }
}

const ENDS = new Set<Event['type']>([
  'ProposalRejected',
  'ProposalExpired',
  'ProposalSuperseded',
  'ProposalApplied',
  'ProposalFailed',
]);

const plain = (limit: Measure | 'none'): Decimal | undefined => (limit === 'none' ? undefined : limit.value);

const keyOf = ({ positionId, rule, trigger }: Proposal): string => `${positionId} ${rule} ${trigger}`;

const samePlace = (a: JournalRecord, b: JournalRecord): boolean =>
  a.tape.row === b.tape.row && a.tape.point === b.tape.point && a.ts === b.ts;

const averageOf = ({ quantity, cost }: Holding, multiplier: Decimal): Decimal | undefined =>
  quantity.isZero() ? undefined : cost.div(quantity).div(multiplier);

const better = (price: Decimal, average: Decimal, side: Side): boolean => price.minus(average).times(sign(side)).greaterThan(0);

function unevenTranches({ id, tranches, quantity, cost, realizedPnl, fees, status }: Position): string | undefined {
  const sum = (key: 'remaining' | 'remainingCost' | 'realizedPnl' | 'fees'): Decimal =>
    tranches.reduce((total, tranche) => total.plus(tranche[key]), ZERO);
  const sums = { quantity: sum('remaining'), cost: sum('remainingCost'), realizedPnl: sum('realizedPnl'), fees: sum('fees') };
  for (const [key, whole] of Object.entries({ quantity, cost, realizedPnl, fees }))
    if (!sums[key as keyof typeof sums].equals(whole)) return `${id}: the tranches' ${key} do not sum to ${whole.toFixed()}`;
  if (tranches.some(({ remaining, remainingCost }) => remaining.isNegative() || remainingCost.isNegative()))
    return `${id} has a negative tranche`;
  return status === 'CLOSED' && !quantity.isZero() ? `${id} is closed and holds ${quantity.toFixed()}` : undefined;
}

function poorCriteria(criteria: readonly CriterionReading[], of: string): string | undefined {
  if (criteria.length === 0) return `${of} names no criterion`;
  const poor = criteria.find(({ label, threshold, value }) => label === '' || threshold === '' || value === '');
  if (poor) return `${of}: ${JSON.stringify(poor)}`;
  return criteria.some(({ verdict }) => verdict === 'pass') ? undefined : `${of}: no criterion has passed`;
}

/** A refusal that lacks its words or its figures. */
function poorRefusal({ code, message, figure, limit }: Refusal): string | undefined {
  const says = SAYS[code];
  const poor =
    code === '' ||
    message === '' ||
    (says !== 'nothing' && (figure === undefined || figure === '')) ||
    (says === undefined && (limit === undefined || limit === ''));
  return poor ? `the refusal ${code} (${message}) says ${figure} against ${limit}` : undefined;
}

/** What an event counts as when it is asked whether everything has happened. */
function namesOf(event: Event): string[] {
  switch (event.type) {
    case 'OrderFilled':
      return [
        `${event.purpose} filled`,
        `filled by ${event.causedBy}`,
        ...(event.gapped ? [`${event.purpose} filled after a gap`] : []),
      ];
    case 'StopRaised':
      return [`stop by ${event.causedBy}`, ...event.alsoBy.map((rule) => `stop also by ${rule}`)];
    case 'ProposalOpened':
      return [`proposed by ${event.proposal.rule}`, `proposed ${event.proposal.action.type}`];
    case 'ProposalApproved':
      return [`approved by ${event.by}`];
    case 'ProposalRejected':
      return [event.vetoed ? 'vetoed' : 'rejected'];
    case 'TranchesReduced':
      return event.exits.length > 1 ? ['exit of several tranches'] : [];
    case 'HaltBegan':
    case 'HaltEnded':
      return [`${event.type} by ${event.rule}`];
    case 'CommandRefused':
    case 'EntryDenied':
    case 'RuleBlocked':
    case 'ProposalFailed':
      return [event.type, `refused ${event.refusal.code}`];
    case 'PositionOpened':
      return [`a ${event.side} of ${event.account}`];
    default:
      return [event.type];
  }
}
