import type { Purpose } from '../domain/order.ts';

/**
 * Every `event_type` of the table `position_events`. The first five are S0's words; the others name what S0 has none for. An exit or a move of
 * the stop is named after the rule that wanted it, in the table below.
 */
export const EVENT_TYPES = [
  'early_exit',
  'breakeven',
  'partial_profit',
  'scale_in',
  'trailing_stop',
  // what opens or adds
  'entry',
  'add',
  'tranche_entry',
  // what ends or reduces
  'stop_loss',
  'take_profit',
  'liquidation',
  'time_stop',
  'session_flat',
  'emergency',
  'daily_loss',
  'drawdown',
  'profit_potential',
  'resize',
  'flip',
  // what moves the stop or the target
  'technical_stop',
  'volatility_tighten',
  'age_tighten',
  'stop_after_add',
  'policy_target',
  // by hand
  'user_reduce',
  'user_close',
  'user_stop',
  'user_loosen',
  'user_target',
  // by a rule that this version does not know
  'other',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

const BY_RULE: Readonly<Record<string, EventType>> = {
  'early-exit': 'early_exit',
  breakeven: 'breakeven',
  'partial-exit': 'partial_profit',
  'scale-in': 'scale_in',
  'trailing-stop': 'trailing_stop',
  'tranche-entry': 'tranche_entry',
  'stop-loss': 'stop_loss',
  'take-profit': 'take_profit',
  liquidation: 'liquidation',
  'time-stop': 'time_stop',
  'session-flat': 'session_flat',
  'emergency-stop': 'emergency',
  'daily-loss': 'daily_loss',
  'drawdown-halt': 'drawdown',
  'profit-potential': 'profit_potential',
  resize: 'resize',
  'technical-stop': 'technical_stop',
  'volatility-tighten': 'volatility_tighten',
  'age-tighten': 'age_tighten',
};

/** What a rule does to a position, by its name. */
export const eventTypeOf = (rule: string): EventType => (Object.hasOwn(BY_RULE, rule) ? BY_RULE[rule] : undefined) ?? 'other';

/** What a fill does to a position. Entries have one name, whoever wanted them; what a user or a file of entries asks for has names of its own. */
export function fillType(purpose: Purpose, causedBy: string): EventType {
  if (purpose === 'entry') return 'entry';
  if (causedBy !== 'user' && causedBy !== 'entries') return eventTypeOf(causedBy);
  return purpose === 'add' ? 'add' : purpose === 'reduce' ? 'user_reduce' : 'user_close';
}
