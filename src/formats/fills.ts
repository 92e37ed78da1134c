import type { OrderSide } from '../domain/position.ts';
import type { Milliseconds } from '../domain/time.ts';
import { FormatError } from './error.ts';
import { readTable, type Row } from './table.ts';

/** A fill of a broker, as a file has it. Quantity, price, fee and multiplier are exact decimal text; a negative fee is a rebate. */
export interface FileFill {
  line: number;
  ts: Milliseconds;
  symbol: string;
  side: OrderSide;
  quantity: string;
  price: string;
  fee: string;
  multiplier: string;
}

export const FILL_COLUMNS = ['ts', 'symbol', 'side', 'quantity', 'price', 'fee'] as const;
const SIDES: Readonly<Record<string, OrderSide>> = { buy: 'buy', sell: 'sell' };

/**
 * Reads fills from CSV `ts,symbol,side,quantity,price,fee` and optionally `multiplier` (1 where it is empty or missing), in time order.
 * Each row is read for itself: whether a multiplier is that of the position it meets is for the ledger to say.
 * @throws FormatError with file and line at the first bad row, also when time goes back
 */
export function readFills(bytes: Uint8Array, file: string): FileFill[] {
  let last = 0;
  return readTable(bytes, file, FILL_COLUMNS, ['multiplier']).map((row): FileFill => {
    const fill = fillOf(row, file, last);
    last = fill.ts;
    return fill;
  });
}

/** A row of such a file. @param last time of the row before @throws FormatError */
export function fillOf(row: Row, file: string, last: Milliseconds): FileFill {
  const ts = row.time('ts');
  if (ts < last) throw new FormatError(file, row.line, `ts "${ts}": expected at least ${last}, the time of the row before`);
  return {
    line: row.line,
    ts,
    symbol: row.word('symbol'),
    side: row.choice('side', SIDES),
    quantity: row.positive('quantity'),
    price: row.positive('price'),
    fee: row.decimal('fee'),
    multiplier: row.optionalPositive('multiplier') ?? '1',
  };
}
