import { type Decimal, dec, maxOf, numberOf, ZERO } from '../domain/decimal.ts';
import type { PolicyDocument } from '../domain/document.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import { enters, type Order } from '../domain/order.ts';
import { type OrderSide, type Position, type PositionStatus, type RuleId, sign } from '../domain/position.ts';
import type { ProposalStatus } from '../domain/proposal.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/schema.ts';
import type { Standing } from '../rules/rule.ts';
import { tranchesToCome } from '../rules/tranche-entry.ts';
import { type AccountSource, AccountWatch } from './account.ts';
import type { Managed, Surroundings } from './managed.ts';
import type { Market } from './market.ts';
import { accountOf, evolve, haltsOf, multiplierOf, openKey, type State } from './state.ts';

/** Events after which the numbers of a position are mirrored anew. */
const MOVES_POSITION = new Set<Event['type']>([
  'TrancheOpened',
  'TranchesReduced',
  'StopSet',
  'StopRaised',
  'StopLoosened',
  'TargetSet',
  'TrailingStarted',
  'StepsDone',
  'RuleRearmed',
  'RuleSpent',
  'RuleBlocked',
]);

/** A proposal that something is still to come of. */
const LIVE: ReadonlySet<ProposalStatus> = new Set<ProposalStatus>(['proposed', 'approved', 'auto-applied']);

/** One instrument's market with what is open and what works on it. */
export interface Lane {
  readonly symbol: string;
  readonly market: Market;
  /** its open positions as the hot path sees them */
  readonly book: Managed[];
  /** market orders that fill at the next price, and resting entries */
  readonly pending: Order[];
  readonly resting: Order[];
  /** looks for entries while nothing is held, where the policy has a plan */
  scout: Managed | undefined;
  /** high and low of the bar that is being walked; NaN where the tape has no bars */
  rowHigh: number;
  rowLow: number;
}

/** What every part of the engine works on: the state, its journal, the markets, and the one way to change anything, `emit`. */
export class Core implements Surroundings, AccountSource {
  readonly state: State;
  policy: Policy;
  /** the policy as it is written, every default included */
  policySource: PolicyDocument;
  /** by symbol, in the order in which prices of one instant are walked */
  readonly lanes: readonly Lane[];
  readonly journal: JournalRecord[] = [];
  /** the open positions of all lanes, in the order of their opening */
  readonly book: Managed[] = [];
  /** greatest input time so far */
  ts: Milliseconds;
  /** earliest time at which something falls due */
  due = Number.POSITIVE_INFINITY;
  /** where on the tape the input is that is being worked on */
  row = 0;
  point = 0;
  /** the accounts that have traded or were looked at */
  readonly accounts = new Map<string, AccountWatch>();
  /** those whose money has moved since their peaks were looked at */
  readonly moved: AccountWatch[] = [];
  /** proposals that are vetoed where they would apply by themselves; none but in a copy that asks what would have been without them */
  readonly vetoed = new Set<string>();
  private readonly bySymbol: ReadonlyMap<string, Lane>;
  private readonly byAccount = new Map<string, Managed[]>();
  /** how an account stands against what the policy allows a position: the engine's, which knows the guards */
  private readonly standingOf: (core: Core, managed: Managed) => Standing;

  constructor(
    state: State,
    { policy, source }: LoadedPolicy,
    markets: readonly Market[],
    ts: Milliseconds,
    standingOf: (core: Core, managed: Managed) => Standing,
  ) {
    this.state = state;
    this.policy = policy;
    this.policySource = source;
    this.lanes = markets.map((market) => ({
      symbol: market.instrument.spec.symbol,
      market,
      book: [],
      pending: [],
      resting: [],
      scout: undefined,
      rowHigh: Number.NaN,
      rowLow: Number.NaN,
    }));
    this.bySymbol = new Map(this.lanes.map((lane) => [lane.symbol, lane]));
    this.ts = ts;
    this.standingOf = standingOf;
  }

  standing(managed: Managed): Standing {
    return this.standingOf(this, managed);
  }

  get at(): TapePosition {
    return { row: this.row, point: this.point };
  }

  /** @throws Error where the session has no such instrument: nothing can be held on it */
  lane(symbol: string): Lane {
    const lane = this.bySymbol.get(symbol);
    if (!lane) throw new Error(`the session has no instrument ${symbol}`);
    return lane;
  }

  hasLane(symbol: string): boolean {
    return this.bySymbol.has(symbol);
  }

