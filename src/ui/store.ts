import { replaceEqualDeep } from '@tanstack/react-query';
import { create } from 'zustand';
import type { PolicyDocument } from '../domain/document.ts';
import type { ProposalStatus } from '../domain/proposal.ts';
import type { Milliseconds } from '../domain/time.ts';
import type {
  AccountView,
  BarsDelta,
  ChartPosition,
  ChartView,
  ClockView,
  InstrumentView,
  JournalLine,
  OrderView,
  PositionView,
  ProposalView,
  SessionView,
} from '../projections/views.ts';
import type { Fault, Frame, KeepingView, TabView } from '../worker/protocol.ts';
import { hideAhead } from './ahead.ts';
import { covered, layVeil, uncovered, Veil } from './practice.ts';
import { isWaiting } from './queue.ts';

/** The newest bar, for the price in the chart's header and for questions that depend on it. */
export interface LastBar {
  index: number;
  ts: Milliseconds;
  open: number;
  close: number;
}

/** A proposal that has ended while the page looked on. */
export interface EndedProposal {
  id: string;
  title: string;
  status: ProposalStatus | 'gone';
  reason: string;
  ts: Milliseconds | null;
}

/** What the worker has said so far: the newest of each view. Views that did not change keep their identity. */
export interface PageState {
  seq: number;
  epoch: number;
  /** grows when the session changes or the replay goes back, not when another instrument is shown */
  run: number;
  session: SessionView | null;
  /** the policy in force, as it is written */
  policy: PolicyDocument | null;
  clock: ClockView | null;
  account: AccountView | null;
  instruments: InstrumentView[];
  /** the open ones first, in the order of their opening; then the closed ones, the last one first */
  positions: PositionView[];
  /** in the order of their close */
  closed: PositionView[];
  proposals: ProposalView[];
  orders: OrderView[];
  chart: ChartView;
  /** closed positions of the instrument on the chart */
  drawn: ChartPosition[];
  /** instruments that are seen besides the one on the chart */
  beside: Beside[];
  journal: JournalLine[];
  lastBar: LastBar | null;
  /** newest first, at most five */
  ended: EndedProposal[];
  progress: { label: string; share: number } | null;
  /** how what happens is kept; null before the worker has said so */
  keeping: KeepingView | null;
  /** which part this tab has; null before the worker has said so */
  tab: TabView | null;
  faults: Fault[];
  /** true once the engine has stopped for good */
  dead: boolean;
}

/** An instrument that is seen beside the one on the chart. */
export interface Beside {
  symbol: string;
  session: SessionView;
  chart: ChartView;
  /** closed positions of it */
  drawn: ChartPosition[];
}

const ENDED_SHOWN = 5;
const FAULTS_KEPT = 20;

export const emptyState: PageState = {
  seq: 0,
  epoch: 0,
  run: 0,
  session: null,
  policy: null,
  clock: null,
  account: null,
  instruments: [],
  positions: [],
  closed: [],
  proposals: [],
  orders: [],
  chart: { positions: [], nextLevels: [], pins: [], orders: [] },
  drawn: [],
  beside: [],
  journal: [],
  lastBar: null,
  ended: [],
  progress: null,
  keeping: null,
  tab: null,
  faults: [],
  dead: false,
};

export const usePage = create<PageState>(() => emptyState);

/** Where the bars go: they are too many for the store, which keeps the last one only. */
export interface BarSink {
  apply(delta: BarsDelta): void;
  clear(): void;
}

/** What the worker has said, while practice shows something else; null while all of it is shown. */
let plain: PageState | null = null;
let practising = false;
/** of which session the veil is */
let veiled = '';

/** What the worker has said, with what the page itself has added. */
function known(): PageState {
  const shown = usePage.getState();
  const { faults, tab, dead } = shown;
  return plain ? { ...plain, faults, tab, dead } : shown;
}

/** Shows what is known; in practice without what would say which session it is, and what lies ahead. */
function show(state: PageState): void {
  const { session } = state;
  if (!practising || !session) {
    layVeil(null);
    veiled = '';
    plain = null;
    usePage.setState(state);
    return;
  }
  const { symbols, fromTs, toTs, rows } = session;
  const of = [...symbols, fromTs, toTs, rows].join(' ');
  if (of !== veiled) layVeil(new Veil(session));
  veiled = of;
  plain = state;
  usePage.setState(hideAhead(covered(state), of));
}

/** Hides which session it is and what lies ahead, or shows everything again. */
export function practise(on: boolean): void {
  const { faults, ...state } = known();
  const said = uncovered(faults);
  practising = on;
  show({ ...state, faults: said });
}

/** Takes a frame in: bars to `bars`, and to those of the instruments beside, the rest to the store. */
export function receive(frame: Frame, bars: BarSink, barsOf?: (symbol: string) => BarSink): void {
  const state = known();
  const next = applyFrame(state, frame);
  try {
    if (frame.epoch !== state.epoch) bars.clear();
    if (frame.bars) bars.apply(frame.bars);
    for (const one of frame.beside ?? []) barsOf?.(one.symbol).apply(one.bars);
    show(next);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    show(addFault(next, { type: 'fault', fatal: false, message: 'The chart cannot show these bars', detail }));
  }
}

