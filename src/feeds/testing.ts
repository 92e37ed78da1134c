import { type Columns, rowsOf } from '../domain/tape.ts';
import { columnsFrom, type Layout, namesOf } from './columns.ts';
import { digestOf } from './digest.ts';
import type { Recording } from './recording.ts';

/*
 * Markets for tests.
 */

/** Dice of 0 to below 1, the same for the same seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A market that could be: prices with up to five decimals, times that repeat where they may, and none of it regular. */
export function randomColumns(layout: Layout, rows: number, seed: number): Columns {
  const roll = dice(seed);
  const scale = 10 ** Math.floor(roll() * 6);
  const grid = (value: number): number => Math.max(1, Math.round(value * scale)) / scale;
  const values = new Map(namesOf(layout).map((name) => [name, new Float64Array(rows)]));
  let ts = Math.floor(roll() * 1.6e12);
  let price = 10 ** (roll() * 5);
  for (let row = 0; row < rows; row += 1) {
    ts += Math.floor(roll() * roll() * 5_000) + (layout.endsWith('bars') ? 1 : 0);
    price *= 1 + (roll() - 0.5) * 0.01;
    const found = { ts, ...rowOf(layout, price, roll, grid) };
    for (const [name, value] of Object.entries(found)) values.get(name)?.fill(value, row, row + 1);
  }
  return columnsFrom(layout, 60_000, (name) => values.get(name) ?? new Float64Array());
}

function rowOf(layout: Layout, price: number, roll: () => number, grid: (value: number) => number): Record<string, number> {
  const near = (): number => grid(price * (1 + (roll() - 0.5) * 0.001));
  switch (layout) {
    case 'bars':
    case 'bid-ask bars': {
      const volume = roll() < 0.2 ? 0 : grid(roll() * 1_000);
      const side = (prefix: string): Record<string, number> => {
        const prices = [near(), near(), near(), near()].toSorted((a, b) => a - b);
        const [low = 0, open = 0, close = 0, high = 0] = prices;
        return { [`${prefix}open`]: open, [`${prefix}high`]: high, [`${prefix}low`]: low, [`${prefix}close`]: close };
      };
      return layout === 'bars' ? { ...side(''), volume } : { ...side('bid_'), ...side('ask_'), volume };
    }
    case 'trades':
      return { price: near(), size: grid(roll() * 10), side: Math.floor(roll() * 3) - 1 };
    case 'quotes': {
      const bid = near();
      return { bid, ask: bid + grid(roll() * 0.001 * price) };
    }
    default:
      return layout satisfies never;
  }
}

/** A recording of these columns, of an instrument with this symbol. */
export async function recordingOf(columns: Columns, symbol = 'X'): Promise<Recording> {
  const bars = columns.kind === 'bars';
  const instrument = { symbol, tick: '0.01', lot: '0.001', multiplier: '1', minNotional: '0', session: 'UTC/24h' };
  const tape = {
    instrument,
    columns,
    digest: await digestOf(columns),
    stamp: bars ? ('open' as const) : ('event' as const),
    synthetic: true,
  };
  return {
    name: `${symbol}, made for a test`,
    source: `${symbol}.csv`,
    tape,
    report: {
      rows: rowsOf(tape),
      rejectedRows: 0,
      counts: [],
      rejected: [],
      timeline: { newestFirst: false, stepsBack: 0, duplicates: 0, repeats: 0, gaps: null },
    },
    notes: ['A note.'],
    intervalMs: bars ? columns.intervalMs : null,
  };
}
