import { dec } from '../domain/decimal.ts';
import { sign } from '../domain/position.ts';
import type { Core } from './core.ts';
import { age, changesStop, closeOut, propose, type Want } from './desk.ts';
import { refusalOf } from './guards.ts';
import type { Armed, Managed } from './managed.ts';

/** True where a newer wish differs from the one on the desk by more than a lot or the tolerance. */
function differs(core: Core, managed: Managed, armed: Armed, action: Want['action']): boolean {
  const old = armed.live?.proposal;
  if (!old) return true;
  const reach = managed.distance(core.policy.proposals.tolerance);
  if (action.type === 'move-stop' && old.action.type === 'move-stop')
    return dec(action.price)
      .minus(old.action.price)
      .abs()
      .greaterThan(Number.isNaN(reach) ? core.market.instrument.prices.step : reach);
  if (
    'quantity' in action &&
    'quantity' in old.action &&
    dec(action.quantity).minus(old.action.quantity).abs().greaterThan(core.market.instrument.lots.step)
  )
    return true;
  return Math.abs(managed.price - Number(old.price)) > reach;
}

/** True for a ladder step that a further step, already on the desk, will spend. */
const spentByFurther = (managed: Managed, armed: Armed, action: Want['action']): boolean =>
  action.type === 'reduce' &&
  managed.armed.some(
    ({ rule, live }) =>
      rule === armed.rule &&
      live !== undefined &&
      live !== armed.live &&
      live.proposal.action.type === 'reduce' &&
      live.proposal.action.steps.includes(Number(armed.trigger.key)),
  );

function wants(core: Core, managed: Managed, list: readonly Armed[], atBar: boolean): Want[] | undefined {
  let found: Want[] | undefined;
  for (const armed of list) {
    const { rule, trigger, silence, live } = armed;
    managed.acting = armed;
    if (!armed.watched || (rule.cadence === 'bar' && !atBar) || trigger.idle(managed)) continue;
    let holds = true;
    for (const criterion of trigger.criteria)
      if (!criterion.holds(managed)) {
        holds = false;
        break;
      }
    if (!holds) {
      if (silence?.reason === 'rejected' && !live)
        core.emit({ type: 'RuleRearmed', positionId: managed.position.id, rule: rule.id, trigger: trigger.key });
      continue;
    }
    if (silence?.reason === 'rejected' || (silence && !atBar)) continue;
    if (silence?.reason === 'expired' && core.market.history.length <= armed.quietBars) continue;
    if (live && (live.status !== 'proposed' || !atBar)) continue;
    const action = trigger.action(managed);
    if (!action || (live && !differs(core, managed, armed, action)) || spentByFurther(managed, armed, action)) continue;
    if (action.type === 'move-stop' && !changesStop(core, managed.position, action)) continue;
    found ??= [];
    found.push({ armed, action, proposed: false });
  }
  return found;
}

/** A refusal for a want that adds risk, journaled once until its reason changes. */
function blocked(core: Core, managed: Managed, { armed, action }: Want): boolean {
  if (action.type !== 'add') return false;
  const { position } = managed;
  if (core.ordersOf(position.id).length > 0) return true;
  const refusal = refusalOf(core, {
    account: position.account,
    symbol: position.symbol,
    side: position.side,
    quantity: dec(action.quantity),
    price: dec(core.market.last),
    position,
  });
  if (refusal && armed.silence?.code !== refusal.code)
    core.emit({ type: 'RuleBlocked', positionId: position.id, rule: armed.rule.id, trigger: armed.trigger.key, refusal });
  return refusal !== undefined;
}

/** Precedence in one step: a closing action ends everything else; of several stop moves the tightest is made and names the others. */
function settle(core: Core, managed: Managed, list: Want[]): void {
  const close = list.find(({ action }) => action.type === 'close');
  if (close) {
    for (const { live } of managed.armed)
      if (live?.status === 'proposed' && live !== close.armed.live)
        core.emit({
          type: 'ProposalSuperseded',
          proposalId: live.proposal.id,
          byProposalId: null,
          reason: `${close.armed.rule.title} closes the position`,
        });
    propose(core, managed, close, []);
    return;
  }
  const moves = list.filter(({ action }) => action.type === 'move-stop');
  const price = (want: Want) => dec(want.action.type === 'move-stop' ? want.action.price : 0).times(sign(managed.position.side));
  const tightest = moves.reduce<Want | undefined>(
    (best, want) => (!best || price(want).greaterThan(price(best)) ? want : best),
    undefined,
  );
  let reduced = false;
  for (const want of list) {
    if (want.action.type === 'move-stop') {
      if (want === tightest)
        propose(
          core,
          managed,
          want,
          moves.filter((other) => other !== want && other.armed.rule !== want.armed.rule).map(({ armed }) => armed.rule.id),
        );
      continue;
    }
    if (want.action.type === 'reduce') {
      if (reduced) continue;
      reduced = true;
    }
    if (!blocked(core, managed, want)) propose(core, managed, want, []);
  }
}

/** Evaluates a position's rules exactly, at a wake (`atBar` false) or on the cadence. A rule that throws puts its position to manual: the stop stays. */
export function evaluate(core: Core, managed: Managed, atBar: boolean): void {
  const { position } = managed;
  if (position.quantity.isZero() || position.status === 'CLOSING') return;
  age(core, managed);
  if (core.state.manual.has(position.id) || position.quantity.isZero()) return;
  try {
    // what was applied may let another rule speak in the same step: a raised stop starts the trail
    for (let left: readonly Armed[] = managed.armed; left.length > 0; ) {
      const found = wants(core, managed, left, atBar);
      if (!found) break;
      settle(core, managed, found);
      left = left.filter((armed) => !found.some((want) => want.armed === armed && want.proposed));
      if (!found.some(({ proposed }) => proposed)) break;
    }
  } catch (error) {
    fault(core, managed, error);
  }
}

/** Puts a position to manual because the rule that was being worked on threw: its stop stays, nothing else acts by itself. */
export function fault(core: Core, managed: Managed, error: unknown): void {
  for (const armed of managed.armed) armed.watched = false;
  core.emit({
    type: 'RuleFaulted',
    positionId: managed.position.id,
    rule: managed.acting?.rule.id ?? '',
    message: error instanceof Error ? error.message : String(error),
  });
}

/** The user's emergency stop: every working order is taken back, every position goes out at market. */
export function stopAll(core: Core): void {
  for (const id of [...core.state.open.values()]) {
    const position = core.state.positions.get(id);
    if (position) closeOut(core, position, 'emergency-stop', undefined);
  }
}
