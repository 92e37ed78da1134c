/** Said where a time has more digits than a tape keeps. */
export const FINER = 'Times finer than a millisecond are cut to the millisecond they lie in.';
/** Said where a format could state a zone and does not. */
export const NO_ZONE = 'The times state no zone: they are taken as UTC.';

/** Milliseconds, microseconds or nanoseconds: how many of them make a millisecond. */
export type PerMillisecond = 1n | 1_000n | 1_000_000n;

/** The shortest decimal text of a double: of a price of at most 15 digits it is the price itself. */
export const doubleText = (value: number): string => String(value);

/** The shortest decimal text of a single-precision number: that of its double would have digits that nobody wrote. */
export function floatText(value: number): string {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** The text of `unscaled × 10^-scale`. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale));
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Whole milliseconds of a time: the one in which it lies. */
export function millisecondText(time: bigint, per: PerMillisecond): string {
  const whole = time / per;
  return String(time < whole * per ? whole - 1n : whole);
}

/** Whole numbers below these are seconds, milliseconds and microseconds since 1970, for those of the years 1973 to 2100. */
const UNITS: readonly { below: number; name: string; text(time: bigint): string }[] = [
  { below: 1e11, name: 'seconds', text: (time) => String(time * 1_000n) },
  { below: 1e14, name: 'milliseconds', text: String },
  { below: 1e17, name: 'microseconds', text: (time) => millisecondText(time, 1_000n) },
  { below: Infinity, name: 'nanoseconds', text: (time) => millisecondText(time, 1_000_000n) },
];

/** Writes times that are whole numbers of a unit that nothing states: the first of them tells it, and a note says so. */
export function wholeTimes(notes: Set<string>): (time: bigint) => string {
  let unit: (typeof UNITS)[number] | undefined;
  return (time) => {
    if (!unit) {
      unit = UNITS.find(({ below }) => time < below);
      if (unit && unit.below !== 1e14) notes.add(`Times count ${unit.name} since 1970, UTC.`);
    }
    return unit ? unit.text(time) : '';
  };
}

/** Text as a cell: what would end a cell or a line is written as its code, so that different texts stay different. */
export function cellText(text: string): string {
  return /^[\w.:+ -]*$/.test(text)
    ? text
    : text.replace(/[^\w.:+ -]/gu, (character) => `%${(character.codePointAt(0) ?? 0).toString(16)}`);
}

/** A signed whole number in two's complement, most significant byte first. */
export function signedBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}
