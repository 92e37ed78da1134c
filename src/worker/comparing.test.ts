import { describe, expect, it } from 'vitest';
import { storeInMemory } from '../journal/testing.ts';
import { Page } from './testing.ts';

/** The bundled session with entries every 25 bars, played to its end. */
async function played(): Promise<Page> {
  const { store } = await storeInMemory();
  const page = new Page(() => Promise.resolve(store));
  await page.send({ type: 'start', policy: 'intraday', remembered: null });
  for (let row = 100; row < 700; row += 25) {
    await page.send({ type: 'seek', row });
    const symbol = page.session?.instrument.symbol ?? '';
    await page.send({
      type: 'command',
      command: { type: 'PlaceEntry', symbol, side: row % 50 === 0 ? 'long' : 'short', kind: 'market', source: 'ticket' },
    });
  }
  await page.send({ type: 'seek', row: 1_000_000 });
  return page;
}

describe('a comparison that the page asks for', () => {
  it('is of the open session as far as it stands, and the same policy twice differs by nothing', async () => {
    const page = await played();
    const question = { ask: 'compare', sessions: [null], decider: 'own' } as const;
    const { sides, rows, sessions } = await page.ask({ ...question, a: { policy: 'fixed' }, b: { policy: 'intraday' } });
    expect(sides.map(({ name, entries }) => [name, entries])).toEqual([
      ['fixed', 24],
      ['intraday', 24],
    ]);
    expect(sessions).toBe(1);
    expect(rows.find(({ id }) => id === 'pnl')?.difference).not.toBe('0.00');
    const same = await page.ask({ ...question, a: { policy: 'fixed' }, b: { policy: 'fixed' } });
    for (const { difference } of same.rows) expect(Number(difference ?? 0)).toBe(0);
  });

  it('is of a kept session as it went, beside a policy on its entries', async () => {
    const page = await played();
    const branch = page.keeping?.session ?? '';
    const { sides, rows } = await page.ask({
      ask: 'compare',
      a: { branch },
      b: { policy: 'intraday' },
      sessions: [],
      decider: 'repeat',
    });
    expect(sides[1].dropped).toBe(0);
    expect(sides[0].entries).toBe(24);
    for (const { difference } of rows) expect(Number(difference ?? 0)).toBe(0);
  });

  it('says what is missing', async () => {
    const page = await played();
    const policies = { a: { policy: 'fixed' }, b: { policy: 'nobody' }, decider: 'own' } as const;
    await expect(page.ask({ ask: 'compare', ...policies, sessions: [] })).rejects.toThrow(/no session is chosen/);
    await expect(page.ask({ ask: 'compare', ...policies, sessions: [null] })).rejects.toThrow(/no preset of this name/);
    await expect(page.ask({ ask: 'compare', ...policies, sessions: ['gone'] })).rejects.toThrow(/there is no session gone/);
  });
});

describe('a sweep that the page asks for', () => {
  it('answers with a row a cell, of which a table is made', async () => {
    const page = await played();
    const { keys, rows, cells } = await page.ask({
      ask: 'sweep',
      policy: 'intraday',
      keys: [
        { path: 'rules.breakeven.trigger', values: '0.5R:1.5R:0.5R' },
        { path: 'rules.time-stop.after', values: '10m,40m' },
      ],
      sessions: [null],
      decider: 'own',
    });
    expect(cells).toBe(6);
    expect(rows.map(({ cell, error }) => [cell, error])).toEqual([0, 1, 2, 3, 4, 5].map((cell) => [cell, '']));
    const map = await page.ask({ ask: 'heat-map', keys, rows, figure: 'pnl' });
    expect([map.rows, map.columns]).toEqual([
      ['0.5R', '1R', '1.5R'],
      ['10m', '40m'],
    ]);
    expect(map.cells.flat().map(({ value }) => value)).toEqual(rows.map(({ figures }) => figures.pnl));
  });

  it('says of a key what it would try, and what is wrong with it', async () => {
    const page = await played();
    const ask = (values: string) =>
      page.ask({ ask: 'sweep-values', policy: 'intraday', key: { path: 'rules.breakeven.trigger', values } });
    expect(await ask('1R,2R')).toEqual({ ok: true, values: ['1R', '2R'] });
    expect(await ask('1R:2R')).toMatchObject({ ok: false, message: expect.stringMatching(/expected a list/) });
    expect(await ask('1R,100m')).toMatchObject({ ok: false, message: expect.stringMatching(/has the unit duration/) });
  });
});
