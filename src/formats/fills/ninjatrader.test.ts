import { describe, expect, it } from 'vitest';
import { readFillsFile } from './file.ts';
import { NINJATRADER_EU, NINJATRADER_US } from './testing.ts';

const read = (text: string, options = {}) => readFillsFile(new TextEncoder().encode(text), 'grid.csv', options);
const lines = ({ fills }: ReturnType<typeof read>): string[] =>
  fills.map(
    ({ ts, side, quantity, price, fee, symbol }) =>
      `${new Date(ts).toISOString().slice(0, 19)} ${side} ${quantity} ${symbol} @ ${price} fee ${fee}`,
  );

describe('executions of NinjaTrader', () => {
  it('are read from the end where the newest stands first', () => {
    const found = read(NINJATRADER_US);
    expect(lines(found)).toEqual([
      '2026-09-16T15:31:02 buy 3 MNQ 12-26 @ 21000.25 fee 1.86',
      '2026-09-16T15:35:00 sell 2 MNQ 12-26 @ 21010.25 fee 1.24',
      '2026-09-16T15:39:40 sell 1 MNQ 12-26 @ 21012.75 fee 0.62',
    ]);
    expect(found.notes).toContain('The newest rows come first in the file: they are read from its end.');
  });

  it('are read with the numbers and dates of another language', () => {
    expect(lines(read(NINJATRADER_EU, { zone: 'Europe/Paris' }))).toEqual([
      '2026-04-27T04:05:02 sell 1 MES JUN26 @ 7200.75 fee 0.62',
      '2026-04-27T04:10:02 buy 1 MES JUN26 @ 7198.25 fee 0.62',
    ]);
  });

  it('take a date that could be either for month/day, say so, and go by what is given', () => {
    const either = NINJATRADER_EU.replaceAll('27/04/2026', '03/04/2026');
    const note = 'Dates are taken as month/day/year: all of them could be day/month/year as well.';
    expect(read(either).notes).toContain(note);
    expect(lines(read(either))[0]).toContain('2026-03-04T06:05:02');
    const told = read(either, { dates: 'day-first' });
    expect([lines(told)[0]?.slice(0, 10), told.notes.includes(note)]).toEqual(['2026-04-03', false]);
  });

  it('are of one account: the first, or the one that is asked for', () => {
    const two = `${NINJATRADER_US}MNQ 12-26,Buy,9,21000.25,9/16/2026 3:31:02 PM,y1,Entry,9 L,o1,Entry,$0.00,1,Sim102,Playback,\n`;
    const found = read(two);
    expect([found.fills.length, found.parts]).toEqual([3, ['Sim101', 'Sim102']]);
    expect(found.notes.join()).toContain('The file has 2 accounts (Sim101, Sim102): what follows is of Sim101 alone.');
    expect(lines(read(two, { part: 'Sim102' }))).toEqual(['2026-09-16T15:31:02 buy 9 MNQ 12-26 @ 21000.25 fee 0']);
  });

  it('do without the columns that were hidden', () => {
    const moved = 'Instrument,Action,Time,Price,E/X,Connection,Quantity\nMNQZ6,Sell,9/15/2026 9:39,29441.25,Exit,TRADEIFY,6\n';
    const found = read(moved);
    expect(lines(found)).toEqual(['2026-09-15T09:39:00 sell 6 MNQZ6 @ 29441.25 fee 0']);
    expect(found.notes).toEqual(expect.arrayContaining(['Fees are 0: the file has no column Commission.']));
  });

  it('are sorted where the time goes back, which is said', () => {
    const [header, ...rows] = NINJATRADER_US.trimEnd().split('\n');
    const [newest, middle, oldest] = rows;
    const mixed = read([header, oldest, newest, middle].join('\n'));
    expect(lines(mixed)).toEqual(lines(read(NINJATRADER_US)));
    expect(mixed.notes.join()).toContain('The time goes back 1 times in the file: its rows are sorted by time.');
  });

  it.each([
    ['MNQ 12-26,Buy,-3,1,9/16/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101,P,', 'quantity "-3": expected a decimal above 0'],
    ['MNQ 12-26,Buy,3,,9/16/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101,P,', 'price "": expected a decimal above 0'],
    ['MNQ 12-26,Achat,3,1,9/16/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101,P,', 'action "Achat": expected buy, sell, buytocover'],
    ['MNQ 12-26,Buy,3,1,16/9/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101,P,', 'time "16/9/2026 3:31:02 PM": expected a date'],
    ['MNQ 12-26,Buy,3,1,9/16/2026 3:31:02 PM,x1,Entry,,,,$0,1,Sim101,P,', 'id "x1": expected once, it stands above already'],
    ['MNQ 12-26,Buy,3,1,9/16/2026 3:31:02 PM,z,Entry,,,,free,1,Sim101,P,', 'commission "free": expected a decimal'],
    [',Buy,3,1,9/16/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101,P,', 'instrument "": expected some text'],
    ['MNQ 12-26,Buy,3,1,9/16/2026 3:31:02 PM,z,Entry,,,,$0,1,Sim101', '13 fields: expected 14'],
  ])('leave out %s', (row, reason) => {
    const found = read(`${NINJATRADER_US}${row}\n`);
    expect(found.fills).toHaveLength(3);
    expect(found.report.rejected).toEqual([
      expect.objectContaining({ line: 5, text: row, reason: expect.stringContaining(reason) }),
    ]);
  });
});