  /** The account's watch, begun with the equity of this instant. */
  account(id: string): AccountWatch {
    let watch = this.accounts.get(id);
    if (!watch) {
      watch = new AccountWatch(id, this.equity(id), this);
      this.accounts.set(id, watch);
    }
    return watch;
  }

  /** The accounts that have traded, by their first fill: one that is only looked at comes before none of them. */
  *traded(): Iterable<AccountWatch> {
    for (const id of this.state.accounts.keys()) yield this.account(id);
  }

  /** Records a fact and folds it into the state at once, so that the next decision of the same step sees it. */
  emit(event: Event): void {
    const record: JournalRecord = { seq: this.journal.length + 1, tape: this.at, ts: this.ts, event };
    this.journal.push(record);
    evolve(this.state, record);
    if (event.type === 'OrderPlaced' || event.type === 'OrderFilled' || event.type === 'OrderCanceled') this.sortOrders();
    if (event.type === 'OrderFilled') {
      const account = this.account(event.account);
      account.trades += 1;
      this.moved.push(account);
    }
    if (MOVES_POSITION.has(event.type) && 'positionId' in event && event.positionId !== undefined)
      this.managed(event.positionId)?.refresh(this.state);
    else if (event.type.startsWith('Proposal')) this.touchProposal(event);
  }

  /** A position, or one that an entry plan would open. */
  findPosition(id: string): Position | undefined {
    return this.state.positions.get(id) ?? this.managed(id)?.position;
  }

  managed(positionId: string): Managed | undefined {
    return (
      this.book.find(({ position }) => position.id === positionId) ??
      this.lanes.find(({ scout }) => scout?.position.id === positionId)?.scout
    );
  }

  /** What is open, and what looks for entries. */
  allManaged(): Managed[] {
    return [...this.book, ...this.lanes.flatMap(({ scout }) => scout ?? [])];
  }

  /**
   * What a copy of a run has in common with it, each with what stands for it there: what never changes any more, and bars, which are the same in
   * every run on the same tapes.
   */
  lasting(more: readonly object[]): Map<object, object> {
    const { state, lanes, policy, policySource, journal } = this;
    const same: object[] = [policy, policySource, ...more];
    for (const { market } of lanes) same.push(...market.lasting);
    for (const { armed } of this.allManaged())
      for (const { rule, params, trigger } of armed) same.push(rule, params as object, trigger);
    for (const position of state.positions.values()) if (position.closedTs !== undefined) same.push(position);
    for (const record of state.proposals.values()) {
      same.push(record.proposal);
      if (!LIVE.has(record.status)) same.push(record);
    }
    return new Map<object, object>([...same.map((one): [object, object] => [one, one]), [journal, [...journal]]]);
  }

  /** The open positions of an account, in the order of their opening. */
  heldBy(account: string): Managed[] {
    let held = this.byAccount.get(account);
    if (!held) {
      held = [];
      this.byAccount.set(account, held);
    }
    return held;
  }

  /** The lists that a position stands on while it is open. */
  private booksOf({ position }: Managed): Managed[][] {
    return [this.book, this.lane(position.symbol).book, this.heldBy(position.account)];
  }

  /** Takes a position onto its lane, once its first tranche is about to be filled. */
  enlist(managed: Managed): void {
    for (const book of this.booksOf(managed)) book.push(managed);
  }

  dismiss(managed: Managed): void {
    for (const book of this.booksOf(managed)) book.splice(book.indexOf(managed), 1);
  }

  /** The same position under another policy takes the place of the one before. */
  replace(before: Managed, after: Managed): void {
    for (const book of this.booksOf(before)) book[book.indexOf(before)] = after;
  }

  /** The open or building position of an account, if any. */
  positionOf(account: string, symbol: string): Position | undefined {
    const id = this.state.open.get(openKey(account, symbol));
    return id === undefined ? undefined : this.state.positions.get(id);
  }

  ordersOf(positionId: string): Order[] {
    return [...this.state.orders.values()].filter((order) => order.positionId === positionId);
  }

  nextOrderId(): string {
    return `O${this.state.ordersPlaced + 1}`;
  }

  nextPositionId(symbol: string): string {
    return `${symbol}-${(this.state.positionsOpened.get(symbol) ?? 0) + 1}`;
  }

  get leverage(): Decimal {
    return dec(this.policy.account.leverage);
  }

  /** Money that a quantity is worth at a price: its notional. */
  worth(symbol: string, quantity: Decimal, price: Decimal): Decimal {
    return quantity.times(price).times(multiplierOf(this.state, symbol));
  }

  /** The price that a position would leave at. */
  mark({ symbol, side }: Pick<Position, 'symbol' | 'side'>): Decimal {
    return dec(this.lane(symbol).market.exitPrice(sign(side)));
  }

