/** UTC milliseconds since the epoch, from the input itself; also a length of time. */
export type Milliseconds = number;

/** A time as ISO 8601 text in UTC, to the millisecond: "2019-02-15T14:30:00.000Z". */
export const isoTime = (ts: Milliseconds): string => new Date(ts).toISOString();
