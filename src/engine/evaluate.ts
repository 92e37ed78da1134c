import { dec, text } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { entrySide, sign } from '../domain/position.ts';
import type { Action, Autonomy } from '../domain/proposal.ts';
import { crossed, holds } from '../rules/rule.ts';
import { type Addition, roomFor } from './addition.ts';
import type { Core } from './core.ts';
import { age, changesStop, closeOut, closing, propose, supersede, type Want } from './desk.ts';
import { planOf } from './entries.ts';
import { leastNotional } from './filters.ts';
import { refusalOf } from './guards.ts';
import type { Armed, Managed } from './managed.ts';
import { dismissScout } from './scout.ts';
import { autonomyOf } from './state.ts';

/** What a position is looked at for. */
export interface Occasion {
  /** what was refused, has expired or waits on the desk is asked anew */
  atBar: boolean;
  /** the rules on the evaluation cadence speak */
  onCadence: boolean;
}

/** True where a newer wish differs from the one on the desk by more than a lot or the tolerance; a close that counts down stays what it is. */
function differs(core: Core, managed: Managed, armed: Armed, action: Want['action']): boolean {
  const old = armed.live?.proposal;
  if (!old) return true;
  if (action.type === 'close' && old.action.type === 'close' && old.appliesAt !== null) return false;
  const reach = managed.distance(core.policy.proposals.tolerance);
  if (action.type === 'move-stop' && old.action.type === 'move-stop')
    return dec(action.price)
      .minus(old.action.price)
      .abs()
      .greaterThan(Number.isNaN(reach) ? managed.prices.step : reach);
  if (
    'quantity' in action &&
    'quantity' in old.action &&
    dec(action.quantity ?? 0)
      .minus(old.action.quantity ?? 0)
      .abs()
      .greaterThan(managed.lots.step)
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

function wants(core: Core, managed: Managed, list: readonly Armed[], { atBar, onCadence }: Occasion): Want[] | undefined {
  let found: Want[] | undefined;
  for (const armed of list) {
    const { rule, trigger, silence, live } = armed;
    managed.acting = armed;
    if (!armed.watched || (rule.cadence === 'bar' && !onCadence) || trigger.idle(managed)) continue;
    const speaks = silence?.reason === 'spent' ? crossed(trigger, managed) : holds(trigger, managed);
    const renewed = silence?.reason === 'rejected' && armed.silentOn !== trigger.subject?.(managed);
    const muted = !renewed && (silence?.reason === 'rejected' || silence?.reason === 'spent');
    if ((renewed || (muted && !speaks)) && !live)
      core.emit({ type: 'RuleRearmed', positionId: managed.position.id, rule: rule.id, trigger: trigger.key });
    if (!speaks || muted || (silence && !renewed && !atBar)) continue;
    if (silence?.reason === 'expired' && managed.market.bars <= armed.quietBars) continue;
    if (live && (live.status !== 'proposed' || !atBar)) continue;
    const action = trigger.action(managed);
    if (!action || (live && !differs(core, managed, armed, action)) || spentByFurther(managed, armed, action)) continue;
    if (action.type === 'move-stop' && !changesStop(core, managed.position, action)) continue;
    found ??= [];
    found.push({ armed, action, proposed: false });
  }
  return found;
}

/** An add as the guards see it. */
const additionOf = (core: Core, { position }: Managed, rule: string, action: Extract<Action, { type: 'add' }>): Addition => ({
  account: position.account,
  symbol: position.symbol,
  side: position.side,
  quantity: dec(action.quantity),
  price: core.priceFor(position.symbol, entrySide(position.side)),
  position,
  rule,
  strength: action.strength,
});

/** A rule's add made to fit the limits of the position's size, where at least half of it does: a price that rose must not forbid what was planned. */
function fitted(core: Core, managed: Managed, { armed, action }: Want): Want['action'] {
  if (action.type !== 'add' || armed.rule.opens) return action;
  const room = roomFor(core, additionOf(core, managed, armed.rule.id, action));
  return room.lessThan(action.quantity) && room.times(2).greaterThanOrEqualTo(action.quantity)
    ? { ...action, quantity: text(room) }
    : action;
}

/** Why a want cannot be carried out now; undefined where it can. */
function refusalFor(core: Core, managed: Managed, { armed, action }: Want): Refusal | undefined {
  const { position, lots } = managed;
  if ((action.type === 'reduce' || action.type === 'add' || action.type === 'enter') && action.quantity === '0')
    return { code: 'BELOW_LOT', message: 'the quantity is less than one lot', figure: '0', limit: text(lots.step) };
  if (action.type === 'enter') return planOf(core, position, action, armed.rule.id).refusal;
  if (action.type === 'reduce' && position.quantity.greaterThan(action.quantity))
    return leastNotional(core, position.symbol, dec(action.quantity), core.mark(position));
  return action.type === 'add' ? refusalOf(core, additionOf(core, managed, armed.rule.id, action)) : undefined;
}

/** A refusal for a want, journaled once until its reason changes. While an order works on the position nothing is added to it. */
function blocked(core: Core, managed: Managed, want: Want): boolean {
  want.action = fitted(core, managed, want);
  const { armed, action } = want;
  const { position } = managed;
  if ((action.type === 'add' || action.type === 'enter') && core.ordersOf(position.id).length > 0) return true;
  const refusal = refusalFor(core, managed, want);
  if (refusal && armed.silence?.code !== refusal.code)
    core.emit({ type: 'RuleBlocked', positionId: position.id, rule: armed.rule.id, trigger: armed.trigger.key, refusal });
  return refusal !== undefined;
}

/** How far an action of a kind goes by itself. */
const STRENGTH: Record<Autonomy['mode'], number> = { off: 0, suggest: 1, approve: 2, 'auto-after': 3, auto: 4 };

const strengthOf = (core: Core, { kind }: Armed): number => STRENGTH[autonomyOf(core.state, kind).mode];

/** How far the exits that wait on a position go by themselves, as they were proposed and as their kind stands now; below 0 where none does. */
function waitingStrength(core: Core, managed: Managed, but?: Armed): number {
  let strongest = -1;
  for (const armed of managed.armed) {
    const { live } = armed;
    if (armed === but || live?.status !== 'proposed' || live.proposal.action.type !== 'close') continue;
    strongest = Math.max(strongest, Math.min(strengthOf(core, armed), STRENGTH[live.proposal.autonomy.mode]));
  }
  return strongest;
}

/** True where something may be done beside an exit that waits: it takes risk off and goes further by itself than the exit does. */
const besideExit = (core: Core, { armed, action }: Want, exit: number): boolean =>
  exit < 0 || ((action.type === 'reduce' || action.type === 'move-stop') && strengthOf(core, armed) > exit);

/**
 * Precedence in one step: a closing action ends everything else; of several stop moves the tightest is made and names the others.
 * Another rule's exit that waits already and goes as far by itself keeps its place and its countdown, which two rules taking turns would
 * begin anew for ever.
 */
function settle(core: Core, managed: Managed, wanted: Want[]): void {
  const exit = wanted.find(
    ({ action, armed }) => action.type === 'close' && waitingStrength(core, managed, armed) < strengthOf(core, armed),
  );
  if (exit) {
    const strength = strengthOf(core, exit.armed);
    for (const armed of managed.armed) {
      const { live } = armed;
      if (live?.status !== 'proposed' || armed === exit.armed) continue;
      if (!besideExit(core, { armed, action: live.proposal.action, proposed: true }, strength))
        supersede(core, live, null, `${exit.armed.rule.title} closes the position`);
    }
    propose(core, managed, exit, []);
    return;
  }
  const waiting = waitingStrength(core, managed);
  const list = wanted.filter((want) => want.action.type !== 'close' && besideExit(core, want, waiting));
  const moves = list.filter(({ action }) => action.type === 'move-stop');
  const price = (want: Want) => dec(want.action.type === 'move-stop' ? want.action.price : 0).times(sign(managed.position.side));
  const tightest = moves.reduce<Want | undefined>(
    (best, want) => (!best || price(want).greaterThan(price(best)) ? want : best),
    undefined,
  );
  let reduced = false;
  let enlarged = false;
  for (const want of list) {
    if (want.action.type === 'move-stop') {
      if (want === tightest)
        propose(
          core,
          managed,
          want,
          moves.filter((other) => other !== want && other.armed.rule !== want.armed.rule),
        );
      continue;
    }
    const reduces = want.action.type === 'reduce';
    // one that is refused leaves its place to the next: else that would speak at the next look, whenever it comes
    if ((reduces ? reduced : enlarged) || blocked(core, managed, want)) continue;
    if (reduces) reduced = true;
    else enlarged = true;
    propose(core, managed, want, []);
  }
}

/** Evaluates a position's rules exactly, at a wake, at a bar's close or on the cadence. A rule that throws puts its position to manual: the stop stays. */
export function evaluate(core: Core, managed: Managed, occasion: Occasion): void {
  const { position } = managed;
  const over = (): boolean => !managed.flat && (position.quantity.isZero() || position.status === 'CLOSING');
  if (over()) return;
  age(core, managed);
  if (core.state.manual.has(position.id)) return;
  try {
    // what was applied may let another rule speak in the same step: a raised stop starts the trail
    for (let left: readonly Armed[] = managed.armed; left.length > 0 && !over(); ) {
      const found = wants(core, managed, left, occasion);
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

/** After an emergency stop an entry plan asks before it enters again, until the user lets it. */
function askBeforeEntering(core: Core): void {
  const byItself = (): boolean => STRENGTH[autonomyOf(core.state, 'tranche-entry').mode] > STRENGTH.approve;
  if (core.policy.rules['tranche-entry'].plan === 'none' || !byItself()) return;
  if (core.state.autonomyLevel === 'auto') core.emit({ type: 'AutonomyLevelSet', level: 'assisted' });
  if (byItself()) core.emit({ type: 'AutonomySet', kind: 'tranche-entry', autonomy: { mode: 'approve' } });
}

/** The user's emergency stop: every working order is taken back, every position goes out at market, whatever else waits on it. */
export function stopAll(core: Core): void {
  for (const id of [...core.state.open.values()]) {
    const position = core.state.positions.get(id);
    const managed = core.managed(id);
    const armed = managed?.armed.find(({ rule }) => rule.id === 'emergency-stop');
    if (!position) continue;
    if (!managed || !armed || position.quantity.isZero() || closing(core, position)) {
      closeOut(core, position, 'emergency-stop', undefined);
      continue;
    }
    managed.emergency = true;
    propose(core, managed, { armed, action: { type: 'close' }, proposed: false }, []);
  }
  for (const lane of core.lanes) dismissScout(core, lane, 'the emergency stop was pressed');
  askBeforeEntering(core);
}
