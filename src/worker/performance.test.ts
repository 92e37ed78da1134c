import { describe, expect, it } from 'vitest';
import type { Answer } from './protocol.ts';
import { Page } from './testing.ts';

/** A page with the bundled session, in which one position was opened and closed. */
async function traded(): Promise<Page> {
  const page = new Page();
  await page.send({ type: 'open-bundled', policy: 'intraday' });
  await page.send({
    type: 'command',
    command: { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'ticket' },
  });
  await page.send({ type: 'step', to: 'bar' });
  const [held] = page.frames.at(-1)?.positions ?? [];
  await page.send({ type: 'command', command: { type: 'ClosePosition', positionId: held?.id ?? '' } });
  await page.send({ type: 'step', to: 'bar' });
  return page;
}

describe('the question how the session went', () => {
  it('is answered with the trades so far, and after going back with fewer', async () => {
    const page = await traded();
    const view = await page.ask({ ask: 'performance', filter: {} });
    expect(view).toMatchObject({ total: 1, symbols: ['DEMO'], causes: ['user'], policies: ['intraday'] });
    expect(view.figures.find(({ id }) => id === 'trades')?.value).toBe('1');
    await page.send({ type: 'seek', row: 10 });
    expect(await page.ask({ ask: 'performance', filter: {} })).toMatchObject({ total: 0, trades: [], equity: [], histogram: [] });
  });

  it('has its figures as text for a monitoring system, the same as those of the view', async () => {
    const page = await traded();
    const metrics = await page.ask({ ask: 'metrics' });
    const { figures } = await page.ask({ ask: 'performance', filter: {} });
    expect(metrics).toContain(`ratchet_position_metric{metric="trades",unit="count"} ${figures[0]?.value}\n`);
    expect(metrics.endsWith('# EOF\n')).toBe(true);
  });

  it('is answered to a tab that only looks on', async () => {
    const page = await traded();
    const answers: Answer[] = [];
    page.host.join('other', (message) => void (message.type === 'answer' && answers.push(message)), { seq: 0, epoch: 0, run: 0 });
    await page.host.receiveFrom('other', { type: 'ask', id: 1, question: { ask: 'performance', filter: { symbol: 'DEMO' } } });
    expect(answers).toMatchObject([{ id: 1, ok: true, value: { total: 1 } }]);
  });
});
