import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import {
  besideAFall,
  end,
  entryOf,
  eventsOf,
  lastPosition,
  MINUTE,
  NINE_THIRTY,
  policyWith,
  STOCK,
  tradesTape,
} from './testing.ts';

describe('an order that was allowed when it was sent is taken back where it could only fill', () => {
  it.each(['entry', 'add'] as const)('[P10] after a halt has begun: an %s at market', (purpose) => {
    const over = {
      account: { equity: '40000' },
      rules: { 'drawdown-halt': { enabled: true, limit: '1%' } },
    };
    const engine = new Engine({ tapes: besideAFall(), policy: policyWith(over), barPath: 'ohlc' });
    engine.run(2);
    if (purpose === 'add') engine.command(entryOf());
    engine.command(entryOf({ symbol: 'ALSO', quantity: '100', stop: '80' }));
    engine.run(5);
    engine.command(entryOf({ quantity: '50' }));
    end(engine);
    expect(eventsOf(engine, 'HaltBegan')).toHaveLength(1);
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([
      { reason: expect.stringContaining('equity is too far below its peak') as string },
    ]);
    expect(eventsOf(engine, 'OrderFilled').filter(({ quantity }) => quantity === '50')).toEqual([]);
  });

  it('[R14] after the last entry of the session: the next price came too late', () => {
    const tape = tradesTape(
      [0, 1_000, 1_900].map((second) => [second, 100] as const),
      STOCK,
      NINE_THIRTY + 340 * MINUTE,
    );
    const over = { limits: { entryWindow: true }, rules: { 'session-flat': { enabled: true } } };
    const engine = new Engine({ tapes: [tape], policy: policyWith(over), barPath: 'ohlc' });
    engine.run(2);
    engine.command(entryOf());
    end(engine);
    expect(eventsOf(engine, 'OrderCanceled')).toMatchObject([{ reason: 'no entries or adds this late in the session' }]);
    expect(lastPosition(engine).status).toBe('CLOSED');
  });
});
