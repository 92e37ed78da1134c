import { describe, expect, it } from 'vitest';
import { withValue } from '../domain/document.ts';
import { Engine } from '../engine/engine.ts';
import { openBundled, openFile } from '../feeds/open.ts';
import { readDecisions } from '../formats/journal.ts';
import { loadPreset } from '../policy/load.ts';
import { journalText } from '../projections/figures.ts';
import type { ToWorker } from './protocol.ts';
import { Page } from './testing.ts';

async function opened(): Promise<Page> {
  const page = new Page();
  await page.send({ type: 'start', policy: 'intraday', remembered: null });
  return page;
}

/** Monday 2025-01-06, 09:30 in New York. */
const NINE_THIRTY = Date.UTC(2025, 0, 6, 14, 30);

/** Minutes of an instrument whose price goes up and down, each on a level of its own. */
function barsFile(symbol: string, rows: number): File {
  const base = 50 * symbol.charCodeAt(0);
  const lines = Array.from({ length: rows }, (_, i) => {
    const close = base + Math.abs((i % 60) - 30);
    return `${NINE_THIRTY + i * 60_000},${base + Math.abs(((i - 1) % 60) - 30)},${close + 2},${close - 2},${close},1000`;
  });
  return new File([`ts,open,high,low,close,volume\n${lines.join('\n')}\n`], `eq_${symbol}_1m.csv`);
}

const buy: ToWorker = {
  type: 'command',
  command: { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'ticket' },
};

