import { type Decimal, dec, SHARE_DIGITS, text, ZERO } from '../../domain/decimal.ts';
import type { OrderSide } from '../../domain/position.ts';
import type { Milliseconds } from '../../domain/time.ts';
import { FormatError } from '../error.ts';
import type { FileFill } from '../fills.ts';
import { type FillsOptions, type FoundFills, partOf } from './reader.ts';
import { LeftOut, RowFault } from './report.ts';
import { FileClock } from './times.ts';

/*
 * What freqtrade writes of a backtest (`--export trades`), JSON:
 *   { "strategy": { NAME: { "trades": [ { "pair", "amount", "open_date", "close_date", "open_timestamp", "close_timestamp", "open_rate",
 *     "close_rate", "fee_open", "fee_close", "is_short", "is_open", "funding_fees", "orders": [ { "amount", "safe_price", "ft_order_side",
 *     "order_filled_timestamp", "ft_is_entry", … } ], … } ] } } }
 * Dates are UTC. Fees are shares of the money that is traded; funding fees are money, below zero where they were paid. Versions before 2022
 * have no `orders`, no `is_short` and no timestamps. The numbers are doubles: their shortest text is taken.
 * Source: freqtrade, freqtrade/persistence/trade_model.py (`Order.to_json`, `Trade.to_json`) and freqtrade/data/btanalysis (BT_DATA_COLUMNS).
 */

type Json = Readonly<Record<string, unknown>>;

/** Parts of a whole by which sums of doubles may miss it. */
const NOISE = dec('1e-9');

