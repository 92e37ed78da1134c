import type { Host } from './host.ts';
import type { FromWorker, TabView, ToWorker } from './protocol.ts';
import type { Given } from './viewer.ts';

/** What the tabs of one browser say to each other; `to` and `from` are tabs. */
export type Word =
  /** a tab begins to drive: those that look on may join it */
  | { say: 'driver' }
  | { say: 'hello'; from: string; given: Given }
  /** of a tab that looks on, to the one that drives */
  | { say: 'ask'; from: string; message: ToWorker }
  | { say: 'tell'; to: string; message: FromWorker }
  /** whoever drives is to let this tab drive */
  | { say: 'yield'; to: string }
  /** whoever drove does not any more, and this tab may */
  | { say: 'yielded'; to: string };

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
   * @param how `now`: does not wait; `steal`: takes it from a tab that has yielded it, before all that wait; the signal ends the waiting
   * @returns false where it was not to be had, or the waiting was ended
   */
  lock(how: 'now' | 'steal' | AbortSignal, held: () => Promise<void>): Promise<boolean>;
  host(given: Given, post: (message: FromWorker, transfer: Transferable[]) => void): Host;
}

/** How long the heir of a tab that is gone waits for its user. */
const HEIR_MS = 5_000;
/** How long a tab that was asked to yield may take. */
const PATIENCE_MS = 4_000;

/**
 * One tab among those of a browser. The one that has the lock drives: it has the engine and the journal. The others look on; when the driver goes,
 * or is told to yield, one of them takes its place where it stood.
 */
export class Tab {
  private readonly browser: Browser;
  private given: Given = { seq: 0, epoch: 0, run: 0 };
  private host: Host | undefined;
  /** lets the next tab drive */
  private release: (() => void) | undefined;
  private waiting: AbortController | undefined;
  /** begins to drive at once: set while this tab has the lock and waits for its user */
  private begin: (() => void) | undefined;
  /** the user of this tab has asked to drive */
  private wanted = false;
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
    if (message.type === 'start') this.started = message;
    if (this.host) return this.host.receive(message);
    if (this.role !== 'mirror' && this.role !== 'heir') return;
    if (message.type === 'take-over') return this.takeOver();
    if (message.type === 'start') return;
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
        this.release?.();
        this.release = undefined;
        this.forget();
        this.join();
        if (!this.waiting) this.wait();
        return;
      case 'hello':
        host?.join(word.from, (message) => browser.say({ say: 'tell', to: word.from, message }), word.given);
        return;
      case 'ask':
        return host?.receiveFrom(word.from, word.message);
      case 'tell':
        if (word.to === browser.id && !host) this.post(word.message, []);
        return;
      case 'yield':
        return this.yieldTo(word.to);
      case 'yielded':
        if (word.to === browser.id && this.wanted) this.steal();
        return;
      default:
        return word satisfies never;
    }
  }

  private post(message: FromWorker, transfer: Transferable[]): void {
    if (message.type === 'frame') this.given = { seq: message.seq, epoch: message.epoch, run: message.run };
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
    this.begin = undefined;
    this.wanted = false;
    this.forget();
    this.host = this.browser.host(this.given, (message, transfer) => this.post(message, transfer));
    this.be({ role: 'driver' });
    // what the page remembered when it began to look on is no longer what is kept
    if (this.started) void this.host.receive({ ...this.started, ...(this.given.seq > 0 ? { remembered: null } : {}) });
    this.browser.say({ say: 'driver' });
    return over;
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
    if (!this.wanted) {
      this.be({ role: 'heir', inMs: HEIR_MS });
      await new Promise<void>((resolve) => {
        this.begin = resolve;
        this.browser.later(resolve, HEIR_MS);
      });
    }
    return this.drive();
  }

  private takeOver(): void {
    if (this.begin) return this.begin();
    this.wanted = true;
    this.browser.say({ say: 'yield', to: this.browser.id });
    this.browser.later(() => {
      if (!this.wanted || this.host) return;
      this.wanted = false;
      this.browser.post(
        {
          type: 'fault',
          fatal: false,
          message: 'The tab that drives does not answer',
          detail: 'It may be frozen. Close it, and this one takes over.',
        },
        [],
      );
    }, PATIENCE_MS);
  }

  /** Stops driving for another tab, which then takes the lock from this one: no third comes between them. */
  private async yieldTo(to: string): Promise<void> {
    const { host, release, browser } = this;
    if (!host) return;
    this.host = undefined;
    await host.stop();
    this.be({ role: 'mirror' });
    browser.say({ say: 'yielded', to });
    // should it not come, whoever waits is next
    browser.later(() => release?.(), PATIENCE_MS);
  }

  private steal(): void {
    this.waiting?.abort();
    this.waiting = undefined;
    void this.browser.lock('steal', () => this.drive());
  }

  /** What was asked of a driver that is gone has no answer any more. */
  private forget(): void {
    for (const id of this.asked)
      this.browser.post({ type: 'answer', id, ok: false, message: 'Another tab drives now: ask again' }, []);
    this.asked.clear();
  }
}
