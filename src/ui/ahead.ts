import type { ClockView, JournalLine, SessionView } from '../projections/views.ts';

/*
 * Practice hides what lies ahead: the tape ends where it was reached at the farthest, and of the session only what has been seen is told.
 */

interface Told {
  clock: ClockView | null;
  session: SessionView | null;
  beside: readonly { session: SessionView }[];
  journal: JournalLine[];
}

/** the farthest row of a session that was reached since practice began */
let reached = { of: '', row: 0 };
const clocks = new WeakMap<ClockView, ClockView>();
const journals = new WeakMap<JournalLine[], JournalLine[]>();
const sessions = new WeakMap<SessionView, SessionView>();

/** @param of which session it is: what was reached of another does not count */
export function hideAhead<T extends Told>(state: T, of: string): T {
  const { clock, session } = state;
  if (reached.of !== of) reached = { of, row: 0 };
  if (clock) reached.row = Math.max(reached.row, clock.row);
  const beside = state.beside.map((one) => ({ ...one, session: withoutEnd(one.session) }));
  return {
    ...state,
    beside,
    journal: withoutRows(state.journal),
    clock: clock && clockSoFar(clock, reached.row),
    session: session && withoutEnd(session),
  };
}

function clockSoFar(clock: ClockView, row: number): ClockView {
  const before = clocks.get(clock);
  if (before?.rows === row) return before;
  const made = { ...clock, rows: row, marks: clock.marks.filter((mark) => mark.row <= row), ahead: [], latest: null };
  clocks.set(clock, made);
  return made;
}

/** The journal, whose first line tells how many rows the tapes have. */
function withoutRows(journal: JournalLine[]): JournalLine[] {
  const before = journals.get(journal);
  if (before) return before;
  const made = journal.map((line) =>
    line.kind === 'session' ? Object.assign({}, line, { text: line.text.replaceAll(/ \d+ rows/g, '') }) : line,
  );
  journals.set(journal, made);
  return made;
}

/** A session of which neither end, length nor files are told. */
function withoutEnd(session: SessionView): SessionView {
  const before = sessions.get(session);
  if (before) return before;
  const made: SessionView = {
    ...session,
    title: `Practice · ${session.symbols.join(', ')}`,
    source: '',
    digest: '',
    rows: 0,
    toTs: session.fromTs,
    files: session.files.map((file) => ({ ...file, name: '', digest: '', rows: 0 })),
    notes: [],
  };
  sessions.set(session, made);
  return made;
}
