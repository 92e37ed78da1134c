import type { Verdict } from '../domain/proposal.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { EventType } from './event-types.ts';

/*
 * The rows of the two tables that S0 names, with its columns.
 */

/** The columns of S0's table `position_events`, in its order. */
export const POSITION_EVENT_COLUMNS = [
  'id',
  'trade_id',
  'event_type',
  'event_time',
  'price',
  'profit_pct',
  'position_size',
  'trigger_reason',
  'ml_prediction',
  'indicators',
  'action_taken',
  'amount_saved_or_gained',
  'created_at',
] as const satisfies readonly (keyof PositionEventRow)[];

/** Criteria by their labels, as they stood. */
export type Indicators = Record<string, { value: string; comparison: string; threshold: string; verdict: Verdict }>;

/** One action on a position: a fill, or a move of its stop or target. Numbers are decimal text; null is not known, or does not apply. */
export interface PositionEventRow {
  /** `<session>:<seq>`, the number of the record that says what was done: of a fill its OrderFilled */
  id: string;
  /** the position's id */
  trade_id: string;
  event_type: EventType;
  /** market time */
  event_time: Milliseconds;
  /** the fill's; of a move what the market stood at, where the journal says so of that very instant */
  price: string | null;
  /** open profit at that price before the event, in per cent of the average entry, to 6 places */
  profit_pct: string | null;
  /** quantity after the event */
  position_size: string;
  /** the rule or who else wanted it, and the criteria that had passed */
  trigger_reason: string;
  /** what a model foretold: no model speaks yet */
  ml_prediction: null;
  indicators: Indicators | null;
  /** "sell 50 @ 101.5", "stop 99 → 100" */
  action_taken: string;
  /**
   * What the position gained by it, fees paid: of an exit its realised P&L, of an entry its fee. Of an early exit what it saved against the
   * stop, where that was recorded. Null for moves.
   */
  amount_saved_or_gained: string | null;
  /** wall time at which it was journaled */
  created_at: Milliseconds | null;
}

/** The columns of S0's table `ml_position_predictions`, in its order. */
export const PREDICTION_COLUMNS = [
  'id',
  'trade_id',
  'prediction_time',
  'recovery_probability',
  'profit_potential',
  'optimal_stop_distance',
  'scale_in_confidence',
  'recommended_action',
  'actual_action',
  'prediction_accuracy',
  'created_at',
] as const satisfies readonly (keyof PredictionRow)[];

/** What models foretold of a position, and later what came of it. No event carries a prediction yet. */
export interface PredictionRow {
  id: string;
  trade_id: string;
  /** market time */
  prediction_time: Milliseconds;
  recovery_probability: string | null;
  profit_potential: string | null;
  optimal_stop_distance: string | null;
  scale_in_confidence: string | null;
  recommended_action: 'hold' | 'exit' | 'take_profit' | 'scale_in';
  actual_action: string | null;
  prediction_accuracy: string | null;
  created_at: Milliseconds | null;
}
