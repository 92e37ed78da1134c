import type { Role } from '../domain/layout.ts';
import { DecimalReader, EXACT_DIGITS, Lines } from './bytes.ts';
import { FormatError } from './error.ts';
import type { Head } from './head.ts';
import { MOST_COLUMNS } from './header.ts';
import type { Layout } from './layout.ts';
import type { FaultKind, Rejections } from './rejections.ts';
import { TIME_WORDS, TimeReader } from './time.ts';
import { isWatchRow, tell, type Watch } from './watch.ts';

/** The finest decimals among the rows that were taken; `size` is undefined where none was above 0. */
export interface Decimals {
  price: number;
  size: number | undefined;
}

/** A text table whose layout is known. */
export interface Table {
  bytes: Uint8Array;
  head: Head;
  layout: Layout;
  /** rows stand from the last to the first */
  newestFirst: boolean;
  watch: Watch;
}

/** The rows of a table, before the first of them. */
export function rowsOfTable({ bytes, head }: Pick<Table, 'bytes' | 'head'>): Lines {
  const lines = new Lines(bytes, head.start, MOST_COLUMNS, head.delimiter);
  lines.line = head.lineBefore;
  return lines;
}

const SYMBOLS_LISTED = 20;

/** Reads single fields of the current line, and remembers of the lines that were taken when the last was and how fine their decimals are. */
export class Fields {
  readonly lines: Lines;
  readonly decimals: Decimals = { price: 0, size: undefined };
  /** time of the last line taken */
  last = NaN;
  /** lines whose time is before that of the line above, or after it where the newest stand first */
  stepsBack = 0;
  readonly times: TimeReader;
  private previous = NaN;
  private readonly direction: 1 | -1;
  private readonly layout: Layout;
  private readonly scale: number;
  private readonly watch: Watch;
  private readonly width: number;
  private readonly atTs: number;
  private readonly atClock: number | undefined;
  private readonly atSymbol: number | undefined;
  private symbol: string | undefined;
  private readonly others = new Set<string>();
  private rows = 0;
  /** finest decimals among the prices of this line */
  private places = 0;
  private readonly decimal: DecimalReader;

  /** @throws RangeError when the layout's zone is not known */
  constructor(table: Table) {
    const { head, layout, newestFirst, watch } = table;
    this.lines = rowsOfTable(table);
    this.layout = layout;
    this.scale = layout.priceScale;
    this.decimal = new DecimalReader(layout.decimalComma);
    this.direction = newestFirst ? -1 : 1;
    this.watch = watch;
    this.width = head.titles.length;
    this.times = new TimeReader(layout.time, layout.zone);
    this.atTs = layout.places.ts ?? -1;
    this.atClock = layout.places.clock;
    this.atSymbol = layout.places.symbol;
  }

  /** Where a role stands; -1 where it does not. */
  at(role: Role): number {
    return this.layout.places[role] ?? -1;
  }

  /** What a column is called in messages. */
  title(field: number): string {
    return this.layout.titles[field] ?? String(field + 1);
  }

  /** A price above 0 of at most 15 digits; NaN otherwise. */
  price(field: number): number {
    const { lines } = this;
    const value = this.decimal.read(lines.bytes, lines.start(field), lines.end(field), this.scale);
    if (!(value > 0) || this.decimal.digits > EXACT_DIGITS) return NaN;
    if (this.decimal.places > this.places) this.places = this.decimal.places;
    return value;
  }

  /** Any decimal; NaN otherwise. */
  number(field: number): number {
    return this.decimal.read(this.lines.bytes, this.lines.start(field), this.lines.end(field));
  }

  /** Decimals of the field that `number` read last. */
  get lastPlaces(): number {
    return this.decimal.places;
  }

  isEmpty(field: number): boolean {
    return this.lines.start(field) === this.lines.end(field);
  }

