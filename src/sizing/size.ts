import { type Decimal, dec, minOf, ONE, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { SizingInput, SizingResult, SizingStep } from '../domain/sizing.ts';
import { constraints } from './constraints.ts';
import { fixed } from './fixed.ts';
import { kelly } from './kelly.ts';
import { model } from './model.ts';
import { portfolio } from './portfolio.ts';
import { risk } from './risk.ts';
import type { sizeLimits } from './schema.ts';
import { money, type Opinion, type SizingPolicy, type Strategy } from './strategy.ts';
import { volatility } from './volatility.ts';

const WITHOUT_MODEL = { fixed, risk, kelly, volatility };
const STRATEGIES: Record<SizingPolicy['of'][number], Strategy> = {
  ...WITHOUT_MODEL,
  model: (input, policy) => model(input, policy, WITHOUT_MODEL[policy.fallback](input, policy)),
};

/** The named opinions that a policy takes the least of: one, or those of its list. */
function opinions(input: SizingInput, policy: SizingPolicy): [name: string, opinion: Opinion][] {
  const { strategy } = policy;
  const names = strategy === 'min-of' || strategy === 'portfolio' ? [...new Set(policy.of)] : [strategy];
  const found = names.map((name): [string, Opinion] => [name, STRATEGIES[name](input, policy)]);
  return strategy === 'portfolio' ? [...found, ['portfolio', portfolio(input)]] : found;
}

/** Digits to which a count of lots is known: below the 60 of a decimal, so that a third taken and given back is whole again. */
const LOT_DIGITS = 50;

/**
 * The size of an entry: the strategy, then the constraints in their order, lots and least notional, each a step with its figure.
 * An opinion or a constraint that leaves nothing refuses the entry; no clamp lifts it.
 */
export function size(input: SizingInput, policy: SizingPolicy): SizingResult {
  const { equity, entry, multiplier, leverage, lot } = input;
  const steps: SizingStep[] = [];
  const note = (label: string, detail: string, amount: Decimal): void => {
    steps.push({ label, detail, amount: money(amount) });
  };
  const refuse = (refusal: Refusal): SizingResult => ({ quantity: ZERO, margin: ZERO, notional: ZERO, steps, refusal });
  const nothing = (message: string, figure: string, limit: string): SizingResult =>
    refuse({ code: 'SIZE_ZERO', message, figure, limit });

  if (!equity.greaterThan(0)) return nothing('the account has no equity', money(equity), 'above 0');
  const found = opinions(input, policy);
  for (const [name, { amount, detail }] of found) note(name, detail, amount);
  const refusal = found.map(([, opinion]) => opinion.refusal).find((reason) => reason !== undefined);
  if (refusal) return refuse(refusal);
  let amount = found.map(([, opinion]) => opinion.amount).reduce(minOf);
  if (found.length > 1) note('least of these', found.map(([name]) => name).join(', '), amount);
  if (!amount.greaterThan(0)) return nothing(`the strategy ${policy.strategy} gives no size`, money(amount), 'above 0');

  for (const constrain of constraints) {
    const constrained = constrain(amount, input, policy);
    if (!constrained) continue;
    const { label, detail, figure, limit, unknown } = constrained;
    const kept = constrained.amount.equals(amount) && !unknown;
    amount = constrained.amount;
    note(label, `${detail}${kept ? ' ✓' : ''}`, amount);
    if (unknown) return refuse({ ...unknown, figure, limit });
    if (!amount.greaterThan(0)) return nothing(`the size is nothing after the step ${label}`, figure, limit);
  }

  const unit = entry.times(multiplier);
  const lots = amount.times(leverage).div(unit).div(lot).toSignificantDigits(LOT_DIGITS).floor();
  const quantity = lots.times(lot);
  const notional = quantity.times(unit);
  const margin = notional.div(leverage);
  const levered = leverage.equals(1) ? '' : `, leverage ${text(leverage)}`;
  note('lots', `${text(quantity)} at ${text(entry)} in lots of ${text(lot)}${levered}`, margin);
  if (quantity.isZero())
    return refuse({
      code: 'SIZE_BELOW_LOT',
      message: 'the size is less than one lot',
      figure: money(amount),
      limit: money(unit.times(lot).div(leverage)),
    });
  if (notional.lessThan(input.minNotional))
    return refuse({
      code: 'MIN_NOTIONAL',
      message: 'the size is below the least notional of the instrument',
      figure: money(notional),
      limit: money(input.minNotional),
    });
  return { quantity, margin, notional, steps, refusal: undefined };
}

/** Room that a policy's scale-ins need, as a share of the first tranche: one of 50 % → 0.5, but never above `totalSize` − 1. */
export function plannedAdds(
  { enabled, size, adds }: { enabled: boolean; size: Measure; adds: number },
  totalSize: Measure | 'none',
): Decimal {
  if (!enabled) return ZERO;
  const whole = fraction(size).times(dec(adds));
  return totalSize === 'none' ? whole : minOf(whole, totalSize.value.minus(ONE));
}

/** A policy's limits of size as the calculation takes them: shares of 1, money and units; "none" is undefined. */
export function limitsOf(
  keys: Record<Exclude<keyof typeof sizeLimits, 'positionEquity'>, Measure | 'none'> & { positionEquity: Measure },
): SizingInput['limits'] {
  const share = (key: Measure | 'none'): Decimal | undefined => (key === 'none' ? undefined : fraction(key));
  const plain = (key: Measure | 'none'): Decimal | undefined => (key === 'none' ? undefined : key.value);
  return {
    positionEquity: fraction(keys.positionEquity),
    positionMoney: plain(keys.positionMoney),
    positionUnits: plain(keys.positionUnits),
    trancheMost: plain(keys.trancheMost),
    totalExposure: share(keys.totalExposure),
    marginUse: share(keys.marginUse),
    instrumentShare: share(keys.instrumentShare),
    volumeShare: share(keys.volumeShare),
  };
}
