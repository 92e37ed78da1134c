import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BERLIN } from '../domain/testing.ts';
import { UsageError } from './files.ts';
import { replay } from './replay.ts';

describe('replay --calendar', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ratchet-'));
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  it('[F19] flattens at the time of its half day, and keeps the calendar in the first record of the journal', async () => {
    const open = Date.parse('2019-12-30T08:00:00Z');
    const rows = Array.from({ length: 300 }, (_, minute) => `${open + minute * 60_000},100,100.1,99.9,100,10`);
    const prices = await file('prices.csv', ['ts,open,high,low,close,volume', ...rows].join('\n'));
    const calendar = await file('mine.json', JSON.stringify(BERLIN));
    const entries = await file('entries.csv', `ts,symbol,side,quantity,stop,target\n${open + 60_000},PRICES,long,1,90,`);
    const policy = await file(
      'flat.json',
      JSON.stringify({
        name: 'flat',
        limits: { entryWindow: false },
        rules: {
          'session-flat': { enabled: true, at: '30m' },
          'early-exit': { enabled: false },
          'time-stop': { enabled: false },
        },
      }),
    );
    await replay([prices, '--calendar', calendar, '--entries', entries, '--policy', policy, '--out', folder]);
    const journal = (await readFile(join(folder, 'journal.jsonl'), 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(journal[0].event.tapes[0].instrument).toMatchObject({ session: 'MINE', calendar: BERLIN });
    const closed = journal.find(({ event }) => event.type === 'OrderFilled' && event.purpose === 'close');
    expect(new Date(closed.ts).toISOString()).toBe('2019-12-30T12:30:00.000Z');
    expect(closed.event.causedBy).toBe('session-flat');
  });

  it('is refused beside --session, with the bundled session, and where the file is no calendar', async () => {
    const calendar = await file('mine.json', JSON.stringify({ ...BERLIN, zone: 'Nowhere' }));
    await expect(replay(['x.csv', '--session', 'XNYS', '--calendar', calendar])).rejects.toThrow(UsageError);
    await expect(replay(['bundled', '--calendar', calendar])).rejects.toThrow('the bundled session has its own calendar');
    await expect(replay(['x.csv', '--calendar', calendar])).rejects.toThrow('zone "Nowhere": expected an IANA time zone');
  });
});

describe('replay of a file of another format', () => {
  let folder = '';
  let printed = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ratchet-'));
    printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });
  const minutes = (row: (minute: string, i: number) => string): string =>
    Array.from({ length: 29 }, (_, i) => row(String(31 + i).padStart(2, '0'), i)).join('\n');
  const started = async (): Promise<unknown> =>
    JSON.parse((await readFile(join(folder, 'journal.jsonl'), 'utf8')).split('\n')[0] ?? '');

  it('takes its zone, and says the format, its steps back and its gaps', async () => {
    const path = join(folder, 'ES 03-24.Last.txt');
    const rows = minutes((minute, i) => `20240102 09${minute}00;10;11;9;${10 + (i % 2)};5`);
    await writeFile(path, `${rows}\n20240102 093100;10;11;9;10;5\n20240102 101500;10;11;9;10;5`);
    await replay([path, '--zone', 'America/New_York', '--policy', 'fixed', '--out', folder]);
    expect(printed).toContain('Read as bars: NinjaTrader bars.');
    expect(printed).toContain('steps back in time: 1');
    expect(printed).toContain('gaps: 1, the longest 960000 ms after 2024-01-02T14:58:00.000Z');
    expect(printed).toContain('stamp close');
    expect(await started()).toMatchObject({ event: { tapes: [{ stamp: 'close', instrument: { symbol: 'ES 03-24' } }] } });
  });

  it('takes columns, delimiter, header, form of times and price scale where no format fits', async () => {
    const path = join(folder, 'odd.txt');
    await writeFile(
      path,
      minutes((minute, i) => `x\t1000\t1100\t900\t${1000 + i}\t02/01/2024 14:${minute}`),
    );
    const said = ['--columns', 'ts=6,open=2,high=3,low=4,close=5', '--times', 'dmy', '--price-scale', '1e-2', '--header', 'no'];
    await replay([path, ...said, '--delimiter', 'tab', '--policy', 'fixed', '--out', folder]);
    expect(printed).toContain('29 rows of bars, 0 left out');
    expect(printed).toContain('Prices count 1e-2.');
  });

  it.each([
    [['--columns', 'ts=1,opne=2'], '--columns ts=1,opne=2: expected ROLE=COLUMN, columns counted from 1, of ts, clock, open'],
    [['--columns', 'ts=0'], '--columns ts=0: expected ROLE=COLUMN'],
    [['--delimiter', '|'], '--delimiter |: expected comma, semicolon, tab'],
    [['--header', 'maybe'], '--header maybe: expected yes, no'],
    [['--times', 'minutes'], '--times minutes: expected s, ms, us, ns, ymd, dmy, mdy'],
    [['--price-scale', '9'], '--price-scale 9: expected what prices count, such as 1e-9'],
  ])('refuses %j', async (options, message) => {
    await expect(replay(['x.csv', ...options])).rejects.toThrow(message);
  });
});
