import type { PlaceEntry } from '../domain/commands.ts';
import type { Columns, TapePosition } from '../domain/tape.ts';
import { Engine } from '../engine/engine.ts';
import { encodeRecording } from '../feeds/recording.ts';
import { recordingOf } from '../feeds/testing.ts';
import type { TimedEntry } from '../formats/decisions.ts';
import type { SessionParts } from '../journal/session-files.ts';
import { loadPreset } from '../policy/load.ts';
import { journalText } from '../projections/figures.ts';

/*
 * Sessions for tests.
 */

/** A session that was walked, and its recordings by digest. */
export interface Walked {
  parts: SessionParts;
  recordings: Map<string, Uint8Array<ArrayBuffer>>;
}

/** A tenth of the price away, in hundredths. */
const below = (price: number): string => (Math.max(1, Math.floor(price * 90)) / 100).toFixed(2);

const entry = (source: PlaceEntry['source'], price: number): PlaceEntry => ({
  type: 'PlaceEntry',
  symbol: 'A',
  side: 'long',
  kind: 'market',
  quantity: '0.01',
  stop: below(price),
  source,
});

/** A price of a market, somewhere near its row. */
function priceAt(columns: Columns, row: number): number {
  const prices = columns.kind === 'trades' ? columns.price : columns.kind === 'quotes' ? columns.bid : columns.close;
  return prices[row] ?? Number.NaN;
}

/**
 * Walks markets A, B, … up to a row of all of them: an order for A at row 20, its position closed at row 60, and an entry from a file
 * between them.
 * @param to rows that are done at the end
 */
export async function walkedSession(markets: readonly Columns[], to: number): Promise<Walked> {
  const recordings = new Map<string, Uint8Array<ArrayBuffer>>();
  const tapes = [];
  for (const [at, columns] of markets.entries()) {
    const recording = await recordingOf(columns, String.fromCharCode(65 + at));
    recordings.set(recording.tape.digest, await encodeRecording(recording));
    tapes.push(recording.tape);
  }
  const [first] = markets;
  if (!first) throw new RangeError('a walk needs a market');
  const entries: TimedEntry[] = [{ ts: first.ts[25] ?? 0, command: entry('entries', priceAt(first, 25)) }];
  const engine = new Engine({ tapes, policy: loadPreset('intraday'), barPath: 'adverse-first', entries });
  engine.run(20);
  engine.command(entry('ticket', priceAt(first, 10)));
  engine.run(60);
  const [position] = engine.state.positions.keys();
  if (position !== undefined) engine.command({ type: 'ClosePosition', positionId: position });
  engine.run(to);
  const place: TapePosition = engine.at;
  const parts = { name: 'a walk', journal: journalText(engine.journal), place, decisions: engine.allDecisions, entries };
  return { parts, recordings };
}
