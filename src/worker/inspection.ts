import { FormatError } from '../formats/error.ts';
import type { OpenedFile } from '../formats/csv.ts';
import { suggestInterval } from './interval.ts';
import type { Inspection } from './protocol.ts';

/**
 * What a market file that is being read is found to be. A text table that cannot be read is no error: its look is the answer, for the user to say
 * which column is which.
 * @throws whatever else comes of the reading
 */
export async function inspect(name: string, reading: Promise<OpenedFile>): Promise<Inspection> {
  try {
    const { tape, report, notes, intervalMs, table } = await reading;
    const { ts, kind } = tape.columns;
    const suggested = `Bars are built from the ${kind}; their interval is suggested so that there are at least 60.`;
    return {
      kind,
      name,
      instrument: tape.instrument,
      stamp: tape.stamp,
      intervalMs: intervalMs ?? suggestInterval(tape),
      rows: ts.length,
      rejectedRows: report.rejectedRows,
      rejected: report.rejected,
      counts: report.counts,
      timeline: report.timeline,
      fromTs: ts[0] ?? 0,
      toTs: ts.at(-1) ?? 0,
      notes: kind !== 'bars' && intervalMs === null ? [...notes, suggested] : notes,
      ...(table ? { table } : {}),
    };
  } catch (error) {
    if (!(error instanceof FormatError) || !error.table) throw error;
    return { kind: 'unread', name, fault: error.message, table: error.table };
  }
}
