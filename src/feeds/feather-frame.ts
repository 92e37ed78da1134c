/*
 * The frame of a feather file: its footer and the heads of its parts are flatbuffers, tables whose lists begin with their length. Arrow's
 * reader takes each length at its word and would build any number of fields; here they are looked at first, and counted.
 */

/** Elements of all lists together: fields, parts, buffers, what pandas says of columns. */
const MOST_ELEMENTS = 1_000_000;
const DEEPEST = 8;
const MAGIC_BYTES = 6;

const BLOCK = 24;
const STRUCT = 16;
const REFERENCE = 4;

/** Places of what is a list, or leads to one, in its table (Arrow's File.fbs, Schema.fbs and Message.fbs). */
const FOOTER = { schema: 1, dictionaries: 2, batches: 3, custom: 4 };
const SCHEMA = { fields: 1, custom: 2, features: 3 };
const FIELD = { children: 5, custom: 6 };
const MESSAGE = { kind: 1, header: 2, custom: 4 };
const BATCH = { nodes: 1, buffers: 2, variadic: 4 };
const DICTIONARY_BATCH = 2;
const DATA = 1;

/**
 * Sees that the lists of a feather file fit into what is there, and its parts into the file.
 * @throws Error when they do not
 */
export function checkFeatherFrame(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lengthAt = bytes.length - MAGIC_BYTES - 4;
  const length = lengthAt < 0 ? 0 : view.getInt32(lengthAt, true);
  const from = lengthAt - length;
  if (length <= 0 || from < 0) throw new Error(`a footer that claims ${length} of ${bytes.length} bytes`);
  const budget = { left: MOST_ELEMENTS };
  const footer = new Flat(bytes.subarray(from, lengthAt), budget);
  const root = footer.root();
  const schema = footer.table(root, FOOTER.schema);
  if (schema !== undefined) checkSchema(footer, schema);
  footer.list(root, FOOTER.custom, REFERENCE);
  for (const blocks of [FOOTER.dictionaries, FOOTER.batches])
    for (const at of footer.list(root, blocks, BLOCK)) {
      const offset = Number(footer.view.getBigInt64(at, true));
      const head = footer.view.getInt32(at + 8, true);
      const body = Number(footer.view.getBigInt64(at + 16, true));
      if (!(offset >= 0 && head > 8 && body >= 0 && offset + head + body <= bytes.length))
        throw new Error(`a part that claims the bytes ${offset} to ${offset + head + body} of ${bytes.length}`);
      checkPart(bytes.subarray(offset, offset + head), budget);
    }
}

function checkSchema(flat: Flat, schema: number): void {
  flat.list(schema, SCHEMA.custom, REFERENCE);
  flat.list(schema, SCHEMA.features, 8);
  const checkFields = (table: number, place: number, depth: number): void => {
    if (depth > DEEPEST) throw new Error(`fields in more than ${DEEPEST} levels`);
    for (const at of flat.list(table, place, REFERENCE)) {
      const field = flat.follow(at);
      flat.list(field, FIELD.custom, REFERENCE);
      checkFields(field, FIELD.children, depth + 1);
    }
  };
  checkFields(schema, SCHEMA.fields, 0);
}

/** The head of a part: a mark and its length, then a message. */
function checkPart(head: Uint8Array, budget: { left: number }): void {
  const flat = new Flat(head.subarray(8), budget);
  const message = flat.root();
  flat.list(message, MESSAGE.custom, REFERENCE);
  const header = flat.table(message, MESSAGE.header);
  if (header === undefined) throw new Error('a part without a head');
  const batch = flat.byte(message, MESSAGE.kind) === DICTIONARY_BATCH ? flat.table(header, DATA) : header;
  if (batch === undefined) throw new Error('a dictionary without values');
  flat.list(batch, BATCH.nodes, STRUCT);
  flat.list(batch, BATCH.buffers, STRUCT);
  flat.list(batch, BATCH.variadic, 8);
}

/** Reads tables of a flatbuffer by their places. Whatever leads outside of it throws. */
class Flat {
  readonly view: DataView;
  private readonly budget: { left: number };

  constructor(bytes: Uint8Array, budget: { left: number }) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.budget = budget;
  }

  root(): number {
    return this.follow(0);
  }

  follow(at: number): number {
    return at + this.view.getUint32(at, true);
  }

  /** Where a table's entry stands; undefined where it has none. */
  private entry(table: number, place: number): number | undefined {
    const index = table - this.view.getInt32(table, true);
    const at = 4 + 2 * place;
    if (at >= this.view.getUint16(index, true)) return undefined;
    const offset = this.view.getUint16(index + at, true);
    return offset === 0 ? undefined : table + offset;
  }

  byte(table: number, place: number): number {
    const at = this.entry(table, place);
    return at === undefined ? 0 : this.view.getUint8(at);
  }

  table(table: number, place: number): number | undefined {
    const at = this.entry(table, place);
    return at === undefined ? undefined : this.follow(at);
  }

  /** Where each element of a list stands. */
  list(table: number, place: number, size: number): number[] {
    const at = this.table(table, place);
    if (at === undefined) return [];
    const length = this.view.getUint32(at, true);
    this.budget.left -= length;
    if (length * size > this.view.byteLength - at - 4 || this.budget.left < 0)
      throw new Error(`a list that claims ${length} elements`);
    return Array.from({ length }, (_, i) => at + 4 + i * size);
  }
}
