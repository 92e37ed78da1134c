import { describe, expect, it } from 'vitest';
import { FormatError } from '../formats/error.ts';
import { openFile } from '../feeds/open.ts';
import { inspect } from './inspection.ts';
import type { ImportOptions } from './protocol.ts';

const look = (file: File, options: ImportOptions) => inspect(file.name, openFile(file, options));

const fileOf = (lines: readonly string[], name = 'x.csv'): File => new File([lines.join('\n')], name);
const LOCAL = [
  '20240102 093100;1;2;1;2;5',
  '20240102 093200;2;2;2;2;0',
  '20240102 093100;1;2;1;2;5',
  '20240102 094000;2;2;2;2;1',
];

describe('inspect', () => {
  it('says of a table what it was read as, what was left out, and what its times leave open', async () => {
    expect(await look(fileOf(LOCAL, 'ES.Last.txt'), { intervalMs: 60_000 })).toMatchObject({
      kind: 'bars',
      name: 'ES.Last.txt',
      rows: 3,
      rejectedRows: 1,
      counts: [{ reason: 'time goes back', rows: 1 }],
      timeline: { stepsBack: 1, duplicates: 0, repeats: 1, gaps: { count: 1, longestMs: 480_000 } },
      table: { format: 'NinjaTrader bars', delimiter: ';', header: false, time: 'ymd', zone: 'UTC' },
    });
  });

  it('reads anew with what was corrected', async () => {
    const found = await look(fileOf(LOCAL), { layout: { zone: 'America/New_York' }, stamp: 'open' });
    expect(found).toMatchObject({ fromTs: Date.UTC(2024, 0, 2, 14, 31), table: { zone: 'America/New_York' } });
  });

  it('answers with the look of a table that cannot be read, for the user to map', async () => {
    const file = fileOf(['wann;was', '02.01.2024;5', '03.01.2024;6']);
    expect(await look(file, {})).toMatchObject({
      kind: 'unread',
      fault: expect.stringContaining('x.csv, line 1: found the columns wann, was; expected bars'),
      table: {
        format: undefined,
        titles: ['wann', 'was'],
        rows: [
          ['02.01.2024', '5'],
          ['03.01.2024', '6'],
        ],
      },
    });
  });

  it('throws what no mapping can help', async () => {
    await expect(look(fileOf([]), {})).rejects.toThrow(FormatError);
    await expect(look(fileOf(LOCAL), { instrument: { tick: '-1' } })).rejects.toThrow('tick "-1"');
  });
});
