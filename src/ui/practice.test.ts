import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Page } from '../worker/testing.ts';
import { day, machineTime, moment, stamp, time } from './format.ts';
import { covered, recordText, uncovered, Veil } from './practice.ts';
import { emptyState, practise, receive, usePage } from './store.ts';
import { zoneTexts } from './chart/times.ts';

const MINUTE = 60_000;
const ZONE = 'America/New_York';
/** Friday 4 January 2019, 09:30 in New York */
const FRIDAY = Date.UTC(2019, 0, 4, 14, 30);
const MONDAY = FRIDAY + 3 * 86_400_000;
const veil = (symbols: string[]): Veil =>
  new Veil({ symbols, fromTs: FRIDAY, toTs: MONDAY + 400 * MINUTE, instrument: { session: 'XNYS' } });

describe('a veil', () => {
  it('calls instruments by letters, in the order of their symbols, wherever they stand alone', () => {
    const over = veil(['BTC', 'BTC-PERP', 'TSLA']);
    const text = (said: string): string => over.cover(said);
    expect(text('buy 10 TSLA at 1.5')).toBe('buy 10 Instrument C at 1.5');
    expect(text('BTC-PERP-1 and BTC-2')).toBe('Instrument B-1 and Instrument A-2');
    expect(text('TSLAQ, XBTC')).toBe('TSLAQ, XBTC');
  });

  it('gives back what it was given, keys and identifiers included', () => {
    const said = { positionId: 'TSLA-1', decimals: { TSLA: 2, BTC: 8 }, list: ['BTC', { text: 'TSLA long' }], n: 3, none: null };
    const over = veil(['BTC', 'TSLA']);
    expect(JSON.stringify(over.cover(said))).not.toMatch(/TSLA|BTC/);
    expect(over.uncover(over.cover(said))).toEqual(said);
  });

  it('counts trading days from the first, over the weekend, and knows none before or after the session', () => {
    const over = veil(['TSLA']);
    expect(['day 1', 'day 1', 'day 2', 'day 2']).toEqual(
      [FRIDAY, FRIDAY + 500 * MINUTE, MONDAY, MONDAY + MINUTE].map((ts) => over.day(ts)),
    );
    expect([over.day(FRIDAY - 86_400_000), over.day(MONDAY + 30 * 86_400_000)]).toEqual(['another day', 'another day']);
  });

  it.each([
    ['flat by 2019-01-07 15:45', 'flat by day 2 15:45'],
    ['TSLA · 4–7 Jan 2019', 'Instrument A · another day'],
    ['28 Dec – 3 Jan 2019, gap', 'another day, gap'],
    ['15 Feb, 10:42', 'another day, 10:42'],
    ['10 at 15.50, in 5 minutes', '10 at 15.50, in 5 minutes'],
  ])('writes %j as %j', (said, shown) => expect(veil(['TSLA']).cover(said)).toBe(shown));

  it('leaves words of the program alone where a symbol is spelt like one of them, and what is no plain value', () => {
    const columns = { kind: 'order', symbol: 'order', values: new Float64Array([1, 2]) };
    expect(veil(['order']).cover(columns)).toEqual({ kind: 'order', symbol: 'Instrument A', values: columns.values });
  });

  it('writes a record with days and hours in place of its times', () => {
    const text = veil(['TSLA']).record({
      seq: 3,
      ts: MONDAY,
      event: { symbol: 'TSLA', expiresAt: MONDAY + MINUTE, quantity: '1546612200000', rows: 1_950 },
    });
    expect(JSON.parse(text)).toEqual({
      seq: 3,
      ts: 'day 2, 09:30',
      event: { symbol: 'Instrument A', expiresAt: 'day 2, 09:31', quantity: '1546612200000', rows: 'hidden' },
    });
  });
});

/** Every text in a value, keys included. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return [...Object.keys(value), ...Object.values(value).flatMap(texts)];
}

const nowhere = { apply: () => undefined, clear: () => undefined };
const GIVEAWAY = /DEMO|2019|20\d\d-\d\d|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/;

/** A page on the bundled session, with a position and what its rules made of it. */
async function traded(): Promise<Page> {
  const page = new Page();
  await page.send({ type: 'start', policy: 'intraday', remembered: null });
  await page.send({ type: 'seek', row: 250 });
  await page.send({
    type: 'command',
    command: { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'ticket', stop: '180.56' },
  });
  await page.send({ type: 'seek', row: 700 });
  return page;
}

