import { describe, expect, it } from 'vitest';
import { readFillsFile } from './file.ts';
import { TRADINGVIEW_2025, TRADINGVIEW_2026, TRADINGVIEW_OLD } from './testing.ts';

const read = (text: string, options = {}) => readFillsFile(new TextEncoder().encode(text), 'ETHUSDT.csv', options);
const lines = ({ fills }: ReturnType<typeof read>): string[] =>
  fills.map(
    ({ line, ts, side, quantity, price }) => `${line} ${new Date(ts).toISOString().slice(0, 16)} ${side} ${quantity} @ ${price}`,
  );
const reasons = ({ report }: ReturnType<typeof read>): string[] => report.rejected.map(({ line, reason }) => `${line} ${reason}`);

describe('the list of trades of TradingView', () => {
  it('becomes an entry and an exit a trade; one that is open has no exit', () => {
    const found = read(TRADINGVIEW_OLD);
    expect(lines(found)).toEqual([
      '2 2024-03-04T10:00 buy 1 @ 2100.5',
      '3 2024-03-05T14:00 sell 1 @ 2113',
      '4 2024-03-05T14:00 sell 2 @ 2113',
      '5 2024-03-06T09:00 buy 2 @ 2120.5',
      '6 2024-03-06T09:00 buy 1 @ 2120.5',
    ]);
    expect(found.notes).toContain('One trade is still open.');
    expect(found.fills.every(({ fee, multiplier }) => fee === '0' && multiplier === '1')).toBe(true);
  });

  it('comes in the order of time where the newest trade stands first and exits before entries', () => {
    expect(lines(read(TRADINGVIEW_2025))).toEqual([
      '9 2024-01-30T10:00 buy 5 @ 12.01',
      '8 2024-01-31T10:00 sell 5 @ 12.46',
      '7 2024-02-01T12:00 buy 1 @ 100',
      '5 2024-02-01T12:00 buy 1 @ 100',
      '6 2024-02-01T12:20 sell 1 @ 102',
      '4 2024-02-01T12:40 sell 1 @ 103',
      '3 2024-02-02T09:30 sell 1 @ 100',
    ]);
  });

  it('is read with the names of 2026, and with commas as decimal points', () => {
    expect(lines(read(TRADINGVIEW_2026))).toEqual(['3 2024-03-04T10:00 buy 0.5 @ 2100.5', '2 2024-03-05T14:00 sell 0.5 @ 2113']);
  });

  it('is of the zone of the chart, once it is said', () => {
    expect(lines(read(TRADINGVIEW_OLD, { zone: 'America/New_York' }))[0]).toBe('2 2024-03-04T15:00 buy 1 @ 2100.5');
    expect(read(TRADINGVIEW_OLD).notes).toContain('Times are taken as UTC: the file does not say of which zone they are.');
  });

  it.each([
    ['4 Entry', '4,Entry Long,L,2024-03-07 09:00,-1,1,,,,,,,,', '8 price usd "-1": expected a decimal above 0'],
    ['', '4,Entry Long,L,2024-03-07 09:00,,1,,,,,,,,', '8 price usd "": expected a decimal above 0'],
    [
      '',
      '4,Einstieg Long,L,2024-03-07 09:00,10,1,,,,,,,,',
      '8 type "Einstieg Long": expected entry long, exit long, entry short, exit short',
    ],
    ['', '4,Entry Long,L,7 March,10,1,,,,,,,,', '8 time "7 March": expected a date and time'],
    ['', '4,Entry Long,L,2024-03-07 09:00,10,1', '8 6 fields: expected 14'],
    ['', 'x,Entry Long,L,2024-03-07 09:00,10,1,,,,,,,,', '8 trade # "x": expected a whole number'],
  ])('leaves out a bad entry%s together with its exit: %s', (_, bad, reason) => {
    const found = read(`${TRADINGVIEW_OLD}${bad}\n4,Exit Long,X,2024-03-08 09:00,11,1,,,,,,,,\n`);
    expect(found.fills).toHaveLength(5);
    const [first, second, ...more] = reasons(found);
    expect([first?.startsWith(reason), second?.startsWith('9 trade 4: '), more]).toEqual([true, true, []]);
  });

  it.each([
    [['4,Exit Long,X,2024-03-08 09:00,11,1,,,,,,,,'], ['8 trade 4: expected an entry, the file has only the exit']],
    [
      ['4,Entry Long,X,2024-03-08 09:00,11,1,,,,,,,,', '4,Exit Long,X,2024-03-07 09:00,11,1,,,,,,,,'],
      ['8 trade 4: its exit is before its entry', '9 trade 4: its exit is before its entry'],
    ],
    [
      ['4,Entry Long,X,2024-03-08 09:00,11,1,,,,,,,,', '4,Exit Short,X,2024-03-09 09:00,11,1,,,,,,,,'],
      ['8 trade 4: entry long, exit short; expected the same', '9 trade 4: entry long, exit short; expected the same'],
    ],
    [
      ['4,Entry Long,X,2024-03-08 09:00,11,1,,,,,,,,', '4,Exit Long,X,2024-03-09 09:00,11,2,,,,,,,,'],
      [
        '8 trade 4: exit of 2 from an entry of 1; expected the same',
        '9 trade 4: exit of 2 from an entry of 1; expected the same',
      ],
    ],
  ])('leaves out rows that make no trade: %j', (rows, expected) => {
    const found = read(`${TRADINGVIEW_OLD}${rows.join('\n')}\n`);
    expect(found.fills).toHaveLength(5);
    expect(reasons(found)).toEqual(expected);
  });

  it('keeps a trade whose rows stand twice, once', () => {
    const [, ...rows] = TRADINGVIEW_OLD.trimEnd().split('\n');
    const found = read(`${TRADINGVIEW_OLD}${rows.slice(0, 2).join('\n')}\n`);
    expect(found.fills).toHaveLength(5);
    expect(found.report.counts).toEqual([{ reason: 'duplicate', rows: 2 }]);
  });
});
