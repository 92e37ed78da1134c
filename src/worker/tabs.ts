import type { Host } from './host.ts';
import type { FromWorker, Remembered, TabView, ToWorker } from './protocol.ts';
import type { Given } from './viewer.ts';

/** What a page may say that only looks on. */
const LOOKING: ReadonlySet<ToWorker['type']> = new Set(['ask', 'forget', 'ack', 'show', 'beside']);

/** What the tabs of one browser say to each other; `to` and `from` are tabs. */
export type Word =
  /** a tab begins to drive: those that look on may join it */
  | { say: 'driver' }
  | { say: 'hello'; from: string; given: Given }
  /** of a tab that looks on, to the one that drives */
  | { say: 'ask'; from: string; message: ToWorker }
  | { say: 'tell'; to: string; message: FromWorker }
  /** whoever drives is to let this tab drive */
  | { say: 'yield'; to: string };

/** What a tab that drives has: the host, as far as tabs know it. */
export type Driver = Pick<Host, 'receive' | 'receiveFrom' | 'join' | 'stop'>;

/** What a tab needs of its browser. */
export interface Browser {
  /** names this tab */
  id: string;
  post(message: FromWorker, transfer: Transferable[]): void;
  later(run: () => void, ms: number): void;
  /** to all other tabs */
  say(word: Word): void;
  /**
   * Waits until no other tab drives. What `held` returns is waited for before the next tab may.
   * @param how `now`: does not wait; the signal ends the waiting
   * @returns false where it was not to be had, or the waiting was ended
   */
  lock(how: 'now' | AbortSignal, held: () => Promise<void>): Promise<boolean>;
  host(given: Given, post: (message: FromWorker, transfer: Transferable[]) => void): Driver;
}

/** How long the heir of a tab that is gone waits for its user. */
export const HEIR_MS = 5_000;
/** How long a tab that was asked to yield may take. */
const PATIENCE_MS = 4_000;

/** What a tab that does not drive is answered when it is told to do something. */
const REFUSED: Record<'mirror' | 'heir', { message: string; detail: string }> = {
  mirror: { message: 'This tab only looks on', detail: 'Another tab drives. Take over here to decide.' },
  heir: { message: 'This tab does not drive yet', detail: 'Nothing was done. It takes over in a moment.' },
};

/**
 * One tab among those of a browser. The one that has the lock drives: it has the engine and the journal. The others look on; when the driver goes,
 * or is told to yield, one of them takes its place where it stood. An heir that still waits for its user lets a tab go first that was just opened:
 * that is where the user is, who may have reloaded the tab that drove.
 */
export class Tab {
  private readonly browser: Browser;
  private given: Given = { seq: 0, epoch: 0, run: 0 };
  /** what was shown as kept last */
  private kept: Remembered | null = null;
  private host: Driver | undefined;
  /** until it is over the journal may be held by a host that cannot let go of it yet */
  private starting: Promise<void> = Promise.resolve();
  /** lets the next tab drive */
  private release: (() => void) | undefined;
  private waiting: AbortController | undefined;
  /** ends the time in which an heir waits: it drives, or lets another go first */
  private settle: ((drives: boolean) => void) | undefined;
  /** the user of this tab has asked to drive, or an heir lets it go first */
  private wanted = false;
  /** set while another tab goes first: should this one have the lock, it gives it back */
  private giving: object | undefined;
  private started: Extract<ToWorker, { type: 'start' }> | undefined;
  private readonly asked = new Set<number>();
  private role: TabView['role'] | undefined;

  constructor(browser: Browser) {
    this.browser = browser;
  }

  async open(): Promise<void> {
    const driving = await this.browser.lock('now', () => this.drive());
    if (!driving) this.lookOn();
  }

  /** A message of this tab's own page. */
  async receive(message: ToWorker): Promise<void> {
    if (message.type === 'start') return this.start(message);
    const looks = LOOKING.has(message.type);
    if (this.host && (looks || this.role === 'driver')) return this.host.receive(message);
    if (this.role !== 'mirror' && this.role !== 'heir') return;
    if (message.type === 'take-over') return this.takeOver();
    if (!looks) return this.browser.post({ type: 'fault', fatal: false, ...REFUSED[this.role] }, []);
    if (message.type === 'ask') this.asked.add(message.id);
    this.browser.say({ say: 'ask', from: this.browser.id, message });
  }

  /** A word of another tab. */
  async hear(word: Word): Promise<void> {
    const { host, browser } = this;
    switch (word.say) {
      case 'driver':
        // before this tab knows that it looks on there is nothing to join with
        if (host || this.role === undefined) return;
        this.giving = undefined;
        this.forget();
        this.join();
        if (!this.waiting) this.wait();
        return;
      case 'hello':
        if (this.settle) this.browser.say({ say: 'yield', to: word.from });
        this.settle?.(false);
        host?.join(word.from, (message) => browser.say({ say: 'tell', to: word.from, message }), word.given);
        return;
      case 'ask':
        return host?.receiveFrom(word.from, word.message);
      case 'tell':
        if (word.to === browser.id && !host) this.post(word.message, []);
        return;
      case 'yield':
        return this.yieldTo(word.to);
      default:
        return word satisfies never;
    }
  }

