import { z } from 'zod';
import {
  choiceKey,
  countKey,
  decimalKey,
  group,
  measureKey,
  optionalMeasureKey,
  switchKey,
  wordOrMeasureKey,
} from '../domain/keys.ts';
import { ALLOTMENTS } from '../domain/position.ts';
import { type ActionKind, type Autonomy, ACTION_KINDS } from '../domain/proposal.ts';
import { rules } from '../rules/index.ts';
import { initialStop, sizeLimits, sizing, target } from '../sizing/schema.ts';

const AUTONOMY = 'expected off, suggest, approve, auto or auto-after Ns, e.g. "auto-after 10s"';

const MODES = ['off', 'suggest', 'approve', 'auto-after', 'auto'] as const satisfies Autonomy['mode'][];

/** Reads "approve", "auto-after 10s" and so on; undefined when the text is none of these. */
function parseAutonomy(text: string): Autonomy | undefined {
  if (text === 'off' || text === 'suggest' || text === 'approve' || text === 'auto') return { mode: text };
  const after = /^auto-after (\d{1,4})s$/.exec(text);
  return after ? { mode: 'auto-after', seconds: Number(after[1]) } : undefined;
}

/** The weakest autonomy a kind may have: a stop and the emergency stop always act, a session ends flat and a lost day ends by themselves. */
export const FLOOR: Partial<Record<ActionKind, 'auto' | 'auto-after'>> = {
  'stop-loss': 'auto',
  emergency: 'auto',
  'session-flat': 'auto-after',
  'daily-loss': 'auto-after',
};

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
      const expected = FLOOR[kind] === 'auto' ? 'expected auto' : FLOOR[kind] ? 'expected auto-after 10s or auto' : AUTONOMY;
      context.addIssue({ code: 'custom', message: `"${text}" ${why}; ${expected}` });
      return z.NEVER;
    })
    .prefault(standard)
    .meta({
      help: `how actions of the kind ${kind} come about${FLOOR[kind] ? `; never weaker than ${FLOOR[kind]}: it protects the position` : ''}`,
      source: 'house',
      standard,
      kind: 'autonomy',
      options: MODES.filter((mode) => !tooWeak(kind, mode === 'auto-after' ? { mode, seconds: 10 } : { mode })),
    });
}

