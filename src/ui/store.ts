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

/** Takes a frame in: bars to `bars`, the rest to the store. */
export function receive(frame: Frame, bars: BarSink): void {
  const state = usePage.getState();
  const next = applyFrame(state, frame);
  try {
    if (frame.epoch !== state.epoch) bars.clear();
    if (frame.bars) bars.apply(frame.bars);
    usePage.setState(next);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    usePage.setState(addFault(next, { type: 'fault', fatal: false, message: 'The chart cannot show these bars', detail }));
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
