import { textOf } from '../formats/bytes.ts';
import { FormatError } from '../formats/error.ts';
import { cellText } from './cells.ts';
import { marketColumns } from './market-columns.ts';
import { MOST_ROWS, tooManyRows } from './csv-writer.ts';
import { type Watch, tell, isWatchRow } from '../formats/watch.ts';

/** Rows without names, by how many values they have: candles and trades as freqtrade writes them. */
const BY_WIDTH: Readonly<Record<number, string>> = {
  5: 'ts,open,high,low,close',
  6: 'ts,open,high,low,close,volume',
  7: 'ts,id,type,side,price,size,cost',
};
const DEEPEST = 16;
const LONGEST_VALUE = 1_024;
const MOST_KEYS = 256;

const [TAB, NEWLINE, RETURN, SPACE] = [9, 10, 13, 32];
const [QUOTE, COMMA, COLON, BACKSLASH] = [0x22, 0x2c, 0x3a, 0x5c];
const [LIST, LIST_END, OBJECT, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d];
const TEXT = new TextEncoder();

/**
 * Makes CSV of a JSON list of rows: `[[time, open, high, low, close, volume], …]` and `[[time, id, type, side, price, amount, cost], …]`, as
 * freqtrade writes candles and trades, or objects by the names of their keys. Numbers keep their digits as they are written. Nothing is built of
 * the content: keys are only compared, and what stands under an unknown one is passed over.
 * @throws FormatError with the row when it is no such list, is cut, nested too deep, or has too many rows
 */
export function csvOfJson(bytes: Uint8Array, file: string, watch: Watch): Uint8Array<ArrayBuffer> {
  return new JsonRows(bytes, file, watch).read();
}

class JsonRows {
  private readonly bytes: Uint8Array;
  private readonly file: string;
  private readonly watch: Watch;
  private at: number;
  /** 1-based; 0 before the first */
  private row = 0;
  private out = new Uint8Array(65_536);
  private length = 0;
  /** where the value of a key goes; undefined while rows are lists */
  private places: Map<string, number> | undefined;
  private cells: string[] = [];

  constructor(bytes: Uint8Array, file: string, watch: Watch) {
    this.bytes = bytes;
    this.file = file;
    this.watch = watch;
    this.at = bytes[0] === 0xef ? 3 : 0;
  }

  read(): Uint8Array<ArrayBuffer> {
    if (this.next() !== LIST) this.fail('a list of rows, [[time, open, high, low, close, volume], …]');
    this.at += 1;
    if (this.next() === LIST_END) throw new FormatError(this.file, undefined, 'an empty list; expected at least one row');
    for (;;) {
      this.row += 1;
      if (this.row > MOST_ROWS) throw tooManyRows(this.file);
      this.takeRow();
      if (isWatchRow(this.row)) tell(this.watch, this.at / this.bytes.length);
      const after = this.next();
      this.at += 1;
      if (after === LIST_END) break;
      if (after !== COMMA) this.fail('a comma or the end of the list after the row', this.at - 1);
    }
    if (this.next() !== -1) this.fail('nothing after the list');
    return this.out.subarray(0, this.length);
  }

  private takeRow(): void {
    const first = this.next();
    if (this.row === 1) this.takeHeader(first);
    if (first === LIST && !this.places) this.writeLine(this.listRow().join(','));
    else if (first === OBJECT && this.places) this.writeLine(this.objectRow(this.places).join(','));
    else if (first === LIST || first === OBJECT)
      this.fail(this.places ? 'an object, as the first row is' : 'a list, as the first row is');
    else this.writeLine(this.value());
  }

  /** Finds the columns by the first row, which is read again as a row afterwards. */
  private takeHeader(first: number): void {
    const from = this.at;
    if (first === LIST) {
      const width = this.listRow().length;
      const header = BY_WIDTH[width];
      if (header === undefined)
        this.fail(
          '5 or 6 values (time, open, high, low, close, volume) or 7 (time, id, type, side, price, amount, cost)',
          from,
          `${width} values`,
        );
      this.writeLine(header);
    } else if (first === OBJECT) {
      const keys: string[] = [];
      this.eachKey((key) => {
        keys.push(key);
        this.skip(0);
      });
      const { names, places } = marketColumns(keys, this.file);
      this.places = new Map(places.map((place, column) => [keys[place] ?? '', column]));
      this.cells = names;
      this.writeLine(names.join(','));
    } else this.fail('a list or an object as the first row');
    this.at = from;
  }

  private listRow(): string[] {
    const values: string[] = [];
    this.at += 1;
    if (this.next() === LIST_END) this.at += 1;
    else
      for (;;) {
        values.push(this.value());
        if (values.length > MOST_KEYS) this.fail(`at most ${MOST_KEYS} values in a row`);
        if (this.ends(LIST_END)) break;
      }
    return values;
  }

