/**
 * What a column of a text table holds. `ts` is the time (or its date, where the time of day stands in `clock`); prices `bid_…` and `ask_…`
 * are those of bars with two sides. `maker` says whether the buyer's order was the resting one: the other side is the aggressor's.
 * `venue` is what an id is unique within. `bid_size` and `ask_size` only say how finely the market counts.
 */
export const ROLES = [
  'ts',
  'clock',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'price',
  'size',
  'side',
  'maker',
  'id',
  'venue',
  'bid',
  'ask',
  'bid_size',
  'ask_size',
  'bid_open',
  'bid_high',
  'bid_low',
  'bid_close',
  'ask_open',
  'ask_high',
  'ask_low',
  'ask_close',
  'symbol',
  'action',
] as const;
export type Role = (typeof ROLES)[number];

/** Where each role stands: 0-based columns. */
export type Places = Partial<Record<Role, number>>;

/**
 * How times are written: units since 1970 in UTC, or a calendar date with or without a time of day and an offset, by the order of its year,
 * month and day.
 */
export const TIME_FORMS = ['s', 'ms', 'us', 'ns', 'ymd', 'dmy', 'mdy'] as const;
export type TimeForm = (typeof TIME_FORMS)[number];

export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Finest power of ten that prices may be counted in: 1e-12. */
export const FINEST_PRICE_SCALE = -12;

/** What the user says of a text table; what is left out is found. */
export interface LayoutChoice {
  delimiter?: Delimiter;
  /** whether the first line names the columns */
  header?: boolean;
  /** in place of all columns that were found */
  columns?: Places;
  time?: TimeForm;
  /** of times without an offset: "America/New_York", "UTC+02:00", or a zone with hours on top, "America/New_York+07:00" */
  zone?: string;
  /** prices are whole or decimal counts of 10 to this power, 0 to -12 */
  priceScale?: number;
}

/** How a text table was read, or looks where it cannot be read: what a person needs to correct it. */
export interface TableLook {
  /** name of the format; undefined where no format fits */
  format: string | undefined;
  delimiter: Delimiter;
  header: boolean;
  /** decimals are written with a comma */
  decimalComma: boolean;
  /** names of the columns as written; "1", "2", … without a header */
  titles: string[];
  /** cells of the first rows, at most 8 */
  rows: string[][];
  /** what was read or, where no format fits, the best guess */
  columns: Places;
  time: TimeForm;
  /** of the times; undefined where they say so themselves */
  zone: string | undefined;
  priceScale: number;
}
