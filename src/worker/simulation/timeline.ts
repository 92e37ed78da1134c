import { type Dice, pick } from '../../engine/dice.ts';

/** Time that passes only from one thing that is due to the next; at one instant in the order in which they were asked for. */
export class Timeline {
  private readonly due: { at: number; run: () => unknown }[] = [];
  now = 0;

  in(ms: number, run: () => unknown): void {
    const at = this.now + Math.max(0, ms);
    let place = this.due.length;
    while (place > 0 && (this.due[place - 1]?.at ?? 0) > at) place -= 1;
    this.due.splice(place, 0, { at, run });
  }

  /** Does what is due next. @returns false where nothing is */
  step(): boolean {
    const next = this.due.shift();
    if (!next) return false;
    this.now = next.at;
    next.run();
    return true;
  }
}

const PACES = ['even', 'even', 'slow', 'still', 'jumps'] as const;

/** The clock that the host reads: it goes with the timeline, slower, in jumps, or not at all, and never back. */
export class HostClock {
  private readonly timeline: Timeline;
  private readonly next: Dice;
  private pace: (typeof PACES)[number] = 'even';
  /** milliseconds that pass between two looks at it within one piece of work */
  private within = 0;
  private read = 0;
  private shown = 0;

  constructor(timeline: Timeline, next: Dice) {
    this.timeline = timeline;
    this.next = next;
  }

  /** Goes another way from now on. */
  change(): string {
    this.pace = pick(this.next, PACES);
    this.within = pick(this.next, [0, 0.2, 3]);
    return `${this.pace}, ${this.within} ms a look`;
  }

  now(): number {
    const passed = this.timeline.now - this.read;
    this.read = this.timeline.now;
    if (this.pace === 'still') return this.shown;
    const jump = this.pace === 'jumps' && this.next() < 0.05 ? 60_000 : 0;
    this.shown += (this.pace === 'slow' ? passed / 20 : passed) + jump + this.within;
    return this.shown;
  }
}
