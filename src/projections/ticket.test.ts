import { describe, expect, it } from 'vitest';
import type { PlaceEntry } from '../domain/commands.ts';
import type { Engine } from '../engine/engine.ts';
import { entryOf, holding, type Nested, unstopped } from '../engine/testing.ts';
import { ticketQuote } from './ticket.ts';
import type { TicketQuote } from './views.ts';

const quoteOf = (engine: Engine, over: Partial<PlaceEntry> = {}): TicketQuote => {
  const entry = entryOf(over);
  return ticketQuote(engine.core, engine.plan(entry), entry);
};
/** A long of 100 at 100, the last price as given. */
const long = (last: number, over: Nested = {}): Engine => {
  const engine = holding([last], { averagingDown: 'allowed', ...over });
  engine.run(Number.POSITIVE_INFINITY);
  return engine;
};

describe('what an order would do', () => {
  it.each<[string, Partial<PlaceEntry>]>([
    ['adds 50 to the long of 100', { quantity: '50' }],
    ['takes 40 from the long of 100', { side: 'short', quantity: '40' }],
    ['closes the long of 100', { side: 'short', quantity: '100' }],
    ['closes the long of 100 and opens a short of 30', { side: 'short', quantity: '130' }],
  ])('%s', (effect, over) => {
    expect(quoteOf(long(100.5, { limits: { flips: 'allowed' } }), over).effect).toBe(effect);
  });

  it('opens where nothing is held', () => {
    const engine = long(100.5);
    engine.command({ type: 'ClosePosition', positionId: 'TEST-1' });
    expect(quoteOf(holding([]), { quantity: '50' }).effect).toBe('adds 50 to the long of 100');
    expect(quoteOf(engine, { symbol: 'OTHER' })).toMatchObject({
      effect: '',
      refusal: expect.stringContaining('(OTHER against TEST)'),
    });
  });
});

it.each([
  [99.5, 'long', '99.50 is below the average of 100.00'],
  [100, 'long', '100.00 is at the average of 100.00'],
  [100.5, 'long', ''],
  [99.5, 'short', ''],
] as const)('with the last price at %d an order of %s says in words whether it averages down', (last, side, words) => {
  expect(quoteOf(long(last), { side, quantity: '10', stop: side === 'long' ? '90' : '110' }).averagesDown).toBe(words);
});

it('[S3] margin is notional over leverage, and exposure counts the margin', () => {
  const engine = long(100, { account: { equity: '100000', leverage: '3' } });
  expect(quoteOf(engine, { quantity: '30', stop: '90' })).toMatchObject({
    notional: '3000.00',
    margin: '1000.00',
    leverage: '3',
    exposurePercent: '1.00',
    // to the position's own stop at 99, which is nearer than the one given
    riskMoney: '30.00',
  });
});

it('a flip risks what it opens, not what it closes', () => {
  const engine = long(100.5, { limits: { flips: 'allowed' }, account: { equity: '100000' } });
  expect(quoteOf(engine, { side: 'short', quantity: '130', stop: '101' })).toMatchObject({
    quantity: '130',
    riskMoney: '15.00',
    notional: '3015.00',
    margin: '3015.00',
  });
});

it.each([
  // the stop at 99.5 is given: what the entry slips is lost too, a limit does not slip
  ['given', { stop: '99.5' }, '20.00', '25.00', true],
  ['given, beside a limit', { stop: '99.5', kind: 'limit', price: '100' }, '10.00', '15.00', true],
  ['far away', { stop: '90' }, '19.00', '119.00', false],
] as const)(
  'with slippage of 1 %% and a stop that is %s the risk is what is really lost',
  (_, over, slippage, riskMoney, slipsBeyond) => {
    const engine = long(100, { account: { equity: '100000', slippage: '1%' } });
    expect(quoteOf(engine, { account: 'other', quantity: '10', ...over })).toMatchObject({ slippage, riskMoney, slipsBeyond });
  },
);

it('a refusal carries the figure and the limit', () => {
  const { refusal } = quoteOf(long(99.5, { averagingDown: 'forbidden' }), { quantity: '10', stop: '90' });
  expect(refusal).toBe('the policy forbids adding to a losing position (99.5 against 100)');
});

it('how the stop follows is said in words', () => {
  const engine = long(100.5);
  expect(quoteOf(engine, { quantity: '10', stop: '99.5' }).stopDetail).toBe('given');
  expect(quoteOf(engine, { quantity: '10', stop: '90' }).stopDetail).toBe('99 of the position is nearer and holds');
  const byPolicy = unstopped({ quantity: '10' });
  expect(ticketQuote(engine.core, engine.plan(byPolicy), byPolicy).stopDetail).toBe('the position’s own');
  const elsewhere = { ...byPolicy, account: 'other' };
  expect(ticketQuote(engine.core, engine.plan(elsewhere), elsewhere).stopDetail).toBe('2 % of the entry');
});
