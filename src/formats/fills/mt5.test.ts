import { describe, expect, it } from 'vitest';
import { readFillsFile } from './file.ts';
import { MT5, MT5_REPORT } from './testing.ts';

const read = (text: string, options = {}) => readFillsFile(new TextEncoder().encode(text), 'deals.csv', options);
const lines = ({ fills }: ReturnType<typeof read>): string[] =>
  fills.map(
    ({ ts, side, quantity, price, fee }) =>
      `${new Date(ts).toISOString().slice(0, 16)} ${side} ${quantity} @ ${price} fee ${fee}`,
  );

const DEALS = [
  '2026-01-01T10:15 buy 0.04 @ 4101.093 fee 0.2',
  '2026-01-01T11:15 sell 0.1 @ 4111.093 fee 1.75',
  '2026-01-01T12:00 buy 0.06 @ 4100.093 fee 0.3',
];

describe('deals of MetaTrader 5', () => {
  it('become fills with commission, fee and swap together; money that moved by itself is none', () => {
    const found = read(MT5);
    expect(lines(found)).toEqual(DEALS);
    expect(found.report.rejectedRows).toBe(0);
    expect(found.notes).toContain('One row moves money without a trade: no fills.');
    expect(found.notes).toContain('The fee of a fill is its commission, fee, swap together.');
  });

  it('are the same in tabs, without the column of fees, and inside of a report up to its sums', () => {
    expect(lines(read(MT5.replaceAll(',', '\t')))).toEqual(DEALS);
    expect(lines(read(MT5_REPORT))).toEqual(DEALS);
    const older = MT5.split('\n').map((row) =>
      row
        .split(',')
        .filter((_, at) => at !== 9)
        .join(','),
    );
    expect(lines(read(older.join('\n')))[1]).toContain('fee 1.7');
  });

  it('are of the zone of the server, once it is said', () => {
    expect(lines(read(MT5, { zone: 'Europe/Athens' }))[0]).toContain('2026-01-01T08:15');
  });

  it('say where a hedging account held both sides at once', () => {
    const hedged = `${MT5}2026.01.02 10:00:00,5,EURUSD,buy,in,1,1.1,1,0,0,0,0,0,\n2026.01.02 11:00:00,6,EURUSD,sell,in,1,1.2,1,0,0,0,0,0,\n`;
    expect(read(hedged).notes.join()).toContain('1 deals open against what is held, as hedging accounts may');
    expect(read(MT5).notes.join()).not.toContain('hedging');
  });

  it.each([
    ['2026.01.02 10:00:00,9,EURUSD,buy,in,-1,1.1,1,0,0,0,0,0,', 'volume "-1": expected a decimal above 0'],
    ['2026.01.02 10:00:00,9,EURUSD,buy,in,1,,1,0,0,0,0,0,', 'price "": expected a decimal above 0'],
    ['2026.01.02 10:00:00,9,EURUSD,Kauf,in,1,1.1,1,0,0,0,0,0,', 'type "Kauf": expected buy, sell'],
    ['2026.01.02 10:00:00,9,EURUSD,buy,rein,1,1.1,1,0,0,0,0,0,', 'direction "rein": expected in, out, in/out, out by'],
    ['2026.01.02 10:00:00,4,EURUSD,buy,in,1,1.1,1,0,0,0,0,0,', 'deal 4: expected once, it stands above already'],
    ['02.13.2026,9,EURUSD,buy,in,1,1.1,1,0,0,0,0,0,', 'time "02.13.2026": expected a date'],
    ['2026.01.02 10:00:00,9,,buy,in,1,1.1,1,0,0,0,0,0,', 'symbol "": expected some text'],
    ['2026.01.02 10:00:00,9,EURUSD,buy,in,1,1.1,1,none,0,0,0,0,', 'commission "none": expected a decimal'],
    ['2026.01.02 10:00:00,9,EURUSD,buy,in,1,1.1', '7 fields: expected 14'],
  ])('leave out %s', (row, reason) => {
    const found = read(`${MT5}${row}\n`);
    expect(lines(found)).toEqual(DEALS);
    expect(found.report.rejected).toEqual([expect.objectContaining({ line: 6, reason: expect.stringContaining(reason) })]);
  });
});
