import { z } from 'zod';
import { minOf, text } from '../domain/decimal.ts';
import { choiceKey, group, measureKey, switchKey } from '../domain/keys.ts';
import { fraction } from '../domain/measure.ts';
import { figure, ProfitAtLeast, timeReached } from './criteria.ts';
import { type Criterion, defineRule } from './rule.ts';

const step = group({
  at: measureKey('1.5R', {
    units: ['R', '%', 'ATR', '$'],
    least: 0,
    help: 'open profit of this step',
    source: 'S0 1.5R, S1 15 %, S2 10 %',
  }),
  fraction: measureKey('50%', { units: ['%'], least: 1, most: 100, help: 'share that is sold', source: 'S0 50 %' }),
  of: choiceKey(['remaining', 'initial'], 'remaining', {
    help: 'share of what is held or of the first tranche',
    source: 'S0, S2',
  }),
  leastAge: measureKey('0m', { units: ['duration'], least: 0, help: 'least time held', source: 'S1 30 min' }),
});

/** [R6] Reduce along a ladder of steps, each once; a higher step spends the lower ones. S0: 1.5R → 50 % of remaining. */
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
      .prefault([{}] as never)
      .meta({ help: 'steps from the nearest to the furthest', source: 'S0–S2' }),
  }),
  triggers: (p) =>
    // the highest step first: when a jump passes several, it acts and spends the ones below
    p.steps
      .map((rung, index) => {
        const criteria: Criterion[] = [new ProfitAtLeast(rung.at)];
        if (rung.leastAge.value.greaterThan(0)) {
          const age = rung.leastAge.value.toNumber();
          criteria.push(
            timeReached(
              'Time held',
              (c) => c.position.openedTs + age,
              (ts, c) => `${figure((ts - c.position.openedTs) / 60_000, 1)}m`,
            ),
          );
        }
        return {
          key: String(index),
          moving: rung.at.unit === 'ATR',
          criteria,
          idle: (c: Parameters<Criterion['holds']>[0]) => c.position.stepsDone.includes(index),
          action: (c: Parameters<Criterion['holds']>[0]) => {
            const held = c.position.quantity;
            const of = rung.of === 'remaining' ? held : c.position.initialQuantity;
            const quantity = minOf(c.lots.snap(of.times(fraction(rung.fraction)), 'down'), held);
            if (quantity.isZero()) return undefined;
            const steps = p.steps.map((_, i) => i).filter((i) => i <= index && !c.position.stepsDone.includes(i));
            return { type: 'reduce' as const, quantity: text(quantity), steps };
          },
        };
      })
      .reverse(),
  levelLabel: (p, trigger) => {
    const rung = p.steps[Number(trigger.key)];
    return rung ? `${rung.fraction.text} off at ${rung.at.text}` : 'partial exit';
  },
});
