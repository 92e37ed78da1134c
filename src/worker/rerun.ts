import { Engine } from '../engine/engine.ts';
import type { SessionBundle } from '../journal/bundle.ts';
import { loadPolicy } from '../policy/load.ts';

/** What came of walking a bundle's session again. */
export interface Rerun {
  /** records that the bundle's journal has */
  records: number;
  /** the first record that is another, as the bundle has it and as it was made now; '' where there is none */
  differs?: { seq: number; bundled: string; made: string };
  /** which engine wrote the journal, and which walked it now */
  engine: { bundled: string; now: string };
}

/**
 * Walks a bundle's markets with its policy, entries and decisions up to its place, and compares the journal byte for byte: the same session
 * gives the same bytes.
 * @throws PolicyError or RangeError where the parts cannot be walked at all
 */
export function rerun({ start, recordings, journal, place, entries, decisions }: SessionBundle): Rerun {
  const engine = new Engine({
    tapes: recordings.map(({ tape }) => tape),
    policy: loadPolicy(start.policy, 'the policy of the bundle'),
    barPath: start.barPath,
    entries,
    decisions,
  });
  engine.goTo(place);
  const bundled = journal.split('\n').slice(0, -1);
  const made = engine.journal.map((record) => JSON.stringify(record));
  const began = engine.journal[0]?.event;
  const told = {
    records: bundled.length,
    engine: { bundled: start.engine, now: began?.type === 'SessionStarted' ? began.engine : '' },
  };
  const longer = bundled.length > made.length ? bundled : made;
  const other = longer.findIndex((_, at) => bundled[at] !== made[at]);
  return other < 0 ? told : { ...told, differs: { seq: other + 1, bundled: bundled[other] ?? '', made: made[other] ?? '' } };
}
