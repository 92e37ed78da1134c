import type { BarsDelta } from '../../projections/views.ts';
import type { Answer, Fault, Frame, FromWorker, KeepingView, Remembered } from '../protocol.ts';
import type { Given } from '../viewer.ts';

type Views = Omit<Frame, 'type' | 'seq' | 'epoch' | 'run' | 'bars'>;

/** All that frames have said so far. */
export interface Shown extends Views {
  bars: Record<string, number[]>;
}

const nothing = (): Shown => ({ bars: {} });

/** A page that folds frames as the real one does. */
export class SimulatedPage {
  given: Given = { seq: 0, epoch: 0, run: 0 };
  shown: Shown = nothing();
  readonly faults: Fault[] = [];
  readonly answers = new Map<number, Answer>();
  /** the last frame is yet to be painted */
  owes = false;
  /** what is wrong with what it was sent */
  wrong: string | undefined;
  remembered: Remembered | null;

  constructor(remembered: Remembered | null = null) {
    this.remembered = remembered;
  }

  get keeping(): KeepingView | undefined {
    return this.shown.keeping;
  }

  take(message: FromWorker): void {
    if (message.type === 'fault') this.faults.push(message);
    else if (message.type === 'answer') this.answers.set(message.id, message);
    else if (message.type === 'frame') this.fold(message);
  }

  private fold({ seq, epoch, run, bars, ...views }: Frame): void {
    const { given, shown } = this;
    if (seq !== given.seq + 1) this.wrong ??= `frame ${seq} came after ${given.seq}`;
    if (this.owes) this.wrong ??= `frame ${seq} came before ${given.seq} was acknowledged`;
    this.owes = true;
    const fresh = run !== given.run;
    const anew = epoch !== given.epoch;
    this.given = { seq, epoch, run };
    this.shown = {
      ...shown,
      ...views,
      journal: {
        from: 0,
        lines: this.after(fresh ? [] : (shown.journal?.lines ?? []), views.journal?.from, views.journal?.lines),
      },
      closed: {
        from: 0,
        positions: this.after(fresh ? [] : (shown.closed?.positions ?? []), views.closed?.from, views.closed?.positions),
      },
      drawn: {
        from: 0,
        positions: this.after(anew ? [] : (shown.drawn?.positions ?? []), views.drawn?.from, views.drawn?.positions),
      },
      bars: this.barsAfter(anew ? {} : shown.bars, bars),
    };
    const { keeping } = this.shown;
    if (keeping?.state === 'kept' && keeping.session !== null)
      this.remembered = { session: keeping.session, name: keeping.name, records: keeping.records };
  }

  private after<T>(list: readonly T[], from = list.length, more: readonly T[] = []): T[] {
    if (from > list.length) this.wrong ??= `a list of ${list.length} goes on at ${from}`;
    return [...list.slice(0, from), ...more];
  }

  private barsAfter(before: Shown['bars'], delta: BarsDelta | undefined): Shown['bars'] {
    if (!delta) return before;
    const { from, ...columns } = delta;
    return Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, this.after(before[name] ?? [], from, Array.from(column))]),
    );
  }
}
