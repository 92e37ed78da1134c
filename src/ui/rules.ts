import type { RuleView } from '../projections/views.ts';

/**
 * Rules in the order they came, or, while an order is held, in that: what nobody points at may move, what somebody points at may not.
 * A rule that is switched off meanwhile still goes to the end.
 */
export function inOrder(rules: readonly RuleView[], held: readonly string[] | null): readonly RuleView[] {
  if (held === null) return rules;
  return rules.toSorted((a, b) => placeIn(held, a.rule) - placeIn(held, b.rule));
}

function placeIn(held: readonly string[], rule: string): number {
  const at = held.indexOf(rule);
  return at < 0 ? held.length : at;
}
