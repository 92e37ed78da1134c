import type { Action, Proposal } from '../domain/proposal.ts';
import type { Core } from './core.ts';
import type { Armed } from './managed.ts';

/** Marks what an applied action has used up: steps of its rule, or a trigger that acts once each time its criteria become true. */
export function finish(core: Core, positionId: string, armed: Armed, action: Action): void {
  if ('steps' in action && action.steps && action.steps.length > 0)
    core.emit({ type: 'StepsDone', positionId, rule: armed.rule.id, steps: action.steps });
  if (armed.trigger.crossing) core.emit({ type: 'RuleSpent', positionId, rule: armed.rule.id, trigger: armed.trigger.key });
}

/** Marks what an applied proposal has used up. */
export function finishProposal(core: Core, { positionId, rule, trigger, action }: Proposal): void {
  const armed = core.managed(positionId)?.armed.find((one) => one.rule.id === rule && one.trigger.key === trigger);
  if (armed) finish(core, positionId, armed, action);
}
