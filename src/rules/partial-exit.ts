import { z } from 'zod';
import { type Decimal, minOf, text, ZERO } from '../domain/decimal.ts';
import { choiceKey, group, inOrder, measureKey, switchKey } from '../domain/keys.ts';
import { fraction } from '../domain/measure.ts';
import { stepsOf } from '../domain/position.ts';
import { ProfitAtLeast, timeHeld } from './criteria.ts';
import { type Context, type Criterion, defineRule } from './rule.ts';

const step = group({
  at: measureKey('1.5R', {
    units: ['R', '%', 'ATR', '$'],
    least: 0,
    help: 'open profit of this step',
    source: 'S0 1.5R, S1 15 %, S2 10 %',
  }),
  fraction: measureKey('50%', { units: ['%'], least: 1, most: 100, help: 'share that is sold', source: 'S0 50 %' }),
  of: choiceKey(['remaining', 'initial'], 'remaining', {
    help: 'share of what is held, or of all that was bought',
    source: 'S0, S2',
  }),
  leastAge: measureKey('0m', { units: ['duration'], least: 0, help: 'least time held', source: 'S1 30 min' }),
});

/** What can be sold of a wanted quantity: whole lots, rounded down; everything, where what would be left is too small to be sold by itself. */
export function exitQuantity(c: Context, wanted: Decimal): Decimal {
  const held = c.position.quantity;
  const quantity = minOf(c.lots.snap(wanted, 'down'), held);
  const rest = held.minus(quantity);
  return !quantity.isZero() && rest.times(c.price).times(c.multiplier).lessThan(c.minNotional) ? held : quantity;
}

type Step = z.output<typeof step>;

/**
 * What a step sells, with the steps that it spends: those up to it that are not done. Of what remains, its own share. Of all that was bought, the
 * shares of those it spends too, so that a jump sells what the way there would have sold; where the shares up to it make the whole, what is left.
 */
function taken(c: Context, ladder: readonly Step[], index: number): { wanted: Decimal; steps: number[] } {
  const { quantity: held, exitedQuantity } = c.position;
  const done = stepsOf(c.position, 'partial-exit');
  const steps = ladder.map((_, i) => i).filter((i) => i <= index && !done.includes(i));
  const rung = ladder[index];
  if (rung?.of !== 'initial') return { wanted: held.times(rung ? fraction(rung.fraction) : ZERO), steps };
  const share = (some: readonly Step[]): Decimal =>
    some.reduce((sum, one) => (one.of === 'initial' ? sum.plus(fraction(one.fraction)) : sum), ZERO);
  const whole = share(ladder.slice(0, index + 1)).greaterThanOrEqualTo(1);
  return { wanted: whole ? held : held.plus(exitedQuantity).times(share(ladder.filter((_, i) => steps.includes(i)))), steps };
}

/** [R6] Reduce along a ladder of steps, each once; a higher step spends the lower ones. S0: 1.5R → 50 % of remaining. S2: 10, 20, 30 % → 25, 50, 25 % of all that was bought. */
export const partialExit = defineRule({
  id: 'partial-exit',
  title: 'Partial exit',
  kind: 'partial-exit',
  cadence: 'tick',
  urgency: 'medium',
  params: group({
    enabled: switchKey(true, { help: 'take profit in parts', source: 'S0' }),
    steps: z
      .array(step)
      .min(1)
      .max(10)
      .superRefine(inOrder('at'))
      .prefault([{}] as never)
      .meta({ help: 'steps from the nearest to the furthest', source: 'S0–S2' }),
  }),
  triggers: (p) =>
    // the highest step first: when a jump passes several, it acts and spends the ones below
    p.steps
      .map((rung, index) => {
        const criteria: Criterion[] = [new ProfitAtLeast(rung.at)];
        if (rung.leastAge.value.greaterThan(0)) {
          criteria.push(timeHeld('≥', rung.leastAge));
        }
        return {
          key: String(index),
          moving: rung.at.unit === 'ATR',
          criteria,
          idle: (c: Context) => stepsOf(c.position, 'partial-exit').includes(index),
          action: (c: Context) => {
            const { wanted, steps } = taken(c, p.steps, index);
            return { type: 'reduce' as const, quantity: text(exitQuantity(c, wanted)), steps };
          },
        };
      })
      .reverse(),
  levelLabel: (p, trigger) => {
    const rung = p.steps[Number(trigger.key)];
    return rung ? `${rung.fraction.text} off at ${rung.at.text}` : 'partial exit';
  },
});
