import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decimal, dec, ONE, SHARE_DIGITS, ZERO } from './decimal.ts';
import { allot, exitShares, FINEST_LOT, type Lot } from './ledger.ts';
import { ALLOTMENTS, averageEntry } from './position.ts';

const lot = (remaining: string | Decimal, entryPrice: string): Lot => ({
  remaining: dec(remaining),
  entryPrice: dec(entryPrice),
  remainingCost: dec(remaining).times(entryPrice),
});
const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((total, part) => total.plus(part), ZERO);
const texts = (parts: readonly Decimal[]): string[] => parts.map((part) => part.toFixed());

describe('two purchases by money (S2): 25 at 50 000 and 35 at 49 500', () => {
  const first = dec(25).div(50_000);
  const second = dec(35).div(49_500);
  const lots: Lot[] = [
    { remaining: first, entryPrice: dec(50_000), remainingCost: dec(25) },
    { remaining: second, entryPrice: dec(49_500), remainingCost: dec(35) },
  ];
  const profit = (method: 'fifo' | 'pro-rata'): string =>
    exitShares(lots, allot(lots, first, FINEST_LOT, method), 'long', dec(55_000), ONE, ZERO)
      .reduce((total, { grossPnl }) => total.plus(grossPnl), ZERO)
      .toFixed(6);

  it('hold 0.0005 and 0.000707070707…, at an average of 49 707.1129707…', () => {
    expect(first.toFixed()).toBe('0.0005');
    expect(second.toFixed(12, 1)).toBe('0.000707070707');
    const average = averageEntry({ quantity: sum(lots.map(({ remaining }) => remaining)), cost: dec(60) }, ONE);
    expect(average?.toFixed(7, 1)).toBe('49707.1129707');
  });

  it('leave with +2.5 when the first goes at 55 000 under fifo, and with +2.6464… pro-rata', () => {
    expect(profit('fifo')).toBe('2.500000');
    expect(profit('pro-rata').slice(0, 6)).toBe('2.6464');
  });
});

describe('the allotment of an exit', () => {
  const lots = [lot('10', '100'), lot('20', '102'), lot('5', '101')];

  it.each([
    ['fifo', '12', ['10', '2', '0']],
    ['lifo', '12', ['0', '7', '5']],
    ['highest-cost', '22', ['0', '20', '2']],
    ['pro-rata', '7', ['2', '4', '1']],
    ['pro-rata', '10', ['3', '6', '1']],
    ['pro-rata', '1', ['0', '1', '0']],
    ['pro-rata', '35', ['10', '20', '5']],
  ] as const)('%s takes %s as %j', (method, quantity, wanted) => {
    expect(texts(allot(lots, dec(quantity), ONE, method))).toEqual(wanted);
  });

  it('gives equal remainders to the oldest first', () => {
    expect(texts(allot([lot('2', '100'), lot('2', '101')], dec('1'), ONE, 'pro-rata'))).toEqual(['1', '0']);
  });

  it('takes the oldest of the dearest first', () => {
    expect(texts(allot([lot('2', '101'), lot('2', '101')], dec('3'), ONE, 'highest-cost'))).toEqual(['2', '1']);
  });

  it('refuses more than is held', () => {
    expect(() => allot(lots, dec('35.001'), ONE, 'fifo')).toThrow('exit of 35.001 from a position of 35');
  });
});

describe('the shares of an exit', () => {
  it('carry cost, value and fee of each lot, for longs and shorts', () => {
    const lots = [lot('10', '100'), lot('20', '102')];
    const shares = exitShares(lots, [dec('10'), dec('5')], 'long', dec('103'), dec('2'), dec('3'));
    expect(shares.map(({ cost, value, fee }) => texts([cost, value, fee]))).toEqual([
      ['1000', '2060', '2'],
      ['510', '1030', '1'],
    ]);
    const [short] = exitShares([lot('10', '100')], [dec('10')], 'short', dec('97'), ONE, ZERO);
    expect(short?.grossPnl.toFixed()).toBe('30');
  });

  it('leave out lots that nothing is taken from', () => {
    const shares = exitShares([lot('1', '1'), lot('1', '2')], [ZERO, ONE], 'long', ONE, ONE, ONE);
    expect(shares.map(({ index }) => index)).toEqual([1]);
  });
});

it('[P3] [P4] parts of any exit sum to the exit, stay within their lots and in whole steps, and give back every cost and fee exactly', () => {
  const amount = fc.integer({ min: 1, max: 500 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...ALLOTMENTS),
      (held, percents, method) => {
        const step = dec('0.001');
        let lots = held.map(([quantity, price]) => lot(step.times(quantity), dec(price).div(7).toFixed(SHARE_DIGITS)));
        let cost = sum(lots.map(({ remainingCost }) => remainingCost));
        let fees = ZERO;
        [...percents, 100].forEach((percent, i, all) => {
          const whole = sum(lots.map(({ remaining }) => remaining));
          const quantity = i === all.length - 1 ? whole : whole.times(percent).div(100).div(step).floor().times(step);
          if (quantity.isZero()) return;
          const taken = allot(lots, quantity, step, method);
          expect(sum(taken).toFixed()).toBe(quantity.toFixed());
          taken.forEach((part, index) => {
            const of = lots[index]?.remaining ?? ZERO;
            if (part.isNegative() || part.greaterThan(of) || !part.mod(step).isZero())
              throw new Error(`took ${part.toFixed()} of ${of.toFixed()}`);
          });
          const shares = exitShares(lots, taken, 'long', dec('3'), ONE, dec('0.1'));
          fees = fees.plus(sum(shares.map(({ fee }) => fee)));
          expect(fees.toFixed()).toBe(dec('0.1').times(dec(fees).div('0.1').round()).toFixed());
          cost = cost.minus(sum(shares.map((share) => share.cost)));
          lots = lots.map((before, index) => {
            const share = shares.find((one) => one.index === index);
            return share
              ? {
                  ...before,
                  remaining: before.remaining.minus(share.quantity),
                  remainingCost: before.remainingCost.minus(share.cost),
                }
              : before;
          });
        });
        expect(cost.toFixed()).toBe('0');
        expect(lots.every(({ remaining, remainingCost }) => remaining.isZero() && remainingCost.isZero())).toBe(true);
      },
    ),
    { numRuns: 1_000, seed: 7 },
  );
});
