import type { JournalRecord } from '../domain/events.ts';
import type { Tape } from '../domain/tape.ts';
import type { PolicyDocument } from '../domain/document.ts';
import { Engine } from '../engine/engine.ts';
import { type Case, setupOf } from './case.ts';

/** A digest as a person compares two. */
const short = (digest: string): string => digest.slice(0, 12);

/** The tapes that a journal was made on, each as what it was then. @throws RangeError */
function tapesOf(
  name: string,
  named: readonly Pick<Tape, 'digest' | 'instrument' | 'stamp' | 'synthetic'>[],
  tapes: readonly Tape[],
): Tape[] {
  const left = [...tapes];
  const found = named.map(({ digest, instrument, stamp, synthetic }) => {
    const own = left.filter((one) => one.digest === digest);
    // the same rows may be there as two instruments
    const tape = own.find((one) => one.instrument.symbol === instrument.symbol) ?? own[0];
    if (tape) left.splice(left.indexOf(tape), 1);
    if (!tape)
      throw new RangeError(
        `${name}: made on the tape ${short(digest)} of ${instrument.symbol}; expected it, found ${tapes.map((one) => `${short(one.digest)} of ${one.instrument.symbol}`).join(', ') || 'none'}`,
      );
    return { ...tape, instrument, stamp, synthetic };
  });
  const [stranger] = left;
  if (stranger)
    throw new RangeError(
      `${name}: not made on the tape ${short(stranger.digest)} of ${stranger.instrument.symbol}; expected only its own`,
    );
  return found;
}

/**
 * A session of which there is a journal and its tapes: entries of a file are taken as the commands that they were. Where the journal ends before its
 * tapes do, the session stands at the last record.
 * @param name of the journal, for errors
 * @throws RangeError where the journal does not begin with its session, is of other tapes, or is not what this engine makes of them
 */
export function caseOfJournal(name: string, journal: readonly JournalRecord[], tapes: readonly Tape[]): Case {
  const started = journal[0]?.event;
  if (started?.type !== 'SessionStarted')
    throw new RangeError(`${name}: begins with ${started?.type ?? 'nothing'}; expected SessionStarted`);
  const one: Case = {
    name,
    tapes: tapesOf(name, started.tapes, tapes),
    policy: started.policy as PolicyDocument,
    barPath: started.barPath,
    entries: [],
    decisions: journal.flatMap(({ event, tape }) =>
      event.type === 'CommandReceived' ? [{ at: tape, command: event.command }] : [],
    ),
    place: null,
  };
  const engine = new Engine(setupOf(one));
  engine.run(Number.POSITIVE_INFINITY);
  const other = journal.findIndex((record, at) => JSON.stringify(engine.journal[at]) !== JSON.stringify(record));
  if (other >= 0)
    throw new RangeError(`${name}: record ${other + 1} is another than this engine makes of the same tapes, policy and commands`);
  const last = journal.at(-1);
  return engine.journal.length > journal.length && last ? { ...one, place: last.tape } : one;
}
