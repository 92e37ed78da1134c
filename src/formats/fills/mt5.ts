import { dec, text, ZERO } from '../../domain/decimal.ts';
import type { OrderSide } from '../../domain/position.ts';
import type { FileFill } from '../fills.ts';
import { Cells } from './cells.ts';
import type { TextRow, TextTable } from './delimited.ts';
import { type FillsOptions, type FoundFills, inOrder } from './reader.ts';
import { LeftOut, RowFault } from './report.ts';
import { FileClock } from './times.ts';

/*
 * The table "Deals" of MetaTrader 5 as CSV or tabs, English, alone or as a part of the report of an account's history or of the tester,
 * where Positions and Orders stand above it and Results below:
 *   Time, Deal, Symbol, Type, Direction, Volume, Price, Order, Commission, Fee (newer builds), Swap, Profit, Balance, Comment
 * Times are "2026.01.01 10:15:00" (seconds may be missing) of the broker's server. Type is buy or sell; everything else (balance, credit,
 * charge, commission, …) moves money and is no fill. Direction is in, out, out by, or in/out, whose volume closes the position and opens the
 * other side with the rest. Costs are below zero; thousands are set apart by blanks. Volume is in lots.
 * Source: metatrader5.com, help of the terminal, "Trading report"; mql5.com, "Deal properties"; reports that users have published.
 */

const SIDES: Readonly<Record<string, OrderSide>> = { buy: 'buy', sell: 'sell' };
const DIRECTIONS = { in: 'in', out: 'out', 'in/out': 'in/out', 'out by': 'out by' } as const;
/** What moves money without a trade, and deals that were taken back. */
const NO_FILLS =
  /^(balance|credit|charge|correction|bonus|commission.*|daily commission|monthly commission|agent.*|interest.*|dividend.*|franked dividend|tax|buy canceled|sell canceled)$/;
const REQUIRED = ['time', 'deal', 'symbol', 'type', 'direction', 'volume', 'price'];

export const isMt5 = (names: readonly string[]): boolean => REQUIRED.every((name) => names.includes(name));
/** Whether a report begins here, in which the deals stand somewhere below. */
export const isMt5Report = (head: string): boolean => /^\W*(trade history report|strategy tester report)\b/i.test(head);

export function readMt5(table: TextTable, file: string, options: FillsOptions): FoundFills {
  const { names } = table;
  const costs = ['commission', 'fee', 'swap'].filter((name) => names.includes(name));
  const cells = new Cells(table, ['volume', 'price', ...costs]);
  const clock = new FileClock(file, options.zone, 'day-first');
  const left = new LeftOut();
  const notes: string[] = [];
  const seen = new Set<string>();
  /** fills whose direction says that they open */
  const opening = new Set<FileFill>();
  let moved = 0;

  const deals = dealRows(table, cells).flatMap((row) => {
    const fill = left.take(row, () => {
      cells.check(row);
      if (NO_FILLS.test(cells.text(row, 'type').toLowerCase())) {
        moved += 1;
        return 'no fill';
      }
      const deal = cells.word(row, 'deal');
      if (seen.has(deal)) throw new RowFault('duplicate', `deal ${deal}: expected once, it stands above already`);
      const side = cells.choice(row, 'type', SIDES);
      const direction = cells.choice(row, 'direction', DIRECTIONS);
      const cost = costs.reduce((sum, name) => sum.plus(cells.decimalOr0(row, name)), ZERO);
      const fill: FileFill = {
        line: row.line,
        ts: cells.time(row, 'time', clock),
        symbol: cells.word(row, 'symbol'),
        side,
        quantity: cells.positive(row, 'volume'),
        price: cells.positive(row, 'price'),
        fee: text(ZERO.minus(cost)),
        multiplier: '1',
      };
      seen.add(deal);
      if (direction === 'in') opening.add(fill);
      return fill;
    });
    return fill === undefined || fill === 'no fill' ? [] : [fill];
  });

  notes.push(...clock.notes(options.zone));
  if (moved > 0) notes.push(`${moved === 1 ? 'One row moves' : `${moved} rows move`} money without a trade: no fills.`);
  notes.push(`The fee of a fill is ${costs.length === 0 ? '0: the file has no costs' : `its ${costs.join(', ')} together`}.`);
  const ordered = inOrder(deals, notes);
  const against = hedged(ordered, opening);
  if (against > 0)
    notes.push(
      `${against} deals open against what is held, as hedging accounts may: here they take from it, one position an instrument.`,
    );
  return { fills: ordered, left, notes, parts: [] };
}

/** The rows of deals: up to the sums below them, or the next part of the report. */
function dealRows({ rows }: TextTable, cells: Cells): TextRow[] {
  const end = rows.findIndex((row) => cells.text(row, 'deal') === '' && !/^\d/.test(cells.text(row, 'time')));
  return end < 0 ? rows : rows.slice(0, end);
}

/** Deals that open a position while one of the other side is held. */
function hedged(deals: readonly FileFill[], opening: ReadonlySet<FileFill>): number {
  const held = new Map<string, ReturnType<typeof dec>>();
  let against = 0;
  for (const deal of deals) {
    const { symbol, side, quantity } = deal;
    const before = held.get(symbol) ?? ZERO;
    const change = side === 'buy' ? dec(quantity) : ZERO.minus(quantity);
    if (opening.has(deal) && before.times(change).lessThan(0)) against += 1;
    held.set(symbol, before.plus(change));
  }
  return against;
}
