import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { end, entryOf, eventsOf, holding, lastPosition, policyWith, tradesTape } from './testing.ts';

describe('adds by hand', () => {
  it('are bounded by the policy’s tranches, those that work counted', () => {
    const engine = holding([101, 101.5, 102], { limits: { tranches: 3 } });
    engine.run(3);
    for (const quantity of ['10', '11', '12']) engine.command(entryOf({ quantity }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
      { quantity: '12', refusal: { code: 'TRANCHES', figure: '4', limit: '3' } },
    ]);
    end(engine);
    engine.command(entryOf({ quantity: '13' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([{}, { quantity: '13', refusal: { code: 'TRANCHES', figure: '4' } }]);
    expect(lastPosition(engine).tranches).toHaveLength(3);
  });

  it('[P2] two entries before the first fill keep to the size against the smaller of them', () => {
    const engine = new Engine({
      tapes: [tradesTape([100, 100, 99, 98])],
      policy: policyWith({ limits: { totalSize: '2' } }),
      barPath: 'ohlc',
    });
    engine.run(1);
    const limit = { kind: 'limit', stop: '90' } as const;
    engine.command(entryOf({ ...limit, price: '99', quantity: '10' }));
    engine.command(entryOf({ ...limit, price: '99.5', quantity: '30' }));
    engine.command(entryOf({ ...limit, price: '99.5', quantity: '10' }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
      { quantity: '30', refusal: { code: 'TOTAL_SIZE', figure: '40', limit: '20' } },
    ]);
    expect(eventsOf(engine, 'OrderPlaced')).toHaveLength(2);
  });

  it('[P2] entries that work count as fills of the day', () => {
    const engine = holding([101, 102], { limits: { tradesPerDay: '3', tranches: 9 } });
    engine.run(3);
    for (const quantity of ['10', '11', '12']) engine.command(entryOf({ quantity }));
    expect(eventsOf(engine, 'EntryDenied')).toMatchObject([
      { quantity: '12', refusal: { code: 'TRADES_PER_DAY', figure: '4', limit: '3' } },
    ]);
  });
});
