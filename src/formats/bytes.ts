const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;

/** Digits up to which a decimal and its nearest double stand for each other without loss. */
export const EXACT_DIGITS = 15;

/** Powers of ten that are exact doubles. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Reads decimals from bytes; after `read`, `digits` and `places` describe what was read. */
export class DecimalReader {
  private readonly point: number;

  /** @param comma the decimals are written with a comma in place of the point */
  constructor(comma = false) {
    this.point = comma ? COMMA : POINT;
  }

  /** significant digits, leading and trailing zeros not counted */
  digits = 0;
  /** digits after the point, trailing zeros not counted */
  places = 0;

  /**
   * The double nearest to the decimal text in `bytes[from, to)`: digits with an optional sign, point and exponent; NaN for anything else.
   * Up to 15 digits it is one division or product of two exact doubles, hence correctly rounded; powers beyond 10^±22 give NaN.
   * @param scale power of ten that the text counts in
   */
  read(bytes: Uint8Array, from: number, to: number, scale = 0): number {
    this.digits = 0;
    this.places = 0;
    let at = from;
    const pointMark = this.point - ZERO;
    const first = bytes[at] ?? 0;
    const negative = first === 45;
    if (negative || first === 43) at += 1;
    let mantissa = 0;
    let zeros = 0;
    let seen = 0;
    let last = 0;
    let point = -1;
    for (; at < to; at += 1) {
      const digit = (bytes[at] ?? 0) - ZERO;
      if (digit === 0) {
        seen += 1;
        zeros += 1;
      } else if (digit > 0 && digit <= 9) {
        seen += 1;
        last = seen;
        this.digits = this.digits === 0 ? 1 : this.digits + zeros + 1;
        if (this.digits <= EXACT_DIGITS) mantissa = mantissa === 0 ? digit : mantissa * (POWERS[zeros + 1] ?? NaN) + digit;
        zeros = 0;
      } else if (digit === pointMark && point < 0) point = seen;
      else break;
    }
    if (seen === 0) return NaN;
    let exponent = scale;
    if (at < to) {
      exponent += readExponent(bytes, at, to);
      if (Number.isNaN(exponent)) return NaN;
    }
    if (this.digits === 0) return 0;
    const power = (point < 0 ? seen : point) - last + exponent;
    if (power < 0) this.places = -power;
    if (this.digits > EXACT_DIGITS) {
      const nearest = Number(`${textOf(bytes, from, to).replace(',', '.')}${scale === 0 ? '' : `e${scale}`}`);
      return Number.isFinite(nearest) ? nearest : NaN;
    }
    if (power < -22 || power > 22) return NaN;
    const step = POWERS[power < 0 ? -power : power] ?? NaN;
    const value = power < 0 ? mantissa / step : mantissa * step;
    return negative ? -value : value;
  }
}

/** The exponent in `bytes[from, to)`, "e" and its sign included; NaN when there is something else or more than three digits. */
function readExponent(bytes: Uint8Array, from: number, to: number): number {
  if (((bytes[from] ?? 0) | 32) !== 101) return NaN;
  let at = from + 1;
  const sign = bytes[at];
  if (sign === 43 || sign === 45) at += 1;
  if (at >= to || to - at > 3) return NaN;
  let exponent = 0;
  for (; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    exponent = exponent * 10 + digit;
  }
  return sign === 45 ? -exponent : exponent;
}

/** Bytes as text: UTF-8, or with � for every byte above 127 where they are not UTF-8. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  let ascii = true;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte > 127) ascii = false;
    text += byte > 127 ? '\ufffd' : String.fromCharCode(byte);
  }
  if (ascii) return text;
  let escaped = '';
  for (let at = from; at < to; at += 1) escaped += `%${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`;
  try {
    return decodeURIComponent(escaped);
  } catch {
    return text;
  }
}

/**
 * The lines of a text table, one at a time, each split into fields without copying anything. A field that begins with a quote ends at the
 * next single one, whatever stands between, if that is on the same line and the field with it; elsewhere a quote is a character like others.
 */