  private post(message: FromWorker, transfer: Transferable[]): void {
    if (message.type === 'frame') {
      const { seq, epoch, run, keeping } = message;
      this.given = { seq, epoch, run };
      if (keeping?.state === 'kept' && keeping.session !== null) {
        const { session, name, records } = keeping;
        this.kept = { session, name, records };
      }
    }
    if (message.type === 'answer') this.asked.delete(message.id);
    this.browser.post(message, transfer);
  }

  private be(tab: TabView): void {
    this.role = tab.role;
    this.browser.post({ type: 'tab', tab }, []);
  }

  /** @returns once this tab drives no more */
  private drive(): Promise<void> {
    const over = new Promise<void>((resolve) => {
      this.release = resolve;
    });
    this.waiting = undefined;
    this.wanted = false;
    this.forget();
    this.host = this.browser.host(this.given, (message, transfer) => this.post(message, transfer));
    // what is shown can be decided on once the journal is open here
    this.be(this.given.seq === 0 ? { role: 'driver' } : { role: 'heir', inMs: 0 });
    if (this.started) void this.start(this.started);
    this.browser.say({ say: 'driver' });
    return over;
  }

  private async start(message: Extract<ToWorker, { type: 'start' }>): Promise<void> {
    this.started = message;
    const { host } = this;
    if (!host) return;
    // where this tab has looked on, it knows better what is kept than its page did when it was opened
    this.starting = host.receive({ ...message, remembered: this.kept ?? message.remembered });
    await this.starting;
    if (this.host === host && this.role === 'heir') this.be({ role: 'driver' });
  }

  private lookOn(): void {
    this.be({ role: 'mirror' });
    this.join();
    this.wait();
  }

  private join(): void {
    this.browser.say({ say: 'hello', from: this.browser.id, given: this.given });
  }

  /** Waits for the driver to go. */
  private wait(): void {
    const waiting = new AbortController();
    this.waiting = waiting;
    void this.browser.lock(waiting.signal, () => this.inherit());
  }

  private async inherit(): Promise<void> {
    this.waiting = undefined;
    if (this.giving) return;
    if (!this.wanted && !(await this.waitForUser())) return this.be({ role: 'mirror' });
    return this.drive();
  }

  /** @returns false where another tab goes first */
  private async waitForUser(): Promise<boolean> {
    this.be({ role: 'heir', inMs: HEIR_MS });
    const drives = await new Promise<boolean>((resolve) => {
      this.settle = resolve;
      this.browser.later(() => resolve(true), HEIR_MS);
    });
    this.settle = undefined;
    if (!drives) this.giveWay();
    return drives;
  }

  private takeOver(): void {
    if (this.settle) return this.settle(true);
    // it does so already
    if (this.host && this.role === 'heir') return;
    this.browser.say({ say: 'yield', to: this.browser.id });
    this.want(() =>
      this.browser.post(
        {
          type: 'fault',
          fatal: false,
          message: 'The tab that drives does not answer',
          detail: 'It may be frozen. Close it, and this one takes over.',
        },
        [],
      ),
    );
  }

  /** Drives as soon as it can. @param late told where it could not for a while: then it is an heir like any other */
  private want(late: () => void): void {
    this.wanted = true;
    this.giving = undefined;
    if (!this.waiting) this.wait();
    this.browser.later(() => {
      if (!this.wanted) return;
      this.wanted = false;
      late();
    }, PATIENCE_MS);
  }

  private async yieldTo(to: string): Promise<void> {
    const { id } = this.browser;
    if (to === id) return this.goFirst();
    // of two that ask at once, one has to be the first
    if (this.wanted && id < to) return;
    this.wanted = false;
    if (this.settle) return this.settle(false);
    this.giveWay();
    const { host } = this;
    if (!host || this.role === 'mirror') return;
    this.be({ role: 'mirror' });
    await this.starting;
    await host.stop();
    this.host = undefined;
    this.release?.();
  }

  /** An heir lets this tab go first. */
  private goFirst(): void {
    if (this.host) return;
    if (this.settle) this.settle(true);
    else this.want(() => undefined);
  }

  /** Whoever asked goes first; should it not come, this tab waits again. */
  private giveWay(): void {
    const giving = {};
    this.giving = giving;
    this.waiting?.abort();
    this.waiting = undefined;
    this.browser.later(() => {
      if (this.giving !== giving) return;
      this.giving = undefined;
      this.wait();
    }, PATIENCE_MS);
  }

  /** What was asked of a driver that is gone has no answer any more. */
  private forget(): void {
    for (const id of this.asked)
      this.browser.post({ type: 'answer', id, ok: false, message: 'Another tab drives now: ask again' }, []);
    this.asked.clear();
  }
}
