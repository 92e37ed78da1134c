import type { Command } from '../domain/commands.ts';
import { Decimal, dec, text } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { type Position, sign } from '../domain/position.ts';
import type { Proposal, ProposalRecord } from '../domain/proposal.ts';
import { tooWeak } from '../policy/schema.ts';
import type { Core } from './core.ts';
import { approve, closeOut, closing, freeQuantity, orderAtMarket } from './desk.ts';
import { placeEntry, targetRefusal } from './entries.ts';
import { stopAll } from './evaluate.ts';
import { leastNotional, lotRefusal, tickRefusal } from './filters.ts';
import { halted } from './guards.ts';
import { resetPeak } from './halts.ts';
import { cancel } from './paper.ts';
import { setPolicy } from './policy.ts';
import { PAPER } from './scout.ts';

const ENDED: Record<Exclude<ProposalRecord['status'], 'proposed'>, string> = {
  approved: 'it is already approved',
  rejected: 'it was rejected',
  vetoed: 'it was vetoed',
  expired: 'it has expired',
  superseded: 'a newer one has taken its place',
  'auto-applied': 'it has already applied by itself',
  applied: 'it is already applied',
  failed: 'it has failed',
};

function openProposal(core: Core, id: string): ProposalRecord | Refusal {
  const record = core.state.proposals.get(id);
  if (!record) return { code: 'NO_PROPOSAL', message: 'there is no such proposal', figure: id };
  if (record.status !== 'proposed')
    return {
      code: 'PROPOSAL_NOT_OPEN',
      message: ENDED[record.status] + (record.reason ? `: ${record.reason}` : ''),
      figure: record.status,
    };
  if (core.ts >= record.proposal.expiresAt) return { code: 'PROPOSAL_NOT_OPEN', message: 'its time is up', figure: 'expired' };
  return record;
}

function held(core: Core, id: string): Position | Refusal {
  const position = core.state.positions.get(id);
  if (!position) return { code: 'NO_POSITION', message: 'there is no such position', figure: id };
  return position.status === 'CLOSED' ? { code: 'POSITION_CLOSED', message: 'the position is closed', figure: id } : position;
}

/** Why a proposal may not be approved with another quantity. */
export function quantityRefusal(core: Core, { action, symbol }: Proposal, quantity: string): Refusal | undefined {
  if (!('quantity' in action)) return { code: 'NO_QUANTITY', message: 'this action has no quantity to change', figure: quantity };
  const refusal = lotRefusal(core, symbol, quantity);
  if (refusal) return refusal;
  return action.type !== 'reduce' && action.quantity !== null && dec(quantity).greaterThan(action.quantity)
    ? { code: 'ABOVE_PROPOSAL', message: 'an add may be made smaller, not larger', figure: quantity, limit: action.quantity }
    : undefined;
}