describe('the host', () => {
  it('opens the bundled session warmed up, says that it is synthetic, and numbers its frames without a gap', async () => {
    const page = await opened();
    const session = page.frames.findLast((frame) => frame.session)?.session;
    expect(session).toMatchObject({ kind: 'bars', synthetic: true, policy: 'intraday', zone: 'America/New_York' });
    expect(page.clock.row).toBe(60);
    expect(page.frames.findLast((frame) => frame.bars)?.bars?.ts).toHaveLength(60);
    expect(page.frames.map(({ seq }) => seq)).toEqual(page.frames.map((_, index) => index + 1));
  });

  it('posts no frame before the last one is acknowledged, and loses nothing that happened meanwhile', async () => {
    const page = await opened();
    page.acknowledging = false;
    await page.send({ type: 'step', to: 'bar' });
    const posted = page.frames.length;
    for (let i = 0; i < 5; i += 1) await page.send({ type: 'step', to: 'bar' });
    expect(page.frames).toHaveLength(posted);
    page.acknowledging = true;
    await page.acknowledge();
    expect(page.frames).toHaveLength(posted + 1);
    expect(page.clock.row).toBe(66);
    expect(page.frames.at(-1)?.bars).toMatchObject({ from: 61 });
    expect(page.frames.at(-1)?.bars?.ts).toHaveLength(5);
  });

  it('plays in market time, skips the night, and stops at the end of the tape', async () => {
    const page = await opened();
    await page.send({ type: 'speed', speed: 60 });
    await page.send({ type: 'play' });
    await page.pass(10_000);
    expect(page.clock).toMatchObject({ playing: true });
    expect(page.clock.row).toBeGreaterThanOrEqual(69);
    expect(page.clock.row).toBeLessThanOrEqual(71);
    await page.send({ type: 'seek', row: 389 });
    await page.pass(8_000);
    expect(page.clock.row).toBeGreaterThan(392);
    await page.send({ type: 'speed', speed: Number.POSITIVE_INFINITY });
    await page.pass(60_000);
    expect(page.clock).toMatchObject({ playing: false, stoppedBy: 'end', row: 1950 });
  });

  it('pauses when a proposal waits, and the journal equals a headless run with the same decisions', async () => {
    const page = await opened();
    await page.send({ type: 'speed', speed: 1_000 });
    let approved = 0;
    while (approved < 3 && page.clock.stoppedBy !== 'end') {
      if (!page.frames.findLast((frame) => frame.positions)?.positions?.some(({ closedTs }) => closedTs === null))
        await page.send(buy);
      await page.send({ type: 'play' });
      await page.pass(3_000);
      const waiting = page.frames.findLast((frame) => frame.proposals)?.proposals?.filter(({ actionable }) => actionable) ?? [];
      if (waiting.length > 0) expect(page.clock.stoppedBy).toBe('proposal');
      for (const { id } of waiting) {
        approved += 1;
        await page.send({ type: 'command', command: { type: 'ApproveProposal', proposalId: id } });
      }
    }
    expect(approved).toBeGreaterThanOrEqual(3);
    await page.send({ type: 'seek', row: 1950 });
    const files = await page.ask({ ask: 'export' });
    const { tape } = await openBundled();
    const engine = new Engine({
      tapes: [tape],
      policy: loadPreset('intraday'),
      barPath: 'adverse-first',
      decisions: readDecisions(files.journal, 'journal.jsonl').decisions,
    });
    engine.run(Number.POSITIVE_INFINITY);
    expect(journalText(engine.journal)).toBe(files.journal);
  });

  it('sends a closed position once, with what the chart draws of it, and again where the page begins anew', async () => {
    const page = await opened();
    await page.send(buy);
    await page.send({ type: 'step', to: 'bar' });
    const [held] = page.frames.at(-1)?.positions ?? [];
    expect(page.frames.flatMap(({ closed }) => closed?.positions ?? [])).toEqual([]);
    await page.send({ type: 'command', command: { type: 'ClosePosition', positionId: held?.id ?? '' } });
    await page.send({ type: 'step', to: 'bar' });
    await page.send({ type: 'step', to: 'bar' });
    expect(page.frames.at(-1)?.positions).toEqual([]);
    const sent = () => page.frames.flatMap(({ closed, drawn }) => [...(closed?.positions ?? []), ...(drawn?.positions ?? [])]);
    expect(sent().map(({ id }) => id)).toEqual([held?.id, held?.id]);
    expect(page.frames.at(-1)).toMatchObject({ closed: { from: 1 }, drawn: { from: 1 } });
    await page.send({ type: 'seek', row: page.clock.row - 1 });
    expect(page.frames.at(-1)).toMatchObject({ closed: { from: 0 }, drawn: { from: 0 } });
    expect(sent()).toHaveLength(4);
  });

  it('goes back in a new epoch, repeats the decisions on the way forward, and drops them when the user decides anew', async () => {
    const page = await opened();
    await page.send(buy);
    await page.send({ type: 'seek', row: 200 });
    const before = await page.ask({ ask: 'export' });
    await page.send({ type: 'seek', row: 30 });
    expect(page.clock).toMatchObject({ row: 30, laterDecisions: 1 });
    expect(page.frames.at(-1)?.epoch).toBeGreaterThan(page.frames[0]?.epoch ?? 0);
    await page.send({ type: 'seek', row: 200 });
    expect((await page.ask({ ask: 'export' })).sha256).toBe(before.sha256);
    await page.send({ type: 'seek', row: 30 });
    await page.send({ type: 'command', command: { type: 'SetAutonomyLevel', level: 'manual' } });
    expect(page.clock.laterDecisions).toBe(0);
    await page.send({ type: 'seek', row: 200 });
    expect((await page.ask({ ask: 'export' })).journal).not.toContain('"PlaceEntry"');
  });

  it('answers a ticket quote with every step of the size and changes nothing', async () => {
    const page = await opened();
    const before = await page.ask({ ask: 'export' });
    const quote = await page.ask({
      ask: 'quote',
      entry: { type: 'PlaceEntry', symbol: 'DEMO', side: 'long', kind: 'market', source: 'ticket' },
    });
    expect(quote).toMatchObject({ side: 'long', refusal: '' });
    expect(quote.steps.map(({ label }) => label)).toEqual([
      'risk',
      'fixed',
      'least of these',
      'clamp',
      'open positions',
      'position limit',
      'cash',
      'lots',
    ]);
    expect((await page.ask({ ask: 'export' })).sha256).toBe(before.sha256);
  });

  it('says what another quantity of a proposal would make of its position, or why it may not be', async () => {
    const page = await opened();
    await page.send({ type: 'speed', speed: 1_000 });
    const waiting = () =>
      page.frames
        .findLast((frame) => frame.proposals)
        ?.proposals?.find(({ kind }) => kind === 'scale-in' || kind === 'partial-exit');
    for (let tries = 0; !waiting() && tries < 200; tries += 1) {
      if (!page.frames.findLast((frame) => frame.positions)?.positions?.length) await page.send(buy);
      await page.send({ type: 'play' });
      await page.pass(3_000);
    }
    const card = waiting();
    const ask = (quantity: string) => page.ask({ ask: 'outlook', proposalId: card?.id ?? '', quantity });
    const one = await ask('1');
    expect(Math.abs(Number(one.after.quantity) - Number(one.before.quantity))).toBe(1);
    expect(one.refusal).toBe('');
    expect((await ask('0.5')).refusal).toBe('the quantity must be a multiple of the lot (0.5 against 1)');
    expect((await ask('0.5')).after).toEqual(card?.after);
  });

  it('says what is wrong with a file in words and keeps the open session', async () => {
    const page = await opened();
    const row = page.clock.row;
    const file = new File(['a,b,c\n1,2,3\n'], 'odd.csv');
    await page.send({ type: 'open-files', files: [{ file, options: {} }], policy: 'intraday', barPath: 'adverse-first' });
    expect(page.faults).toEqual([expect.objectContaining({ fatal: false, message: expect.stringContaining('odd.csv') })]);
    expect(await page.ask({ ask: 'inspect', file, options: {} })).toMatchObject({
      kind: 'unread',
      fault: expect.stringContaining('odd.csv'),
    });
    await page.send({ type: 'step', to: 'bar' });
    expect(page.clock.row).toBe(row + 1);
  });

  it('opens several files as one session on one clock, and puts another instrument on the chart without a new journal', async () => {
    const page = new Page();
    const files = ['TWO', 'ONE'].map((symbol) => ({ file: barsFile(symbol, 400), options: {} }));
    await page.send({ type: 'open-files', files, policy: 'fixed', barPath: 'adverse-first' });
    expect(page.faults).toEqual([]);
    expect(page.session).toMatchObject({
      symbols: ['ONE', 'TWO'],
      instrument: { symbol: 'TWO' },
      rows: 800,
      decimals: { ONE: 2, TWO: 2 },
      files: [
        { symbol: 'ONE', name: 'eq_ONE_1m.csv', rows: 400 },
        { symbol: 'TWO', name: 'eq_TWO_1m.csv', rows: 400 },
      ],
    });
    expect(page.clock.rows).toBe(800);
    const { epoch, run } = page.frames.at(-1) ?? {};
    await page.send({ type: 'show', symbol: 'ONE' });
    const shown = page.frames.at(-1);
    expect(shown).toMatchObject({ run, session: { instrument: { symbol: 'ONE' } }, bars: { from: 0 } });
    expect(shown?.epoch).toBeGreaterThan(epoch ?? 0);
    expect(shown?.journal?.lines).toEqual([]);
    expect(shown?.bars?.close[0]).not.toBe(page.frames.find(({ bars }) => bars)?.bars?.close[0]);
    await page.send({ type: 'show', symbol: 'THREE' });
    expect(page.faults.at(-1)?.message).toBe('the session has no instrument THREE; expected ONE, TWO');
  });

  it('steps a bar of the shown instrument forwards and back, and says when a row of all tapes begins', async () => {
    const page = new Page();
    const files = ['ONE', 'TWO'].map((symbol) => ({ file: barsFile(symbol, 400), options: {} }));
    await page.send({ type: 'open-files', files, policy: 'fixed', barPath: 'adverse-first' });
    await page.send({ type: 'seek', row: 200 });
    const { ts } = page.clock;
    await page.send({ type: 'step', to: 'bar' });
    expect(page.clock.ts).toBe((ts ?? 0) + 60_000);
    await page.send({ type: 'step', to: 'bar-back' });
    expect(page.clock).toMatchObject({ row: 200, ts });
    await page.send({ type: 'step', to: 'bar-back' });
    expect(page.clock).toMatchObject({ row: 198, ts: (ts ?? 0) - 60_000 });
    expect(await page.ask({ ask: 'row-time', row: 0 })).toBe(NINE_THIRTY);
    expect(await page.ask({ ask: 'row-time', row: 201 })).toBe(NINE_THIRTY + 100 * 60_000);
    expect(await page.ask({ ask: 'row-time', row: 10_000 })).toBe(NINE_THIRTY + 399 * 60_000);
  });

  it('gives the journal of a headless run on both files, and keeps the shown instrument when it starts anew', async () => {
    const page = new Page();
    const files = ['ONE', 'TWO'].map((symbol) => ({ file: barsFile(symbol, 400), options: {} }));
    await page.send({ type: 'open-files', files, policy: 'fixed', barPath: 'adverse-first' });
    for (const symbol of ['ONE', 'TWO'])
      await page.send({
        type: 'command',
        command: { type: 'PlaceEntry', symbol, side: 'long', kind: 'market', source: 'ticket' },
      });
    await page.send({ type: 'show', symbol: 'TWO' });
    await page.send({ type: 'seek', row: 800 });
    const { journal } = await page.ask({ ask: 'export' });
    const tapes = await Promise.all(files.map(({ file }) => openFile(file, {}).then(({ tape }) => tape)));
    const { decisions } = readDecisions(journal, 'journal.jsonl');
    expect(decisions).toHaveLength(2);
    const engine = new Engine({ tapes, policy: loadPreset('fixed'), barPath: 'adverse-first', decisions });
    engine.run(Number.POSITIVE_INFINITY);
    expect(journalText(engine.journal)).toBe(journal);
    await page.send({ type: 'policy', policy: 'active' });
    expect(page.session).toMatchObject({ policy: 'active', instrument: { symbol: 'TWO' } });
  });

  it('refuses two files of one instrument and names both', async () => {
    const page = await opened();
    const files = [barsFile('ONE', 50), new File([barsFile('ONE', 50)], 'eq_ONE_again.csv')].map((file) => ({
      file,
      options: {},
    }));
    await page.send({ type: 'open-files', files, policy: 'fixed', barPath: 'adverse-first' });
    expect(page.faults.at(-1)).toMatchObject({
      fatal: false,
      message: 'eq_ONE_1m.csv and eq_ONE_again.csv are both of ONE: expected one file an instrument in a session',
    });
    expect(page.session?.symbols).toEqual(['DEMO']);
  });

  it('reads a calendar of the user’s own, and says what is wrong with one', async () => {
    const page = new Page();
    const calendar = {
      name: 'MINE',
      zone: 'Europe/London',
      hours: { mon: '08:00-16:30' },
      from: '2025-01-01',
      to: '2025-12-31',
      source: 'by hand',
    };
    const file = new File([JSON.stringify(calendar)], 'mine.json');
    const read = await page.ask({ ask: 'calendar', file });
    expect(read).toMatchObject({ name: 'MINE', closures: [] });
    const found = await page.ask({ ask: 'inspect', file: barsFile('ONE', 50), options: { instrument: { calendar: read } } });
    expect(found).toMatchObject({ instrument: { session: 'MINE', calendar: { zone: 'Europe/London' } } });
    await expect(page.ask({ ask: 'calendar', file: new File(['{}'], 'odd.json') })).rejects.toThrow('odd.json');
  });

  it.each([
    ['trades', 'ts,price,size', 20, 15_000],
    ['quotes', 'ts,bid,ask', 60, 60_000],
  ] as const)('suggests an interval for the bars that are built from %s', async (kind, header, minutes, intervalMs) => {
    const start = Date.UTC(2025, 0, 6);
    const file = new File([`${header}\n${start},1,2\n${start + minutes * 60_000},1,2\n`], 'x.csv');
    const page = new Page();
    const found = await page.ask({ ask: 'inspect', file, options: {} });
    expect(found).toMatchObject({ kind, rows: 2, stamp: 'event', intervalMs });
    expect('notes' in found && found.notes.at(-1)).toContain(`Bars are built from the ${kind};`);
    expect(await page.ask({ ask: 'inspect', file, options: { intervalMs: 5_000 } })).toMatchObject({ intervalMs: 5_000 });
  });

  it('reports a command that comes before any session and goes on', async () => {
    const page = new Page();
    await page.send(buy);
    expect(page.faults).toEqual([expect.objectContaining({ fatal: false, message: 'no session is open' })]);
    await page.send({ type: 'open-bundled', policy: 'fixed' });
    expect(page.clock.row).toBe(60);
  });

  it('starts the session anew with another policy', async () => {
    const page = await opened();
    await page.send(buy);
    await page.send({ type: 'policy', policy: 'fixed' });
    expect(page.frames.findLast((frame) => frame.session)?.session?.policy).toBe('fixed');
    expect((await page.ask({ ask: 'export' })).records).toBe(1);
    await page.send({ type: 'policy', policy: 'no such policy' });
    expect(page.faults.at(-1)).toMatchObject({ fatal: false });
  });

  it('starts a session with a policy that is written out, and says what is wrong with one that cannot be used', async () => {
    const page = await opened();
    const policy = { name: 'mine', rules: { breakeven: { trigger: '2R' } } };
    await page.send({ type: 'policy', policy });
    expect(page.frames.findLast((frame) => frame.session)?.session?.policy).toBe('mine');
    expect(page.frames.findLast((frame) => frame.policy)?.policy).toMatchObject({
      name: 'mine',
      rules: { breakeven: { trigger: '2R', enabled: true } },
    });
    await page.send({ type: 'policy', policy: { name: 'worse', allotment: 'x' } });
    expect(page.faults).toMatchObject([
      { fatal: false, message: expect.stringContaining('policy "worse": allotment: "x" is not one of') },
    ]);
    expect(page.frames.findLast((frame) => frame.session)?.session?.policy).toBe('mine');
  });

  it('opens with the standard policy where the chosen one cannot be used any more, and says so', async () => {
    const page = new Page();
    await page.send({ type: 'open-bundled', policy: { name: 'old', gone: 1 } });
    expect(page.faults).toMatchObject([{ fatal: false, message: expect.stringContaining('unknown key "gone"') }]);
    expect(page.frames.findLast((frame) => frame.session)?.session?.policy).toBe('intraday');
  });
});