export class Lines {
  readonly bytes: Uint8Array;
  /** 1-based number of the current line */
  line = 0;
  /** blank lines directly before the current one; blank lines at the end of the file are not lines */
  blankBefore = 0;
  /** fields of the current line; only as many as the constructor was told are kept */
  fields = 0;
  /** where the next line begins */
  next: number;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly delimiter: number;
  private from = 0;
  private to = 0;

  /** @param offset where the first line begins @param width most fields whose places are kept */
  constructor(bytes: Uint8Array, offset: number, width: number, delimiter = ',') {
    this.bytes = bytes;
    this.next = offset;
    this.delimiter = delimiter.charCodeAt(0);
    this.starts = new Int32Array(width);
    this.ends = new Int32Array(width);
  }

  /** Goes to the next line that is not blank; false at the end of the file. */
  advance(): boolean {
    this.blankBefore = 0;
    while (this.next < this.bytes.length) {
      this.line += 1;
      this.split();
      if (this.fields > 1 || this.from < this.to) return true;
      this.blankBefore += 1;
    }
    return false;
  }

  start(field: number): number {
    return this.starts[field] ?? 0;
  }

  end(field: number): number {
    return this.ends[field] ?? 0;
  }

  field(field: number): string {
    const text = textOf(this.bytes, this.start(field), this.end(field));
    return this.bytes[this.start(field) - 1] === QUOTE ? text.replaceAll('""', '"') : text;
  }

  /** The whole line, cut at `most` characters. */
  text(most: number): string {
    let end = Math.min(this.to, this.from + 4 * most);
    // Not through the middle of a character of UTF-8.
    while (end < this.to && end > this.from && ((this.bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    return textOf(this.bytes, this.from, end).slice(0, most);
  }

  private split(): void {
    const { bytes, delimiter } = this;
    const width = this.starts.length;
    let start = this.next;
    let at = bytes[start] === QUOTE ? this.quoted(start) : start;
    this.from = start;
    this.fields = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === delimiter) {
        if (this.fields < width) this.place(this.fields, start, at);
        this.fields += 1;
        start = at + 1;
        if (bytes[start] === QUOTE) at = this.quoted(start) - 1;
      } else if (byte === NEWLINE) break;
    }
    this.next = at + 1;
    if (at > start && bytes[at - 1] === RETURN) at -= 1;
    if (this.fields < width) this.place(this.fields, start, at);
    this.fields += 1;
    this.to = at;
  }

  /** Where the quoted field that begins at `start` ends, its closing quote passed; `start` where it does not end on its line as one. */
  private quoted(start: number): number {
    const { bytes, delimiter } = this;
    let at = start + 1;
    for (; at < bytes.length && bytes[at] !== NEWLINE; at += 1) {
      if (bytes[at] !== QUOTE) continue;
      if (bytes[at + 1] === QUOTE) {
        at += 1;
        continue;
      }
      let after = at + 1;
      while (after < bytes.length && bytes[after] !== delimiter && isBlank(bytes[after] ?? 0)) after += 1;
      const next = bytes[after];
      return next === undefined || next === delimiter || next === NEWLINE || next === RETURN ? after : start;
    }
    return start;
  }

  /** Keeps a field's place without the blanks and the one pair of quotes around it. */
  private place(field: number, start: number, end: number): void {
    const { bytes } = this;
    let from = start;
    let to = end;
    while (from < to && isBlank(bytes[from] ?? 0)) from += 1;
    while (from < to && isBlank(bytes[to - 1] ?? 0)) to -= 1;
    if (to - from >= 2 && bytes[from] === QUOTE && bytes[to - 1] === QUOTE) {
      from += 1;
      to -= 1;
    }
    this.starts[field] = from;
    this.ends[field] = to;
  }
}

const isBlank = (byte: number): boolean => byte === 32 || byte === 9;

/** A list of doubles that grows. */
export class Column {
  length = 0;
  private values = new Float64Array(1_024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(this.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  /** The values so far, in an array of their own. */
  array(): Float64Array<ArrayBuffer> {
    return this.values.slice(0, this.length);
  }
}