  /** The line's time in milliseconds of the years 1970 to 2100; NaN otherwise, and counted. */
  time(found: Rejections): number {
    const { times, lines } = this;
    const value = times.read(lines, this.atTs, this.atClock);
    if (Number.isNaN(value)) {
      const what = `time '${this.shownTime()}' in column ${this.title(this.atTs)}`;
      const { time, zone } = this.layout;
      if (times.fault === 'twice') found.add(lines, 'twice', () => `${what}: happens twice in ${zone}, as clocks go back`);
      else if (times.fault === 'skipped')
        found.add(lines, 'skipped', () => `${what}: is skipped in ${zone}, as clocks go forward`);
      else {
        const kind: FaultKind = time === 'ms' ? 'time' : 'date';
        found.add(lines, kind, () => `${what}: expected ${TIME_WORDS[time]} of the years 1970 to 2100`);
      }
      return value;
    }
    if ((value - this.previous) * this.direction < 0) this.stepsBack += 1;
    this.previous = value;
    return value;
  }

  /** False where a time is before the last line taken (after it, where the newest stand first), which is then counted. */
  inOrder(ts: number, found: Rejections): boolean {
    const back = (this.last - ts) * this.direction;
    if (!(back > 0)) return true;
    found.add(this.lines, 'back', () =>
      this.direction > 0
        ? `time goes back: ${ts} is ${back} ms before the last row taken`
        : `time goes forward where the newest stand first: ${ts} is ${back} ms after the last row taken`,
    );
    return false;
  }

  /** Counts the current line among those taken. */
  take(ts: number): void {
    this.last = ts;
    if (this.places > this.decimals.price) this.decimals.price = this.places;
  }

  /** Counts the decimals of a size above 0. */
  takeSize(places: number): void {
    this.decimals.size = Math.max(this.decimals.size ?? 0, places);
  }

  /**
   * The one symbol of the table; undefined where the table names none.
   * @throws FormatError, listing them, where there are several
   */
  onlySymbol(file: string): string | undefined {
    if (this.others.size === 0) return this.symbol;
    const more = this.others.size === SYMBOLS_LISTED ? ' and others' : '';
    const all = [this.symbol, ...this.others].join(', ');
    throw new FormatError(
      file,
      undefined,
      `several symbols in column ${this.title(this.atSymbol ?? -1)}: ${all}${more}; expected a file of one`,
    );
  }

  /** What is wrong with the first of these fields that is no usable price. */
  rejectPrice(fields: number[], found: Rejections): void {
    const field = fields.find((each) => Number.isNaN(this.price(each))) ?? 0;
    const value = this.number(field);
    const digits = value > 0 ? this.decimal.digits : 0;
    const what = `price '${this.shown(field)}' in column ${this.title(field)}`;
    if (digits > EXACT_DIGITS)
      found.add(this.lines, 'digits', () => `${what}: ${digits} significant digits, expected at most ${EXACT_DIGITS}`);
    else found.add(this.lines, 'price', () => `${what}: expected a decimal above 0`);
  }

  shown(field: number): string {
    return this.lines.field(field).slice(0, 40);
  }

  private noteSymbol(field: number): void {
    const symbol = this.lines.field(field);
    this.symbol ??= symbol;
    if (symbol !== this.symbol && this.others.size < SYMBOLS_LISTED) this.others.add(symbol);
  }

  private shownTime(): string {
    return this.atClock === undefined ? this.shown(this.atTs) : `${this.shown(this.atTs)} ${this.shown(this.atClock)}`;
  }

  /** Goes to the next line that has as many fields as the table has columns; false at the end. */
  advance(found: Rejections): boolean {
    const { lines } = this;
    while (lines.advance()) {
      this.rows += 1;
      if (isWatchRow(this.rows)) tell(this.watch, lines.next / lines.bytes.length);
      if (lines.blankBefore > 0) found.addBlank(lines, this.width);
      this.places = 0;
      if (lines.fields === this.width) {
        if (this.atSymbol !== undefined) this.noteSymbol(this.atSymbol);
        return true;
      }
      found.add(lines, 'fields', () => `${lines.fields} fields: expected ${this.width}`);
    }
    return false;
  }
}