const STANDARD_AUTONOMY: Record<ActionKind, string> = {
  'stop-loss': 'auto',
  'take-profit': 'auto',
  emergency: 'auto',
  'session-flat': 'auto',
  'daily-loss': 'auto',
  'early-exit': 'auto-after 10s',
  'time-stop': 'auto-after 10s',
  'profit-potential': 'auto-after 10s',
  'partial-exit': 'approve',
  'stop-move': 'auto',
  'resize-down': 'auto-after 10s',
  'resize-up': 'approve',
  'scale-in': 'approve',
  'tranche-entry': 'approve',
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
  name: z
    .string({ error: 'expected a name as text' })
    .min(1, { error: 'expected a name of 1 to 60 characters' })
    .max(60, { error: 'expected a name of 1 to 60 characters' })
    .meta({ help: 'what the policy is called, here and in the journal', source: 'house' }),
  description: z
    .string({ error: (issue) => `${JSON.stringify(issue.input)} is not text` })
    .max(400, { error: 'expected at most 400 characters' })
    .default('')
    .meta({ help: 'what the policy is for, in a sentence', source: 'house', standard: '' }),
  enabled: switchKey(true, { help: 'manage positions at all; the stop always rests', source: 'S1' }),
  interval: measureKey('1m', {
    units: ['duration'],
    least: 1_000,
    most: 86_400_000,
    help: "interval of the engine's bars and indicators",
    source: 'S0',
  }),
  evaluateEvery: wordOrMeasureKey(['bar', 'tick'], 'bar', {
    units: ['duration'],
    least: 1_000,
    most: 86_400_000,
    help: 'cadence of the rules that have no price: at a bar’s close, at every price, or a duration of market time',
    source: 'S1 10–15 s',
  }),
  allotment: choiceKey(ALLOTMENTS, 'pro-rata', { help: 'which tranches an exit takes its quantity from', source: 'S2' }),
  averagingDown: choiceKey(['forbidden', 'allowed'], 'forbidden', {
    help: 'adding to a losing position',
    source: 'S0, S2',
    warn: { allowed: 'adds to losing positions: every add makes the loss at the stop larger' },
  }),
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
    leverage: decimalKey('1', { least: '1', most: '125', help: 'notional of a position over the money put in', source: 'S3' }),
    maintenance: measureKey('0%', {
      units: ['%'],
      least: 0,
      most: 99,
      help: 'share of the margin that is left when a leveraged position is liquidated',
      source: 'house',
    }),
    slippage: measureKey('0bps', {
      units: ['bps', 'ticks', '%'],
      least: 0,
      most: 1000,
      help: 'how much worse than the price market and stop orders fill',
      source: 'S3',
    }),
    slippageOf: choiceKey(['notional', 'size'], 'notional', {
      help: 'whether slippage in per cent is of the notional or of the money put in',
      source: 'S3 0.35 % of size',
    }),
  }),
  sizing,
  initialStop,
  target,
  limits: group({
    ...sizeLimits,
    tranches: countKey(3, { least: 1, most: 100, help: 'most tranches of one position', source: 'S2 3' }),
    trancheLeast: optionalMeasureKey('none', {
      units: ['$'],
      least: 0,
      help: 'least money put into one tranche',
      source: 'S2 $10',
    }),
    cooldown: measureKey('15m', {
      units: ['duration'],
      least: 0,
      help: 'time between two entries of a plan, into one position or a new one',
      source: 'S2 15 minutes',
    }),
    strength: measureKey('0', {
      units: ['plain'],
      least: 0,
      most: 1,
      help: 'least signal strength for a tranche of an entry plan',
      source: 'S2 temperature',
    }),
    tradesPerDay: optionalMeasureKey('none', {
      units: ['plain'],
      least: 1,
      help: 'most fills a trading day, entries and exits; exits are never refused',
      source: 'S2 10',
    }),
    flips: choiceKey(['forbidden', 'allowed'], 'forbidden', {
      help: 'an entry against the position that is larger than it closes it and opens the other side with the rest',
      source: 'S2',
    }),
    openPositions: countKey(10, { least: 1, most: 1000, help: 'most positions open at once', source: 'house' }),
    totalSize: optionalMeasureKey('2', {
      units: ['plain'],
      least: 1,
      most: 100,
      help: 'largest position as a multiple of its first tranche',
      source: 'S0',
    }),
    noEntriesFrom: measureKey('15:30', {
      units: ['time', 'duration'],
      help: "from this time of day in the exchange's zone, or this long before the close, no entries and no adds",
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
  indicators: group({
    atr: countKey(14, { least: 1, most: 1000, help: 'bars of the average true range', source: 'S3 14' }),
    rsi: countKey(14, { least: 1, most: 1000, help: 'changes of the RSI', source: 'rules.md' }),
    macdFast: countKey(12, { least: 1, most: 1000, help: 'closes of the fast average of MACD', source: 'rules.md' }),
    macdSlow: countKey(26, { least: 2, most: 1000, help: 'closes of the slow average of MACD', source: 'rules.md' }),
    macdSignal: countKey(9, { least: 1, most: 1000, help: 'values of the signal of MACD', source: 'rules.md' }),
    volume: countKey(5, { least: 1, most: 1000, help: 'bars of the mean volume', source: 'rules.md' }),
    swing: countKey(5, { least: 1, most: 100, help: 'bars on each side that confirm a swing high or low', source: 'rules.md' }),
    momentum: countKey(10, { least: 1, most: 1000, help: 'bars over which momentum is taken', source: 'rules.md' }),
    average: countKey(20, { least: 1, most: 1000, help: 'closes of the moving average', source: 'house' }),
  }),
  models: group({
    confidence: measureKey('60%', {
      units: ['%'],
      least: 0,
      most: 100,
      help: 'least confidence of a model; below it the rule-based decision is used',
      source: 'S0 0.60',
    }),
  }),
  autonomy,
  rules: ruleGroup,
});

export type Policy = z.output<typeof policySchema>;
