import type { Frames, Replay } from './frames.ts';
import type { Frame, FromWorker } from './protocol.ts';
import type { Session } from './session.ts';

/** What a viewer has been given last, by which its page tells one frame from the next. */
export interface Given {
  seq: number;
  epoch: number;
  run: number;
}

/** What a frame says besides the session; each is sent when it is another than the one before. */
export type Aside = Required<Pick<Frame, 'progress' | 'keeping'>>;

/** A page that looks on: it is given at most one frame until it has acknowledged it. */
export class Viewer {
  private readonly post: (message: FromWorker, transfer: Transferable[]) => void;
  private given: Given;
  private acknowledged: number;
  private frames: Frames | undefined;
  private session: Session | undefined;
  private generation = 0;
  private shown = '';
  private dirty = true;
  /** instruments that the page sees besides the one on the chart, whether the session has them or not */
  private beside: readonly string[] = [];
  private aside: Partial<Aside> = {};

  constructor(post: (message: FromWorker, transfer: Transferable[]) => void, given: Given = { seq: 0, epoch: 0, run: 0 }) {
    this.post = post;
    this.given = given;
    this.acknowledged = given.seq;
  }

  acknowledge(seq: number): void {
    this.acknowledged = Math.max(this.acknowledged, seq);
  }

  /** The page wants to see these instruments besides the one on the chart, and no others. */
  look(beside: readonly string[]): void {
    this.beside = [...new Set(beside)];
    this.dirty = true;
  }

  /** Something may have changed that no place on the tape tells. */
  touch(): void {
    this.dirty = true;
  }

  /** Posts what has changed, once the page has taken the frame before; what changes meanwhile goes out with its acknowledgement. */
  flush(session: Session | undefined, shown: string, replay: Replay, aside: Aside): void {
    if (this.acknowledged < this.given.seq) return;
    const beside = this.beside.filter((symbol) => session?.has(symbol));
    const changes = session && this.framesOf(session, shown).changes(session.engine, replay, session.latest, this.dirty, beside);
    const said: Partial<Aside> = {
      ...(aside.progress === this.aside.progress ? {} : { progress: aside.progress }),
      ...(aside.keeping === this.aside.keeping ? {} : { keeping: aside.keeping }),
    };
    if (!changes && Object.keys(said).length === 0) return;
    this.dirty = false;
    this.aside = aside;
    const { epoch = this.given.epoch, run = this.given.run } = changes ?? {};
    this.given = { seq: this.given.seq + 1, epoch, run };
    const bars = [changes?.bars, ...(changes?.beside ?? []).map((one) => one.bars)];
    const columns = bars.flatMap((delta) => Object.values(delta ?? {}).filter((column) => column instanceof Float64Array));
    this.post(
      { type: 'frame', ...this.given, ...changes, ...said },
      columns.map((column) => column.buffer as ArrayBuffer),
    );
  }

  private framesOf(session: Session, shown: string): Frames {
    const { frames } = this;
    if (!frames || session !== this.session) this.frames = session.look(shown, this.given.epoch + 1);
    else if (session.generation !== this.generation) {
      frames.restart(session.engine);
      if (shown !== this.shown) frames.redraw(shown);
    } else if (shown !== this.shown) frames.redraw(shown);
    this.session = session;
    this.generation = session.generation;
    this.shown = shown;
    return this.frames ?? session.look(shown, this.given.epoch + 1);
  }
}
