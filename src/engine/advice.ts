import { dec } from '../domain/decimal.ts';
import type { Action, CriterionReading, Outlook, Urgency } from '../domain/proposal.ts';
import type { Context } from '../rules/rule.ts';

/*
 * Adjustment advice (S4): how urgent a proposal is, how sure its evidence, and how much it matters. Documented formulas, nothing learned.
 */

const LADDER: readonly Urgency[] = ['low', 'medium', 'high', 'critical'];
/** An exit or a stop move within this share of the initial risk of the stop is one step more urgent. */
const NEAR_STOP_R = 0.25;

/** The rule's own urgency; one step more for what takes risk off while the price stands within a quarter of R of the stop. */
export function urgencyOf(own: Urgency, action: Action, { price, stop, r }: Context): Urgency {
  const relieves = action.type === 'close' || action.type === 'reduce' || action.type === 'move-stop';
  const near = Math.abs(price - stop) <= NEAR_STOP_R * r;
  return (relieves && near ? LADDER[LADDER.indexOf(own) + 1] : undefined) ?? own;
}

/** 0..1: the share of the criteria that pass among those that could be decided; models that were left out do not count. 0 where none could. */
export function confidenceOf(criteria: readonly CriterionReading[]): number {
  const decided = criteria.filter(({ verdict }) => verdict !== 'left-out');
  return decided.length === 0 ? 0 : decided.filter(({ verdict }) => verdict === 'pass').length / decided.length;
}

/**
 * 0..100, for the order within one urgency. What takes risk off: half by confidence, half by the share of the open risk that it takes off.
 * What adds risk: half by confidence, half by how much of the allowed risk is still free afterwards.
 */
export function scoreOf(action: Action, confidence: number, riskScore: number, before: Outlook, after: Outlook): number {
  const open = dec(before.openRisk).toNumber();
  const left = dec(after.openRisk).toNumber();
  const adds = action.type === 'add' || action.type === 'enter';
  const worth = adds ? 1 - riskScore / 100 : open > 0 ? (open - left) / open : 0;
  return Math.round(50 * confidence + 50 * Math.min(1, Math.max(0, worth)));
}
