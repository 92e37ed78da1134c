import { ACTION_KINDS, type ActionKind, type Autonomy } from '../domain/proposal.ts';
import type { Core } from '../engine/core.ts';
import { explain, explainBook } from '../engine/explain.ts';
import { policyRefusal, underPolicy } from '../engine/policy.ts';
import type { LoadedPolicy } from '../policy/load.ts';
import { effectLines } from '../projections/effect.ts';
import { chartLevels } from '../projections/holdings.ts';
import type { PolicyEffect } from './protocol.ts';

const autonomyText = (autonomy: Autonomy | undefined): string =>
  autonomy?.mode === 'auto-after' ? `auto-after ${autonomy.seconds}s` : (autonomy?.mode ?? '');

/** What the policy would change for what is held, were it in force from now on. Changes nothing. @param shown the instrument on the chart, whose levels are found */
export function policyEffect(core: Core, loaded: LoadedPolicy, shown: string): PolicyEffect {
  const autonomy = new Map(Object.entries(loaded.policy.autonomy) as [ActionKind, Autonomy][]);
  const kinds = ACTION_KINDS.flatMap((kind) => {
    const [was, is] = [core.state.autonomy.get(kind), autonomy.get(kind)].map(autonomyText);
    return was === is ? [] : [`Autonomy of ${kind}: ${was} → ${is}`];
  });
  const readings = explainBook(core);
  const refusal = policyRefusal(core, loaded);
  const refused =
    refusal &&
    refusal.message +
      (refusal.figure === undefined || refusal.limit === undefined ? '' : ` (${refusal.limit} now, ${refusal.figure} then)`);
  const effect: PolicyEffect = { positions: [], refused: refused ?? null, levels: [] };
  for (const managed of core.book) {
    const { position, market } = managed;
    const trial = underPolicy(core, managed, loaded, { ...core.state, autonomy });
    const after = explain(trial, core.ts);
    const { decimals } = managed.prices;
    const clock = (ts: number): string => market.clock.timeOfDay(ts);
    const rules = effectLines(readings.get(position.id) ?? [], after, decimals, clock);
    effect.positions.push({ positionId: position.id, symbol: position.symbol, changes: [...rules, ...kinds] });
    if (position.symbol === shown) effect.levels.push(...chartLevels(trial, after));
  }
  return effect;
}
