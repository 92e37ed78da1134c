import type { OrderSide, Side } from '../../domain/position.ts';
import type { FileFill } from '../fills.ts';
import { Cells } from './cells.ts';
import type { TextRow, TextTable } from './delimited.ts';
import type { FillsOptions, FoundFills } from './reader.ts';
import { LeftOut, RowFault } from './report.ts';
import { dateOrder, FileClock } from './times.ts';

/*
 * "List of trades" of TradingView's strategy tester, saved as CSV, English. Two rows a trade with the same number, the exit mostly before
 * the entry, the newest trade first or last. Its columns have changed:
 *   to 2024  Trade #, Type, Signal, Date/Time, Price USD, Contracts, Profit USD, Profit %, Cum. Profit USD, …, Run-up USD, …, Drawdown USD, …
 *   2025     Trade #, Type, Date/Time or Date and time, Signal, Price USD, Position size (qty), Position size (value), Net P&L USD, …
 *   2026     Trade number, Type, Date and time, Signal, Price USD, Size (qty), Size (value), Net PnL USD, Return %, Commission USD, …
 * The currency stands in the names. Types are "Entry long", "Exit long", "Entry short", "Exit short", in either case. Times are
 * "2024-03-04 10:00" (days: "2024-03-04") in the zone of the chart, which is not told; the file names no symbol. A trade that is still open
 * has no exit, or one whose signal or date is "Open".
 * Source: files that TradingView users have published, as of the layouts above; TradingView describes the columns in its help only.
 */

const TYPES: Readonly<Record<string, { side: Side; leg: 'entry' | 'exit' }>> = {
  'entry long': { side: 'long', leg: 'entry' },
  'exit long': { side: 'long', leg: 'exit' },
  'entry short': { side: 'short', leg: 'entry' },
  'exit short': { side: 'short', leg: 'exit' },
};

function columnsOf(names: readonly string[]) {
  const number = Cells.find(names, 'trade #', 'trade number');
  const type = Cells.find(names, 'type');
  const time = Cells.find(names, 'date/time', 'date and time');
  const price = Cells.find(names, 'price', /^price [a-z]{2,8}$/);
  const quantity = Cells.find(names, 'contracts', 'position size (qty)', 'size (qty)', 'qty', 'quantity');
  return number && type && time && price && quantity ? { number, type, time, price, quantity } : undefined;
}

export const isTradingView = (names: readonly string[]): boolean => columnsOf(names) !== undefined;

interface Leg {
  row: TextRow;
  side: Side;
  /** undefined for the exit of a trade that is still open */
  fill: Pick<FileFill, 'ts' | 'quantity' | 'price'> | undefined;
}

/** A trade by its number, as far as its rows could be read. */
interface Pair {
  number: number;
  entry?: Leg;
  exit?: Leg;
  /** true where one of its rows was left out: the other one alone would open or close what never was */
  broken: boolean;
}

