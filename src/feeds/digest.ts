import type { Columns } from '../domain/tape.ts';
import { namedColumns } from './columns.ts';
import { sha256 } from './file.ts';

/** Grows when the bytes that are hashed are made in another way. */
const VERSION = 1;

/**
 * SHA-256 of a market's columns, hex, which says which market it is: the same rows have the same digest, from whatever file they were read.
 * Hashed are one line of UTF-8 text, `ratchet tape 1: bars 60000 1950 ts open high low close volume` and a line feed (kind, interval in ms
 * or 0, rows, columns), then every column in that order as little-endian doubles. -0 counts as 0, which it equals.
 * @throws RangeError naming column and row at a NaN or an infinity: no market has them
 */
export function digestOf(columns: Columns): Promise<string> {
  const named = namedColumns(columns);
  const rows = columns.ts.length;
  const intervalMs = columns.kind === 'bars' ? columns.intervalMs : 0;
  const names = named.map(([name]) => name).join(' ');
  const head = new TextEncoder().encode(`ratchet tape ${VERSION}: ${columns.kind} ${intervalMs} ${rows} ${names}\n`);
  // One buffer: SubtleCrypto takes no pieces, and hashing piece by piece in JavaScript takes four times as long.
  const bytes = new Uint8Array(head.length + named.length * rows * 8);
  bytes.set(head);
  const view = new DataView(bytes.buffer);
  let at = head.length;
  for (const [name, values] of named)
    for (let row = 0; row < rows; row += 1) {
      const value = values[row] ?? Number.NaN;
      if (!Number.isFinite(value)) throw new RangeError(`${name} ${value} in row ${row + 1}: expected a finite number`);
      view.setFloat64(at, value + 0, true);
      at += 8;
    }
  return sha256(bytes);
}
