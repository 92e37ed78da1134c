import type { PolicyDocument } from '../../domain/document.ts';
import type { BarPath, Stamp, Tape } from '../../domain/tape.ts';
import { worldOf } from '../../engine/chance.ts';
import { dice } from '../../engine/dice.ts';
import { namedColumns } from '../../feeds/columns.ts';
import { openBundled, openFile } from '../../feeds/open.ts';
import type { OpenedFile } from '../../formats/csv.ts';
import type { FileToOpen, ImportOptions } from '../protocol.ts';

const SIDES = ['sell', '', 'buy'];

/** A tape as the file that somebody could have recorded it in. @param by milliseconds that its times are later */
function csvOf({ columns }: Tape, by: number): string {
  const named = namedColumns(columns);
  const rows = Array.from(columns.ts, (_, row) =>
    named
      .map(([name, values]) => {
        const value = values[row] ?? Number.NaN;
        return name === 'side' ? SIDES[value + 1] : name === 'ts' ? value + by : value;
      })
      .join(','),
  );
  return `${[named.map(([name]) => name).join(','), ...rows].join('\n')}\n`;
}

/** Files of one or more instruments, and what they are opened with. */
export interface Market {
  files: FileToOpen[];
  policy: PolicyDocument;
  barPath: BarPath;
}

/** All that a user of a simulation has at hand. */
export interface World {
  markets: Market[];
  /** what comes of reading each file */
  opened: ReadonlyMap<File, OpenedFile>;
  /** by digest; that of the bundled session among them, which is opened where there is nothing else */
  tapes: ReadonlyMap<string, Tape>;
}

const MARKETS = 2;
const bundled = openBundled();

/** Small random markets, as files. Same seed, same world. */
export async function worldOfFiles(seed: number): Promise<World> {
  const next = dice(seed ^ 0x51ed270b);
  const opened = new Map<File, OpenedFile>();
  const markets: Market[] = [];
  for (let nth = 0; nth < MARKETS; nth += 1) {
    const { tapes, policy, barPath } = worldOf(seed * MARKETS + nth);
    const files: FileToOpen[] = [];
    for (const tape of tapes) {
      const { columns, instrument } = tape;
      const intervalMs = columns.kind === 'bars' ? columns.intervalMs : undefined;
      const stamp: Stamp = next() < 0.8 ? 'open' : 'close';
      const csv = csvOf(tape, stamp === 'close' ? (intervalMs ?? 0) : 0);
      const file = new File([csv], `${instrument.symbol}-${nth}.csv`);
      const options: ImportOptions = { instrument, ...(intervalMs === undefined ? {} : { intervalMs, stamp }) };
      opened.set(file, await openFile(file, options));
      files.push({ file, options });
    }
    markets.push({ files, policy: policy.source, barPath });
  }
  const tapes = [await bundled, ...opened.values()].map(({ tape }): [string, Tape] => [tape.digest, tape]);
  return { markets, opened, tapes: new Map(tapes) };
}
