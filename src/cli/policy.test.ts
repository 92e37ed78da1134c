import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { valueAt, valueText } from '../domain/document.ts';
import { policyKeys } from '../policy/explain.ts';
import { loadPreset, presets } from '../policy/load.ts';
import { policy } from './policy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Run {
  status: number;
  out: string;
  error: string;
}

/** The command line as a user runs it. */
const ratchet = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'src/headless.ts', ...args], { cwd: root }, (failed, out, error) =>
      resolve({ status: failed ? Number(failed.code) : 0, out, error }),
    );
  });

function fileWith(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

/** Cells of a line: two blanks or more stand between them. */
const cells = (line: string | undefined): string[] => (line ?? '').split(/ {2,}/);

describe.each(Object.keys(presets))('the preset %s', (name) => {
  const said = async (...args: string[]): Promise<string> => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await policy(args);
      return write.mock.calls.map(([text]) => String(text)).join('');
    } finally {
      write.mockRestore();
    }
  };

  it('is ok, and as itself', async () => {
    const [first, second] = (await said('check', name)).split('\n');
    expect([first, second]).toEqual([`${name}: ok, policy "${name}"`, `as the preset ${name}`]);
  });

  it('is explained key by key, each with its value', async () => {
    const rows = new Map((await said('explain', name)).split('\n').map((line) => [cells(line)[0] ?? '', cells(line)[1]]));
    const { source } = loadPreset(name);
    for (const { path } of policyKeys()) expect([path, rows.get(path)]).toEqual([path, valueText(valueAt(source, path))]);
    const keys = JSON.parse(await said('explain', name, '--json')) as { path: string; value: unknown }[];
    expect(keys.map(({ path, value }) => [path, value])).toEqual(policyKeys().map(({ path }) => [path, valueAt(source, path)]));
  });
});

describe('policy check', () => {
  it('says ok, the name, and where the policy differs from the nearest preset', async () => {
    const path = fileWith('mine.json', { name: 'mine', rules: { breakeven: { trigger: '2R' } }, sizing: { of: ['fixed'] } });
    const { status, out, error } = await ratchet('policy', 'check', path);
    expect([status, error]).toEqual([0, '']);
    const [first, second, ...rest] = out.trimEnd().split('\n');
    expect(first).toBe(`${path}: ok, policy "mine"`);
    expect(second).toBe('differs from the nearest preset, intraday, at 6 keys:');
    expect(rest.map((line) => cells(line.trim()))).toEqual([
      ['sizing.of', 'risk, fixed', '→', 'fixed'],
      ['sizing.least', '0%', '→', '5%'],
      ['initialStop.kind', 'regime', '→', 'atr'],
      ['limits.tranches', '2', '→', '3'],
      ['rules.breakeven.trigger', '1R', '→', '2R'],
      ['rules.tranche-entry.enabled', 'false', '→', 'true'],
    ]);
  });

  it('says of a preset that it is one, and of what adds risk that it does', async () => {
    expect((await ratchet('policy', 'check', 'fixed')).out).toBe('fixed: ok, policy "fixed"\nas the preset fixed\n');
    const path = fileWith('down.json', { name: 'down', averagingDown: 'allowed' });
    expect((await ratchet('policy', 'check', path)).out).toMatch(/\naveragingDown: adds to losing positions/);
  });

  it('lists every fault with its key, the value and what is allowed, and ends with status 2', async () => {
    const path = fileWith('bad.json', { name: 'bad', stopp: 1, allotment: 'x', rules: { breakeven: { trigger: '1m' } } });
    const { status, out, error } = await ratchet('policy', 'check', path);
    expect([status, out]).toEqual([2, '']);
    expect(error).toContain('allotment: "x" is not one of pro-rata, fifo, lifo, highest-cost');
    expect(error).toContain(
      'rules.breakeven.trigger: "1m" has the unit duration; expected "1R" or "1.5%" or "2ATR" or "$250" from 0',
    );
    expect(error).toContain('the document: unknown key "stopp"; known: name, ');
    expect(error.trimEnd().split('\n')).toHaveLength(3);
  });

  it.each([
    [['check', 'nowhere.json'], /^nowhere\.json: no such file/],
    [
      ['check', 'nowhere'],
      /^policy check nowhere: no preset of this name \(intraday, fixed, active, tranches, leveraged, .*portfolio\) and not a file/,
    ],
    [['check'], /^policy check: expected one NAME or FILE/],
    [['explain', 'intraday', 'break'], /^break: no key or group of a policy; expected rules\.breakeven\.enabled, /],
    [['explain', 'intraday', 'xyz'], /^xyz: .*expected .*averagingDown, .*rules\.breakeven/],
    [['show'], /^policy show: expected check NAME\|FILE or explain/],
  ])('policy %j is refused with what was expected', async (args, message) => {
    const { status, error } = await ratchet('policy', ...args);
    expect(status).toBe(2);
    expect(error).toMatch(message);
  });

  it('says what is not JSON', async () => {
    const { status, error } = await ratchet('policy', 'check', fileWith('cut.json', '{"name":'));
    expect(status).toBe(2);
    expect(error).toMatch(/cut\.json: not JSON/);
  });
});

