import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { OrderKind } from '../domain/order.ts';
import type { Side } from '../domain/position.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { TradeFilter } from '../projections/performance-views.ts';
import type { ChartView } from '../projections/views.ts';
import type { ArchiveView, ForkAt, PolicyChoice, TradesFound } from '../worker/protocol.ts';
import type { Draft } from './draft.ts';
import type { PaneChoice, Split } from './panes.ts';

export type Theme = 'system' | 'dark' | 'light';

/** Parts of the Performance panel. */
export type PerformanceSection = 'figures' | 'curves' | 'plots' | 'groups' | 'hours' | 'trades';

/** What the chart shows. `intervalMs` 0 is the session's own interval. */
export interface ChartOptions {
  intervalMs: Milliseconds;
  volume: boolean;
  rsi: boolean;
  macd: boolean;
  atr: boolean;
  rScale: boolean;
  levels: boolean;
}

/** The ticket as typed; empty text leaves the choice to the policy. */
export interface TicketForm {
  side: Side;
  kind: OrderKind;
  price: string;
  quantity: string;
  stop: string;
  target: string;
}

/** A level dragged on the chart, to be confirmed. */
export interface LevelMove {
  level: 'stop' | 'target';
  positionId: string;
  to: number;
  loosens: boolean;
}

/** What the user has chosen on the page; `theme`, `options`, `practice`, `split`, `panes`, `policy`, `draft`, `aside`, the tabs and `performance` outlast a reload. */
export interface Choices {
  theme: Theme;
  options: ChartOptions;
  /** hides what would say which session it is, and what lies ahead */
  practice: boolean;
  /** charts side by side, and what those beside the first show */
  split: Split;
  panes: readonly PaneChoice[];
  /** what sessions start with */
  policy: PolicyChoice;
  /** the policy that is being written */
  draft: Draft;
  /** what was being written before another preset or file took its place */
  aside: Draft | null;
  /** groups of the policy form that are open */
  policyGroups: readonly string[];
  /** a new nonce goes to that key of the form */
  policyKey: { path: string; nonce: number } | null;
  /** where rules would act next under the policy that is being written, while it differs from the one in force */
  candidate: ChartView['nextLevels'];
  sideTab: 'approvals' | 'ticket' | 'policy';
  logTab: 'journal' | 'rules';
  bottomTab: 'positions' | 'performance' | 'review' | 'compare' | 'branches' | 'sessions';
  /** what the Performance panel shows, and of which trades */
  performance: { section: PerformanceSection; filter: TradeFilter };
  dialog: 'help' | 'palette' | 'policy' | 'jump' | null;
  /** files that were dropped or chosen, to be looked at before they are opened */
  importing: readonly File[] | null;
  importingPolicy: File | null;
  /** a session bundle or a backup that was dropped or chosen, and what is in it */
  archive: { file: File; view: ArchiveView } | null;
  /** files of the user's own trades with what was found in them, to be looked at one after the other */
  trades: readonly { file: File; found: TradesFound }[];
  /** trades of the user's own that are on the chart */
  yours: Pick<TradesFound, 'name' | 'drawn'> | null;
  /** where a branch is about to be taken */
  fork: { at: ForkAt; nonce: number } | null;
  /** branches that are drawn on the chart besides the session that is open, in the order of their choice */
  drawnBranches: readonly string[];
  /** whether what comes after the present moment is drawn of them too */
  wholeBranches: boolean;
  selectedPositionId: string | null;
  /** record to be shown in the journal, by its number */
  shownRecord: number | null;
  /** a place on the chart of an instrument (null: whichever is shown) to be gone to once it is shown */
  focus: { ts: Milliseconds; price: number | null; symbol: string | null; nonce: number } | null;
  /** a wish to type into the ticket, until it has been heard: 0 where there is none */
  ticketCall: number;
  ticket: TicketForm;
  preview: { entry: number; stop: number | null; target: number | null; side: Side } | null;
  move: LevelMove | null;
  /** true for the moments after the first step of "Stop all" */
  stopArmed: boolean;
}

const DEFAULT_POLICY = 'intraday';

/** What outlasts a reload. */
const LASTING = [
  'theme',
  'options',
  'practice',
  'split',
  'panes',
  'policy',
  'draft',
  'aside',
  'sideTab',
  'logTab',
  'bottomTab',
  'performance',
] as const satisfies readonly (keyof Choices)[];

const lasting = (choices: Choices): Pick<Choices, (typeof LASTING)[number]> =>
  Object.fromEntries(LASTING.map((key) => [key, choices[key]])) as Pick<Choices, (typeof LASTING)[number]>;

export const useChoices = create<Choices>()(
  persist(
    (): Choices => ({
      theme: 'system',
      options: { intervalMs: 0, volume: true, rsi: true, macd: false, atr: false, rScale: true, levels: true },
      practice: false,
      split: 1,
      panes: [],
      policy: DEFAULT_POLICY,
      draft: { preset: DEFAULT_POLICY, document: null },
      aside: null,
      policyGroups: [],
      policyKey: null,
      candidate: [],
      sideTab: 'approvals',
      logTab: 'journal',
      bottomTab: 'positions',
      performance: { section: 'figures', filter: {} },
      dialog: null,
      importing: null,
      importingPolicy: null,
      archive: null,
      trades: [],
      yours: null,
      fork: null,
      drawnBranches: [],
      wholeBranches: false,
      selectedPositionId: null,
      shownRecord: null,
      focus: null,
      ticketCall: 0,
      ticket: { side: 'long', kind: 'market', price: '', quantity: '', stop: '', target: '' },
      preview: null,
      move: null,
      stopArmed: false,
    }),
    {
      name: 'ratchet.choices',
      version: 1,
      partialize: lasting,
    },
  ),
);

export const choose = (part: Partial<Choices> | ((choices: Choices) => Partial<Choices>)): void => {
  useChoices.setState(part);
};
export const setOption = (option: Partial<ChartOptions>): void =>
  choose(({ options }) => ({ options: { ...options, ...option } }));
/** What a chart beside the first shows from now on. @param at 0 for the first of them */
export const setPane = (at: number, choice: Partial<PaneChoice>): void =>
  choose(({ panes }) => ({
    panes: Array.from({ length: Math.max(panes.length, at + 1) }, (_, i) => {
      const pane = panes[i] ?? { symbol: null, intervalMs: 0 };
      return i === at ? { ...pane, ...choice } : pane;
    }),
  }));