/** Whether these first characters are those of such a file. */
export const isFreqtrade = (head: string): boolean =>
  /^\s*\{/.test(head) && /"strategy"\s*:\s*\{\s*"/.test(head) && /"trades"\s*:\s*\[/.test(head);

export function readFreqtrade(content: string, file: string, options: FillsOptions): FoundFills {
  const strategies = strategiesOf(content, file);
  const notes: string[] = [];
  const parts = strategies.map(([name]) => name);
  const part = partOf(parts, 'strategies', options, notes);
  const trades = strategies.find(([name]) => name === part)?.[1] ?? [];
  const left = new LeftOut();
  const clock = new FileClock(file, 'UTC', 'day-first');
  let rounded = 0;
  const found = trades.flatMap((trade, at) => {
    const row = { line: at + 1, text: JSON.stringify(trade).slice(0, 200) };
    const read = left.take(row, () => fillsOf(trade, at + 1, clock));
    if (read?.rounded) rounded += 1;
    return read?.fills.map((fill) => ({ fill, at })) ?? [];
  });
  found.sort((a, b) => a.fill.ts - b.fill.ts || a.at - b.at);
  notes.push('Lines are the places of trades in the list. Funding fees are part of the fee of the last exit.');
  if (rounded > 0)
    notes.push(
      `The last exits of ${rounded} trades are taken as what was left: their amounts miss it by less than a billionth, as sums of doubles do.`,
    );
  return { fills: found.map(({ fill }) => fill), left, notes, parts };
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The trades of each strategy, in the file's order. */
function strategiesOf(content: string, file: string): [string, unknown[]][] {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (error) {
    throw new FormatError(file, undefined, `not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  const strategies = isObject(json) ? json.strategy : undefined;
  if (!isObject(strategies)) throw new FormatError(file, undefined, 'no object "strategy"; expected a backtest of freqtrade');
  const lists = Object.entries(strategies).flatMap(([name, result]): [string, unknown[]][] =>
    isObject(result) && Array.isArray(result.trades) ? [[name, result.trades]] : [],
  );
  if (lists.length === 0) throw new FormatError(file, undefined, 'no strategy with a list "trades"; expected at least one');
  return lists;
}

interface Order {
  ts: Milliseconds;
  quantity: Decimal;
  price: string;
  entry: boolean;
}

/** @throws RowFault where anything of the trade cannot be used: half a trade would be another one */
function fillsOf(trade: unknown, line: number, clock: FileClock): { fills: FileFill[]; rounded: boolean } {
  if (!isObject(trade)) throw new RowFault('not a trade', `trade ${line}: expected an object`);
  const { pair, is_short: short = false, is_open: open = false } = trade;
  if (typeof pair !== 'string' || pair.trim() === '') throw fault('pair', pair, 'some text');
  if (typeof short !== 'boolean') throw fault('is_short', short, 'true or false');
  if (typeof open !== 'boolean') throw fault('is_open', open, 'true or false');
  const orders =
    Array.isArray(trade.orders) && trade.orders.length > 0 ? ordersOf(trade.orders, short) : legsOf(trade, open, clock);
  const [first] = orders;
  if (!first?.entry)
    throw new RowFault('no entry', `trade ${line} of ${pair}: expected an entry that was filled before any exit`);
  const rounded = !open && closeWhole(orders, line);
  const last = orders.length - 1;
  const funding = trade.funding_fees ?? 0;
  const fills = orders.map(({ ts, quantity, price, entry }, at): FileFill => {
    const side: OrderSide = entry === short ? 'sell' : 'buy';
    const share = decimalOf(entry ? 'fee_open' : 'fee_close', (entry ? trade.fee_open : trade.fee_close) ?? 0);
    const paid = quantity.times(price).times(share);
    const fee = at === last ? paid.minus(decimalOf('funding_fees', funding)) : paid;
    return {
      line,
      ts,
      symbol: pair.trim(),
      side,
      quantity: text(quantity),
      price,
      fee: text(fee.toDecimalPlaces(SHARE_DIGITS)),
      multiplier: '1',
    };
  });
  return { fills, rounded };
}

/** The orders that were filled. */
function ordersOf(orders: readonly unknown[], short: boolean): Order[] {
  return orders.flatMap((order): Order[] => {
    if (!isObject(order)) throw new RowFault('order cannot be used', 'an order: expected an object');
    if (order.order_filled_timestamp === null || order.order_filled_timestamp === undefined || order.filled === 0) return [];
    const entry = order.ft_is_entry ?? order.ft_order_side === (short ? 'sell' : 'buy');
    if (typeof entry !== 'boolean') throw fault('ft_is_entry', entry, 'true or false');
    return [
      {
        ts: stampOf('order_filled_timestamp', order.order_filled_timestamp),
        quantity: positiveOf('amount', order.filled ?? order.amount),
        price: text(positiveOf('safe_price', order.safe_price)),
        entry,
      },
    ];
  });
}

/** Entry and exit of a trade without orders. */
function legsOf(trade: Json, open: boolean, clock: FileClock): Order[] {
  const quantity = positiveOf('amount', trade.amount);
  const leg = (name: 'open' | 'close'): Order => ({
    ts: timeOf(trade, name, clock),
    quantity,
    price: text(positiveOf(`${name}_rate`, trade[`${name}_rate`])),
    entry: name === 'open',
  });
  return open ? [leg('open')] : [leg('open'), leg('close')];
}

/** Lets the last exit of a trade take what is left. @returns whether it had to be changed, by what doubles miss */
function closeWhole(orders: Order[], line: number): boolean {
  const sum = (entries: boolean): Decimal =>
    orders.reduce((total, { entry, quantity }) => (entry === entries ? total.plus(quantity) : total), ZERO);
  const entered = sum(true);
  const missing = entered.minus(sum(false));
  const last = orders.at(-1);
  if (missing.isZero()) return false;
  if (!last || last.entry || missing.abs().greaterThan(entered.times(NOISE)))
    throw new RowFault('not closed as it says', `trade ${line}: exits of ${text(sum(false))} from entries of ${text(entered)}`);
  last.quantity = last.quantity.plus(missing);
  return true;
}

function timeOf(trade: Json, name: 'open' | 'close', clock: FileClock): Milliseconds {
  const stamp = trade[`${name}_timestamp`];
  if (stamp !== undefined && stamp !== null) return stampOf(`${name}_timestamp`, stamp);
  const date = trade[`${name}_date`];
  const time = typeof date === 'string' ? clock.read(date) : undefined;
  return typeof time === 'number' ? time : fail(`${name}_date`, date, 'a date and time');
}

function stampOf(name: string, value: unknown): Milliseconds {
  const right = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < Date.UTC(2101, 0, 1);
  return right ? value : fail(name, value, 'whole milliseconds of the years 1970 to 2100');
}

const decimalOf = (name: string, value: unknown): Decimal =>
  typeof value === 'number' && Number.isFinite(value) ? dec(value) : fail(name, value, 'a number');

function positiveOf(name: string, value: unknown): Decimal {
  const decimal = decimalOf(name, value);
  return decimal.greaterThan(0) ? decimal : fail(name, value, 'a number above 0');
}

const fault = (name: string, value: unknown, expected: string): RowFault =>
  new RowFault(`${name} cannot be used`, `${name} ${JSON.stringify(value)?.slice(0, 40) ?? 'missing'}: expected ${expected}`);

function fail(name: string, value: unknown, expected: string): never {
  throw fault(name, value, expected);
}
