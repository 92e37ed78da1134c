import { parseArgs } from 'node:util';
import { tradesOf, tradeView } from '../projections/trades.ts';
import type { TradeView } from '../projections/views.ts';
import { oneOf, UsageError } from './files.ts';
import { bytesOf, FILLS_OPTIONS, readAloud } from './fills.ts';

const COLUMNS = [
  'id',
  'symbol',
  'side',
  'openedTs',
  'closedTs',
  'quantity',
  'held',
  'averageEntry',
  'averageExit',
  'adds',
  'exits',
  'grossPnl',
  'fees',
  'netPnl',
] as const satisfies readonly (keyof TradeView)[];

/** A cell of CSV: in quotes where it has to be. */
const cell = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** Prints the trades that the fills of a file make, as CSV or as JSON, a line each. */
export async function trades(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { ...FILLS_OPTIONS, as: { type: 'string', default: 'csv' } },
    allowPositionals: true,
  });
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new UsageError('trades: expected one FILE');
  const as = oneOf('--as', values.as, ['csv', 'json'] as const);
  const found = tradesOf(readAloud(await bytesOf(path), path, values).fills);
  for (const { line, reason } of found.refused) process.stderr.write(`${path}, line ${line}: ${reason}; left out\n`);
  const views = found.trades.map(tradeView);
  const lines =
    as === 'json'
      ? views.map((view) => JSON.stringify(view))
      : [COLUMNS.join(','), ...views.map((view) => COLUMNS.map((name) => cell(String(view[name] ?? ''))).join(','))];
  process.stdout.write(`${lines.join('\n')}\n`);
}
