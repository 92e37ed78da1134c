import { describe, expect, it } from 'vitest';
import { FillLedger, type Fill } from './fills.ts';

const fill = (side: Fill['side'], quantity: string, price: string, fee = '0', multiplier = '1'): Fill => ({
  symbol: 'X',
  side,
  quantity,
  price,
  fee,
  multiplier,
});

function last(...fills: Fill[]) {
  const ledger = new FillLedger();
  return fills.map((one) => ledger.apply(one)).at(-1);
}

describe('the fill ledger', () => {
  it('[S0] averages 100 @ 100 and 50 @ 102 to 100.666…', () => {
    expect(last(fill('buy', '100', '100'), fill('buy', '50', '102'))).toEqual({
      symbol: 'X',
      side: 'long',
      quantity: '150',
      averageEntry: '100.666666666666666667',
      averageExit: null,
      realizedPnl: '0',
      fees: '0',
      peakQuantity: '150',
      status: 'OPEN',
    });
  });

  it('counts an entry fee when it is paid and keeps the average through a partial exit', () => {
    expect(last(fill('buy', '3', '10', '0.3'), fill('sell', '1', '12', '0.1'))).toMatchObject({
      quantity: '2',
      averageEntry: '10',
      averageExit: '12',
      realizedPnl: '1.6',
      fees: '0.4',
      peakQuantity: '3',
    });
  });

  it('is exact where a share of the cost does not end: what is left and what was taken sum to the whole', () => {
    const line = last(
      fill('buy', '100', '100'),
      fill('buy', '50', '102'),
      fill('sell', '10', '105'),
      fill('sell', '7', '104'),
      fill('sell', '133', '101'),
    );
    expect(line).toMatchObject({ side: 'flat', status: 'CLOSED', realizedPnl: '111', averageEntry: '100.666666666666666667' });
  });

  it('closes and opens the other side when a fill is larger than the position, its fee split by quantity', () => {
    expect(last(fill('buy', '1', '100'), fill('sell', '4', '110', '0.4'))).toEqual({
      symbol: 'X',
      side: 'short',
      quantity: '3',
      averageEntry: '110',
      averageExit: null,
      realizedPnl: '-0.3',
      fees: '0.3',
      peakQuantity: '3',
      status: 'OPEN',
      closed: {
        symbol: 'X',
        side: 'flat',
        quantity: '0',
        averageEntry: '100',
        averageExit: '110',
        realizedPnl: '9.9',
        fees: '0.1',
        peakQuantity: '1',
        status: 'CLOSED',
      },
    });
  });

  it('mirrors for shorts and multiplies by the contract', () => {
    expect(last(fill('sell', '2', '4000', '1', '50'), fill('buy', '2', '3990', '1', '50'))).toMatchObject({
      realizedPnl: '998',
      averageEntry: '4000',
      averageExit: '3990',
      fees: '2',
    });
  });

  it('starts a new position after a flat one and keeps symbols apart', () => {
    const ledger = new FillLedger();
    ledger.apply(fill('buy', '1', '10'));
    ledger.apply(fill('sell', '1', '11'));
    expect(ledger.apply({ ...fill('sell', '2', '7'), symbol: 'Y' })).toMatchObject({ symbol: 'Y', side: 'short', quantity: '2' });
    expect(ledger.apply(fill('buy', '5', '12'))).toMatchObject({
      quantity: '5',
      peakQuantity: '5',
      realizedPnl: '0',
      averageEntry: '12',
      averageExit: null,
    });
  });

  it('refuses a multiplier that changes inside an open position, whatever the fill does to it, and takes nothing of it', () => {
    for (const next of [fill('sell', '1', '11', '0', '5'), fill('buy', '1', '11', '0', '5'), fill('sell', '9', '11', '0', '5')]) {
      const ledger = new FillLedger();
      ledger.apply(fill('buy', '2', '10', '0', '50'));
      expect(() => ledger.apply(next)).toThrow(new RangeError('multiplier "5": expected 50, that of the open position in X'));
      expect(ledger.apply(fill('sell', '1', '11', '0', '50'))).toMatchObject({ quantity: '1', realizedPnl: '50' });
    }
  });

  it('takes another multiplier once nothing is held, and the same one however it is written', () => {
    expect(
      last(
        fill('buy', '1', '10', '0', '50'),
        fill('sell', '1', '11', '0', '50.0'),
        fill('buy', '1', '10', '0', '5'),
        fill('sell', '1', '11', '0', '5'),
      ),
    ).toMatchObject({ realizedPnl: '5' });
  });
});
