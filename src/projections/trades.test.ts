import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, dec, text, ZERO } from '../domain/decimal.ts';
import { drawnTrade } from './drawn-trades.ts';
import { FillLedger } from './fills.ts';
import { decimalsOf, entriesOf, type TimedFill, totalsOf, tradesOf, tradeView } from './trades.ts';

let ts = 0;
const fill = (side: TimedFill['side'], quantity: string, price: string, more: Partial<TimedFill> = {}): TimedFill => ({
  line: ts + 2,
  ts: 1_000 * ++ts,
  symbol: 'X',
  side,
  quantity,
  price,
  fee: '0',
  multiplier: '1',
  ...more,
});
const fold = (make: () => TimedFill[]) => {
  ts = 0;
  return tradesOf(make());
};

describe('trades of fills', () => {
  it('go from the first fill to the one that leaves nothing', () => {
    const { trades } = fold(() => [
      fill('buy', '1', '100', { fee: '0.1' }),
      fill('buy', '1', '102', { fee: '0.1' }),
      fill('sell', '0.5', '104'),
      fill('sell', '1.5', '106', { fee: '0.2' }),
      fill('sell', '2', '50'),
    ]);
    expect(trades.map(tradeView)).toEqual([
      {
        id: '1',
        symbol: 'X',
        side: 'long',
        openedTs: 1_000,
        closedTs: 4_000,
        quantity: '2',
        held: '0',
        averageEntry: '101',
        averageExit: '105.5',
        grossPnl: '9',
        netPnl: '8.6',
        fees: '0.4',
        adds: 1,
        exits: 2,
      },
      {
        id: '2',
        symbol: 'X',
        side: 'short',
        openedTs: 5_000,
        closedTs: null,
        quantity: '2',
        held: '2',
        averageEntry: '50',
        averageExit: '',
        grossPnl: '0',
        netPnl: '0',
        fees: '0',
        adds: 0,
        exits: 0,
      },
    ]);
    expect(totalsOf(trades)).toEqual({ trades: 2, open: 1, won: 1, lost: 0, grossPnl: '9', netPnl: '8.6', fees: '0.4' });
  });

  it('are two where a fill turns the position round, its fee shared by quantity', () => {
    const { trades } = fold(() => [fill('buy', '1', '100'), fill('sell', '4', '110', { fee: '0.4' })]);
    expect(trades.map(({ side, held, netPnl, fees }) => [side, held, netPnl, fees])).toEqual([
      ['long', '0', '9.9', '0.1'],
      ['short', '3', '-0.3', '0.3'],
    ]);
    expect(trades.map(({ fills }) => fills.map(({ kind, quantity, fee, line }) => `${line} ${kind} ${quantity} ${fee}`))).toEqual(
      [['2 entry 1 0', '3 exit 1 0.1'], ['3 entry 3 0.3']],
    );
  });

  it('of several instruments stay apart, and keep what is left open', () => {
    const { trades } = fold(() => [
      fill('buy', '3', '10'),
      fill('sell', '1', '7', { symbol: 'Y' }),
      fill('sell', '1', '12'),
      fill('buy', '1', '6.25', { symbol: 'Y' }),
    ]);
    expect(trades.map(({ symbol, held, netPnl }) => [symbol, held, netPnl])).toEqual([
      ['X', '2', '2'],
      ['Y', '0', '0.75'],
    ]);
    expect(decimalsOf(trades)).toEqual({ X: 0, Y: 2 });
  });

  it('go on without a fill whose multiplier is not that of what is held', () => {
    const { trades, refused } = fold(() => [
      fill('buy', '2', '10', { multiplier: '50' }),
      fill('sell', '1', '11', { multiplier: '5' }),
      fill('sell', '2', '11', { multiplier: '50' }),
    ]);
    expect(refused).toEqual([{ line: 3, reason: 'multiplier "5": expected 50, that of the open position in X' }]);
    expect(trades.map(({ netPnl }) => netPnl)).toEqual(['100']);
  });

  const someFills = array(
    record({
      symbol: constantFrom('X', 'Y'),
      side: constantFrom('buy' as const, 'sell' as const),
      quantity: integer({ min: 1, max: 500 }).map((n) => text(dec(n).div(100))),
      price: integer({ min: 1, max: 90_000 }).map((n) => text(dec(n).div(100))),
      fee: integer({ min: -50, max: 200 }).map((n) => text(dec(n).div(100))),
    }),
    { minLength: 1, maxLength: 60 },
  ).map((rows) =>
    rows.map((row, at): TimedFill => ({ ...row, line: at + 2, ts: at * 1_000, multiplier: row.symbol === 'X' ? '1' : '50' })),
  );

  it('have together the P&L that the ledger has realised', () => {
    assert(
      property(someFills, (fills) => {
        const ledger = new FillLedger();
        const current = new Map<string, string>();
        let realized = ZERO;
        for (const one of fills) {
          const line = ledger.apply(one);
          if (line.closed) realized = realized.plus(line.closed.realizedPnl);
          if (line.status === 'CLOSED') {
            realized = realized.plus(line.realizedPnl);
            current.delete(one.symbol);
          } else current.set(one.symbol, line.realizedPnl);
        }
        for (const open of current.values()) realized = realized.plus(open);
        expect(totalsOf(tradesOf(fills).trades).netPnl).toBe(text(realized));
      }),
    );
  });

  it('once all are closed, have together exactly what came in less what went out', () => {
    assert(
      property(someFills, (fills) => {
        const held = new Map<string, Decimal>();
        let cash = ZERO;
        const closing: TimedFill[] = [];
        const pay = ({ side, quantity, price, fee, multiplier, symbol }: TimedFill): void => {
          const signed = side === 'buy' ? dec(quantity) : ZERO.minus(quantity);
          held.set(symbol, (held.get(symbol) ?? ZERO).plus(signed));
          cash = cash.minus(signed.times(price).times(multiplier)).minus(fee);
        };
        fills.forEach(pay);
        for (const [symbol, quantity] of held) {
          if (quantity.isZero()) continue;
          const multiplier = symbol === 'X' ? '1' : '50';
          const last: TimedFill = {
            symbol,
            side: quantity.greaterThan(0) ? 'sell' : 'buy',
            quantity: text(quantity.abs()),
            price: '33.3',
            fee: '1',
            multiplier,
            ts: 1e9,
            line: 99,
          };
          closing.push(last);
        }
        closing.forEach(pay);
        const { trades, refused } = tradesOf([...fills, ...closing]);
        expect([refused, trades.every(({ closedTs, held: left }) => closedTs !== null && left === '0')]).toEqual([[], true]);
        // averages are cut at 18 places, which no cent notices
        expect(dec(totalsOf(trades).netPnl).minus(cash).abs().lessThan('1e-15')).toBe(true);
        const traded = trades.flatMap(({ fills: parts }) => parts).reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
        expect(text(traded)).toBe(text([...fills, ...closing].reduce((sum, { quantity }) => sum.plus(quantity), ZERO)));
      }),
    );
  });
});