export function readTradingView(table: TextTable, file: string, options: FillsOptions): FoundFills {
  const columns = columnsOf(table.names);
  if (!columns) throw new RangeError(`columns of no list of trades: ${table.names.join(', ')}`);
  const cells = new Cells(table, [columns.price, columns.quantity]);
  const order = options.dates ?? dateOrder(table.rows.map((row) => cells.text(row, columns.time))) ?? 'month-first';
  const clock = new FileClock(file, options.zone, order);
  const left = new LeftOut();
  const pairs = new Map<number, Pair>();

  for (const row of table.rows) {
    const number = left.take(row, () => {
      const cell = cells.text(row, columns.number);
      if (!/^\d{1,9}$/.test(cell))
        throw new RowFault('number of the trade cannot be used', `${columns.number} "${cell}": expected a whole number`);
      return Number(cell);
    });
    if (number === undefined) continue;
    const pair: Pair = pairs.get(number) ?? { number, broken: false };
    pairs.set(number, pair);
    const read = left.take(row, () => {
      cells.check(row);
      const { side, leg } = cells.choice(row, columns.type, TYPES);
      if (pair[leg]) throw new RowFault('duplicate', `a second ${leg} of trade ${number}: expected one`);
      if (leg === 'exit' && isOpen(table, cells, row, columns)) return { leg, side, fill: undefined };
      return {
        leg,
        side,
        fill: {
          ts: cells.time(row, columns.time, clock),
          quantity: cells.positive(row, columns.quantity),
          price: cells.positive(row, columns.price),
        },
      };
    });
    if (read) pair[read.leg] = { row, side: read.side, fill: read.fill };
    else if (!isRepeat(pair, cells, row, columns.type)) pair.broken = true;
  }

  const whole = [...pairs.values()].filter((pair) => isWhole(pair, left));
  const legs = whole.flatMap(({ number, entry, exit }) => [
    ...(entry?.fill ? [{ number, fill: fillOf(entry, entry.fill, true) }] : []),
    ...(exit?.fill ? [{ number, fill: fillOf(exit, exit.fill, false) }] : []),
  ]);
  // at one instant an earlier trade ends before a later one begins, and a trade begins before it ends
  legs.sort((a, b) => a.fill.ts - b.fill.ts || a.number - b.number);
  const open = whole.filter(({ exit }) => exit?.fill === undefined).length;
  return {
    fills: legs.map(({ fill }) => fill),
    left,
    notes: [
      ...clock.notes(options.zone),
      'Fees are 0: the list says of no row what it cost, so that P&L here is before commission.',
      ...(open === 0 ? [] : [`${open === 1 ? 'One trade is' : `${open} trades are`} still open.`]),
    ],
    parts: [],
  };
}

function fillOf({ row, side }: Leg, { ts, quantity, price }: NonNullable<Leg['fill']>, opens: boolean): FileFill {
  const order: OrderSide = (side === 'long') === opens ? 'buy' : 'sell';
  return { line: row.line, ts, symbol: '', side: order, quantity, price, fee: '0', multiplier: '1' };
}

/** Whether an exit says that there was none. */
function isOpen(table: TextTable, cells: Cells, row: TextRow, { time }: { time: string }): boolean {
  const signal = Cells.find(table.names, 'signal');
  return [cells.text(row, time), cells.text(row, signal)].some((cell) => cell.toLowerCase() === 'open');
}

/** Whether a row that was left out only repeats one that is there. */
function isRepeat(pair: Pair, cells: Cells, row: TextRow, type: string): boolean {
  const word = cells.text(row, type).toLowerCase();
  const leg = Object.hasOwn(TYPES, word) ? TYPES[word]?.leg : undefined;
  return leg !== undefined && pair[leg] !== undefined;
}

/** Whether both rows of a trade fit each other; where not, they are left out. */
function isWhole({ number, entry, exit, broken }: Pair, left: LeftOut): boolean {
  const drop = (kind: string, reason: string): false => {
    for (const leg of [entry, exit]) if (leg) left.add(leg.row, kind, reason);
    return false;
  };
  if (broken) return drop('other row of the trade left out', `trade ${number}: its other row is left out`);
  if (!entry?.fill)
    return exit ? drop('exit without its entry', `trade ${number}: expected an entry, the file has only the exit`) : false;
  if (!exit) return true;
  if (exit.side !== entry.side)
    return drop('entry and exit do not fit', `trade ${number}: entry ${entry.side}, exit ${exit.side}; expected the same`);
  if (!exit.fill) return true;
  if (exit.fill.ts < entry.fill.ts) return drop('entry and exit do not fit', `trade ${number}: its exit is before its entry`);
  if (exit.fill.quantity !== entry.fill.quantity)
    return drop(
      'entry and exit do not fit',
      `trade ${number}: exit of ${exit.fill.quantity} from an entry of ${entry.fill.quantity}; expected the same`,
    );
  return true;
}
