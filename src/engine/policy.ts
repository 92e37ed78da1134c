import { text } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { valueText } from '../domain/document.ts';
import { difference } from '../policy/explain.ts';
import { type LoadedPolicy, loadPolicy, PolicyError } from '../policy/load.ts';
import type { Core } from './core.ts';
import { supersede } from './desk.ts';
import { recover } from './halts.ts';
import { Managed, type Surroundings } from './managed.ts';
import { dismissScout } from './scout.ts';

/** Keys that a running session cannot change: what has been computed rests on them. A group stands for all of its keys. */
export const FIXED = ['interval', 'account.equity', 'account.leverage', 'indicators'];

/** Why a policy cannot take over a running session, naming the first key that it cannot change; undefined where it can. */
export function policyRefusal({ policySource }: Pick<Core, 'policySource'>, { source }: LoadedPolicy): Refusal | undefined {
  const changes = difference(policySource, source);
  if (changes.length === 0) return { code: 'POLICY_UNCHANGED', message: 'this policy is already in force' };
  const fixed = changes.find(({ path }) => FIXED.some((key) => path === key || path.startsWith(`${key}.`)));
  return (
    fixed && {
      code: 'POLICY_KEY_FIXED',
      message: `${fixed.path} cannot change in a running session: start over with this policy`,
      figure: valueText(fixed.to),
      limit: valueText(fixed.from),
    }
  );
}

/** A position as it would be managed elsewhere, with what is known of its entry, its proposals and its silences. */
export function managedIn(around: Surroundings, managed: Managed): Managed {
  const after = new Managed(managed.position, managed.market, around, managed.price, managed.ts, managed);
  after.refresh(around.state);
  return after;
}

/** Puts a policy in force for what is open and what comes, or says why not. Proposals of rules that it changes or switches off end. */
export function setPolicy(core: Core, json: unknown): Refusal | undefined {
  let loaded: LoadedPolicy;
  try {
    loaded = loadPolicy(json, 'the policy');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { code: 'POLICY', message: error.faults.join('; ') };
  }
  const refusal = policyRefusal(core, loaded);
  if (refusal) return refusal;
  const changes = difference(core.policySource, loaded.source);
  core.policy = loaded.policy;
  core.policySource = loaded.source;
  core.emit({ type: 'PolicyChanged', policy: loaded.source, changes });
  for (const before of [...core.book]) {
    const after = managedIn(core, before);
    core.replace(before, after);
    for (const { live, rule, trigger } of before.armed) {
      if (live?.status !== 'proposed') continue;
      const kept = after.armed.some((armed) => armed.rule === rule && armed.trigger.key === trigger.key);
      if (!kept) supersede(core, live, null, 'the policy no longer has its rule');
      else if (changes.some(({ path }) => path.startsWith(`rules.${rule.id}.`)))
        supersede(core, live, null, 'the policy has changed its rule');
    }
    const { id, target } = before.position;
    if (target && !loaded.policy.rules['take-profit'].enabled)
      core.emit({ type: 'TargetSet', positionId: id, from: text(target), to: null, causedBy: 'policy' });
    core.syncStatus(before.position);
  }
  recover(core);
  for (const lane of core.lanes) dismissScout(core, lane, 'the policy has changed');
  return undefined;
}
