import { describe, expect, it } from 'vitest';
import type { JournalRecord } from '../domain/events.ts';
import { connect, type Painter, type Port } from './client.ts';
import type { Fault, Frame, FromWorker, ToWorker } from './protocol.ts';

function setUp(hidden = false) {
  const target = new EventTarget();
  const posted: ToWorker[] = [];
  const paints: (() => void)[] = [];
  const page = { hidden, hide: (): void => {} };
  const port: Port = {
    addEventListener: target.addEventListener.bind(target),
    postMessage: (message) => void posted.push(message),
  };
  const painter: Painter = {
    hidden: () => page.hidden,
    nextPaint: (run) => void paints.push(run),
    onHidden: (run) => {
      page.hide = run;
    },
  };
  const client = connect(port, painter);
  const say = (message: FromWorker): void => void target.dispatchEvent(new MessageEvent('message', { data: message }));
  return { client, posted, paints, page, say, target };
}
const record = (seq: number): JournalRecord => ({
  seq,
  tape: { row: 0, point: 0 },
  ts: 0,
  event: { type: 'AutonomyLevelSet', level: 'auto' },
});
const frame = (seq: number): Frame => ({ type: 'frame', seq, epoch: 1, run: 1 });
const fatal: Fault = { type: 'fault', fatal: true, message: 'The engine has stopped', detail: 'row 7' };

describe('frames', () => {
  it('are acknowledged when they are painted, not before', () => {
    const { client, posted, paints, say } = setUp();
    const seen: number[] = [];
    client.onFrame(({ seq }) => seen.push(seq));
    say(frame(1));
    expect([seen, posted]).toEqual([[1], []]);
    paints[0]?.();
    expect(posted).toEqual([{ type: 'ack', seq: 1 }]);
  });

  it('are acknowledged at once while the page is hidden', () => {
    const { posted, paints, say } = setUp(true);
    say(frame(1));
    expect([posted, paints.length]).toEqual([[{ type: 'ack', seq: 1 }], 0]);
  });

  it('that wait for a paint when the page is hidden are acknowledged then, and once only', () => {
    const { posted, paints, page, say } = setUp();
    say(frame(1));
    page.hide();
    paints[0]?.();
    expect(posted).toEqual([{ type: 'ack', seq: 1 }]);
  });

  it('that come before anybody listens are kept in order', () => {
    const { client, say } = setUp();
    say(frame(1));
    say(frame(2));
    const seen: number[] = [];
    client.onFrame(({ seq }) => seen.push(seq));
    expect(seen).toEqual([1, 2]);
  });
});

describe('questions', () => {
  it('get their own answers, in whatever order these come', async () => {
    const { client, posted, say } = setUp();
    const first = client.ask({ ask: 'record', seq: 1 });
    const second = client.ask({ ask: 'record', seq: 2 });
    expect(posted.map((message) => message.type === 'ask' && message.id)).toEqual([1, 2]);
    say({ type: 'answer', id: 2, ok: true, value: record(2) });
    say({ type: 'answer', id: 1, ok: true, value: record(1) });
    expect([(await first).seq, (await second).seq]).toEqual([1, 2]);
  });

  it("fail in the worker's words", async () => {
    const { client, say } = setUp();
    const asked = client.ask({ ask: 'record', seq: 99 });
    say({ type: 'answer', id: 1, ok: false, message: 'there is no record 99' });
    await expect(asked).rejects.toThrow('there is no record 99');
  });

  it('fail when the engine stops, those under way and those asked later', async () => {
    const { client, say } = setUp();
    const asked = client.ask({ ask: 'export' });
    say(fatal);
    await expect(asked).rejects.toThrow('The engine has stopped');
    await expect(client.ask({ ask: 'export' })).rejects.toThrow('The engine has stopped');
  });
});

describe('faults', () => {
  it('of the worker are handed on, and do not stop the questions unless they are fatal', async () => {
    const { client, say } = setUp();
    const faults: Fault[] = [];
    client.onFault((fault) => faults.push(fault));
    const asked = client.ask({ ask: 'record', seq: 1 });
    say({ ...fatal, fatal: false });
    say({ type: 'answer', id: 1, ok: false, message: 'no' });
    await expect(asked).rejects.toThrow('no');
    expect(faults).toHaveLength(1);
  });

  it('are raised when the worker dies, with the place where it did', () => {
    const { client, target } = setUp();
    const faults: Fault[] = [];
    client.onFault((fault) => faults.push(fault));
    target.dispatchEvent(Object.assign(new Event('error'), { message: 'boom', filename: 'host.ts', lineno: 7 }));
    expect(faults).toEqual([{ type: 'fault', fatal: true, message: 'The engine has stopped', detail: 'boom · host.ts:7' }]);
  });

  it('are raised when the worker cannot be loaded, and when a message cannot be read', () => {
    const { client, target } = setUp();
    const faults: Fault[] = [];
    client.onFault((fault) => faults.push(fault));
    target.dispatchEvent(new Event('error'));
    target.dispatchEvent(new Event('messageerror'));
    expect(faults.map(({ fatal: isFatal, detail }) => [isFatal, detail])).toEqual([
      [true, 'its script could not be loaded or run'],
      [true, 'What the page shows may be out of date.'],
    ]);
  });
});
