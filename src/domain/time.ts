/** UTC milliseconds since the epoch, from the input itself; also a length of time. */
export type Milliseconds = number;