beforeEach(() => {
  practise(false);
  usePage.setState(emptyState, true);
});
afterEach(() => practise(false));

describe('practice', () => {
  it('leaves no symbol, date or end of the session in anything that the page shows', async () => {
    const page = await traded();
    practise(true);
    for (const frame of page.frames) receive(frame, nowhere);
    const shown = usePage.getState();
    expect(shown.journal.length).toBeGreaterThan(10);
    expect(shown.positions.length).toBeGreaterThan(0);
    expect(shown.faults).toEqual([]);
    // what the policy's own document says is of the policy, and a calendar is not shown
    const { policy: _, ...said } = shown;
    expect(texts(said).filter((text) => GIVEAWAY.test(text))).toEqual([]);
    expect(shown.session).toMatchObject({ title: 'Practice · Instrument A', rows: 0, instrument: { symbol: 'Instrument A' } });
    expect(shown.session?.toTs).toBe(shown.session?.fromTs);
    expect(shown.clock).toMatchObject({ row: 700, rows: 700 });
    expect(shown.journal[0]?.text).toBe('Session started · Instrument A · adverse-first · synthetic');
  });

  it('changes nothing of what the worker said: switched off, the page is what it would have been without', async () => {
    const page = await traded();
    for (const frame of page.frames) receive(frame, nowhere);
    const open = usePage.getState();
    expect(texts(open).filter((text) => GIVEAWAY.test(text)).length).toBeGreaterThan(10);
    usePage.setState(emptyState, true);
    practise(true);
    for (const frame of page.frames) receive(frame, nowhere);
    expect(usePage.getState()).not.toEqual(open);
    practise(false);
    expect(usePage.getState()).toEqual(open);
    practise(true);
    practise(false);
    expect(usePage.getState()).toEqual(open);
  });

  it('shows the way that was come, not what is left of it, also after going back', async () => {
    const page = await traded();
    practise(true);
    for (const frame of page.frames.splice(0)) receive(frame, nowhere);
    await page.send({ type: 'seek', row: 300 });
    expect(page.clock.ahead.length).toBeGreaterThan(0);
    for (const frame of page.frames.splice(0)) receive(frame, nowhere);
    const { clock } = usePage.getState();
    expect(clock).toMatchObject({ ahead: [], latest: null });
    expect(clock).toMatchObject({ row: 300, rows: 700 });
    expect(clock?.marks.every(({ row }) => row <= 300)).toBe(true);
  });

  it('keeps what did not change the same object, so that a price draws no more than without', async () => {
    const page = await traded();
    practise(true);
    for (const frame of page.frames.splice(0)) receive(frame, nowhere);
    const before = usePage.getState();
    await page.send({ type: 'step', to: 'tick' });
    for (const frame of page.frames.splice(0)) receive(frame, nowhere);
    const after = usePage.getState();
    expect(after.clock).not.toBe(before.clock);
    expect([after.session, after.closed, after.account?.autonomy]).toEqual([
      before.session,
      before.closed,
      before.account?.autonomy,
    ]);
    expect(after.session).toBe(before.session);
    expect(after.closed).toBe(before.closed);
  });

  it('writes days of the session wherever the page writes dates, and passes back what the worker knows', async () => {
    const page = await traded();
    practise(true);
    for (const frame of page.frames) receive(frame, nowhere);
    const { fromTs } = usePage.getState().session ?? { fromTs: 0 };
    const chart = zoneTexts(ZONE);
    expect([day(fromTs, ZONE), stamp(fromTs, ZONE), moment(fromTs, ZONE)]).toEqual(['day 1', 'day 1, 09:30', 'day 1, 09:30']);
    expect(machineTime(fromTs, ZONE)).toBe(time(fromTs, ZONE));
    expect([chart.day(fromTs), chart.month(fromTs), chart.year(fromTs)]).toEqual(['day 1', 'day 1', 'day 1']);
    expect([chart.full(fromTs, MINUTE), chart.full(fromTs, 86_400_000)]).toEqual(['day 1 09:30', 'day 1']);
    expect(recordText({ symbol: 'DEMO' })).toContain('Instrument A');
    const command = { type: 'command', command: { type: 'PlaceEntry', symbol: covered('DEMO') } };
    expect(uncovered(command).command.symbol).toBe('DEMO');
    practise(false);
    expect(day(fromTs, ZONE)).toMatch(/20\d\d/);
  });
});