describe('policy explain', () => {
  it('prints each key with its value, what may be written, its meaning and its source, in columns', async () => {
    const { out } = await ratchet('policy', 'explain', 'intraday', 'rules.breakeven', 'limits.openPositions', 'averagingDown');
    const lines = out.trimEnd().split('\n');
    expect(lines.map(cells)).toEqual([
      ['rules.breakeven.enabled', 'true', 'true or false', 'raise the stop to breakeven', 'S0'],
      [
        'rules.breakeven.trigger',
        '1R',
        'R, %, ATR or $ from 0',
        'open profit from which the stop goes to breakeven',
        'S0 1R, S1 10 %',
      ],
      [
        'rules.breakeven.buffer',
        '0%',
        '%, R or ATR from 0 to 50',
        'distance beyond the average entry, in favour',
        'S0 none, S1 2 %',
      ],
      ['limits.openPositions', '10', 'a whole number from 1 to 1000', 'most positions open at once', 'house'],
      ['averagingDown', 'forbidden', 'forbidden or allowed', 'adding to a losing position', 'S0, S2'],
    ]);
    expect(new Set(lines.map((line) => line.search(/(?<= {2})(true or|R, %|%, R|a whole|forbidden or)/))).size).toBe(1);
  });

  it('explains every key of a file, lists and what adds risk included', async () => {
    const path = fileWith('down.json', { name: 'down', averagingDown: 'allowed', evaluateEvery: '15s' });
    const { out } = await ratchet('policy', 'explain', path);
    const first = new Set(out.split('\n').map((line) => line.split('  ')[0]));
    for (const { path: key } of policyKeys()) expect(first).toContain(key);
    expect(out).toMatch(/\naveragingDown +allowed +.*adds to losing positions/);
    expect(out).toMatch(/\nevaluateEvery +15s +bar, tick, or s, m, h or d from 1s to 1d/);
    expect(out).toMatch(/\n {2}each leastAge +s, m, h or d from 0s +least time held/);
    expect(out).toMatch(/\nautonomy\.session-flat +auto +auto-after Ns or auto +.*never weaker than auto-after/);
  });

  it('says the same as JSON', async () => {
    const { out } = await ratchet('policy', 'explain', 'fixed', 'initialStop', '--json');
    const keys = JSON.parse(out) as { path: string }[];
    expect(keys.map(({ path }) => path)).toEqual(
      policyKeys()
        .filter(({ group }) => group === 'initialStop')
        .map(({ path }) => path),
    );
    expect(
      keys.filter(({ path }) => ['initialStop.kind', 'initialStop.atr', 'initialStop.percent'].includes(path)),
    ).toMatchObject([
      {
        path: 'initialStop.kind',
        kind: 'choice',
        value: 'percent',
        changed: true,
        options: ['atr', 'regime', 'technical', 'percent', 'model'],
      },
      { path: 'initialStop.atr', value: '1.5ATR', changed: false, least: '0.01', most: '100', unit: 'ATR' },
      { path: 'initialStop.percent', value: '2%', help: 'distance of the first stop as a share of the entry price' },
    ]);
  });
});