  private objectRow(places: ReadonlyMap<string, number>): string[] {
    const row = this.cells.map(() => '');
    this.eachKey((key) => {
      const place = places.get(key);
      if (place === undefined) this.skip(0);
      else row[place] = this.value();
    });
    return row;
  }

  /** Goes through an object; `take` passes over the value that follows. */
  private eachKey(take: (key: string) => void): void {
    const seen = new Set<string>();
    this.at += 1;
    if (this.next() === OBJECT_END) {
      this.at += 1;
      return;
    }
    for (;;) {
      if (this.next() !== QUOTE) this.fail('the name of a value in quotes');
      const from = this.at;
      const key = this.string();
      if (seen.has(key)) this.fail('each name once in a row', from, `the name ${JSON.stringify(key.slice(0, 40))} twice`);
      seen.add(key);
      if (seen.size > MOST_KEYS) this.fail(`at most ${MOST_KEYS} values in a row`, from);
      if (this.next() !== COLON) this.fail('a colon after the name');
      this.at += 1;
      take(key);
      if (this.ends(OBJECT_END)) return;
    }
  }

  /** Passes a comma or the end. @returns true at the end */
  private ends(end: number): boolean {
    const byte = this.next();
    if (byte !== end && byte !== COMMA) this.fail(`a comma or ${String.fromCharCode(end)} after the value`);
    this.at += 1;
    return byte === end;
  }

  /** Passes over a value of any kind. */
  private skip(depth: number): void {
    if (depth > DEEPEST) this.fail(`at most ${DEEPEST} levels inside a row`);
    const first = this.next();
    if (first === OBJECT) this.eachKey(() => this.skip(depth + 1));
    else if (first === LIST) {
      this.at += 1;
      if (this.next() === LIST_END) this.at += 1;
      else
        do this.skip(depth + 1);
        while (!this.ends(LIST_END));
    } else this.value();
  }

  /** A number, word or string as a cell; nothing for null. */
  private value(): string {
    const first = this.next();
    if (first === QUOTE) return cellText(this.string());
    if (first === LIST || first === OBJECT) this.fail('a number or text inside a row');
    const from = this.at;
    while (isWord(this.bytes[this.at] ?? 0)) this.at += 1;
    if (this.at === from || this.at - from > LONGEST_VALUE) this.fail('a value', from);
    const word = textOf(this.bytes, from, this.at);
    if (!/^(?:[-+]?[\d.]|null$|true$|false$|-?NaN$|-?Infinity$)/.test(word)) this.fail('a number, text or null', from);
    return word === 'null' ? '' : word;
  }

  private string(): string {
    const from = this.at;
    let escaped = false;
    for (this.at += 1; this.bytes[this.at] !== QUOTE; this.at += 1) {
      if (this.at >= this.bytes.length) this.fail('the end of the text that begins here', from, 'the end of the file');
      if (this.at - from > LONGEST_VALUE) this.fail(`text of at most ${LONGEST_VALUE} bytes`, from);
      if (this.bytes[this.at] === BACKSLASH) {
        escaped = true;
        this.at += 1;
      }
    }
    this.at += 1;
    const text = textOf(this.bytes, from, this.at);
    if (!escaped) return text.slice(1, -1);
    try {
      return String(JSON.parse(text));
    } catch {
      return this.fail('text as JSON has it', from);
    }
  }

  /** The next byte that is no blank, -1 at the end; stands on it. */
  private next(): number {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte === undefined) return -1;
      if (byte !== SPACE && byte !== NEWLINE && byte !== RETURN && byte !== TAB) return byte;
      this.at += 1;
    }
  }

  /** A line of its own; a row without values is one with a value that is empty, for a blank line at the end would be none. */
  private writeLine(text: string): void {
    if (this.length + 3 * text.length + 3 > this.out.length) {
      const larger = new Uint8Array(2 * this.out.length + 3 * text.length);
      larger.set(this.out);
      this.out = larger;
    }
    this.length += TEXT.encodeInto(`${text || '""'}\n`, this.out.subarray(this.length)).written;
  }

  private fail(expected: string, at = this.at, what?: string): never {
    const found =
      what ??
      (at >= this.bytes.length ? 'the end of the file' : `"${textOf(this.bytes, at, Math.min(at + 20, this.bytes.length))}"`);
    throw new FormatError(
      this.file,
      this.row === 0 ? undefined : this.row,
      `found ${found} at byte ${at + 1}; expected ${expected}`,
    );
  }
}

/** Whatever a number or a word may be made of. */
const isWord = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x2e ||
  byte === 0x2d ||
  byte === 0x2b ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x61 && byte <= 0x7a);
