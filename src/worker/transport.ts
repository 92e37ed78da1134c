import type { StopAt } from '../engine/engine.ts';
import type { Replay } from './frames.ts';
import type { ToWorker } from './protocol.ts';
import type { Session } from './session.ts';

/** longest piece of work between two looks at the mailbox */
const SLICE_MS = 8;
const CHUNK_ROWS = 500;
const FRAME_MS = 16;
/** market time in which nothing trades is not waited for longer than this many bars */
const LONGEST_WAIT_BARS = 2;
const LONGEST_BEAT_MS = 250;

/** A longer way that is walked in pieces: to a row, or to the next thing of a kind. */
interface Errand {
  untilRow: number;
  stopAt: StopAt;
}

/** How the replay goes on: at which speed, and where it stops. */
export class Transport {
  private readonly now: () => number;
  private playing = false;
  private speed = 60;
  private stoppedBy: Replay['stoppedBy'] = null;
  private pauseOnProposal = true;
  private errand: Errand | undefined;
  private lastBeat = 0;
  /** market milliseconds that may still be walked */
  private credit = 0;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.now = now;
  }

  get replay(): Replay {
    const { playing, speed, stoppedBy, pauseOnProposal } = this;
    return { playing, speed, stoppedBy, pauseOnProposal };
  }

  /** True while there is something to walk. */
  get walking(): boolean {
    return this.playing || this.errand !== undefined;
  }

  /** Milliseconds until the next piece is to be walked. */
  get pause(): number {
    return this.errand || this.speed === Number.POSITIVE_INFINITY ? 0 : FRAME_MS;
  }

  set(part: { speed?: number; pauseOnProposal?: boolean }): void {
    this.speed = part.speed ?? this.speed;
    this.pauseOnProposal = part.pauseOnProposal ?? this.pauseOnProposal;
  }

  /** A session that was just opened stands still. */
  reset(): void {
    this.halt('user');
    this.stoppedBy = null;
  }

  halt(by: 'user' | 'proposal' | 'end'): void {
    this.playing = false;
    this.errand = undefined;
    this.stoppedBy = by;
  }

  play(session: Session): void {
    if (session.ended) return;
    this.playing = true;
    this.stoppedBy = null;
    this.credit = 0;
    this.lastBeat = this.now();
  }

  seek(session: Session, row: number): void {
    this.errand = undefined;
    session.seek(row);
    this.stoppedBy = session.ended ? 'end' : 'user';
    if (session.ended) this.playing = false;
  }

  /** One step now, or the beginning of a way that `walk` goes on with. */
  step(session: Session, to: Extract<ToWorker, { type: 'step' }>['to']): void {
    this.halt('user');
    if (to === 'bar-back') return session.seek(session.rowsOneBarBack);
    if (to === 'event-back') return session.seekEventBefore();
    if (session.ended) return this.halt('end');
    if (to === 'tick') session.step();
    else if (to === 'latest') session.seekLatest();
    else if (to === 'bar') {
      const bars = session.bars;
      while (!session.ended && session.bars === bars)
        if (session.run(session.rowsDone + 1, this.pauseOnProposal ? 'proposal' : 'none') === 'proposal')
          return this.halt('proposal');
    } else {
      this.errand = { untilRow: session.rows, stopAt: to };
      return;
    }
    if (session.ended) this.halt('end');
  }

  /** Walks a piece that is short enough for messages to be heard after it. */
  walk(session: Session): void {
    const start = this.now();
    const stopAt = this.pauseOnProposal && this.speed !== Number.POSITIVE_INFINITY ? 'proposal' : 'none';
    const mode: Errand | undefined =
      this.errand ?? (this.speed === Number.POSITIVE_INFINITY ? { untilRow: session.rows, stopAt } : undefined);
    if (mode) {
      while (this.now() - start < SLICE_MS) {
        const stop = session.run(Math.min(mode.untilRow, session.rowsDone + CHUNK_ROWS), mode.stopAt);
        if (stop === 'proposal') return this.halt('proposal');
        if (stop === 'event' || stop === 'stop-move') return this.halt('user');
        if (session.ended) return this.halt('end');
        if (session.rowsDone >= mode.untilRow) return this.halt('user');
      }
      return;
    }
    if (!this.playing) return;
    this.credit += Math.min(start - this.lastBeat, LONGEST_BEAT_MS) * this.speed;
    this.lastBeat = start;
    const longest = LONGEST_WAIT_BARS * session.intervalMs;
    while (this.credit > 0 && this.now() - start < SLICE_MS) {
      if (session.ended) return this.halt('end');
      const wait = Math.min(Math.max(session.nextTs - session.ts, 0), longest);
      if (wait > this.credit) return;
      this.credit -= wait;
      if (session.step() && this.pauseOnProposal) return this.halt('proposal');
    }
  }
}
