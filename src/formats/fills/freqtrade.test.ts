import { describe, expect, it } from 'vitest';
import { readFillsFile } from './file.ts';
import { FREQTRADE_TRADES, freqtrade } from './testing.ts';

const read = (text: string, options = {}) => readFillsFile(new TextEncoder().encode(text), 'backtest.json', options);
const lines = ({ fills }: ReturnType<typeof read>): string[] =>
  fills.map(
    ({ line, symbol, ts, side, quantity, price, fee }) => `${line} ${symbol} ${ts} ${side} ${quantity} @ ${price} fee ${fee}`,
  );
const [first, short, plain] = FREQTRADE_TRADES;

describe('a backtest of freqtrade', () => {
  it('becomes its filled orders, with fees as money and funding in that of the last exit', () => {
    expect(lines(read(freqtrade(FREQTRADE_TRADES)))).toEqual([
      '1 BTC/USDT 1517251200000 buy 0.1 @ 100 fee 0.01',
      '3 XMR/BTC 1517251200000 buy 0.3 @ 100 fee 0.03',
      '2 ETH/USDT:USDT 1517251500000 sell 2 @ 50 fee 0.1',
      '1 BTC/USDT 1517252000000 buy 0.2 @ 99.5 fee 0.0199',
      '1 BTC/USDT 1517265300000 sell 0.3 @ 110 fee 0.033',
      '3 XMR/BTC 1517265300000 sell 0.3 @ 110 fee 0.033',
      '2 ETH/USDT:USDT 1517265600000 buy 2 @ 48 fee 0.346',
    ]);
  });

  it('lets the last exit take what is left where doubles miss it, and says so', () => {
    expect(0.1 + 0.2).not.toBe(0.3);
    expect(read(freqtrade([first])).notes.join()).toContain('The last exits of 1 trades are taken as what was left');
    expect(read(freqtrade([short])).notes.join()).not.toContain('what was left');
  });

  it('reads the first of several strategies, or the one that is asked for', () => {
    const two = JSON.stringify({ strategy: { Mine: { trades: [short] }, Other: { trades: [plain] } } });
    const found = read(two);
    expect([found.parts, found.fills.map(({ line }) => line)]).toEqual([
      ['Mine', 'Other'],
      [1, 1],
    ]);
    expect(found.notes.join()).toContain('2 strategies (Mine, Other): what follows is of Mine alone');
    expect(read(two, { part: 'Other' }).fills[0]?.symbol).toBe('XMR/BTC');
  });

  it('is not harmed by names that mean something to JavaScript', () => {
    const text = `{"strategy":{"__proto__":{"trades":[${JSON.stringify(short)}]},"constructor":{"trades":[]}}}`;
    expect(read(text).parts).toEqual(['__proto__', 'constructor']);
    expect(read(text).fills).toHaveLength(2);
    expect(({} as Record<string, unknown>).trades).toBeUndefined();
  });

  it('keeps a trade that is still open', () => {
    const found = read(freqtrade([{ ...plain, is_open: true, close_date: null }]));
    expect(found.fills.map(({ side }) => side)).toEqual(['buy']);
  });

  it.each([
    [{ pair: '' }, 'pair "": expected some text'],
    [{ is_short: 'no' }, 'is_short "no": expected true or false'],
    [{ amount: -1 }, 'amount -1: expected a number above 0'],
    [{ amount: '3' }, 'amount "3": expected a number'],
    [{ open_rate: null }, 'open_rate null: expected a number'],
    [{ open_date: 'yesterday' }, 'open_date "yesterday": expected a date and time'],
    [{ close_date: undefined }, 'close_date missing: expected a date and time'],
    [{ close_timestamp: 1.5 }, 'close_timestamp 1.5: expected whole milliseconds'],
    [{ fee_open: 'free' }, 'fee_open "free": expected a number'],
    [{ orders: [5] }, 'an order: expected an object'],
    [{ orders: short?.orders?.slice(1) }, 'trade 2 of XMR/BTC: expected an entry that was filled before any exit'],
    [
      { orders: [{ ...short?.orders?.[0], ft_order_side: 'buy', amount: 5 }, short?.orders?.[1]] },
      'trade 2: exits of 2 from entries of 5',
    ],
  ])('leaves out the whole of a trade with %j', (change, reason) => {
    const found = read(freqtrade([short, { ...plain, ...change }, null]));
    expect(found.fills.map(({ line }) => line)).toEqual([1, 1]);
    expect(found.report.rejected.map((row) => row.reason.slice(0, reason.length))).toEqual([
      reason,
      'trade 3: expected an object'.slice(0, reason.length),
    ]);
    expect(found.report.rejected[0]?.line).toBe(2);
  });

  it('refuses JSON that is cut off', () => {
    expect(() => read(freqtrade(FREQTRADE_TRADES).slice(0, -5))).toThrow(/^backtest\.json: not JSON/);
  });
});