describe('questions about a policy', () => {
  const intraday = loadPreset('intraday').source;
  const later = withValue(withValue(intraday, 'rules.breakeven.trigger', '2R'), 'name', 'mine');

  it('are answered before any session: the keys of the schema, and the presets as they are written', async () => {
    const { keys, presets } = await new Page().ask({ ask: 'policy-keys' });
    expect(keys.find(({ path }) => path === 'rules.breakeven.trigger')).toMatchObject({ kind: 'measure', standard: '1R' });
    expect(presets.intraday).toEqual(intraday);
    expect(await new Page().ask({ ask: 'policy-check', policy: later })).toMatchObject({
      ok: true,
      preset: 'intraday',
      inForce: null,
    });
  });

  it('say what differs from a preset and from what is in force, a name aside', async () => {
    const page = await opened();
    const change = { path: 'rules.breakeven.trigger', from: '1R', to: '2R' };
    const review = await page.ask({ ask: 'policy-check', policy: later, preset: 'intraday' });
    expect(review).toEqual({ ok: true, policy: later, preset: 'intraday', differences: [change], inForce: [change] });
    const other = await page.ask({ ask: 'policy-check', policy: later, preset: 'fixed' });
    expect(other.differences.length).toBeGreaterThan(5);
    expect(other.inForce).toEqual([change]);
  });

  it('say every fault with its key, and still what differs', async () => {
    const policy = withValue(withValue(intraday, 'rules.breakeven.trigger', 'x'), 'rules.partial-exit.steps.0.at', '1m');
    const review = await (await opened()).ask({ ask: 'policy-check', policy });
    expect(review).toMatchObject({
      ok: false,
      faults: [
        { path: 'rules.partial-exit.steps.0.at', message: expect.stringContaining('"1m" has the unit duration') },
        { path: 'rules.breakeven.trigger', message: expect.stringContaining('"x" is not a measure') },
      ],
    });
    expect(review.differences.map(({ path }) => path)).toEqual(['rules.partial-exit.steps', 'rules.breakeven.trigger']);
  });

  it('say what would change for each open position, and where its rules would act, and change nothing', async () => {
    const page = await opened();
    expect(await page.ask({ ask: 'policy-effect', policy: later })).toEqual({ positions: [], refused: null, levels: [] });
    await page.send(buy);
    await page.send({ type: 'step', to: 'bar' });
    const before = await page.ask({ ask: 'export' });
    const levels = page.frames.findLast((frame) => frame.chart)?.chart?.nextLevels ?? [];
    const unchanged = await page.ask({ ask: 'policy-effect', policy: intraday });
    expect(unchanged.levels).toEqual(levels);
    expect(unchanged.positions).toMatchObject([{ symbol: 'DEMO', changes: [] }]);
    const off = { ...later, autonomy: { 'partial-exit': 'off', 'scale-in': 'auto' } };
    const { positions, levels: next } = await page.ask({ ask: 'policy-effect', policy: off });
    const [effect] = positions;
    expect(effect?.changes).toEqual([
      expect.stringMatching(/^Partial exit: no longer 50% off at 1\.5R \d+\.\d\d$/),
      expect.stringMatching(/^Breakeven: breakeven 1R \d+\.\d\d → breakeven 2R \d+\.\d\d$/),
      'Autonomy of partial-exit: approve → off',
      'Autonomy of scale-in: approve → auto',
    ]);
    const moved = next.find(({ label }) => label.startsWith('breakeven'));
    const was = levels.find(({ label }) => label.startsWith('breakeven'));
    expect(moved?.price).toBeGreaterThan(was?.price ?? Number.POSITIVE_INFINITY);
    expect((await page.ask({ ask: 'export' })).sha256).toBe(before.sha256);
  });

  it('do not count the interval where bars are built from trades: the session keeps its own', async () => {
    const page = new Page();
    const rows = Array.from({ length: 300 }, (_, i) => `${1_700_000_000_000 + i * 1_000},${100 + (i % 5)},1`);
    const file = new File([`ts,price,size\n${rows.join('\n')}\n`], 'coin.csv');
    const options = { intervalMs: 5_000 };
    await page.send({ type: 'open-files', files: [{ file, options }], policy: 'intraday', barPath: 'adverse-first' });
    expect(page.frames.findLast((frame) => frame.policy)?.policy).toMatchObject({ interval: '5000ms' });
    expect((await page.ask({ ask: 'policy-check', policy: later })).inForce?.map(({ path }) => path)).toEqual([
      'rules.breakeven.trigger',
    ]);
    expect((await page.ask({ ask: 'policy-effect', policy: later })).refused).toBeNull();
  });

  it('say that bars cannot be built anew under way', async () => {
    const page = await opened();
    const { refused } = await page.ask({ ask: 'policy-effect', policy: withValue(intraday, 'interval', '5m') });
    expect(refused).toBe('interval cannot change in a running session: start over with this policy (1m now, 5m then)');
  });

  it('are refused in words where the policy cannot be used', async () => {
    await expect((await opened()).ask({ ask: 'policy-effect', policy: { name: 'x', gone: 1 } })).rejects.toThrow(
      'unknown key "gone"',
    );
  });
});