  /** The price that a market order would fill at, before slippage. */
  priceFor(symbol: string, side: OrderSide): Decimal {
    return dec(this.lane(symbol).market.entryPrice(side === 'buy' ? 1 : -1));
  }

  /** Cash plus what is held, marked at the last price. */
  equity(account: string): Decimal {
    return this.equityLater(account)();
  }

  /** What `equity` is at this instant, to be reckoned when it is asked for, if ever: that takes a hundred times as long as to take it down. */
  equityLater(account: string): () => Decimal {
    const { cash } = accountOf(this.state, account);
    const held = this.heldBy(account).map(({ position, market, side }) => ({
      symbol: position.symbol,
      quantity: position.quantity,
      side,
      price: market.exitPrice(side),
    }));
    return () =>
      held.reduce(
        (sum, { symbol, quantity, price, side }) => sum.plus(this.worth(symbol, quantity, dec(price)).times(side)),
        cash,
      );
  }

  /** The same as a double, for comparing only. */
  equityNumber(account: string): number {
    let equity = numberOf(accountOf(this.state, account).cash);
    for (const one of this.heldBy(account)) equity += one.side * one.exposure * one.market.exitPrice(one.side);
    return equity;
  }

  halted(account: string, rule: RuleId): boolean {
    return haltsOf(this.state, account).has(rule);
  }

  /** Margin of open positions and working entries of an account at the last price: notional over leverage, without sign. */
  exposure(account: string, symbol?: string): Decimal {
    let exposure = ZERO;
    for (const { position } of this.heldBy(account))
      if (symbol === undefined || position.symbol === symbol)
        exposure = exposure.plus(this.worth(position.symbol, position.quantity, this.mark(position)).div(position.leverage));
    for (const order of this.state.orders.values()) {
      const opened = this.opens(order);
      if (order.account !== account || (symbol !== undefined && order.symbol !== symbol) || opened.isZero()) continue;
      exposure = exposure.plus(
        this.worth(order.symbol, opened, order.price ?? this.priceFor(order.symbol, order.side)).div(
          this.state.positions.get(order.positionId)?.leverage ?? this.leverage,
        ),
      );
    }
    return exposure;
  }

  /** What a working order will open or add; of a flip what is left when it has closed the other side. */
  private opens({ purpose, quantity, positionId }: Order): Decimal {
    if (enters(purpose)) return quantity;
    return purpose === 'flip' ? maxOf(quantity.minus(this.state.positions.get(positionId)?.quantity ?? ZERO), ZERO) : ZERO;
  }

  /** Brings a position's status in line with its orders and quantity, as an event where it changed. */
  syncStatus(position: Position): void {
    const orders = this.ordersOf(position.id);
    const has = (...purposes: Order['purpose'][]): boolean => orders.some(({ purpose }) => purposes.includes(purpose));
    const status: PositionStatus = has('close', 'flip')
      ? 'CLOSING'
      : has('reduce')
        ? 'REDUCING'
        : has('entry', 'add')
          ? 'BUILDING'
          : position.quantity.isZero()
            ? 'CLOSED'
            : this.planGoesOn(position)
              ? 'BUILDING'
              : 'OPEN';
    if (status !== position.status)
      this.emit({ type: 'PositionStatusChanged', positionId: position.id, from: position.status, to: status });
  }

  private planGoesOn(position: Position): boolean {
    const { enabled, rules, limits } = this.policy;
    return enabled && position.tranches.length < limits.tranches && tranchesToCome(rules['tranche-entry'], position);
  }

  private sortOrders(): void {
    for (const lane of this.lanes) {
      lane.pending.length = 0;
      lane.resting.length = 0;
    }
    for (const order of this.state.orders.values()) {
      const lane = this.lane(order.symbol);
      (order.kind === 'market' ? lane.pending : lane.resting).push(order);
    }
  }

  private touchProposal(event: Event): void {
    const id = event.type === 'ProposalOpened' ? event.proposal.id : 'proposalId' in event ? event.proposalId : undefined;
    const record = id === undefined ? undefined : this.state.proposals.get(id);
    const managed = record && this.managed(record.proposal.positionId);
    if (!record || !managed) return;
    const live = LIVE.has(record.status);
    for (const armed of managed.armed) {
      if (armed.rule.id !== record.proposal.rule || armed.trigger.key !== record.proposal.trigger) continue;
      if (live) armed.live = record;
      else if (armed.live === record) armed.live = undefined;
    }
    managed.refresh(this.state);
  }
}
