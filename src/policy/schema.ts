import { z } from 'zod';
import { choiceKey, countKey, decimalKey, group, measureKey, switchKey } from '../domain/keys.ts';
import { ALLOTMENTS } from '../domain/position.ts';
import { type ActionKind, type Autonomy, ACTION_KINDS } from '../domain/proposal.ts';
import { rules } from '../rules/index.ts';
import { initialStop, sizeLimits, sizing, target } from '../sizing/schema.ts';

const AUTONOMY = 'expected off, suggest, approve, auto or auto-after Ns, e.g. "auto-after 10s"';

/** Reads "approve", "auto-after 10s" and so on; undefined when the text is none of these. */
function parseAutonomy(text: string): Autonomy | undefined {
  if (text === 'off' || text === 'suggest' || text === 'approve' || text === 'auto') return { mode: text };
  const after = /^auto-after (\d{1,4})s$/.exec(text);
  return after ? { mode: 'auto-after', seconds: Number(after[1]) } : undefined;
}

/** The weakest autonomy a kind may have: a stop always acts, and a session always ends flat by itself. */
export const FLOOR: Partial<Record<ActionKind, 'auto' | 'auto-after'>> = { 'stop-loss': 'auto', 'session-flat': 'auto-after' };

/** True where `autonomy` is weaker than the kind allows. */
export function tooWeak(kind: ActionKind, autonomy: Autonomy): boolean {
  const floor = FLOOR[kind];
  return floor === 'auto'
    ? autonomy.mode !== 'auto'
    : floor === 'auto-after' && autonomy.mode !== 'auto' && autonomy.mode !== 'auto-after';
}

function autonomyKey(kind: ActionKind, standard: string): z.ZodType<Autonomy, string | undefined> {
  return z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not text; ${AUTONOMY}` })
    .transform((text, context): Autonomy => {
      const autonomy = parseAutonomy(text);
      if (autonomy && !tooWeak(kind, autonomy)) return autonomy;
      const why = autonomy ? `is weaker than ${FLOOR[kind]}, which ${kind} needs` : 'is not an autonomy';
      context.addIssue({ code: 'custom', message: `"${text}" ${why}; ${AUTONOMY}` });
      return z.NEVER;
    })
    .prefault(standard)
    .meta({ help: `how actions of the kind ${kind} come about`, source: 'house', standard });
}

const STANDARD_AUTONOMY: Record<ActionKind, string> = {
  'stop-loss': 'auto',
  'take-profit': 'auto',
  'session-flat': 'auto',
  'partial-exit': 'approve',
  'stop-move': 'auto',
  'scale-in': 'approve',
};

const autonomy = group(
  Object.fromEntries(ACTION_KINDS.map((kind) => [kind, autonomyKey(kind, STANDARD_AUTONOMY[kind])])) as Record<
    ActionKind,
    z.ZodType<Autonomy, string | undefined>
  >,
);

type RuleParams = { [R in (typeof rules)[number] as R['id']]: R['params'] };
const ruleGroup = group(Object.fromEntries(rules.map((rule) => [rule.id, rule.params])) as unknown as RuleParams);

/** A policy: everything that decides how positions are sized and managed. Every threshold carries its unit. */
export const policySchema = group({
  name: z.string({ error: 'expected a name as text' }).min(1).max(60),
  description: z.string().max(400).default(''),
  enabled: switchKey(true, { help: 'manage positions at all; the stop always rests', source: 'S1' }),
  interval: measureKey('1m', {
    units: ['duration'],
    least: 1_000,
    most: 86_400_000,
    help: "interval of the engine's bars and indicators",
    source: 'S0',
  }),
  evaluateEvery: z
    .union(
      [z.enum(['bar', 'tick']), measureKey('15s', { units: ['duration'], least: 1_000, most: 86_400_000, help: '', source: '' })],
      {
        error: (issue) => `${JSON.stringify(issue.input)}: expected bar, tick or a duration of at least 1s`,
      },
    )
    .default('bar')
    .meta({
      help: 'cadence of the rules that have no price: at a bar’s close, at every price, or a duration of market time',
      source: 'S1 10–15 s',
      standard: 'bar',
    }),
  allotment: choiceKey(ALLOTMENTS, 'pro-rata', { help: 'which tranches an exit takes its quantity from', source: 'S2' }),
  averagingDown: choiceKey(['forbidden', 'allowed'], 'forbidden', { help: 'adding to a losing position', source: 'S0, S2' }),
  stopBeyondPrice: choiceKey(['clamp', 'exit'], 'clamp', {
    help: 'a stop that the last price would already hit is put one tick behind it, or becomes an exit',
    source: 'house',
  }),
  account: group({
    equity: decimalKey('100000', { least: '1', help: 'money at the start of a session', source: 'house' }),
    commissionPerUnit: decimalKey('0', { least: '0', help: 'commission a unit', source: 'S3' }),
    commissionPercent: measureKey('0%', {
      units: ['%', 'bps'],
      least: 0,
      most: 100,
      help: 'commission as a share of the money traded',
      source: 'S3',
    }),
    commissionMinimum: decimalKey('0', { least: '0', help: 'least commission of a fill that has one', source: 'S3' }),
    slippage: measureKey('0bps', {
      units: ['bps', 'ticks'],
      least: 0,
      most: 1000,
      help: 'how much worse than the price market and stop orders fill',
      source: 'S3',
    }),
  }),
  sizing,
  initialStop,
  target,
  limits: group({
    ...sizeLimits,
    openPositions: countKey(10, { least: 1, most: 1000, help: 'most positions open at once', source: 'house' }),
    totalSize: measureKey('2', {
      units: ['plain'],
      least: 1,
      most: 100,
      help: 'largest position as a multiple of its first tranche',
      source: 'S0',
    }),
    noEntriesFrom: measureKey('15:30', {
      units: ['time'],
      help: "from this time of day in the exchange's zone no entries and no adds",
      source: 'S0',
    }),
    entryWindow: switchKey(true, { help: 'keep to noEntriesFrom', source: 'S0' }),
  }),
  proposals: group({
    expireBars: countKey(2, {
      least: 1,
      most: 1000,
      help: 'policy bars after which a proposal expires, if that is later than expireAfter',
      source: 'house',
    }),
    expireAfter: measureKey('60s', {
      units: ['duration'],
      least: 1_000,
      help: 'least time that a proposal stays',
      source: 'house',
    }),
    tolerance: measureKey('0.25R', {
      units: ['R', '%', 'ATR'],
      least: 0,
      help: 'how far price may move before a proposal expires',
      source: 'house',
    }),
  }),
  autonomy,
  rules: ruleGroup,
});

export type Policy = z.output<typeof policySchema>;
