import { describe, expect, it } from 'vitest';
import type { CriterionReading, Verdict } from '../domain/proposal.ts';
import { holding, policyWith, tradesTape } from '../engine/testing.ts';
import { Engine } from '../engine/engine.ts';
import { explain, type RuleReading, type TriggerReading } from '../engine/explain.ts';
import { type RuleContext, ruleView, ruleViews } from './rules.ts';

const criterion = (label: string, verdict: Verdict, more: Partial<CriterionReading> = {}): CriterionReading => ({
  label,
  comparison: '>',
  threshold: '50',
  value: '48.2',
  verdict,
  ...more,
});
const trigger = (over: Partial<TriggerReading> = {}): TriggerReading => ({
  label: 'breakeven 1R',
  state: 'armed',
  level: Number.NaN,
  due: Number.POSITIVE_INFINITY,
  criteria: [],
  ...over,
});
const reading = (rule: string, ...triggers: TriggerReading[]): RuleReading => ({ rule, title: rule, triggers });
const context = (over: Partial<RuleContext> = {}): RuleContext => ({
  price: 100,
  decimals: 2,
  clock: (ts) => `${ts}:00`,
  actedAt: () => undefined,
  blockedBy: () => undefined,
  byHand: false,
  ...over,
});
const stateOf = (one: RuleReading, over: Partial<RuleContext> = {}): string => ruleViews([one], context(over))[0]?.state ?? '';

describe('the state of a rule, in words', () => {
  const rsi = criterion('RSI', 'fail');
  it.each<[string, RuleReading, Partial<RuleContext>]>([
    ['armed at 101.50', reading('breakeven', trigger({ level: 101.5 })), {}],
    ['armed at 14:00', reading('session-flat', trigger({ due: 14 })), {}],
    ['armed from 14:00 at 101.50', reading('time-stop', trigger({ due: 14, level: 101.5 })), {}],
    ['armed: breakeven 1R', reading('breakeven', trigger()), {}],
    ['waits for you', reading('scale-in', trigger({ state: 'live' })), {}],
    ['waiting: RSI 48.2, needs > 50', reading('scale-in', trigger({ state: 'waiting', criteria: [rsi] })), {}],
    [
      'waiting: RSI 48.2, needs > 50',
      reading('scale-in', trigger({ state: 'waiting', criteria: [criterion('Open profit', 'fail', { level: '101.50' }), rsi] })),
      {},
    ],
    [
      'waiting: none of its signals speaks',
      reading('early-exit', trigger({ state: 'waiting', criteria: [criterion('Volume', 'fail', { any: true })] })),
      {},
    ],
    ['done 10:00', reading('partial-exit', trigger({ state: 'done' })), { actedAt: () => 10 }],
    ['nothing to do now', reading('breakeven', trigger({ state: 'done' })), {}],
    [
      'no model may speak',
      reading('profit-potential', trigger({ state: 'done', criteria: [criterion('Expected further profit', 'left-out')] })),
      {},
    ],
    ['off in this policy', reading('age-tighten'), {}],
    ['off by autonomy', reading('scale-in', trigger({ state: 'off' })), {}],
    ['no leverage', reading('liquidation', trigger({ state: 'off' })), {}],
    ['when you press Stop all', reading('emergency-stop', trigger({ state: 'off' })), {}],
    ['by hand: a rule has failed', reading('scale-in', trigger({ state: 'off' })), { byHand: true }],
    ['halted: no entries or adds', reading('daily-loss', trigger()), {}],
    [
      'held back: too many positions',
      reading('scale-in', trigger({ state: 'silent', silence: 'refused' })),
      { blockedBy: () => 'too many positions' },
    ],
    [
      'rejected: silent until its criteria have been false',
      reading('scale-in', trigger({ state: 'silent', silence: 'rejected' })),
      {},
    ],
    ['expired: speaks again at the next bar', reading('scale-in', trigger({ state: 'silent', silence: 'expired' })), {}],
    ['armed at 101.50 · acted 10:00', reading('trailing-stop', trigger({ level: 101.5 })), { actedAt: () => 10 }],
  ])('%s', (words, one, over) => expect(stateOf(one, over)).toBe(words));
});

it('what acts soonest comes first: what waits, then by price, then by time, and what is off comes last', () => {
  const views = ruleViews(
    [
      reading('off', ...[]),
      reading('far', trigger({ level: 90 })),
      reading('timed', trigger({ due: 5 })),
      reading('done', trigger({ state: 'done' })),
      reading('near', trigger({ level: 101 })),
      reading('waiting', trigger({ state: 'waiting', level: 100.5 })),
      reading('live', trigger({ state: 'live' })),
    ],
    context(),
  );
  expect(views.map(({ rule }) => rule)).toEqual(['live', 'near', 'far', 'timed', 'waiting', 'done', 'off']);
});

it('[R6] a ladder shows each of its steps, and stands as the one that acts soonest', () => {
  const ladder = reading(
    'partial-exit',
    trigger({ label: '25% off at 3R', level: 103 }),
    trigger({ label: '50% off at 1.5R', level: 101.5 }),
    trigger({ label: '75% off at 1R', state: 'done' }),
  );
  const [view] = ruleViews([ladder], context({ actedAt: () => 10 }));
  expect(view?.state).toBe('armed at 101.50 · acted 10:00');
  expect(view?.triggers.map(({ label, status }) => [label, status])).toEqual([
    ['25% off at 3R', 'armed'],
    ['50% off at 1.5R', 'armed'],
    ['75% off at 1R', 'done'],
  ]);
});

it('every rule of the table stands on a real position, whatever the policy switches off', () => {
  const engine = holding([100.5], { rules: { breakeven: { enabled: true }, 'early-exit': { enabled: true } } });
  engine.run(Number.POSITIVE_INFINITY);
  const [managed] = engine.core.book;
  const views = managed ? ruleViews(explain(managed, engine.core.ts), context()) : [];
  expect(views).toHaveLength(19);
  expect(views.find(({ rule }) => rule === 'breakeven')?.state).toBe('armed at 101.00');
  expect(views.find(({ rule }) => rule === 'early-exit')?.triggers[0]?.criteria.some(({ any }) => any)).toBe(true);
  expect(views.find(({ rule }) => rule === 'technical-stop')?.state).toBe('off in this policy');
});

it('[R13] an entry plan stands where nothing is held, and nothing stands where there is none', () => {
  const plan = { rules: { 'tranche-entry': { enabled: true, plan: 'dca' } } };
  const engine = new Engine({ tapes: [tradesTape([100, [61, 100], [62, 100]])], policy: policyWith(plan), barPath: 'ohlc' });
  engine.run(Number.POSITIVE_INFINITY);
  const scout = engine.core.lanes[0]?.scout;
  const readings = scout ? explain(scout, engine.core.ts) : [];
  expect(ruleView(readings, 'tranche-entry', context())?.triggers).toHaveLength(1);
  expect(ruleView(readings, 'scale-in', context())).toBeNull();
});