/** `state` after `frame`. An epoch of its own begins without bars, a run of its own with an empty journal; a gap in the sequence is a fault that is shown. */
export function applyFrame(state: PageState, frame: Frame): PageState {
  const fresh = frame.run !== state.run;
  const lost = frame.seq !== state.seq + 1;
  const proposals = frame.proposals ? replaceEqualDeep(state.proposals, frame.proposals) : state.proposals;
  const clock = frame.clock ?? state.clock;
  const journal = fresh ? [] : state.journal;
  const closed = appended(fresh ? [] : state.closed, frame.closed?.from, frame.closed?.positions);
  const drawn = appended(frame.epoch === state.epoch ? state.drawn : [], frame.drawn?.from, frame.drawn?.positions);
  const next: PageState = {
    seq: frame.seq,
    epoch: frame.epoch,
    run: frame.run,
    session: frame.session ? replaceEqualDeep(state.session, frame.session) : state.session,
    policy: frame.policy ? replaceEqualDeep(state.policy, frame.policy) : state.policy,
    clock: frame.clock ? replaceEqualDeep(state.clock, frame.clock) : state.clock,
    account: frame.account ? replaceEqualDeep(state.account, frame.account) : state.account,
    instruments: frame.instruments ? replaceEqualDeep(state.instruments, frame.instruments) : state.instruments,
    positions: frame.positions
      ? replaceEqualDeep(state.positions, [...frame.positions, ...closed.toReversed()])
      : state.positions,
    closed,
    proposals,
    orders: frame.orders ? replaceEqualDeep(state.orders, frame.orders) : state.orders,
    chart: frame.chart ? { ...frame.chart, positions: [...drawn, ...frame.chart.positions] } : state.chart,
    drawn,
    beside: besideAfter(fresh ? [] : state.beside, frame.beside),
    journal: appended(journal, frame.journal?.from, frame.journal?.lines),
    lastBar: (frame.bars && lastOf(frame.bars)) ?? (frame.epoch === state.epoch ? state.lastBar : null),
    ended: fresh ? [] : withEnded(state.ended, state.proposals, proposals, clock?.ts ?? null),
    progress: frame.progress === undefined ? state.progress : frame.progress,
    keeping: frame.keeping ?? state.keeping,
    tab: state.tab,
    faults: state.faults,
    dead: state.dead,
  };
  if (!lost) return next;
  return addFault(next, {
    type: 'fault',
    fatal: false,
    message: 'The page has missed an update of the engine',
    detail: `frame ${state.seq + 1} was expected, ${frame.seq} came; reload the page to see everything again`,
  });
}

/** `state` with a fault to show; one that is said again takes the place of itself. */
export function addFault(state: PageState, fault: Fault): PageState {
  const last = state.faults.at(-1);
  const again = last?.message === fault.message && last.detail === fault.detail;
  const faults = [...(again ? state.faults.slice(0, -1) : state.faults), fault];
  return { ...state, dead: state.dead || fault.fatal, faults: faults.slice(-FAULTS_KEPT) };
}

/** A list with what has come from index `from` on; what comes again replaces what was there. */
function appended<T>(list: T[], from = list.length, more: readonly T[] = []): T[] {
  if (more.length === 0 && from >= list.length) return list;
  return [...(from < list.length ? list.slice(0, from) : list), ...more];
}

/** What is seen beside the chart after a frame that says so; what it does not name is not seen any more. */
function besideAfter(before: Beside[], views: Frame['beside']): Beside[] {
  if (!views) return before;
  return views.flatMap(({ symbol, session: told, chart, drawn: more }) => {
    const known = before.find((one) => one.symbol === symbol);
    const session = told ? replaceEqualDeep(known?.session, told) : known?.session;
    if (!session) return [];
    const drawn = appended(known?.drawn ?? [], more.from, more.positions);
    return [{ symbol, session, drawn, chart: { ...chart, positions: [...drawn, ...chart.positions] } }];
  });
}

function lastOf(bars: BarsDelta): LastBar | undefined {
  const at = bars.ts.length - 1;
  const [ts, open, close] = [bars.ts[at], bars.open[at], bars.close[at]];
  return ts === undefined || open === undefined || close === undefined ? undefined : { index: bars.from + at, ts, open, close };
}

function withEnded(
  ended: EndedProposal[],
  before: ProposalView[],
  after: ProposalView[],
  ts: Milliseconds | null,
): EndedProposal[] {
  if (before === after) return ended;
  const now = new Map(after.map((proposal) => [proposal.id, proposal]));
  const over = before
    .filter((proposal) => isWaiting(proposal) && now.get(proposal.id)?.status !== 'proposed')
    .map((proposal): EndedProposal => {
      const last = now.get(proposal.id);
      return { id: proposal.id, title: proposal.title, status: last?.status ?? 'gone', reason: last?.reason ?? '', ts };
    });
  const changed = ended.map((entry) => {
    const last = now.get(entry.id);
    return last && last.status !== 'proposed' ? { ...entry, status: last.status, reason: last.reason } : entry;
  });
  return [...over, ...changed].slice(0, ENDED_SHOWN);
}

/** Decimals of a price of an instrument; of the one on the chart where none is named. */
export const useDecimals = (symbol?: string): number =>
  usePage(({ session }) => (symbol === undefined ? session?.priceDecimals : session?.decimals[symbol]) ?? 2);
