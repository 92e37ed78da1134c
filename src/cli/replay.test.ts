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
