import { type BarPath, rowsOf } from '../domain/tape.ts';
import type { Engine } from '../engine/engine.ts';
import type { OpenedFile } from '../formats/csv.ts';
import type { TimedEntry } from '../formats/decisions.ts';
import { type LoadedPolicy, presets } from '../policy/load.ts';
import type { FileView, SessionView } from '../projections/views.ts';

/** A file of a session: what was read, and what it is called. */
export interface Source extends Omit<OpenedFile, 'table'> {
  name: string;
}

/** What a session is opened with. */
export interface SessionFiles {
  sources: readonly Source[];
  policy: LoadedPolicy;
  barPath: BarPath;
  /** entries by time, from a file of the user's */
  entries: readonly TimedEntry[];
}

/** Rows of all files together. */
export const rowsOfAll = (sources: readonly Source[]): number => sources.reduce((sum, { tape }) => sum + rowsOf(tape), 0);

/** What a session is made of, with the instrument on the chart in front. */
export function sessionView(
  { sources, barPath, policy }: Omit<SessionFiles, 'entries'>,
  engine: Engine,
  shown: string,
): SessionView {
  const { lanes } = engine.core;
  const { market } = engine.core.lane(shown);
  const source = sources.find(({ tape }) => tape.instrument.symbol === shown);
  if (!source) throw new Error(`the session has no file of ${shown}`);
  const { tape } = source;
  const starts = sources.map((one) => one.tape.columns.ts[0] ?? Number.POSITIVE_INFINITY);
  const ends = sources.map((one) => one.tape.columns.ts.at(-1) ?? Number.NEGATIVE_INFINITY);
  const fromTs = Math.min(...starts);
  const toTs = Math.max(...ends);
  const symbols = lanes.map(({ symbol }) => symbol);
  return {
    title: `${symbols.join(', ')} · ${dateRange(market.clock.day(fromTs).date, market.clock.day(toTs).date)}`,
    source: sources.map(({ name }) => name).join(', '),
    symbols,
    decimals: Object.fromEntries(lanes.map((lane) => [lane.symbol, lane.market.instrument.prices.decimals])),
    files: sources.map((one) => fileView(one, engine)).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1)),
    instrument: tape.instrument,
    kind: tape.columns.kind,
    synthetic: sources.some((one) => one.tape.synthetic),
    stamp: tape.stamp,
    intervalMs: market.intervalMs,
    barPath,
    digest: tape.digest,
    rows: rowsOfAll(sources),
    fromTs,
    toTs,
    zone: market.instrument.session.zone,
    policy: policy.policy.name,
    policies: Object.keys(presets),
    priceDecimals: market.instrument.prices.decimals,
    report: source.report,
    notes: [...source.notes, ...engine.notes],
  };
}

function fileView({ tape, name, report }: Source, engine: Engine): FileView {
  const { market } = engine.core.lane(tape.instrument.symbol);
  return {
    symbol: tape.instrument.symbol,
    name,
    kind: tape.columns.kind,
    rows: rowsOf(tape),
    rejectedRows: report.rejectedRows,
    intervalMs: market.intervalMs,
    stamp: tape.stamp,
    zone: market.instrument.session.zone,
    digest: tape.digest,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** "11–15 Feb 2019" from two local dates. */
function dateRange(from: string, to: string): string {
  const [a, b] = [from, to].map((date) => ({
    year: date.slice(0, 4),
    month: MONTHS[Number(date.slice(5, 7)) - 1] ?? '',
    day: Number(date.slice(8)),
  }));
  if (!a || !b) return from;
  const end = `${b.day} ${b.month} ${b.year}`;
  if (from === to) return end;
  if (a.year !== b.year) return `${a.day} ${a.month} ${a.year} – ${end}`;
  return a.month === b.month ? `${a.day}–${end}` : `${a.day} ${a.month} – ${end}`;
}
