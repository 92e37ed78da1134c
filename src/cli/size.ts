import { parseArgs } from 'node:util';
import { type Decimal, dec, ONE, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import { Grid } from '../domain/grid.ts';
import type { TargetPlan } from '../domain/order.ts';
import { type Side, sign } from '../domain/position.ts';
import type { SizingInput } from '../domain/sizing.ts';
import type { Policy } from '../policy/schema.ts';
import { expectancy, tradeRecord } from '../sizing/kelly.ts';
import { limitsOf, plannedAdds, size as sizeOf } from '../sizing/size.ts';
import { firstStopPlan, firstTargetPlan, stopPrice, targetReward } from '../sizing/stops.ts';
import { oneOf, policyOf, UsageError } from './files.ts';

const OPTIONS = {
  equity: { type: 'string' },
  entry: { type: 'string' },
  stop: { type: 'string' },
  side: { type: 'string' },
  atr: { type: 'string' },
  vix: { type: 'string' },
  support: { type: 'string' },
  resistance: { type: 'string' },
  policy: { type: 'string', default: 'intraday' },
  leverage: { type: 'string', default: '1' },
  open: { type: 'string', default: '0' },
  exposure: { type: 'string', default: '0' },
  'instrument-exposure': { type: 'string', default: '0' },
  correlation: { type: 'string' },
  volume: { type: 'string' },
  model: { type: 'string' },
  wins: { type: 'string' },
  losses: { type: 'string' },
  'average-win': { type: 'string' },
  'average-loss': { type: 'string' },
  lot: { type: 'string', default: '0.001' },
  tick: { type: 'string', default: '0.01' },
  multiplier: { type: 'string', default: '1' },
  'min-notional': { type: 'string', default: '0' },
} as const;

type Option = keyof typeof OPTIONS;
type Values = { [K in Option]?: string | undefined };

/** A decimal option, or the fault that names it. */
function decimalOf(values: Values, option: Option, allow: 'above 0' | 'from 0' = 'above 0'): Decimal {
  const value = values[option];
  if (value === undefined) throw new UsageError(`size: --${option} is missing`);
  if (!/^\d+(\.\d+)?$/.test(value) || (allow === 'above 0' && dec(value).isZero()))
    throw new UsageError(`--${option} ${value}: expected a decimal ${allow}`);
  return dec(value);
}

/** Market data that may be left out: NaN, not known. */
const numberOf = (values: Values, option: Option): number =>
  values[option] === undefined ? NaN : decimalOf(values, option, 'from 0').toNumber();

const MOST_TRADES = 100_000;

function countOf(values: Values, option: Option): number {
  const count = decimalOf(values, option, 'from 0');
  if (!count.isInteger() || count.greaterThan(MOST_TRADES))
    throw new UsageError(`--${option} ${text(count)}: expected a whole number from 0 to ${MOST_TRADES}`);
  return count.toNumber();
}

function correlationOf({ correlation }: Values): SizingInput['correlation'] {
  if (correlation === undefined) return undefined;
  if (!/^-?(?:0(?:\.\d+)?|1(?:\.0+)?)$/.test(correlation))
    throw new UsageError(`--correlation ${correlation}: expected a decimal from -1 to 1`);
  return { value: Number(correlation), symbol: 'an open position' };
}

/** The account's closed trades, told by their counts and averages. */
interface Trades {
  record: SizingInput['trades'];
  expectancy: Decimal | undefined;
}

function tradesOf(values: Values): Trades {
  if (values.wins === undefined && values.losses === undefined) {
    const stray = (['average-win', 'average-loss'] as const).find((option) => values[option] !== undefined);
    if (stray) throw new UsageError(`--${stray}: expected --wins and --losses with it`);
    return { record: tradeRecord([]), expectancy: undefined };
  }
  const [wins, losses] = [countOf(values, 'wins'), countOf(values, 'losses')];
  const win = wins === 0 ? ZERO : decimalOf(values, 'average-win');
  const loss = losses === 0 ? ZERO : decimalOf(values, 'average-loss');
  const pnls = [...Array.from({ length: wins }, () => win), ...Array.from({ length: losses }, () => loss.negated())];
  const record = tradeRecord(pnls);
  return { record, expectancy: pnls.length === 0 ? undefined : expectancy(record.winRate, win, loss) };
}

/** The step of the price or quantity grid. */
function gridOf(values: Values, option: 'tick' | 'lot'): Grid {
  const step = decimalOf(values, option);
  try {
    return new Grid(text(step));
  } catch (error) {
    throw new UsageError(`--${option} ${text(step)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface Protection {
  side: Side;
  stop: Decimal;
  detail: string;
}

/** The stop that was given, or the policy's own, on the tick on the side that hurts. */
function protectionOf(values: Values, policy: Policy, entry: Decimal, prices: Grid): Protection | Refusal {
  const given = values.stop === undefined ? undefined : decimalOf(values, 'stop');
  const chosen = values.side === undefined ? undefined : oneOf('--side', values.side, ['long', 'short'] as const);
  if (!given) {
    const side = chosen ?? 'long';
    const found = firstStopPlan(
      {
        side,
        entry,
        atr: numberOf(values, 'atr'),
        vix: numberOf(values, 'vix'),
        volatilityPercentile: NaN,
        support: numberOf(values, 'support'),
        resistance: numberOf(values, 'resistance'),
        modelDistance: NaN,
      },
      policy.initialStop,
    );
    if ('code' in found) return found;
    const stop = prices.snap(stopPrice(side, entry, found.plan), side === 'long' ? 'down' : 'up');
    return stop.greaterThan(0)
      ? { side, stop, detail: found.detail }
      : { code: 'STOP_PRICE', message: 'the stop would not be above 0', figure: text(stop), limit: 'above 0' };
  }
  if (!prices.snap(given, 'down').equals(given))
    throw new UsageError(`--stop ${text(given)}: expected a multiple of the tick ${text(prices.step)}`);
  const side = chosen ?? (given.lessThan(entry) ? 'long' : 'short');
  if (!entry.minus(given).times(sign(side)).greaterThan(0))
    throw new UsageError(
      `--stop ${text(given)}: expected a price ${side === 'long' ? 'below' : 'above'} the entry ${text(entry)} of a ${side}`,
    );
  return { side, stop: given, detail: 'given' };
}

/** The target's line; a target that is not known says why. */
function targetLine(plan: TargetPlan | Refusal, { side, stop }: Protection, entry: Decimal, prices: Grid): string | undefined {
  if ('code' in plan) return `target: ${plan.message}`;
  if (plan.kind !== 'reward') return undefined;
  const risk = entry.minus(stop).abs();
  const exact = entry.plus(targetReward(entry, risk, plan).times(sign(side)));
  const target = prices.snap(exact, side === 'long' ? 'up' : 'down');
  return target.greaterThan(0)
    ? `target ${target.toFixed(prices.decimals)}, reward:risk ${target.minus(entry).abs().div(risk).toFixed(2)}`
    : 'target: none above 0';
}

const refused = ({ code, message, figure, limit }: Refusal): string =>
  `refused: ${code}, ${message}${figure === undefined ? '' : ` (${figure} against ${limit ?? 'none'})`}`;

/**
 * Prints the size of an entry, a step a line, and what it comes to. A refusal is an answer: it is printed with its figure and its limit,
 * and the status is 0. Only bad input ends with status 2.
 */
export async function size(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (positionals.length > 0) throw new UsageError(`size: ${positionals.join(' ')}: expected options only`);
  const { policy } = await policyOf(values.policy, '--policy');
  const equity = decimalOf(values, 'equity');
  const entry = decimalOf(values, 'entry');
  const leverage = decimalOf(values, 'leverage');
  const multiplier = decimalOf(values, 'multiplier');
  if (leverage.lessThan(ONE)) throw new UsageError(`--leverage ${text(leverage)}: expected a decimal from 1`);
  const exposure = decimalOf(values, 'exposure', 'from 0');
  const instrumentExposure = decimalOf(values, 'instrument-exposure', 'from 0');
  if (instrumentExposure.greaterThan(exposure))
    throw new UsageError(`--instrument-exposure ${text(instrumentExposure)}: expected at most --exposure ${text(exposure)}`);
  const prices = gridOf(values, 'tick');
  const lots = gridOf(values, 'lot');
  const trades = tradesOf(values);
  const { limits, rules } = policy;
  const scale = rules['scale-in'];
  const rest = {
    equity,
    cash: equity.minus(exposure),
    entry,
    atr: numberOf(values, 'atr'),
    multiplier,
    lot: lots.step,
    minNotional: decimalOf(values, 'min-notional', 'from 0'),
    leverage,
    openPositions: countOf(values, 'open'),
    exposure,
    instrumentExposure,
    correlation: correlationOf(values),
    recentVolume: numberOf(values, 'volume'),
    trades: trades.record,
    model: values.model === undefined ? undefined : decimalOf(values, 'model', 'from 0'),
    plannedAdds: plannedAdds(scale, limits.totalSize),
    limits: limitsOf(limits),
  };
  const protection = protectionOf(values, policy, entry, prices);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (trades.expectancy) say(`expectancy ${trades.expectancy.toFixed(2)} a trade over ${trades.record.count} trades`);
  if ('code' in protection) return say(refused(protection));
  const { side, stop, detail } = protection;
  const stopDistance = entry.minus(stop).abs();
  say(`${side} at ${text(entry)}, stop ${stop.toFixed(prices.decimals)} (${detail})`);
  const target = targetLine(firstTargetPlan(rest.atr, policy.target), protection, entry, prices);
  if (target !== undefined) say(target);
  const sized = sizeOf({ ...rest, stopDistance }, policy.sizing);
  for (const step of sized.steps) say(`  ${step.label}: ${step.detail} → ${step.amount}`);
  if (sized.refusal) return say(refused(sized.refusal));
  const { quantity, margin, notional } = sized;
  const atRisk = quantity.times(stopDistance).times(multiplier);
  const share = (money: Decimal): string => `${money.div(equity).times(100).toFixed(2)} % of equity`;
  say(`quantity ${text(quantity)}`);
  say(`size ${margin.toFixed(2)} (${share(margin)})`);
  say(`notional ${notional.toFixed(2)} at leverage ${text(leverage)}`);
  say(`at risk ${atRisk.toFixed(2)} (${share(atRisk)}), leverage included`);
}
