import type { z } from 'zod';
import { type Decimal, dec, maxOf, minOf, ONE, text, ZERO } from '../domain/decimal.ts';
import { fraction } from '../domain/measure.ts';
import type { SizingInput, SizingResult, SizingStep } from '../domain/sizing.ts';
import { fixed } from './fixed.ts';
import { risk } from './risk.ts';
import type { sizing } from './schema.ts';

type SizingPolicy = z.output<typeof sizing>;
const money = (value: Decimal): string => value.toFixed(2);
/** Money for a sentence: thousands grouped. */
const spoken = (value: Decimal): string => money(value).replace(/\B(?=(\d{3})+\.)/g, ',');
const percent = (share: Decimal): string => `${text(share.times(100).toDecimalPlaces(2))} %`;

/**
 * The quantity of an entry: the strategy, then clamp, the room that planned adds need, cash, lot and least notional, in this order.
 * A size of zero refuses the entry; no clamp lifts it.
 */
export function size(input: SizingInput, policy: SizingPolicy): SizingResult {
  const steps: SizingStep[] = [];
  const note = (label: string, detail: string, amount: Decimal): void => {
    steps.push({ label, detail, amount: money(amount) });
  };
  const refuse = (code: string, message: string, figure: string, limit: string): SizingResult => ({
    quantity: ZERO,
    steps,
    refusal: { code, message, figure, limit },
  });
  const strategies = policy.strategy === 'min-of' ? policy.of : [policy.strategy];
  let amount: Decimal | undefined;
  for (const strategy of strategies) {
    const found = strategy === 'risk' ? risk(input, policy.risk) : fixed(input, policy.fixed);
    const detail =
      strategy === 'risk'
        ? `${policy.risk.text} of ${spoken(input.equity)} at risk, stop ${text(input.stopDistance.toDecimalPlaces(8))} away`
        : `${policy.fixed.text} of ${spoken(input.equity)}`;
    note(strategy, detail, found);
    amount = amount ? minOf(amount, found) : found;
  }
  if (!amount?.greaterThan(0)) return refuse('SIZE_ZERO', 'the sizing strategy gives no size', '0', 'above 0');
  if (strategies.length > 1) note('least of these', strategies.join(', '), amount);
  const least = input.equity.times(fraction(policy.least));
  const most = input.equity.times(fraction(policy.most));
  const clamped = minOf(maxOf(amount, least), most);
  note('clamp', `${policy.least.text} to ${policy.most.text} of equity${clamped.equals(amount) ? ' ✓' : ''}`, clamped);
  amount = clamped;
  const cap = input.equity.times(input.cap).div(ONE.plus(input.plannedAdds));
  const capped = minOf(amount, cap);
  note(
    'room for adds',
    `${percent(input.cap)} of equity / ${text(ONE.plus(input.plannedAdds).toDecimalPlaces(4))}${capped.equals(amount) ? ' ✓' : ''}`,
    capped,
  );
  amount = capped;
  const affordable = minOf(amount, maxOf(input.buyingPower, ZERO));
  note('buying power', `${spoken(input.buyingPower)} free${affordable.equals(amount) ? ' ✓' : ''}`, affordable);
  const unit = input.entry.times(input.multiplier);
  const quantity = affordable.div(unit).div(input.lot).floor().times(input.lot);
  const notional = quantity.times(unit);
  note('lots', `${text(quantity)} at ${text(input.entry)} in lots of ${text(input.lot)}`, notional);
  if (quantity.isZero())
    return refuse('SIZE_BELOW_LOT', 'the size is less than one lot', money(affordable), money(unit.times(input.lot)));
  if (notional.lessThan(input.minNotional))
    return refuse(
      'MIN_NOTIONAL',
      'the size is below the least notional of the instrument',
      money(notional),
      money(input.minNotional),
    );
  return { quantity, steps, refusal: undefined };
}

/** Room that a policy's adds need, as a share of the first tranche: one add of 50 % → 0.5, but never above `totalSize` − 1. */
export const plannedAdds = (enabled: boolean, share: Decimal, adds: number, totalSize: Decimal): Decimal =>
  enabled ? minOf(share.times(dec(adds)), totalSize.minus(1)) : ZERO;
