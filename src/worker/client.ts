import type { Answers, Fault, Frame, FromWorker, Question, TabView, ToWorker } from './protocol.ts';

/** What the client needs of a Worker; tests give it a plain event target. */
export interface Port extends Pick<EventTarget, 'addEventListener'> {
  postMessage(message: ToWorker): void;
}

/** What the client needs of the page: frames are acknowledged once they were painted, or at once while nothing is painted. */
export interface Painter {
  hidden(): boolean;
  nextPaint(run: () => void): void;
  onHidden(run: () => void): void;
}

export interface Client {
  send(message: ToWorker): void;
  /** The worker's answer. @throws Error in the worker's words when it has none, or when the engine has stopped */
  ask<K extends Question['ask']>(question: Extract<Question, { ask: K }>, following?: Following): Promise<Answers[K]>;
  onFrame(listener: (frame: Frame) => void): void;
  onFault(listener: (fault: Fault) => void): void;
  onTab(listener: (tab: TabView) => void): void;
}

/** Of an answer that takes long. */
export interface Following {
  /** @param share what is done, 0..1 @param part what of it there is so far */
  onPart?(share: number, part: unknown): void;
  /** once aborted, nobody waits for it any more */
  signal?: AbortSignal;
}

interface Waiting extends Following {
  resolve(value: Answers[keyof Answers]): void;
  reject(error: Error): void;
}

const browserPainter: Painter = {
  hidden: () => document.hidden,
  nextPaint: (run) => void requestAnimationFrame(run),
  onHidden: (run) => document.addEventListener('visibilitychange', () => document.hidden && run()),
};

/** Starts the engine's worker. */
export const startWorker = (): Worker => new Worker(new URL('./entry.ts', import.meta.url), { type: 'module' });

/** Speaks the protocol over `port`. Messages that arrive before the first listener are kept for it. */
export function connect(port: Port, painter: Painter = browserPainter): Client {
  const frames = inbox<Frame>();
  const faults = inbox<Fault>();
  const tabs = inbox<TabView>();
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let stopped: string | undefined;
  let unacknowledged: number | undefined;

  const acknowledge = (): void => {
    if (unacknowledged === undefined) return;
    const seq = unacknowledged;
    unacknowledged = undefined;
    port.postMessage({ type: 'ack', seq });
  };
  // A frame that waits for its paint when the page is hidden would wait until it is shown again, and the engine with it.
  painter.onHidden(acknowledge);

  const fail = (fault: Fault): void => {
    if (fault.fatal) {
      stopped = fault.message;
      for (const { reject } of waiting.values()) reject(new Error(fault.message));
      waiting.clear();
    }
    faults.deliver(fault);
  };

  const receive = (message: FromWorker): void => {
    switch (message.type) {
      case 'frame':
        frames.deliver(message);
        unacknowledged = message.seq;
        if (painter.hidden()) acknowledge();
        else painter.nextPaint(acknowledge);
        return;
      case 'fault':
        return fail(message);
      case 'tab':
        return tabs.deliver(message.tab);
      case 'part':
        return waiting.get(message.id)?.onPart?.(message.share, message.part);
      case 'answer': {
        const asked = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.ok) asked?.resolve(message.value);
        else asked?.reject(new Error(message.message));
        return;
      }
      default:
        return message satisfies never;
    }
  };

  port.addEventListener('message', (event) => receive((event as MessageEvent<FromWorker>).data));
  port.addEventListener('error', (event) => {
    const { message, filename, lineno } = event as Partial<ErrorEvent>;
    const place = filename ? `${filename}:${lineno ?? 0}` : 'its script could not be loaded or run';
    fail({ type: 'fault', fatal: true, message: 'The engine has stopped', detail: [message, place].filter(Boolean).join(' · ') });
  });
  port.addEventListener('messageerror', () =>
    fail({
      type: 'fault',
      fatal: true,
      message: 'A message of the engine could not be read',
      detail: 'What the page shows may be out of date.',
    }),
  );

  return {
    send: (message) => port.postMessage(message),
    ask<K extends Question['ask']>(
      question: Extract<Question, { ask: K }>,
      { onPart, signal }: Following = {},
    ): Promise<Answers[K]> {
      if (stopped !== undefined) return Promise.reject(new Error(stopped));
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: (value) => resolve(value as Answers[K]), reject, ...(onPart ? { onPart } : {}) });
        signal?.addEventListener(
          'abort',
          () => {
            if (!waiting.delete(id)) return;
            port.postMessage({ type: 'forget', id });
            reject(signal.reason);
          },
          { once: true },
        );
        port.postMessage({ type: 'ask', id, question });
      });
    },
    onFrame: frames.listen,
    onFault: faults.listen,
    onTab: tabs.listen,
  };
}

/** Delivers to one listener; what comes before there is one is kept in order. */
function inbox<T>(): { deliver(item: T): void; listen(listener: (item: T) => void): void } {
  const kept: T[] = [];
  let listener: ((item: T) => void) | undefined;
  return {
    deliver: (item) => (listener ? listener(item) : void kept.push(item)),
    listen: (next) => {
      listener = next;
      for (const item of kept.splice(0)) next(item);
    },
  };
}
