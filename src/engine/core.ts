import { type Decimal, dec, ZERO } from '../domain/decimal.ts';
import type { Event, JournalRecord } from '../domain/events.ts';
import type { Order } from '../domain/order.ts';
import { type Position, type PositionStatus, sign } from '../domain/position.ts';
import type { TapePosition } from '../domain/tape.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { Policy } from '../policy/schema.ts';
import type { Managed } from './managed.ts';
import type { Market } from './market.ts';
import { accountOf, evolve, multiplierOf, type State, openKey } from './state.ts';

/** Events after which the numbers of a position are mirrored anew. */
const MOVES_POSITION = new Set<Event['type']>([
  'TrancheOpened',
  'TranchesReduced',
  'StopSet',
  'StopRaised',
  'StopLoosened',
  'TargetSet',
  'TrailingStarted',
  'LadderStepDone',
  'RuleRearmed',
  'RuleBlocked',
]);

/** What every part of the engine works on: the state, its journal, the markets, and the one way to change anything, `emit`. */
export class Core {
  readonly state: State;
  readonly policy: Policy;
  readonly market: Market;
  readonly journal: JournalRecord[] = [];
  /** the open positions as the hot path sees them */
  readonly book: Managed[] = [];
  /** greatest input time so far */
  ts: Milliseconds;
  /** where on the tape the input is that is being worked on */
  row = 0;
  point = 0;
  /** equity of each account as the trading day opened */
  readonly dayOpening = new Map<string, Decimal>();
  /** market orders that fill at the next price, and resting entries */
  readonly pending: Order[] = [];
  readonly resting: Order[] = [];

  constructor(state: State, policy: Policy, market: Market, ts: Milliseconds) {
    this.state = state;
    this.policy = policy;
    this.market = market;
    this.ts = ts;
  }

  get at(): TapePosition {
    return { row: this.row, point: this.point };
  }

  /** Records a fact and folds it into the state at once, so that the next decision of the same step sees it. */
  emit(event: Event): void {
    const record: JournalRecord = { seq: this.journal.length + 1, tape: this.at, ts: this.ts, event };
    this.journal.push(record);
    evolve(this.state, record);
    if (event.type === 'OrderPlaced' || event.type === 'OrderFilled' || event.type === 'OrderCanceled') this.sortOrders();
    if (MOVES_POSITION.has(event.type) && 'positionId' in event && event.positionId !== undefined)
      this.managed(event.positionId)?.refresh(this.state);
    else if (event.type.startsWith('Proposal')) this.touchProposal(event);
  }

  managed(positionId: string): Managed | undefined {
    return this.book.find(({ position }) => position.id === positionId);
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

  /** Money that a quantity is worth at a price. */
  worth(symbol: string, quantity: Decimal, price: Decimal): Decimal {
    return quantity.times(price).times(multiplierOf(this.state, symbol));
  }

  /** Cash plus what is held, marked at the last price. */
  equity(account: string): Decimal {
    let equity = accountOf(this.state, account).cash;
    for (const { position } of this.book)
      if (position.account === account)
        equity = equity.plus(this.worth(position.symbol, position.quantity, dec(this.market.last)).times(sign(position.side)));
    return equity;
  }

  /** Money in open positions and working entries of an account at the last price, without sign. */
  exposure(account: string): Decimal {
    let exposure = ZERO;
    for (const { position } of this.book)
      if (position.account === account)
        exposure = exposure.plus(this.worth(position.symbol, position.quantity, dec(this.market.last)));
    for (const order of this.state.orders.values())
      if (order.account === account && (order.purpose === 'entry' || order.purpose === 'add'))
        exposure = exposure.plus(this.worth(order.symbol, order.quantity, order.price ?? dec(this.market.last)));
    return exposure;
  }

  /** Brings a position's status in line with its orders and quantity, as an event where it changed. */
  syncStatus(position: Position): void {
    const orders = this.ordersOf(position.id);
    const has = (...purposes: Order['purpose'][]): boolean => orders.some(({ purpose }) => purposes.includes(purpose));
    const status: PositionStatus = has('close')
      ? 'CLOSING'
      : has('reduce')
        ? 'REDUCING'
        : has('entry', 'add')
          ? 'BUILDING'
          : position.quantity.isZero()
            ? 'CLOSED'
            : 'OPEN';
    if (status !== position.status)
      this.emit({ type: 'PositionStatusChanged', positionId: position.id, from: position.status, to: status });
  }

  private sortOrders(): void {
    this.pending.length = 0;
    this.resting.length = 0;
    for (const order of this.state.orders.values()) (order.kind === 'market' ? this.pending : this.resting).push(order);
  }

  private touchProposal(event: Event): void {
    const id = event.type === 'ProposalOpened' ? event.proposal.id : 'proposalId' in event ? event.proposalId : undefined;
    const record = id === undefined ? undefined : this.state.proposals.get(id);
    const managed = record && this.managed(record.proposal.positionId);
    if (!record || !managed) return;
    const live = record.status === 'proposed' || record.status === 'approved' || record.status === 'auto-applied';
    for (const armed of managed.armed) {
      if (armed.rule.id !== record.proposal.rule || armed.trigger.key !== record.proposal.trigger) continue;
      if (live) armed.live = record;
      else if (armed.live === record) armed.live = undefined;
    }
    managed.refresh(this.state);
  }
}