describe('entries of trades', () => {
  it('are their entries and adds, sized by the policy unless the quantities are kept', () => {
    const { trades } = fold(() => [
      fill('buy', '1', '100'),
      fill('buy', '2', '99'),
      fill('sell', '7', '101'),
      fill('sell', '5', '1', { symbol: 'Y', ts: 500 }),
    ]);
    const entry = { type: 'PlaceEntry', kind: 'market', source: 'entries' };
    expect(entriesOf(trades, false)).toEqual([
      { ts: 500, line: 5, entry: { ...entry, symbol: 'Y', side: 'short' } },
      { ts: 1_000, line: 2, entry: { ...entry, symbol: 'X', side: 'long' } },
      { ts: 2_000, line: 3, entry: { ...entry, symbol: 'X', side: 'long' } },
      { ts: 3_000, line: 4, entry: { ...entry, symbol: 'X', side: 'short' } },
    ]);
    expect(entriesOf(trades, true).map((one) => one.entry.quantity)).toEqual(['5', '1', '2', '4']);
  });
});

describe('a trade on the chart', () => {
  it('has a mark a fill, a band an entry and the average as it moves, all named yours', () => {
    const { trades } = fold(() => [
      fill('buy', '1', '100'),
      fill('buy', '1', '102.5'),
      fill('sell', '1', '104'),
      fill('buy', '1', '101.25'),
      fill('sell', '2', '106'),
    ]);
    const [trade] = trades;
    const drawn = trade && drawnTrade(trade, 2);
    expect(drawn).toMatchObject({
      id: 'yours 1',
      yours: true,
      side: 'long',
      openTs: 1_000,
      closeTs: 5_000,
      entry: 100,
      r: null,
      stops: [],
      targets: [],
    });
    expect(drawn?.marks.map(({ text: words, note, price, seq }) => [words, note, price, seq])).toEqual([
      ['yours · buy 1 · line 2', 'yours', 100, null],
      ['yours · buy 1 · line 3', 'yours', 102.5, null],
      ['yours · sell 1 · line 4', 'yours', 104, null],
      ['yours · buy 1 · line 5', 'yours', 101.25, null],
      ['yours · sell 2 · line 6', 'yours', 106, null],
    ]);
    expect(drawn?.tranches.map(({ label, openTs, closeTs }) => [label, openTs, closeTs])).toEqual([
      ['yours · 1 @ 100.00', 1_000, 5_000],
      ['yours · 1 @ 102.50', 2_000, 5_000],
      ['yours · 1 @ 101.25', 4_000, 5_000],
    ]);
    expect(drawn?.averages).toEqual([
      { ts: 1_000, price: 100 },
      { ts: 2_000, price: 101.25 },
    ]);
  });

  it('stays open where something is left', () => {
    const [trade] = fold(() => [fill('sell', '2', '100'), fill('buy', '1', '99')]).trades;
    expect(trade && drawnTrade(trade, 0)).toMatchObject({ side: 'short', closeTs: null, tranches: [{ closeTs: null }] });
  });
});
