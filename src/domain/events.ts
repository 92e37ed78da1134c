import type { Command, HoldReason } from './commands.ts';
import type { InstrumentSpec } from './instrument.ts';
import type { OrderKind, Purpose, StopPlan, TargetPlan } from './order.ts';
import type { OrderSide, PositionStatus, Side } from './position.ts';
import type { ActionKind, Autonomy, AutonomyLevel, CriterionReading, Proposal, RuleId } from './proposal.ts';
import type { BarPath, Columns, Stamp, TapePosition } from './tape.ts';
import type { Milliseconds } from './time.ts';

/** Why something was refused, with the figures: `figure` is what it would have been, `limit` what is allowed. */
export interface Refusal {
  code: string;
  message: string;
  figure?: string;
  limit?: string;
}

/** An allotment of a fill to one tranche; money is exact decimal text. */
export interface TrancheExit {
  trancheId: string;
  quantity: string;
  /** gross P&L of this share */
  realizedPnl: string;
  /** entry cost of this share */
  cost: string;
  fee: string;
}

/** Facts, in the past tense. Money, prices and quantities are decimal text. State is the fold of these. */
export type Event =
  | {
      type: 'SessionStarted';
      engine: string;
      /** one an instrument, in the order in which their prices of one instant are walked */
      tapes: {
        digest: string;
        rows: number;
        kind: Columns['kind'];
        stamp: Stamp | 'event';
        synthetic: boolean;
        instrument: InstrumentSpec;
      }[];
      policy: unknown;
      intervalMs: Milliseconds;
      barPath: BarPath;
      notes: string[];
    }
  | { type: 'CommandReceived'; command: Command }
  | { type: 'CommandRefused'; command: Command['type']; proposalId?: string; positionId?: string; refusal: Refusal }
  | { type: 'EntryDenied'; account: string; symbol: string; side: Side; quantity: string; refusal: Refusal }
  | { type: 'OrderPlaced'; order: PlacedOrder }
  | { type: 'OrderCanceled'; orderId: string; positionId: string; reason: string }
  | {
      type: 'OrderFilled';
      orderId: string;
      positionId: string;
      account: string;
      symbol: string;
      side: OrderSide;
      purpose: Purpose;
      quantity: string;
      price: string;
      fee: string;
      /** signed change of cash, fee included */
      cash: string;
      causedBy: string;
      /** price worse than the order's because the market jumped over it */
      gapped: boolean;
      /** the bar touched stop and target: which came first is the bar path's word, not the market's */
      ambiguous?: true;
      proposalId?: string;
      evidence?: CriterionReading[];
    }
  | { type: 'PositionOpened'; positionId: string; account: string; symbol: string; side: Side; leverage: string }
  | {
      type: 'TrancheOpened';
      positionId: string;
      trancheId: string;
      orderId: string;
      quantity: string;
      price: string;
      cost: string;
      fee: string;
      /** 0..1, of the signal that an entry plan saw */
      strength?: string;
    }
  | { type: 'TranchesReduced'; positionId: string; orderId: string; price: string; value: string; exits: TrancheExit[] }
  | { type: 'StopSet'; positionId: string; price: string; r: string; causedBy: string }
  | {
      type: 'StopRaised';
      positionId: string;
      from: string;
      to: string;
      causedBy: RuleId | 'user';
      alsoBy: RuleId[];
      proposalId?: string;
    }
  /** the user's override; `silenced` rules speak again once their criteria have been false, the trail from prices better than `best` */
  | {
      type: 'StopLoosened';
      positionId: string;
      from: string;
      to: string;
      causedBy: 'user';
      best: string | null;
      silenced: { rule: RuleId; trigger: string }[];
    }
  | { type: 'TargetSet'; positionId: string; from: string | null; to: string | null; causedBy: string }
  | { type: 'TrailingStarted'; positionId: string; price: string }
  | { type: 'StepsDone'; positionId: string; rule: RuleId; steps: number[] }
  /** what leaving early saved against the stop: money that the stop would have lost, that was lost, and the share that is saved */
  | {
      type: 'SavingRecorded';
      positionId: string;
      rule: RuleId;
      stop: string;
      atStop: string;
      actual: string;
      saved: string;
      savedPercent: string;
    }
  | { type: 'PositionStatusChanged'; positionId: string; from: PositionStatus; to: PositionStatus }
  | {
      type: 'PositionClosed';
      positionId: string;
      symbol: string;
      side: Side;
      causedBy: string;
      realizedPnl: string;
      fees: string;
      averageEntry: string;
      averageExit: string;
      peakQuantity: string;
      profitR: string | null;
      /** maximum adverse and favourable excursion against the first entry, in price (adverse ≤ 0) */
      mae: string;
      mfe: string;
      heldMs: Milliseconds;
    }
  | { type: 'ProposalOpened'; proposal: Proposal }
  | { type: 'ProposalApproved'; proposalId: string; by: 'user' | 'auto'; quantity?: string }
  | { type: 'ProposalRejected'; proposalId: string; vetoed: boolean }
  | { type: 'ProposalExpired'; proposalId: string; reason: string }
  | { type: 'ProposalSuperseded'; proposalId: string; byProposalId: string | null; reason: string }
  | { type: 'ProposalSnoozed'; proposalId: string; until: Milliseconds }
  | { type: 'ProposalApplied'; proposalId: string; orderId?: string }
  | { type: 'ProposalFailed'; proposalId: string; refusal: Refusal }
  | { type: 'RuleRearmed'; positionId: string; rule: RuleId; trigger: string }
  /** says nothing more until its criteria have been false */
  | { type: 'RuleSpent'; positionId: string; rule: RuleId; trigger: string }
  | { type: 'RuleBlocked'; positionId: string; rule: RuleId; trigger: string; refusal: Refusal }
  | { type: 'AutonomyLevelSet'; level: AutonomyLevel }
  | { type: 'AutonomySet'; kind: ActionKind; autonomy: Autonomy }
  | { type: 'RuleFaulted'; positionId: string; rule: RuleId; message: string }
  /** entries and adds are refused from here on; exits and stop moves go on */
  | { type: 'HaltBegan'; account: string; rule: RuleId; figure: string; limit: string; evidence: CriterionReading[] }
  | { type: 'HaltEnded'; account: string; rule: RuleId; reason: string }
  /** entries and adds of all accounts are refused from here on, until it is over; exits and stop moves go on */
  | { type: 'HoldBegan'; reason: HoldReason }
  | { type: 'HoldEnded'; reason: HoldReason }
  | { type: 'PeakReset'; account: string; from: string; to: string; reason: string }
  /** `policy` as written, every default filled in; `changes` are the keys at which it differs from the one before */
  | { type: 'PolicyChanged'; policy: unknown; changes: { path: string; from: unknown; to: unknown }[] };

/** An order as an event carries it. */
export interface PlacedOrder {
  id: string;
  positionId: string;
  account: string;
  symbol: string;
  side: OrderSide;
  kind: OrderKind;
  purpose: Purpose;
  quantity: string;
  price?: string;
  causedBy: string;
  proposalId?: string;
  stopPlan?: StopPlan;
  targetPlan?: TargetPlan;
  strength?: string;
  steps?: number[];
  band?: { low: string; high: string };
  /** what of the wish could not be kept, for a person */
  note?: string;
}

/** One record of the journal: its number from 1, the place on the tape, market time, and the fact. One JSON line each in `journal.jsonl`. */
export interface JournalRecord {
  seq: number;
  tape: TapePosition;
  ts: Milliseconds;
  event: Event;
}
