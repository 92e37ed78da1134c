import { type Decimal, dec, maxOf, minOf, ONE, text, ZERO } from '../domain/decimal.ts';
import { fraction } from '../domain/measure.ts';
import type { SizingInput } from '../domain/sizing.ts';
import { brief, money, percent, type SizingPolicy, spoken } from './strategy.ts';

/** What a constraint makes of a size. `figure` and `limit` are for the refusal where nothing is left. */
interface Constrained {
  label: string;
  detail: string;
  amount: Decimal;
  figure: string;
  limit: string;
  /** an input it needs is not known yet */
  unknown?: { code: string; message: string };
}

/** Undefined where the policy has no such limit or there is nothing to hold it against. */
type Constraint = (amount: Decimal, input: SizingInput, policy: SizingPolicy) => Constrained | undefined;

/** What is left of a limit, never below 0. */
const left = (limit: Decimal, used: Decimal): Decimal => maxOf(limit.minus(used), ZERO);

/** Money that all positions together may take; undefined where there is no limit. */
const totalLimit = ({ equity, limits }: SizingInput): Decimal | undefined => limits.totalExposure?.times(equity);

/** Money that one instrument may take; undefined where there is no limit. */
const instrumentLimit = (input: SizingInput): Decimal | undefined =>
  input.limits.instrumentShare?.times(totalLimit(input) ?? input.equity);

const clamp: Constraint = (amount, { equity }, policy) => {
  const least = equity.times(fraction(policy.least));
  const most = equity.times(fraction(policy.most));
  return {
    label: 'clamp',
    detail: `${spoken(least)}–${spoken(most)}, ${percent(fraction(policy.least))} to ${percent(fraction(policy.most))} of equity`,
    amount: minOf(maxOf(amount, least), most),
    figure: money(most),
    limit: 'above 0',
  };
};

const betweenPositions: Constraint = (amount, { openPositions }, { shareBetweenPositions }) =>
  shareBetweenPositions
    ? {
        label: 'open positions',
        detail: `× 1/${openPositions + 1}: ${openPositions} open besides`,
        amount: amount.div(openPositions + 1),
        figure: String(openPositions),
        limit: 'none',
      }
    : undefined;

const correlated: Constraint = (amount, { correlation }, policy) => {
  if (!correlation) return undefined;
  const from = policy.correlation.value;
  const { value, symbol } = correlation;
  const base = { label: 'correlation', amount, figure: String(value), limit: text(from) };
  if (Number.isNaN(value)) {
    const message = `the return correlation with ${symbol} is not known yet`;
    return policy.strategy === 'portfolio'
      ? { ...base, detail: message, unknown: { code: 'CORRELATION_UNKNOWN', message: `portfolio cannot tell: ${message}` } }
      : { ...base, detail: `${message}, not counted` };
  }
  const rho = minOf(dec(value), ONE);
  const shown = `ρ ${brief(rho)} with ${symbol}`;
  if (!rho.greaterThan(from)) return { ...base, detail: `${shown}, not above ${text(from)}` };
  const factor = ONE.minus(rho.minus(from).div(ONE.minus(from)));
  return {
    ...base,
    detail: `× ${brief(factor)}: ${shown}, above ${text(from)}`,
    amount: amount.times(factor),
    figure: brief(rho),
  };
};

/** A cap on the whole position leaves the first tranche its part of it, so that the planned adds fit too. */
const ofTheWhole =
  (label: string, cap: (input: SizingInput) => { money: Decimal; detail: string } | undefined): Constraint =>
  (amount, input) => {
    const found = cap(input);
    if (!found) return undefined;
    const parts = ONE.plus(input.plannedAdds);
    return {
      label,
      detail: `${found.detail}${parts.equals(1) ? '' : ` / ${brief(parts)} for the planned adds`}`,
      amount: minOf(amount, found.money.div(parts)),
      figure: money(found.money),
      limit: 'above 0',
    };
  };

const positionEquity = ofTheWhole('position limit', ({ equity, limits: { positionEquity: share } }) => ({
  money: equity.times(share),
  detail: `${percent(share)} of equity`,
}));

const positionMoney = ofTheWhole(
  'position in money',
  ({ limits }) => limits.positionMoney && { money: limits.positionMoney, detail: spoken(limits.positionMoney) },
);

const positionUnits = ofTheWhole(
  'position in units',
  ({ entry, multiplier, leverage, limits }) =>
    limits.positionUnits && {
      money: limits.positionUnits.times(entry).times(multiplier).div(leverage),
      detail: `${text(limits.positionUnits)} units`,
    },
);

const trancheMost: Constraint = (amount, { limits: { trancheMost: most } }) =>
  most && {
    label: 'largest tranche',
    detail: spoken(most),
    amount: minOf(amount, most),
    figure: money(most),
    limit: 'above 0',
  };

/** A limit on what is held together leaves a new entry what is not used yet. */
const ofTheRest =
  (label: string, limitOf: (input: SizingInput) => Decimal | undefined, used: 'exposure' | 'instrumentExposure'): Constraint =>
  (amount, input) => {
    const limit = limitOf(input);
    return (
      limit && {
        label,
        detail: `${spoken(limit)} less ${spoken(input[used])} held`,
        amount: minOf(amount, left(limit, input[used])),
        figure: money(input[used]),
        limit: money(limit),
      }
    );
  };

const totalExposure = ofTheRest('total exposure', totalLimit, 'exposure');
const instrumentShare = ofTheRest('instrument share', instrumentLimit, 'instrumentExposure');
const marginUse = ofTheRest('margin use', ({ equity, limits }) => limits.marginUse?.times(equity), 'exposure');

const liquidity: Constraint = (amount, { entry, multiplier, leverage, recentVolume, limits: { volumeShare } }) => {
  if (!volumeShare) return undefined;
  const base = { label: 'liquidity', limit: `${percent(volumeShare)} of volume` };
  if (Number.isNaN(recentVolume)) {
    const message = 'the liquidity limit needs the volume of the last bars';
    return { ...base, detail: message, amount: ZERO, figure: 'unknown', unknown: { code: 'VOLUME_UNKNOWN', message } };
  }
  const volume = dec(recentVolume);
  const units = maxOf(volume.times(volumeShare), ZERO);
  return {
    ...base,
    detail: `${percent(volumeShare)} of a volume of ${brief(volume)} = ${brief(units)} units`,
    amount: minOf(amount, units.times(entry).times(multiplier).div(leverage)),
    figure: brief(volume),
  };
};

const cash: Constraint = (amount, input) => ({
  label: 'cash',
  detail: `${spoken(input.cash)} free`,
  amount: minOf(amount, maxOf(input.cash, ZERO)),
  figure: money(input.cash),
  limit: 'above 0',
});

/** What follows every strategy, in this order. */
export const constraints: readonly Constraint[] = [
  clamp,
  betweenPositions,
  correlated,
  positionEquity,
  positionMoney,
  positionUnits,
  trancheMost,
  totalExposure,
  instrumentShare,
  marginUse,
  liquidity,
  cash,
];

/** What is left of the portfolio's limits, in money: of the total (of equity where there is none), and of this instrument's part. */
export function portfolioRoom(input: SizingInput): Decimal {
  const total = left(totalLimit(input) ?? input.equity, input.exposure);
  const instrument = instrumentLimit(input);
  return instrument ? minOf(total, left(instrument, input.instrumentExposure)) : total;
}
