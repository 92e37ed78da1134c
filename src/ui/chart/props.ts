import type { Milliseconds } from '../../domain/time.ts';
import type { ChartView, SessionView } from '../../projections/views.ts';
import type { DrawnBranch } from './branches.ts';
import type { Preview } from './scene.ts';
import type { Panes } from './series.ts';

export interface ChartOptions extends Panes {
  /** display interval, a multiple of the session's bar interval */
  intervalMs: Milliseconds;
  /** the second scale, in units of the initial risk */
  rScale: boolean;
  /** where rules will act next */
  levels: boolean;
}

export interface PlotEvents {
  onPin(proposalId: string): void;
  onMark(seq: number): void;
  onMoveStop(positionId: string, price: number, loosens: boolean): void;
  onMoveTarget(positionId: string, price: number): void;
}

/** What the page shows at the moment; bars come by the store. */
export interface PlotInput {
  view: ChartView;
  session: SessionView;
  theme: 'dark' | 'light';
  options: ChartOptions;
  /** a new nonce centres the chart on that time and points at it */
  focus: { ts: Milliseconds; price: number | null; nonce: number } | null;
  selectedProposalId: string | null;
  /** the ticket's entry, drawn before it is sent */
  preview: Preview | null;
  /** where rules would act next under a policy that is not applied */
  candidate: ChartView['nextLevels'];
  /** branches that are drawn over it; the one that is open among them only has its equity */
  branches: readonly DrawnBranch[];
  /** what comes after the present moment is drawn of them too */
  wholeBranches: boolean;
}

/** … and the engine's time. */
export type Moment = PlotInput & { now: Milliseconds | null };