/** Carries out a command or says why not. Nothing is half done. */
function carryOut(core: Core, command: Command): Refusal | undefined {
  switch (command.type) {
    case 'PlaceEntry':
      placeEntry(core, command);
      return undefined;
    case 'ApproveProposal': {
      const record = openProposal(core, command.proposalId);
      if ('code' in record) return record;
      if (record.proposal.autonomy.mode === 'suggest')
        return { code: 'SUGGEST_ONLY', message: 'this kind only suggests: act by hand or change its autonomy' };
      const refusal = command.quantity === undefined ? undefined : quantityRefusal(core, record.proposal, command.quantity);
      if (refusal) return refusal;
      approve(core, command.proposalId, 'user', command.quantity);
      return undefined;
    }
    case 'RejectProposal': {
      const record = openProposal(core, command.proposalId);
      if ('code' in record) return record;
      core.emit({
        type: 'ProposalRejected',
        proposalId: command.proposalId,
        vetoed: record.proposal.autonomy.mode === 'auto-after',
      });
      return undefined;
    }
    case 'SnoozeProposal': {
      const record = openProposal(core, command.proposalId);
      if ('code' in record) return record;
      if (!Number.isInteger(command.forMs) || command.forMs <= 0 || command.forMs > 86_400_000)
        return { code: 'SNOOZE', message: 'a snooze is 1 ms to a day', figure: String(command.forMs) };
      core.emit({ type: 'ProposalSnoozed', proposalId: command.proposalId, until: core.ts + command.forMs });
      return undefined;
    }
    case 'ReducePosition': {
      const position = held(core, command.positionId);
      if ('code' in position) return position;
      const free = freeQuantity(core, position);
      const refusal = lotRefusal(core, position.symbol, command.quantity);
      if (refusal && !(refusal.code === 'LOT_SIZE' && position.quantity.equals(command.quantity))) return refusal;
      if (free.lessThan(command.quantity))
        return {
          code: 'ABOVE_POSITION',
          message: 'more than is held and free',
          figure: command.quantity,
          limit: text(Decimal.max(free, 0)),
        };
      const small = position.quantity.greaterThan(command.quantity)
        ? leastNotional(core, position.symbol, dec(command.quantity), core.mark(position))
        : undefined;
      if (small) return small;
      orderAtMarket(core, position, 'reduce', dec(command.quantity), 'user');
      core.syncStatus(position);
      return undefined;
    }
    case 'ClosePosition': {
      const position = held(core, command.positionId);
      if ('code' in position) return position;
      if (closing(core, position))
        return { code: 'ALREADY_CLOSING', message: 'the position is already being closed', figure: position.id };
      closeOut(core, position, 'user', undefined);
      return undefined;
    }
    case 'MoveStop':
      return moveStop(core, command);
    case 'MoveTarget': {
      const position = held(core, command.positionId);
      if ('code' in position) return position;
      if (command.price !== null) {
        const refusal = targetRefusal(core, position.symbol, command.price);
        if (refusal) return refusal;
        if (!dec(command.price).minus(core.mark(position)).times(sign(position.side)).greaterThan(0))
          return {
            code: 'TARGET_SIDE',
            message: 'the target must be beyond the last price',
            figure: command.price,
            limit: text(core.mark(position)),
          };
      }
      core.emit({
        type: 'TargetSet',
        positionId: position.id,
        from: position.target ? text(position.target) : null,
        to: command.price,
        causedBy: 'user',
      });
      return undefined;
    }
    case 'CancelOrder': {
      const order = core.state.orders.get(command.orderId);
      if (!order) return { code: 'NO_ORDER', message: 'no such order is working', figure: command.orderId };
      cancel(core, order, 'by the user');
      const position = core.state.positions.get(order.positionId);
      if (position) core.syncStatus(position);
      return undefined;
    }
    case 'SetAutonomyLevel':
      core.emit({ type: 'AutonomyLevelSet', level: command.level });
      rewatch(core);
      return undefined;
    case 'SetAutonomy':
      if (tooWeak(command.kind, command.autonomy))
        return {
          code: 'AUTONOMY_FLOOR',
          message: `${command.kind} may not be weaker than it is by rule`,
          figure: command.autonomy.mode,
        };
      if (command.autonomy.mode === 'auto-after' && !wholeSeconds(command.autonomy.seconds))
        return {
          code: 'AUTONOMY_SECONDS',
          message: 'an action applies by itself after whole seconds, up to 9999',
          figure: String(command.autonomy.seconds),
          limit: '9999',
        };
      core.emit({ type: 'AutonomySet', kind: command.kind, autonomy: command.autonomy });
      rewatch(core);
      return undefined;
    case 'SetPolicy':
      return setPolicy(core, command.policy);
    case 'ResetPeak':
      if (command.reason.trim() === '')
        return { code: 'REASON', message: 'resetting the peak needs a reason, which the journal keeps' };
      resetPeak(core, command.account ?? PAPER, command.reason.trim());
      return undefined;
    case 'SetHold':
      if (core.state.holds.has(command.reason) === command.on)
        return { code: 'HOLD_UNCHANGED', message: command.on ? 'it is held already' : 'nothing is held', figure: command.reason };
      core.emit({ type: command.on ? 'HoldBegan' : 'HoldEnded', reason: command.reason });
      return undefined;
    case 'StopAll':
      stopAll(core);
      rewatch(core);
      return undefined;
    default:
      return command satisfies never;
  }
}

