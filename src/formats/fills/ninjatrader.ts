import type { OrderSide } from '../../domain/position.ts';
import type { FileFill } from '../fills.ts';
import { Cells } from './cells.ts';
import type { TextTable } from './delimited.ts';
import { type FillsOptions, type FoundFills, inOrder, partOf } from './reader.ts';
import { LeftOut, RowFault } from './report.ts';
import { dateOrder, FileClock } from './times.ts';

/*
 * The grid "Executions" of NinjaTrader 8 (Control Center, Export), English:
 *   Instrument, Action, Quantity, Price, Time, ID, E/X, Position, Order ID, Name, Commission, Rate, Account (or Account display name), Connection
 * with a delimiter behind the last. Numbers and dates follow the language of Windows: "9/15/2026 3:31:02 PM", "$2.22" and commas between the
 * fields, or "27/04/2026 6:05:02", "0,62 $", "7200,75" and semicolons. Columns can be moved and hidden. Times are those of the machine. An ID
 * belongs to one execution. Source: exports and exporters that NinjaTrader users have published; ninjatrader.com/support, "Executions tab".
 */

const ACTIONS: Readonly<Record<string, OrderSide>> = {
  buy: 'buy',
  sell: 'sell',
  buytocover: 'buy',
  'buy to cover': 'buy',
  sellshort: 'sell',
  'sell short': 'sell',
};
const REQUIRED = ['instrument', 'action', 'quantity', 'price', 'time', 'e/x'];

export const isNinjaTrader = (names: readonly string[]): boolean => REQUIRED.every((name) => names.includes(name));

export function readNinjaTrader(table: TextTable, file: string, options: FillsOptions): FoundFills {
  const { names } = table;
  const account = Cells.find(names, 'account', 'account display name', 'account name');
  const commission = Cells.find(names, 'commission');
  const id = Cells.find(names, 'id');
  const cells = new Cells(table, ['quantity', 'price', commission]);
  const found = dateOrder(table.rows.map((row) => cells.text(row, 'time')));
  const clock = new FileClock(file, options.zone, options.dates ?? found ?? 'month-first');
  const left = new LeftOut();
  const notes: string[] = [];
  const parts = [...new Set(table.rows.map((row) => cells.text(row, account)))].filter((name) => name !== '');
  const part = partOf(parts, 'accounts', options, notes);
  const rows = part === undefined ? table.rows : table.rows.filter((row) => cells.text(row, account) === part);
  const seen = new Set<string>();

  const fills = rows.flatMap((row): FileFill[] => {
    const fill = left.take(row, () => {
      cells.check(row);
      const own = cells.text(row, id);
      if (own !== '' && seen.has(own)) throw new RowFault('duplicate', `id "${own}": expected once, it stands above already`);
      const fill: FileFill = {
        line: row.line,
        ts: cells.time(row, 'time', clock),
        symbol: cells.word(row, 'instrument'),
        side: cells.choice(row, 'action', ACTIONS),
        quantity: cells.positive(row, 'quantity'),
        price: cells.positive(row, 'price'),
        fee: cells.decimalOr0(row, commission),
        multiplier: '1',
      };
      if (own !== '') seen.add(own);
      return fill;
    });
    return fill ? [fill] : [];
  });

  notes.push(...clock.notes(options.zone));
  if (found === undefined && options.dates === undefined)
    notes.push('Dates are taken as month/day/year: all of them could be day/month/year as well.');
  if (cells.mark === ',') notes.push('Commas are taken as decimal points: so are the numbers of this file written.');
  if (commission === undefined) notes.push('Fees are 0: the file has no column Commission.');
  if (id === undefined) notes.push('Duplicates cannot be told: the file has no column ID.');
  return { fills: inOrder(fills, notes), left, notes, parts };
}
