import type { Refusal } from '../domain/events.ts';
import type { ActionKind, Autonomy } from '../domain/proposal.ts';
import { difference } from '../policy/explain.ts';
import { type LoadedPolicy, loadPolicy, PolicyError } from '../policy/load.ts';
import type { Core } from './core.ts';
import { Managed } from './managed.ts';

/** Keys that a running session cannot change: what has been computed rests on them. */
const FIXED = ['interval', 'account.equity', 'account.leverage', 'indicators'];

/** Why a policy cannot take over a running session, naming the first key that it cannot change; undefined where it can. */
export function policyRefusal(core: Core, before: unknown, { source }: LoadedPolicy): Refusal | undefined {
  const changed = difference(before, source).find(({ path }) => FIXED.some((key) => path === key || path.startsWith(`${key}.`)));
  return (
    changed && {
      code: 'POLICY_KEY_FIXED',
      message: `${changed.path} cannot change in a running session: start over with this policy`,
      figure: String(changed.to),
      limit: String(changed.from),
    }
  );
}

/** The position as another policy would manage it, with what is known of its entry, its proposals and its silences. */
export const underPolicy = (core: Core, managed: Managed): Managed => {
  const after = new Managed(managed.position, managed.market, core, managed.price, managed.ts, managed);
  after.refresh(core.state);
  return after;
};
