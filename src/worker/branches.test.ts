import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import { dec, text } from '../domain/decimal.ts';
import { withValue } from '../domain/document.ts';
import { StoreError } from '../journal/store.ts';
import { storeInMemory } from '../journal/testing.ts';
import { loadPreset } from '../policy/load.ts';
import type { PositionRecord } from '../projections/figures.ts';
import { Page } from './testing.ts';

/** Under it what was entered goes on long enough to be decided on. */
const STEADY = Object.entries({
  name: 'steady',
  initialStop: { kind: 'atr', atr: '1.5ATR' },
  'rules.early-exit.enabled': false,
  'rules.time-stop.enabled': false,
  'rules.technical-stop.enabled': false,
}).reduce((policy, [path, value]) => withValue(policy, path, value), loadPreset('intraday').source);

const BUY: PlaceEntry = { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', stop: '180.56', source: 'ticket' };

/** A kept session in which a scale-in waits. @returns the page and the proposal's id */
async function waiting(page = new Page()): Promise<{ page: Page; proposalId: string }> {
  await page.send({ type: 'start', policy: STEADY, remembered: null });
  await page.send({ type: 'seek', row: 250 });
  await page.send({ type: 'command', command: BUY });
  await page.send({ type: 'step', to: 'proposal' });
  await page.pass(60_000);
  const proposal = page.frames.findLast(({ proposals }) => proposals)?.proposals?.find(({ rule }) => rule === 'scale-in');
  expect(proposal?.status).toBe('proposed');
  return { page, proposalId: proposal?.id ?? '' };
}

/** … and that was approved, and gone on from to a row. */
async function approved(row: number): Promise<{ page: Page; proposalId: string }> {
  const { page, proposalId } = await waiting();
  await page.send({ type: 'command', command: { type: 'ApproveProposal', proposalId } });
  await page.send({ type: 'seek', row });
  return { page, proposalId };
}

const realized = async (page: Page): Promise<string> =>
  text(
    (JSON.parse((await page.ask({ ask: 'export' })).positions) as PositionRecord[]).reduce(
      (sum, { realizedPnl }) => sum.plus(realizedPnl),
      dec(0),
    ),
  );
const equity = async (page: Page): Promise<string> =>
  (JSON.parse((await page.ask({ ask: 'export' })).figures) as { equity: Record<string, string> }).equity.paper ?? '';
const journal = async (page: Page): Promise<string> => (await page.ask({ ask: 'export' })).journal;

describe('a fork', () => {
  it('goes to just before a decision, takes the other branch, keeps it under a name of what was done, and leaves the other whole', async () => {
    const { page, proposalId } = await approved(700);
    const before = await journal(page);
    const parent = page.keeping?.session;
    await page.send({
      type: 'fork',
      at: { proposalId },
      decision: { type: 'RejectProposal', proposalId },
    });
    expect(page.faults).toEqual([]);
    expect(page.keeping?.session).not.toBe(parent);
    const { sessions } = await page.ask({ ask: 'library' });
    const branch = sessions.find(({ id }) => id === page.keeping?.session);
    expect(branch?.name).toMatch(/^Scale-in rejected at \d\d:\d\d/);
    expect(branch?.parent?.session).toBe(parent);
    const own = await journal(page);
    const shared = own.split('\n').slice(0, branch?.parent?.seq).join('\n');
    expect(before.startsWith(`${shared}\n`)).toBe(true);
    expect(own).toContain('"ProposalRejected"');
    expect(own).not.toContain('"ProposalApproved"');
    await page.send({ type: 'open-session', id: parent ?? '' });
    expect(await journal(page)).toBe(before);
    expect(page.clock.row).toBe(700);
  });

  it('is come back to as it was: the same journal, and the same family', async () => {
    const { store } = await storeInMemory();
    const { page, proposalId } = await waiting(new Page(async () => store));
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'ApproveProposal', proposalId, quantity: '3' } });
    await page.send({ type: 'seek', row: 600 });
    const [text, family] = [await journal(page), await page.ask({ ask: 'branches' })];
    expect(family.map(({ name }) => name)).toEqual([
      expect.stringContaining('DEMO'),
      expect.stringMatching(/^Scale-in approved with 3 at/),
    ]);
    const again = new Page(async () => store);
    await again.send({ type: 'start', policy: STEADY, remembered: null });
    expect(await journal(again)).toBe(text);
    expect(await again.ask({ ask: 'branches' })).toEqual(family);
  });

  it('of what nobody decided stands at the end of the row before it, and of now goes nowhere', async () => {
    const { page } = await approved(700);
    const { records } = await page.ask({ ask: 'export' });
    const lines = (await journal(page))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; tape: { row: number }; event: { type: string } });
    const raised = lines.find(({ event }) => event.type === 'StopRaised');
    await page.send({ type: 'fork', at: { seq: raised?.seq ?? 0 } });
    expect(page.faults).toEqual([]);
    expect(page.clock.row).toBe(raised?.tape.row);
    expect(await journal(page)).not.toContain('"StopRaised"');
    await page.send({ type: 'fork', at: null, name: 'from here on' });
    const { sessions } = await page.ask({ ask: 'library' });
    expect(sessions.map(({ name }) => name)).toContain('from here on');
    expect(records).toBeGreaterThan(1);
  });

  it('takes another policy from there on, and says of one with a fixed key that it cannot', async () => {
    const { page, proposalId } = await approved(500);
    const point = await page.ask({ ask: 'fork-point', at: { proposalId } });
    expect(point).toMatchObject({ text: 'scale-in approved', kept: 1, dropped: 0, proposal: { id: proposalId, was: 'applied' } });
    const fixed = point.policies.find(({ name }) => name === 'leveraged');
    expect(fixed?.refused).toContain('cannot change in a running session');
    const before = page.keeping?.session;
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'SetPolicy', policy: fixed?.policy } });
    expect(page.faults.at(-1)?.message).toContain('cannot change in a running session');
    expect(page.keeping?.session).toBe(before);
    const other = withValue(withValue(STEADY, 'name', 'other'), 'rules.scale-in.enabled', false);
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'SetPolicy', policy: other } });
    expect(page.keeping?.name).toBeDefined();
    const family = await page.ask({ ask: 'branches' });
    expect(family.find(({ open }) => open)).toMatchObject({ otherwise: 'policy other', instead: 'scale-in approved' });
  });

  it('leaves everything as it is where the branch cannot be kept, and says so', async () => {
    const { store } = await storeInMemory();
    let full = false;
    const page = new Page(async () =>
      Object.assign(Object.create(store) as typeof store, {
        begin: (session: Parameters<typeof store.begin>[0]) =>
          full ? Promise.reject(new StoreError('quota', 'no room is left')) : store.begin(session),
      }),
    );
    const { proposalId } = await waiting(page);
    await page.send({ type: 'command', command: { type: 'ApproveProposal', proposalId } });
    const [before, session] = [await journal(page), page.keeping?.session];
    full = true;
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'RejectProposal', proposalId } });
    expect(page.faults.at(-1)?.message).toBe('no room is left');
    expect(await journal(page)).toBe(before);
    expect(page.keeping).toMatchObject({ state: 'kept', session });
  });

  it('is not made while what was done last could not be saved', async () => {
    const { store } = await storeInMemory();
    let broken = false;
    const page = new Page(async () =>
      Object.assign(Object.create(store) as typeof store, {
        append: (...words: Parameters<typeof store.append>) =>
          broken ? Promise.reject(new StoreError('quota', 'no room is left')) : store.append(...words),
      }),
    );
    const { proposalId } = await waiting(page);
    broken = true;
    await page.send({ type: 'command', command: { type: 'ApproveProposal', proposalId } });
    expect(page.keeping?.state).toBe('failing');
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'RejectProposal', proposalId } });
    expect(page.faults.at(-1)?.message).toBe('No branch is begun while the journal cannot be saved');
    broken = false;
    await page.pass(5_000);
    expect(page.keeping?.state).toBe('kept');
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'RejectProposal', proposalId } });
    expect((await page.ask({ ask: 'library' })).sessions.map(({ name }) => name)).toContainEqual(
      expect.stringMatching(/^Scale-in rejected at/),
    );
  });

  it('is not made where nothing is kept, nor by a tab that looks on', async () => {
    const page = new Page(() => Promise.reject(new StoreError('failed', 'no database')));
    await page.send({ type: 'open-bundled', policy: STEADY });
    await page.send({ type: 'fork', at: null });
    expect(page.faults.at(-1)?.message).toMatch(/^No branch is begun/);
    const { page: driver } = await waiting();
    const told: unknown[] = [];
    driver.host.join('other', (message) => told.push(message), { seq: 0, epoch: 0, run: 0 });
    await driver.host.receiveFrom('other', { type: 'fork', at: null });
    expect(told).toContainEqual(expect.objectContaining({ type: 'fault', message: 'This tab only looks on' }));
    expect((await driver.ask({ ask: 'library' })).sessions).toHaveLength(1);
  });
});

