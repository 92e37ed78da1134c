import { describe, expect, it } from 'vitest';
import { bundledSession } from '../feeds/synthetic.ts';
import { storeInMemory } from '../journal/testing.ts';
import type { FileToOpen } from './protocol.ts';
import { Page } from './testing.ts';

/** The bars of the bundled session as a file of a user's own. */
const barsAs = (symbol: string): FileToOpen => ({
  file: new File([bundledSession().csv], `eq_${symbol}_1m.csv`),
  options: { instrument: { symbol } },
});

describe('a session that is come back to', () => {
  it.each([
    ['as a file, when they were made up before', ['MADE']],
    ['as two instruments at once', ['ONE', 'TWO']],
  ])('has the instruments it was opened with, where the same rows were opened %s', async (_, symbols) => {
    const { db } = await storeInMemory();
    const open = async (): Promise<Page> => {
      const page = new Page(async () => (await storeInMemory(db)).store);
      await page.send({ type: 'start', policy: 'intraday', remembered: null });
      return page;
    };
    const page = await open();
    await page.send({ type: 'open-files', files: symbols.map(barsAs), policy: 'intraday', barPath: 'adverse-first' });
    expect(page.session).toMatchObject({ symbols, synthetic: false });
    const again = await open();
    expect(again.keeping?.trouble).toBeNull();
    expect(again.session).toMatchObject({ symbols, synthetic: false });
    expect((await again.ask({ ask: 'export' })).journal).toBe((await page.ask({ ask: 'export' })).journal);
  });
});
