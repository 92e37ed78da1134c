import { z } from 'zod';
import { dec, text } from '../domain/decimal.ts';
import { choiceKey, group, inOrder, measureKey, switchKey } from '../domain/keys.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import { type Position, stepsOf } from '../domain/position.ts';
import type { Action } from '../domain/proposal.ts';
import { figure, value } from './criteria.ts';
import { type Context, type Criterion, defineRule, type Trigger } from './rule.ts';
import { averageSupport, macdCross, rsiOversold, type Signal, strengthOf } from './signals.ts';

const amount = (standard: string, help: string, source: string) =>
  measureKey(standard, { units: ['$', '%'], least: 0, help: `${help}, in money or of equity`, source });

const step = group({
  strength: measureKey('0.6', { units: ['plain'], least: 0, most: 1, help: 'least signal strength of this step', source: 'S2' }),
  amount: amount('$20', 'what is put in at this step', 'S2'),
});

const strengthAtLeast = (signals: readonly Signal[], least: number, below: number): Criterion =>
  value({
    label: 'Signal strength',
    comparison: () => '≥',
    // what is strong enough for the next step is not for this one
    value: (c) => {
      const strength = strengthOf(signals, c);
      return strength >= below ? -strength : strength;
    },
    threshold: () => least,
    show: (strength) => (strength < 0 ? `${figure(-strength, 2)}, a further step’s` : figure(strength, 2)),
    showThreshold: () => figure(least, 2),
  });

/** Money put in, as a quantity of whole lots at the price: notional is the money times leverage. */
function quantityFor(c: Context, put: Measure): string {
  const money = put.unit === '%' ? dec(c.account.equity).times(fraction(put)) : put.value;
  const notional = money.times(c.position.leverage);
  return text(c.lots.snap(notional.div(c.price).div(c.multiplier), 'down'));
}

/** Enters while nothing is held, adds while something is. */
function take(c: Context, quantity: string | null, steps: number[], strength: number): Action {
  const shown = figure(strength, 4);
  return c.position.tranches.length === 0
    ? { type: 'enter', side: c.position.side, quantity, steps, strength: shown }
    : { type: 'add', quantity: quantity ?? '0', steps, strength: shown };
}

/**
 * [R13] Builds a position along an entry plan: once by signal (`single`), equal amounts on a schedule (`dca`), by signal strength (`graduated`) or one
 * amount a signal (`multi-signal`). Limits, cooldown and least strength are guards. S2.
 */
export const trancheEntry = defineRule({
  id: 'tranche-entry',
  title: 'Entry plan',
  kind: 'tranche-entry',
  cadence: 'bar',
  urgency: 'medium',
  opens: true,
  params: group({
    enabled: switchKey(true, { help: 'enter along the plan', source: 'S2' }),
    plan: choiceKey(['none', 'single', 'dca', 'graduated', 'multi-signal'], 'none', {
      help: 'how positions are built',
      source: 'S2',
    }),
    side: choiceKey(['long', 'short'], 'long', { help: 'side on which the plan enters', source: 'S2 buys' }),
    rsi: measureKey('30', {
      units: ['plain'],
      least: 1,
      most: 50,
      help: 'RSI at or below this is oversold (mirrored for shorts)',
      source: 'S2, our number',
    }),
    dca: group({
      amount: amount('$25', 'what is put in each time', 'S2 $25'),
      every: measureKey('7d', { units: ['duration'], least: 60_000, help: 'time between two tranches', source: 'S2 weekly' }),
    }),
    graduated: z
      .array(step)
      .min(1)
      .max(10)
      .superRefine(inOrder('strength'))
      .prefault([
        { strength: '0.6', amount: '$20' },
        { strength: '0.7', amount: '$30' },
        { strength: '0.8', amount: '$50' },
      ])
      .meta({ help: 'amounts by signal strength, weakest first', source: 'S2' }),
    signals: group({
      'rsi-oversold': amount('$30', 'what RSI oversold puts in', 'S2 $30'),
      'macd-cross': amount('$40', 'what a MACD cross puts in', 'S2 $40'),
      'average-support': amount('$30', 'what support at the moving average puts in', 'S2 $30'),
    }),
  }),
  triggers: (p) => {
    const signals = [rsiOversold(p.rsi.value.toNumber()), macdCross(), averageSupport()];
    const every = p.dca.every.value.toNumber();
    const any = signals.map(({ criterion }) => criterion);
    const flat = (c: Context): boolean => c.position.tranches.length === 0;
    const done = (c: Context, index: number): boolean => stepsOf(c.position, 'tranche-entry').includes(index);
    const plans: Record<typeof p.plan, Trigger[]> = {
      none: [],
      single: [
        {
          moving: false,
          key: 'single',
          criteria: [],
          any,
          idle: (c) => !flat(c),
          action: (c) => take(c, null, [], strengthOf(signals, c)),
        },
      ],
      dca: [
        {
          moving: false,
          key: 'dca',
          criteria: [
            value({
              label: 'Time since the last tranche',
              comparison: () => '≥',
              value: (c) => c.ts - c.lastEntry,
              threshold: () => every,
              show: (ms) => (Number.isFinite(ms) ? `${figure(ms / 3_600_000, 1)}h` : 'none yet'),
              showThreshold: () => p.dca.every.text,
            }),
          ],
          idle: () => false,
          action: (c) => take(c, quantityFor(c, p.dca.amount), [], 1),
        },
      ],
      graduated: p.graduated.map(
        (rung, index): Trigger => ({
          moving: false,
          key: `graduated-${index}`,
          criteria: [
            strengthAtLeast(
              signals,
              rung.strength.value.toNumber(),
              p.graduated[index + 1]?.strength.value.toNumber() ?? Number.POSITIVE_INFINITY,
            ),
          ],
          any,
          idle: (c) => done(c, index),
          action: (c) => take(c, quantityFor(c, rung.amount), [index], strengthOf(signals, c)),
        }),
      ),
      'multi-signal': signals.map(
        (signal, index): Trigger => ({
          moving: false,
          key: signal.id,
          criteria: [signal.criterion],
          idle: (c) => done(c, index),
          action: (c) => take(c, quantityFor(c, p.signals[signal.id]), [index], signal.strength(c)),
        }),
      ),
    };
    return plans[p.plan];
  },
  levelLabel: (p, trigger) => (p.plan === 'multi-signal' ? trigger.key.replace('-', ' ') : `${p.plan} entry`),
});

/** True while the plan has a tranche of a position on its side yet to ask for, as far as its steps tell. */
export function tranchesToCome(
  { enabled, plan, side, graduated, signals }: z.output<typeof trancheEntry.params>,
  position: Pick<Position, 'side' | 'stepsDone'>,
): boolean {
  if (!enabled || side !== position.side) return false;
  const done = stepsOf(position, 'tranche-entry').length;
  if (plan === 'graduated') return done < graduated.length;
  return plan === 'multi-signal' ? done < Object.keys(signals).length : plan === 'dca';
}
