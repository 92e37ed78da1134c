import type { Milliseconds } from '../../domain/time.ts';

type Listener = (ts: Milliseconds | null) => void;

/** Tells several charts at which time the pointer is on one of them; null where it is on none. */
export class Crosshair {
  private readonly listeners = new Map<object, Listener>();

  /** @returns the way to stop listening */
  listen(chart: object, listener: Listener): () => void {
    this.listeners.set(chart, listener);
    return () => this.listeners.delete(chart);
  }

  /** The pointer moved on one chart: all others hear of it. */
  move(chart: object, ts: Milliseconds | null): void {
    for (const [other, listener] of this.listeners) if (other !== chart) listener(ts);
  }
}
