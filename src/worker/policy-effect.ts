import { ACTION_KINDS, type ActionKind, type Autonomy } from '../domain/proposal.ts';
import type { Core } from '../engine/core.ts';
import { explain, explainBook } from '../engine/explain.ts';
import { managedIn, policyRefusal } from '../engine/policy.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { effectLines } from '../projections/effect.ts';
import { chartLevels } from '../projections/holdings.ts';
import type { PolicyEffect } from './protocol.ts';

const autonomyText = (autonomy: Autonomy | undefined): string =>
  autonomy?.mode === 'auto-after' ? `auto-after ${autonomy.seconds}s` : (autonomy?.mode ?? '');

/** Why the policy cannot take over the running session, with its figures; null where it can. */
export function policyRefused(core: Pick<Core, 'policySource'>, loaded: LoadedPolicy): string | null {
  const refusal = policyRefusal(core, loaded);
  if (!refusal) return null;
  const { message, figure, limit } = refusal;
  return figure === undefined || limit === undefined ? message : `${message} (${limit} now, ${figure} then)`;
}

/** What the policy would change for what is held, were it in force from now on. Changes nothing. @param shown the instrument on the chart, whose levels are found */
export function policyEffect(core: Core, loaded: LoadedPolicy, shown: string): PolicyEffect {
  const autonomy = new Map(Object.entries(loaded.policy.autonomy) as [ActionKind, Autonomy][]);
  const kinds = ACTION_KINDS.flatMap((kind) => {
    const [was, is] = [core.state.autonomy.get(kind), autonomy.get(kind)].map(autonomyText);
    return was === is ? [] : [`Autonomy of ${kind}: ${was} → ${is}`];
  });
  const readings = explainBook(core);
  const effect: PolicyEffect = { positions: [], refused: policyRefused(core, loaded), levels: [] };
  for (const managed of core.book) {
    const { position, market } = managed;
    const trial = managedIn(
      {
        state: { ...core.state, autonomy },
        policy: loaded.policy,
        account: (id) => core.account(id),
        standing: (one) => core.standing(one),
      },
      managed,
    );
    const after = explain(trial, core.ts);
    const { decimals } = managed.prices;
    const clock = (ts: number): string => market.clock.timeOfDay(ts);
    const rules = effectLines(readings.get(position.id) ?? [], after, decimals, clock);
    effect.positions.push({ positionId: position.id, symbol: position.symbol, changes: [...rules, ...kinds] });
    if (position.symbol === shown) effect.levels.push(...chartLevels(trial, after));
  }
  return effect;
}
