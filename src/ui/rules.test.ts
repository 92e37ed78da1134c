import { expect, it } from 'vitest';
import type { RuleView } from '../projections/views.ts';
import { inOrder } from './rules.ts';

const rules = ['breakeven', 'trailing-stop', 'scale-in'].map((rule) => ({ rule }) as RuleView);
const named = (list: readonly RuleView[]): string[] => list.map(({ rule }) => rule);

it('rules come in the order of the engine while nobody points at one', () => {
  expect(named(inOrder(rules, null))).toEqual(['breakeven', 'trailing-stop', 'scale-in']);
});

it('rules keep the order that is held, and newcomers go to its end', () => {
  expect(named(inOrder(rules, ['scale-in', 'breakeven']))).toEqual(['scale-in', 'breakeven', 'trailing-stop']);
});
