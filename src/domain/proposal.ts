import type { RuleId, Side } from './position.ts';

import type { Milliseconds } from './time.ts';

export type { RuleId } from './position.ts';

/** The kinds of action for which autonomy is set. */
export const ACTION_KINDS = [
  'stop-loss',
  'take-profit',
  'emergency',
  'session-flat',
  'daily-loss',
  'early-exit',
  'time-stop',
  'profit-potential',
  'partial-exit',
  'stop-move',
  'resize-down',
  'resize-up',
  'scale-in',
  'tranche-entry',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** How an action of a kind comes about. `auto-after` carries seconds of market time in which the user may veto. */
export type Autonomy =
  | { mode: 'off' }
  | { mode: 'suggest' }
  | { mode: 'approve' }
  | { mode: 'auto-after'; seconds: number }
  | { mode: 'auto' };

/** The master switch: everything by hand that may be, as the policy says, or everything by itself. */
export type AutonomyLevel = 'manual' | 'assisted' | 'auto';

export type Urgency = 'low' | 'medium' | 'high' | 'critical';

/** true, false, or not decidable: `unknown` (not enough bars) never fires; `left-out` (no model) does not count. */
export type Verdict = 'pass' | 'fail' | 'unknown' | 'left-out';

/** One criterion as it was at an instant. `value` and `threshold` are ready to show, with their unit. */
export interface CriterionReading {
  label: string;
  comparison: '≥' | '>' | '≤' | '<' | '=';
  threshold: string;
  value: string;
  verdict: Verdict;
  /** one of several of which any will do */
  any?: true;
  /** price at which the criterion becomes true, on the tick grid, where it has one */
  level?: string;
}

/** What a rule wants done. Quantities and prices are decimal text. */
export type Action =
  | { type: 'close' }
  | { type: 'reduce'; quantity: string; steps: number[] }
  /** `steps` of an entry plan and the `strength` of its signal, where a plan asks for it */
  | { type: 'add'; quantity: string; steps?: number[]; strength?: string }
  /** opens a position; no quantity: sized by the policy */
  | { type: 'enter'; side: Side; quantity: string | null; steps: number[]; strength: string }
  /** `trailing`: from now on the stop follows the best price */
  | { type: 'move-stop'; price: string; trailing: boolean; steps?: number[] };

export type ProposalStatus =
  | 'proposed'
  | 'approved'
  | 'rejected'
  | 'vetoed'
  | 'expired'
  | 'superseded'
  | 'auto-applied'
  | 'applied'
  | 'failed';

/** A position before or after an action, in decimal text; risk is what is lost (negative: locked in) if the stop fills at its price. */
export interface Outlook {
  quantity: string;
  averageEntry: string;
  stop: string;
  openRisk: string;
  openRiskR: string;
  /** share of equity, as a percentage */
  exposurePercent: string;
}

/** An action that a rule wants, with its evidence, before anybody has decided on it. */
export interface Proposal {
  id: string;
  positionId: string;
  symbol: string;
  rule: RuleId;
  /** which of the rule's triggers fired; '' where it has only one */
  trigger: string;
  kind: ActionKind;
  action: Action;
  /** rules that wanted the stop moved in the same step, less far */
  alsoBy?: RuleId[];
  /** the price it was made at */
  price: string;
  ts: Milliseconds;
  criteria: CriterionReading[];
  urgency: Urgency;
  /** 0..1: share of the rule's criteria that could be decided */
  confidence: number;
  /** 0..100: how much it matters against the others of its urgency (`engine/advice.ts`) */
  score: number;
  /** 0..100: open risk after the action as a share of the risk that the policy allows one position */
  riskScore: number;
  before: Outlook;
  after: Outlook;
  autonomy: Autonomy;
  expiresAt: Milliseconds;
  /** when it applies by itself, for `auto-after` */
  appliesAt: Milliseconds | null;
  /** prices beyond which it expires; null where that side is open */
  low: string | null;
  high: string | null;
}

/** A proposal with what has become of it. */
export interface ProposalRecord {
  proposal: Proposal;
  status: ProposalStatus;
  /** why it ended, for a person */
  reason: string | undefined;
  decidedTs: Milliseconds | undefined;
  snoozedUntil: Milliseconds | undefined;
  /** the quantity that was approved, where the user changed it */
  quantity: string | undefined;
  orderId: string | undefined;
}
