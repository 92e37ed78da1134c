import { studies, type Tell } from '../study/index.ts';
import { sweptCell } from '../study/sweep.ts';
import type { Laboratory } from './laboratory.ts';
import type { Sweeping } from './sweep-workers.ts';
import { openFile } from '../feeds/open.ts';
import type { Store } from '../journal/store.ts';
import { storeInMemory } from '../journal/testing.ts';
import type { ClockView } from '../projections/views.ts';
import { Host } from './host.ts';
import type { Answer, Answers, Fault, Frame, FromWorker, KeepingView, Question, ToWorker } from './protocol.ts';

let pages = 0;

/** Studies without a worker of their own. */
export const study: Laboratory = async (name, input, tell) =>
  (studies[name] as (input: unknown, tell: Tell) => never)(structuredClone(input), tell);

/** A sweep without workers of its own. */
export const sweep: Sweeping = async (setup, cells, tell) => {
  for (const cell of cells) tell(sweptCell(structuredClone(setup), cell, () => undefined));
};

/** A page without a browser: it takes the real host's messages, acknowledges frames when told to, and owns its time. */
export class Page {
  readonly frames: Frame[] = [];
  readonly faults: Fault[] = [];
  private readonly answers = new Map<number, Answer>();
  private readonly due: { at: number; run: () => unknown }[] = [];
  private time = 0;
  private asked = 0;
  acknowledging = true;
  readonly host: Host;

  /** @param openStore what the journal is kept in; one of its own where it is left out */
  constructor(openStore: () => Promise<Store> = async () => (await storeInMemory()).store) {
    let ids = 0;
    const name = `page-${(pages += 1)}`;
    this.host = new Host({
      post: (message: FromWorker) => this.take(structuredClone(message)),
      now: () => this.time,
      later: (run, ms) => void this.due.push({ at: this.time + ms, run }),
      id: () => `${name}-session-${(ids += 1)}`,
      openStore,
      read: (file, options) => openFile(file, options),
      study,
      sweep,
    });
  }

  private take(message: FromWorker): void {
    if (message.type === 'frame') this.frames.push(message);
    else if (message.type === 'fault') this.faults.push(message);
    else if (message.type === 'answer') this.answers.set(message.id, message);
  }

  async send(message: ToWorker): Promise<void> {
    await this.host.receive(message);
    await this.acknowledge();
  }

  async acknowledge(): Promise<void> {
    for (let seen = -1; this.acknowledging && seen !== this.frames.length; ) {
      seen = this.frames.length;
      await this.host.receive({ type: 'ack', seq: this.frames.at(-1)?.seq ?? 0 });
    }
  }

  async ask<K extends Question['ask']>(question: Extract<Question, { ask: K }>): Promise<Answers[K]> {
    this.asked += 1;
    await this.send({ type: 'ask', id: this.asked, question });
    const answer = this.answers.get(this.asked);
    if (!answer?.ok) throw new Error(answer?.message ?? 'no answer');
    return answer.value as Answers[K];
  }

  /** Lets the host's own time pass until it has nothing more to do, or `ms` are over. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      this.due.sort((a, b) => a.at - b.at);
      const next = this.due[0];
      if (!next || next.at > end) break;
      this.due.shift();
      this.time = Math.max(this.time + 1, next.at);
      await next.run();
      await this.acknowledge();
    }
    this.time = end;
  }

  get clock(): ClockView {
    const clock = this.frames.findLast((frame) => frame.clock)?.clock;
    if (!clock) throw new Error('no frame with a clock yet');
    return clock;
  }

  /** How what happens is kept, as the page was told last. */
  get keeping(): KeepingView | undefined {
    return this.frames.findLast((frame) => frame.keeping)?.keeping;
  }

  get session(): Frame['session'] {
    return this.frames.findLast((frame) => frame.session)?.session;
  }
}
