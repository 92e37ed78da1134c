import { ZoneClock, sessionOf } from '../domain/session.ts';
import type { Milliseconds } from '../domain/time.ts';
import type { SessionView } from '../projections/views.ts';

/*
 * Practice: the page shows a session without saying which one it is. Everything the worker says passes through a veil before anything shows it, and
 * everything the page says passes back, so that panels know nothing of it: symbols are "Instrument A", "Instrument B" …, dates are "day 1", "day 2" ….
 */

/** What of a session a veil is made of. */
export type Veiled = Pick<SessionView, 'symbols' | 'fromTs' | 'toTs'> & {
  instrument: Pick<SessionView['instrument'], 'session' | 'calendar'>;
};

const DAY = 86_400_000;
const ELSEWHEN = 'another day';
const TEXTS_KEPT = 4_000;
/** Words of the program's own: a symbol that is spelt like one of them does not change them. */
const WORDS = new Set(['kind', 'tone', 'status', 'side', 'type', 'mode', 'rule', 'verdict', 'urgency', 'role']);
const MONTHS = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const ISO_DATE = /\b(\d{4}-\d{2}-\d{2})(?:T[\d:.]+Z)?\b/g;
/** "15 Feb 2019", "11–15 Feb 2019", "28 Feb – 3 Mar 2019" */
const DATES = new RegExp(`\\b\\d{1,2}(?: (?:${MONTHS})(?: \\d{4})?)?(?: ?– ?\\d{1,2})? (?:${MONTHS})(?: \\d{4})?\\b`, 'g');

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** "Instrument A" … "Instrument Z", "Instrument AA" … */
function aliasOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? `Instrument ${letter}` : `${aliasOf(Math.floor(index / 26) - 1)}${letter}`;
}

/** Replaces words of one list by those of another wherever they stand alone; the longest first. */
function replacer(from: readonly string[], to: readonly string[]): (text: string) => string {
  const words = new Map(from.map((word, at) => [word, to[at] ?? word]));
  const longest = from.toSorted((a, b) => b.length - a.length).map(escaped);
  if (longest.length === 0) return (text) => text;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${longest.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
  return (text) => text.replace(pattern, (word) => words.get(word) ?? word);
}

const isPlain = (value: object): value is Record<string, unknown> => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Every text in a value of plain objects and lists changed by `change`, keys included; what is neither passes as it is. */
function changed(value: unknown, change: (text: string) => string, known: WeakMap<object, unknown>): unknown {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const made = Array.isArray(value)
    ? value.map((one) => changed(one, change, known))
    : isPlain(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, one]) => [
            change(key),
            WORDS.has(key) && typeof one === 'string' ? one : changed(one, change, known),
          ]),
        )
      : value;
  known.set(value, made);
  return made;
}

/** What a session's symbols and dates are shown as, and back again. */
export class Veil {
  private readonly session: Veiled;
  private readonly clock: ZoneClock;
  /** starts of the trading days from the first of the session on */
  private readonly starts: Milliseconds[];
  private readonly known = new WeakMap<object, unknown>();
  /** texts that were covered already: keys and words come again with every frame */
  private readonly texts = new Map<string, string>();
  private readonly named: (text: string) => string;
  private readonly unnamed: (text: string) => string;

  constructor(session: Veiled) {
    const aliases = session.symbols.map((_, at) => aliasOf(at));
    this.session = session;
    this.clock = new ZoneClock(sessionOf(session.instrument));
    this.starts = [this.clock.day(session.fromTs).start];
    this.named = replacer(session.symbols, aliases);
    this.unnamed = replacer(aliases, session.symbols);
  }

  /** The same with aliases for symbols and numbers for dates; a part that is the same object comes out as the same object. */
  cover<T>(value: T): T {
    return changed(value, (text) => this.text(text), this.known) as T;
  }

  /** The same with symbols for aliases, as the worker knows them. */
  uncover<T>(value: T): T {
    return changed(value, this.unnamed, new WeakMap()) as T;
  }

  /** "day 3": trading days from the session's first, which is day 1; "another day" outside the session. */
  day(ts: Milliseconds): string {
    const { starts, clock } = this;
    const [first] = starts;
    if (first === undefined || !(ts >= first) || ts > this.session.toTs + DAY) return ELSEWHEN;
    for (let last = starts.at(-1) ?? first; last <= ts; last = starts.at(-1) ?? first)
      starts.push(clock.nextTradingDay(last).start);
    let [low, high] = [1, starts.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= ts) low = middle + 1;
      else high = middle;
    }
    return `day ${low}`;
  }

  /** A record as it is written, its times as days and hours of the session; how long a tape is, and which, is not in it. */
  record(value: unknown): string {
    const { fromTs, toTs } = this.session;
    return JSON.stringify(
      this.cover(value),
      (key, one: unknown) =>
        key === 'rows' || key === 'digest'
          ? 'hidden'
          : typeof one === 'number' && /ts$|at$|until$/i.test(key) && one >= fromTs - DAY && one <= toTs + DAY
            ? `${this.day(one)}, ${this.clock.timeOfDay(one)}`
            : one,
      2,
    );
  }

  private text(text: string): string {
    const before = this.texts.get(text);
    if (before !== undefined) return before;
    const made = this.named(text)
      .replace(ISO_DATE, (_, date: string) => this.day(this.clock.day(Date.parse(`${date}T12:00:00Z`)).start))
      .replace(DATES, ELSEWHEN);
    // figures change all day long
    if (this.texts.size >= TEXTS_KEPT) this.texts.clear();
    this.texts.set(text, made);
    return made;
  }
}

let veil: Veil | null = null;

/** Lays a veil over everything that is shown from now on; null takes it away. */
export const layVeil = (next: Veil | null): void => {
  veil = next;
};

/** How a day is called while practice hides dates; null while they are shown. */
export const hiddenDay = (ts: Milliseconds): string | null => veil?.day(ts) ?? null;

/** What the worker said, as it may be shown. */
export const covered = <T>(value: T): T => (veil ? veil.cover(value) : value);

/** What was shown, as the worker said it. */
export const uncovered = <T>(value: T): T => (veil ? veil.uncover(value) : value);

/** A record of the journal as it is shown. */
export const recordText = (value: unknown): string => veil?.record(value) ?? JSON.stringify(value, null, 2);