function rewatch(core: Core): void {
  for (const managed of core.book) managed.rewatch(core.state);
  for (const { scout } of core.lanes) scout?.rewatch(core.state);
}

function moveStop(core: Core, command: Extract<Command, { type: 'MoveStop' }>): Refusal | undefined {
  const position = held(core, command.positionId);
  if ('code' in position) return position;
  const refusal = tickRefusal(core, position.symbol, command.price, 'stop');
  if (refusal) return refusal;
  const from = position.stop;
  if (!from) return { code: 'NO_STOP', message: 'the position has no stop to move', figure: command.positionId };
  const to = dec(command.price);
  if (!core.mark(position).minus(to).times(sign(position.side)).greaterThan(0))
    return {
      code: 'STOP_SIDE',
      message: 'the stop must be behind the last price',
      figure: command.price,
      limit: text(core.mark(position)),
    };
  const change = to.minus(from).times(sign(position.side));
  if (change.isZero()) return { code: 'STOP_UNCHANGED', message: 'the stop is already there', figure: command.price };
  if (change.lessThan(0) && !command.loosen)
    return {
      code: 'STOP_LOOSER',
      message: 'a stop only tightens; loosening it must be asked for',
      figure: command.price,
      limit: text(from),
    };
  // loosening adds risk: while the account is halted it is refused like an add
  const halt = change.lessThan(0) ? halted(core, position.account) : undefined;
  if (halt) return halt;
  if (change.greaterThan(0))
    core.emit({ type: 'StopRaised', positionId: position.id, from: text(from), to: text(to), causedBy: 'user', alsoBy: [] });
  else {
    const managed = core.managed(position.id);
    const silenced = (managed?.armed ?? [])
      // whether the stop is already tighter is about to change: only the levels that were reached count
      .filter(
        ({ kind, trigger }) =>
          managed &&
          kind === 'stop-move' &&
          trigger.key !== 'follow' &&
          trigger.criteria.every((criterion) => criterion.kind === 'value' || criterion.holds(managed)),
      )
      .map(({ rule, trigger }) => ({ rule: rule.id, trigger: trigger.key }));
    const best = managed && !Number.isNaN(managed.best) ? text(dec(managed.best)) : null;
    core.emit({
      type: 'StopLoosened',
      positionId: position.id,
      from: text(from),
      to: text(to),
      causedBy: 'user',
      best,
      silenced,
    });
  }
  return undefined;
}

/** The command with its keys in one order and without empty ones: the same wish is the same bytes, wherever it came from. */
function canonical<T extends object>(value: T): T {
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a === 'type' ? -1 : b === 'type' ? 1 : a < b ? -1 : 1))
    .map(([key, inner]) => [key, canonicalValue(inner)]);
  return Object.fromEntries(entries) as T;
}

function canonicalValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalValue);
  return typeof value === 'object' && value !== null ? canonical(value) : value;
}

/** Takes a command: journals it, carries it out, and journals the refusal if there is one. Every command has exactly one outcome. */
export function receive(core: Core, command: Command): void {
  core.emit({ type: 'CommandReceived', command: canonical(command) });
  const refusal = carryOut(core, command);
  if (!refusal) return;
  core.emit({
    type: 'CommandRefused',
    command: command.type,
    ...('proposalId' in command ? { proposalId: command.proposalId } : {}),
    ...('positionId' in command ? { positionId: command.positionId } : {}),
    refusal,
  });
}

const wholeSeconds = (seconds: number): boolean => Number.isInteger(seconds) && seconds >= 0 && seconds <= 9999;
