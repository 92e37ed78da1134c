import type { PlaceEntry } from '../domain/commands.ts';
import { type Decimal, ONE, text } from '../domain/decimal.ts';
import { averageEntry, sign } from '../domain/position.ts';
import type { Core } from '../engine/core.ts';
import type { EntryPlan } from '../engine/entries.ts';
import { refusalWords } from './lines.ts';
import type { TicketQuote } from './views.ts';

const multiplierOf = ({ state }: Core, symbol: string): Decimal => state.multipliers.get(symbol) ?? ONE;

/** What the order would do, in words. */
function effectWords({ purpose, quantity, position }: EntryPlan, { side }: PlaceEntry): string {
  const size = text(quantity);
  const held = position ? `the ${position.side} of ${text(position.quantity)}` : '';
  switch (purpose) {
    case 'entry':
      return `opens a ${side} of ${size}`;
    case 'add':
      return `adds ${size} to ${held}`;
    case 'reduce':
      return position && position.quantity.equals(quantity) ? `closes ${held}` : `takes ${size} from ${held}`;
    case 'flip':
      return `closes ${held} and opens a ${side} of ${position ? text(quantity.minus(position.quantity)) : size}`;
    default:
      return purpose satisfies never;
  }
}

/** Why an add would average down; '' where it would not. */
function downWords(core: Core, { purpose, position, price }: EntryPlan): string {
  if (purpose !== 'add' || !position) return '';
  const average = averageEntry(position, multiplierOf(core, position.symbol));
  if (!average || price.minus(average).times(sign(position.side)).greaterThan(0)) return '';
  const { decimals } = core.lane(position.symbol).market.instrument.prices;
  const where = price.equals(average) ? 'at' : position.side === 'long' ? 'below' : 'above';
  return `${price.toFixed(decimals)} is ${where} the average of ${average.toFixed(decimals)}`;
}

/** What an entry would be if it were sent now, ready to show. */
export function ticketQuote(core: Core, plan: EntryPlan, entry: PlaceEntry): TicketQuote {
  const { price, quantity, stop, target, slippage, refusal, steps, account } = plan;
  const multiplier = multiplierOf(core, entry.symbol);
  // a flip risks what it opens, not what it closes
  const opened = plan.purpose === 'flip' && plan.position ? quantity.minus(plan.position.quantity) : quantity;
  const perUnit = stop?.minus(price).abs().plus(slippage);
  const risk = perUnit?.times(opened).times(multiplier);
  const leverage = plan.purpose === 'add' && plan.position ? plan.position.leverage : core.leverage;
  const notional = price.times(opened).times(multiplier);
  const margin = notional.div(leverage);
  const equity = core.equity(account);
  const share = (value: Decimal): string => (equity.greaterThan(0) ? value.div(equity).times(100).toFixed(2) : '0');
  const held = plan.position !== undefined && plan.position.quantity.greaterThan(0);
  return {
    side: entry.side,
    entry: text(price),
    quantity: text(quantity),
    stop: stop ? text(stop) : '',
    target: target ? text(target) : '',
    riskPerUnit: perUnit ? text(perUnit) : '',
    riskMoney: risk ? risk.toFixed(2) : '',
    riskPercent: risk ? share(risk) : '',
    slippage: slippage.isZero() ? '' : slippage.times(opened).times(multiplier).toFixed(2),
    slipsBeyond: stop !== undefined && slippage.greaterThanOrEqualTo(stop.minus(price).abs()) && !slippage.isZero(),
    rewardRisk: target && perUnit && !perUnit.isZero() ? target.minus(price).abs().div(perUnit).toFixed(2) : '',
    exposurePercent: share(margin),
    margin: margin.toFixed(2),
    notional: notional.toFixed(2),
    leverage: text(leverage),
    purpose: plan.purpose,
    effect: quantity.isZero() || (plan.purpose !== 'entry' && !held) ? '' : effectWords(plan, entry),
    averagesDown: downWords(core, plan),
    stopDetail: plan.stopDetail,
    steps,
    refusal: refusal ? refusalWords(refusal) : '',
  };
}
