import { headOf } from '../feeds/head.ts';
import { unpack } from '../feeds/file.ts';
import { FormatError } from '../formats/error.ts';
import { FILLS_FORMATS, readFillsFile, sniffFills } from '../formats/fills/file.ts';
import { drawnTrade } from '../projections/drawn-trades.ts';
import { decimalsOf, entriesOf, totalsOf, tradesOf, tradeView } from '../projections/trades.ts';
import type { TradesFound, TradesOptions } from './protocol.ts';

const HEAD_BYTES = 65_536;

/** Archives do not show what is in them at their beginning. */
const isArchive = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b;

/**
 * Reads a file of the user's own trades, whole, once its first bytes say that it is one.
 * @throws FormatError when it is none, or cannot be used
 */
export async function lookAtTrades(file: File, { keepQuantity, ...options }: TradesOptions): Promise<TradesFound> {
  const head = await headOf(file, HEAD_BYTES);
  if (!isArchive(head) && sniffFills(head, file.name) === undefined)
    throw new FormatError(file.name, undefined, `not a file of fills; expected ${Object.values(FILLS_FORMATS).join(', ')}`);
  const { fills, report, notes, parts } = readFillsFile(await unpack(file), file.name, options);
  const { trades, refused } = tradesOf(fills);
  const decimals = decimalsOf(trades);
  return {
    name: file.name,
    format: report.format,
    formatName: FILLS_FORMATS[report.format],
    fills: report.rows - refused.length,
    trades: trades.map(tradeView),
    totals: totalsOf(trades),
    drawn: trades.map((trade) => ({ symbol: trade.symbol, position: drawnTrade(trade, decimals[trade.symbol] ?? 0) })),
    entries: entriesOf(trades, keepQuantity ?? false),
    rejectedRows: report.rejectedRows + refused.length,
    rejected: [...report.rejected, ...refused.map(({ line, reason }) => ({ line, reason, text: '' }))].sort(
      (a, b) => a.line - b.line,
    ),
    notes,
    symbols: [...new Set(trades.map(({ symbol }) => symbol))].sort(),
    decimals,
    parts,
  };
}
