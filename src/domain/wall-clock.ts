import { isZone } from './calendar.ts';
import type { Milliseconds } from './time.ts';

const DAY = 86_400_000;
const SECOND = 1_000;
/** Clocks are put forward and back at whole quarters of an hour. */
const QUARTER = 900_000;

/** Turns what a clock on the wall of one zone shows into UTC, and back. Unlike a session's clock it knows of times that are skipped, and says so. */
export class WallClock {
  private readonly zone: string;
  private readonly format: Intl.DateTimeFormat;
  private readonly offsets = new Map<number, number>();

  /** @throws RangeError when the zone is unknown */
  constructor(zone: string) {
    if (!isZone(zone)) throw new RangeError(`time zone "${zone}": expected an IANA name such as America/New_York or UTC`);
    this.zone = zone;
    this.format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  /**
   * UTC of a wall-clock time; of one that happens twice the first; undefined for one that the clock skips.
   * @param local the fields of the wall clock as if they were UTC's
   */
  utc(local: Milliseconds): Milliseconds | undefined {
    if (this.zone === 'UTC') return local;
    for (const beside of [local - DAY, local + DAY]) {
      const ts = local - this.offset(beside);
      if (ts + this.offset(ts) === local) return ts;
    }
    return undefined;
  }

  /** What the clock shows: "2019-02-15 10:42", with seconds where the minute is not whole. */
  written(ts: Milliseconds): string {
    const [date = '', time = ''] = new Date(Math.floor(ts / SECOND) * SECOND + this.offset(ts)).toISOString().split(/[T.]/);
    return `${date} ${time.endsWith(':00') ? time.slice(0, -3) : time}`;
  }

  /** Wall clock minus UTC. */
  private offset(ts: Milliseconds): number {
    const start = Math.floor(ts / QUARTER) * QUARTER;
    let offset = this.offsets.get(start);
    if (offset === undefined) {
      const part: Record<string, number> = {};
      for (const { type, value } of this.format.formatToParts(start)) part[type] = Number(value);
      offset = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) - start;
      this.offsets.set(start, offset);
    }
    return offset;
  }
}
