import type { JournalRecord } from '../domain/events.ts';
import { loadPolicy, PolicyError } from '../policy/load.ts';
import { emptyState, evolve, type State } from './state.ts';

/**
 * The state that a journal tells of, without the tapes it was made on: what the live engine holds after the same records.
 * @param records from the first, in order
 * @throws RangeError naming the record that does not follow from those before it, PolicyError where the policy of one cannot be read
 */
export function foldJournal(records: readonly JournalRecord[]): State {
  const [first] = records;
  if (first?.event.type !== 'SessionStarted')
    throw new RangeError(
      `record 1 is ${first?.event.type ?? 'missing'}: expected SessionStarted, with which every journal begins`,
    );
  const { policy, tapes } = first.event;
  const state = emptyState(
    loadPolicy(policy, 'the journal').policy,
    tapes.map(({ instrument }) => instrument),
  );
  for (const record of records) {
    const { seq, event } = record;
    if (seq > 1 && event.type === 'SessionStarted')
      throw new RangeError(`record ${seq}: a second session begins; expected one a journal`);
    try {
      evolve(state, record);
    } catch (error) {
      if (error instanceof PolicyError) throw error;
      throw new RangeError(`record ${seq}, ${event.type}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  return state;
}
