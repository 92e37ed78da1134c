import type { RuleReading, TriggerReading } from '../engine/explain.ts';
import type { RuleStatus, RuleView } from './views.ts';

/** What the words of a rule's state need of its position. */
export interface RuleContext {
  /** the price it would leave at */
  price: number;
  decimals: number;
  /** local time of day of its market */
  clock(ts: number): string;
  /** when a rule last acted on it; undefined while never */
  actedAt(rule: string): number | undefined;
  /** why a guard last held a rule back; undefined while none has */
  blockedBy(rule: string): string | undefined;
  /** true once a rule has failed: nothing but the stop acts by itself */
  byHand: boolean;
}

const ORDER: Record<RuleStatus, number> = { live: 0, armed: 1, waiting: 2, silent: 3, done: 4, off: 5 };

/** Rules that are never switched off, while there is nothing for them to do. */
const IDLE: Record<string, string> = {
  'stop-loss': 'no stop is set',
  'take-profit': 'no target is set',
  liquidation: 'no leverage',
};

/** Rules that refuse what adds risk while their criteria hold. */
const HALTS = new Set(['daily-loss', 'drawdown-halt']);

/** True for a trigger that only a model could decide, and none may speak. */
const wantsModel = ({ criteria }: TriggerReading): boolean =>
  criteria.some(({ verdict }) => verdict === 'left-out') &&
  criteria.every(({ verdict, level }) => verdict === 'left-out' || level !== undefined);

function silenceWords({ silence }: TriggerReading, blocked: string | undefined): string {
  switch (silence) {
    case 'refused':
      return `held back: ${blocked ?? 'a guard refuses it'}`;
    case 'expired':
      return 'expired: speaks again at the next bar';
    case 'rejected':
      return 'rejected: silent until its criteria have been false';
    case 'spent':
    case undefined:
      return 'has acted: silent until its criteria have been false';
    default:
      return silence satisfies never;
  }
}

/** What is missing of a trigger, in words; '' where nothing is. Of criteria of which any will do, one is enough. */
function missingWords({ criteria }: TriggerReading): string {
  const open = criteria.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown');
  const must = open.find(({ any, level }) => !any && level === undefined) ?? open.find(({ any }) => !any);
  if (must) return `${must.label} ${must.value}, needs ${must.comparison} ${must.threshold}`;
  return criteria.some(({ any, verdict }) => any && verdict === 'pass') ? '' : 'none of its signals speaks';
}

/** When and where an armed trigger acts: "at 101.50", "at 14:42", "from 14:42 at 101.50"; '' where it has neither. */
function whereWords({ level, due }: TriggerReading, { decimals, clock }: RuleContext): string {
  const price = Number.isNaN(level) ? '' : `at ${level.toFixed(decimals)}`;
  if (!Number.isFinite(due)) return price;
  return price === '' ? `at ${clock(due)}` : `from ${clock(due)} ${price}`;
}

function readOff(rule: string, trigger: TriggerReading, context: RuleContext): { status: RuleStatus; state: string } | undefined {
  const acted = context.actedAt(rule);
  if (trigger.state === 'done' && wantsModel(trigger)) return { status: 'off', state: 'no model may speak' };
  if (trigger.state === 'done')
    return { status: 'done', state: acted === undefined ? 'nothing to do now' : `done ${context.clock(acted)}` };
  if (trigger.state !== 'off') return undefined;
  if (rule === 'emergency-stop') return { status: 'armed', state: 'when you press Stop all' };
  const idle = IDLE[rule];
  return { status: 'off', state: context.byHand ? 'by hand: a rule has failed' : (idle ?? 'off by autonomy') };
}

/** How one trigger stands, in words. */
function stateOf(rule: string, trigger: TriggerReading, context: RuleContext): { status: RuleStatus; state: string } {
  const off = readOff(rule, trigger, context);
  if (off) return off;
  switch (trigger.state) {
    case 'live':
      return { status: 'live', state: 'waits for you' };
    case 'silent':
      return { status: 'silent', state: silenceWords(trigger, context.blockedBy(rule)) };
    case 'armed': {
      const where = whereWords(trigger, context);
      if (where === '' && HALTS.has(rule)) return { status: 'silent', state: 'halted: no entries or adds' };
      return { status: 'armed', state: where === '' ? `armed: ${trigger.label}` : `armed ${where}` };
    }
    default: {
      const missing = missingWords(trigger);
      return { status: 'waiting', state: missing === '' ? 'waiting' : `waiting: ${missing}` };
    }
  }
}

/** How near a trigger is: by price where it has one, else by time, else far. */
const nearness = ({ level, due }: TriggerReading, price: number): [number, number] => [
  Number.isNaN(level) ? Number.POSITIVE_INFINITY : Math.abs(level - price),
  due,
];

interface Placed {
  view: RuleView;
  near: [number, number];
}

function place({ rule, title, triggers }: RuleReading, context: RuleContext): Placed {
  const far: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const read = triggers.map((trigger) => ({
    trigger,
    near: nearness(trigger, context.price),
    shown: { label: trigger.label, ...stateOf(rule, trigger, context), criteria: trigger.criteria },
  }));
  const [first] = read.toSorted((a, b) => ORDER[a.shown.status] - ORDER[b.shown.status] || compare(a.near, b.near));
  if (!first) return { view: { rule, title, status: 'off', state: 'off in this policy', triggers: [] }, near: far };
  const acted = context.actedAt(rule);
  const again = acted !== undefined && first.shown.status !== 'done' && first.shown.status !== 'off';
  return {
    view: {
      rule,
      title,
      status: first.shown.status,
      state: again ? `${first.shown.state} · acted ${context.clock(acted)}` : first.shown.state,
      triggers: read.map(({ shown }) => shown),
    },
    near: first.near,
  };
}

/** By price, then by time; of two that have neither, neither comes first. */
function compare(a: [number, number], b: [number, number]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] === b[1] ? 0 : a[1] < b[1] ? -1 : 1;
}

/** Every rule of the table on a position, what acts soonest first, what is off last; equals keep the order of precedence. */
export const ruleViews = (readings: readonly RuleReading[], context: RuleContext): RuleView[] =>
  readings
    .map((reading) => place(reading, context))
    .toSorted((a, b) => ORDER[a.view.status] - ORDER[b.view.status] || compare(a.near, b.near))
    .map(({ view }) => view);

/** How one rule stands, for an instrument on which nothing is held; null where the policy has none of it. */
export function ruleView(readings: readonly RuleReading[], rule: string, context: RuleContext): RuleView | null {
  const reading = readings.find((one) => one.rule === rule);
  return reading && reading.triggers.length > 0 ? place(reading, context).view : null;
}
