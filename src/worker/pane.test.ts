import { describe, expect, it } from 'vitest';
import type { BarsDelta } from '../projections/views.ts';
import type { Frame, FromWorker } from './protocol.ts';
import { Page } from './testing.ts';

/** Monday 2025-01-06, 09:30 in New York. */
const NINE_THIRTY = Date.UTC(2025, 0, 6, 14, 30);

/** Minutes of an instrument whose price goes up and down, each on a level of its own. */
function barsFile(symbol: string, rows = 400): File {
  const base = 50 * symbol.charCodeAt(0);
  const close = (i: number): number => base + Math.abs((i % 60) - 30);
  const lines = Array.from(
    { length: rows },
    (_, i) => `${NINE_THIRTY + i * 60_000},${close(i - 1)},${close(i) + 2},${close(i) - 2},${close(i)},1000`,
  );
  return new File([`ts,open,high,low,close,volume\n${lines.join('\n')}\n`], `eq_${symbol}_1m.csv`);
}

async function opened(...symbols: string[]): Promise<Page> {
  const page = new Page();
  const files = symbols.map((symbol) => ({ file: barsFile(symbol), options: {} }));
  await page.send({ type: 'open-files', files, policy: 'fixed', barPath: 'adverse-first' });
  expect(page.faults).toEqual([]);
  return page;
}

/** Closes that the page holds of an instrument, after all frames: those on the chart, or of one beside it. */
function closes(frames: readonly Frame[], symbol: string, main: boolean): number[] {
  let held: number[] = [];
  let epoch = 0;
  const take = ({ from, close }: BarsDelta): void => {
    expect(from).toBeLessThanOrEqual(held.length);
    held = [...held.slice(0, from), ...close];
  };
  for (const frame of frames) {
    if (main && frame.epoch !== epoch) held = [];
    epoch = frame.epoch;
    const delta = main ? frame.bars : frame.beside?.find((one) => one.symbol === symbol)?.bars;
    if (delta) take(delta);
  }
  return held;
}

/** What the chart itself would show of an instrument at this place. */
async function onTheChart(page: Page, symbol: string): Promise<{ closes: number[]; chart: unknown }> {
  await page.send({ type: 'show', symbol });
  const frame = page.frames.at(-1);
  return { closes: closes(page.frames, symbol, true), chart: frame?.chart };
}

describe('instruments that are seen beside the one on the chart', () => {
  it('have the bars and positions that the chart itself would show of them, forwards, mid-bar and after going back', async () => {
    const page = await opened('ONE', 'TWO');
    await page.send({ type: 'beside', symbols: ['TWO', 'NONE'] });
    expect(page.frames.at(-1)?.beside?.[0]).toMatchObject({
      symbol: 'TWO',
      session: { instrument: { symbol: 'TWO' } },
      bars: { from: 0 },
    });
    await page.send({
      type: 'command',
      command: { type: 'PlaceEntry', symbol: 'TWO', side: 'long', kind: 'market', source: 'ticket' },
    });
    for (const row of [300, 500, 240]) {
      await page.send({ type: 'seek', row });
      await page.send({ type: 'step', to: 'tick' });
      const beside = page.frames.at(-1)?.beside;
      expect(beside?.map(({ symbol }) => symbol)).toEqual(['TWO']);
      const seen = closes(page.frames, 'TWO', false);
      const alone = await onTheChart(page, 'TWO');
      expect(seen).toEqual(alone.closes);
      expect(seen.length).toBeGreaterThan(100);
      expect(beside?.[0]?.chart).toEqual(alone.chart);
      await page.send({ type: 'show', symbol: 'ONE' });
    }
  });

  it('are told what has changed and no more, and come anew after they were put away', async () => {
    const page = await opened('ONE', 'TWO', 'SIX');
    await page.send({ type: 'beside', symbols: ['TWO', 'SIX', 'TWO'] });
    await page.send({ type: 'seek', row: 600 });
    const first = page.frames.at(-1)?.beside;
    expect(first?.map(({ symbol, session, bars }) => [symbol, session === undefined, bars.ts.length < 200])).toEqual([
      ['TWO', true, true],
      ['SIX', true, true],
    ]);
    await page.send({ type: 'step', to: 'bar' });
    expect(page.frames.at(-1)?.beside?.every(({ bars, session }) => bars.ts.length <= 2 && session === undefined)).toBe(true);
    await page.send({ type: 'beside', symbols: ['SIX'] });
    expect(page.frames.at(-1)?.beside?.map(({ symbol }) => symbol)).toEqual(['SIX']);
    await page.send({ type: 'beside', symbols: ['SIX', 'TWO'] });
    expect(page.frames.at(-1)?.beside?.[1]).toMatchObject({
      symbol: 'TWO',
      bars: { from: 0 },
      session: { symbols: ['ONE', 'SIX', 'TWO'] },
    });
    await page.send({ type: 'beside', symbols: [] });
    expect(page.frames.at(-1)?.beside).toEqual([]);
    await page.send({ type: 'step', to: 'bar' });
    expect(page.frames.at(-1)).not.toHaveProperty('beside');
  });

  it('come with the one frame that may be under way, and catch up with its acknowledgement', async () => {
    const page = await opened('ONE', 'TWO');
    await page.send({ type: 'beside', symbols: ['TWO'] });
    page.acknowledging = false;
    await page.send({ type: 'step', to: 'bar' });
    const posted = page.frames.length;
    for (let i = 0; i < 6; i += 1) await page.send({ type: 'step', to: 'bar' });
    expect(page.frames).toHaveLength(posted);
    page.acknowledging = true;
    await page.acknowledge();
    expect(page.frames).toHaveLength(posted + 1);
    const seen = closes(page.frames, 'TWO', false);
    expect(seen).toEqual((await onTheChart(page, 'TWO')).closes);
  });

  it('are each tab’s own: one that looks on sees others than the one that drives, and is refused nothing of it', async () => {
    const page = await opened('ONE', 'TWO', 'SIX');
    const others: FromWorker[] = [];
    page.host.join('other', (message) => void others.push(structuredClone(message)), { seq: 0, epoch: 0, run: 0 });
    await page.send({ type: 'beside', symbols: ['TWO'] });
    const acknowledge = (): Promise<void> =>
      page.host.receiveFrom('other', {
        type: 'ack',
        seq: others.reduce((seq, one) => (one.type === 'frame' ? one.seq : seq), 0),
      });
    await acknowledge();
    await page.host.receiveFrom('other', { type: 'beside', symbols: ['SIX'] });
    await acknowledge();
    await page.send({ type: 'step', to: 'bar' });
    const seen = (messages: readonly FromWorker[]) =>
      messages.findLast((one) => one.type === 'frame')?.beside?.map(({ symbol }) => symbol);
    expect(seen(others)).toEqual(['SIX']);
    expect(seen(page.frames)).toEqual(['TWO']);
    expect(others.filter(({ type }) => type === 'fault')).toEqual([]);
  });
});