describe('the family of a session', () => {
  it('says what a branch is worth against its parent: the difference of their journals where both stand', async () => {
    const { page, proposalId } = await approved(900);
    const [ownRealized, ownEquity, parent] = [await realized(page), await equity(page), page.keeping?.session];
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'RejectProposal', proposalId } });
    await page.send({ type: 'seek', row: 900 });
    const family = await page.ask({ ask: 'branches' });
    const branch = family.find(({ open }) => open);
    expect(branch).toMatchObject({
      parent,
      otherwise: 'scale-in rejected',
      instead: 'scale-in approved',
      end: { realized: await realized(page), equity: await equity(page) },
      apart: {
        realized: text(dec(await realized(page)).minus(ownRealized)),
        equity: text(dec(await equity(page)).minus(ownEquity)),
        atEnd: true,
      },
    });
    expect(branch?.apart?.equity).not.toBe('0');
    expect(family.find(({ id }) => id === parent)?.end).toMatchObject({ realized: ownRealized, equity: ownEquity });
  });

  it('compares where both have been: at the earlier of two ends', async () => {
    const { page, proposalId } = await approved(600);
    const early = { realized: await realized(page), equity: await equity(page) };
    await page.send({ type: 'seek', row: 1200 });
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'RejectProposal', proposalId } });
    await page.send({ type: 'seek', row: 600 });
    const branch = (await page.ask({ ask: 'branches' })).find(({ open }) => open);
    expect(branch?.apart).toMatchObject({
      equity: text(dec(await equity(page)).minus(early.equity)),
      realized: text(dec(await realized(page)).minus(early.realized)),
      atEnd: false,
    });
  });

  it('draws a branch with its stops, its fills and its equity, on the instrument that is asked for', async () => {
    const { page, proposalId } = await approved(700);
    const parent = page.keeping?.session ?? '';
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'RejectProposal', proposalId } });
    const [drawing] = await page.ask({ ask: 'branch-drawings', ids: [parent], symbol: 'DEMO' });
    expect(drawing?.positions[0]?.marks.length).toBeGreaterThanOrEqual(2);
    expect(drawing?.positions[0]?.stops.length).toBeGreaterThanOrEqual(1);
    expect(drawing?.equity.ts.length).toBeGreaterThan(10);
    await expect(page.ask({ ask: 'branch-drawings', ids: ['none'], symbol: 'DEMO' })).rejects.toThrow('is no branch');
  });

  it('hangs a fork in what its parent shares with an ancestor under that ancestor', async () => {
    const { page, proposalId } = await approved(700);
    const root = page.keeping?.session;
    await page.send({ type: 'fork', at: null, name: 'on' });
    await page.send({ type: 'seek', row: 720 });
    await page.send({ type: 'fork', at: { proposalId }, decision: { type: 'RejectProposal', proposalId } });
    const family = await page.ask({ ask: 'branches' });
    expect(family).toHaveLength(3);
    expect(family.filter(({ parent }) => parent === root)).toHaveLength(2);
  });
});
