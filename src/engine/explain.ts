import type { CriterionReading } from '../domain/proposal.ts';
import type { Milliseconds } from '../domain/time.ts';
import { rules } from '../rules/index.ts';
import { readingsOf } from '../rules/rule.ts';
import type { Core } from './core.ts';
import type { Armed, Managed } from './managed.ts';
import type { Silence } from './state.ts';

/**
 * How a trigger stands on a position: `off` by policy or autonomy; `live` on the desk or being applied; `done` for good or for now;
 * `silent` after a decision; `armed`: only its price or time is missing; `waiting`: something else is.
 */
export type TriggerState = 'off' | 'live' | 'done' | 'silent' | 'armed' | 'waiting';

export interface TriggerReading {
  label: string;
  state: TriggerState;
  /** why it is silent, where it is */
  silence?: Silence['reason'];
  /** price at which it would act next, NaN where it has none */
  level: number;
  /** time at which it would act next, Infinity where it has none */
  due: number;
  criteria: CriterionReading[];
}

export interface RuleReading {
  rule: string;
  title: string;
  triggers: TriggerReading[];
}

/** Of two prices that both have to be reached, the one further from where the price is. */
const further = (a: number, b: number, price: number): number => (Math.abs(a - price) > Math.abs(b - price) ? a : b);

function read(managed: Managed, { rule, kind, params, trigger, live, silence, watched }: Armed): TriggerReading {
  const label = rule.levelLabel(params, trigger);
  const rests = rule.id === 'stop-loss' || rule.id === 'liquidation' || (rule.id === 'take-profit' && !watched);
  let level = Number.NaN;
  let due = Number.POSITIVE_INFINITY;
  let blocked = false;
  for (const criterion of trigger.criteria) {
    if (criterion.kind === 'price' && !criterion.holds(managed)) level = further(level, criterion.level(managed), managed.price);
    else if (criterion.kind === 'time' && !criterion.holds(managed)) due = criterion.due(managed);
    else if (criterion.kind === 'value' && !criterion.holds(managed)) blocked = true;
  }
  if (trigger.any && !trigger.any.some((criterion) => criterion.kind !== 'model' && criterion.holds(managed))) blocked = true;
  // its level was reached and the stop is where it wants it
  const reached = kind === 'stop-move' && Number.isNaN(level) && trigger.criteria.some((criterion) => criterion.kind === 'price');
  const state: TriggerState = live
    ? 'live'
    : rests
      ? Number.isNaN(level)
        ? 'off'
        : 'armed'
      : !watched
        ? 'off'
        : trigger.idle(managed)
          ? 'done'
          : silence
            ? 'silent'
            : blocked
              ? reached
                ? 'done'
                : 'waiting'
              : 'armed';
  return {
    label,
    state,
    ...(state === 'silent' && silence ? { silence: silence.reason } : {}),
    level,
    due,
    criteria: readingsOf(trigger, managed),
  };
}

/** A trigger that throws has put its position to manual; it must not take the view with it. */
function readOrOff(managed: Managed, armed: Armed): TriggerReading {
  try {
    return read(managed, armed);
  } catch {
    const label = armed.rule.levelLabel(armed.params, armed.trigger);
    return { label, state: 'off', level: Number.NaN, due: Number.POSITIVE_INFINITY, criteria: [] };
  }
}

/**
 * Reads out every rule of a position at the last price: the same criteria that decide. It leaves no trace: what is looked at must not change
 * what the engine does next.
 * @param now engine time
 */
export function explain(managed: Managed, now: Milliseconds): RuleReading[] {
  const { price, ts } = managed;
  managed.price = managed.market.exitPrice(managed.side);
  managed.ts = now;
  const readings = rules.map((rule) => ({
    rule: rule.id,
    title: rule.title,
    triggers: managed.armed.filter((armed) => armed.rule === rule).map((armed) => readOrOff(managed, armed)),
  }));
  managed.price = price;
  managed.ts = ts;
  return readings;
}

/** The same of everything that is held, by position. */
export const explainBook = ({ book, ts }: Core): Map<string, RuleReading[]> =>
  new Map(book.map((managed) => [managed.position.id, explain(managed, ts)]));
