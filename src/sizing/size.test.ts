import { describe, expect, it } from 'vitest';
import { dec, ZERO } from '../domain/decimal.ts';
import type { SizingResult } from '../domain/sizing.ts';
import { sizing } from './schema.ts';
import { plannedAdds, size } from './size.ts';
import type { SizingPolicy } from './strategy.ts';
import { measure } from '../domain/testing.ts';
import { type Figures, input, policy } from './testing.ts';

/** S3's own keys. */
const S3 = { strategy: 'min-of', of: ['kelly', 'risk'], riskCountsLeverage: false };
const s3 = (over: object = {}): SizingPolicy => sizing.parse({ ...S3, ...over });
const stepOf = ({ steps }: SizingResult, label: string) => steps.find((step) => step.label === label);
const amountOf = (result: SizingResult, label: string): string | undefined => stepOf(result, label)?.amount;
const line = ({ steps }: SizingResult): string[] => steps.map(({ label, amount }) => `${label} ${amount}`);

describe('S3 with $500', () => {
  it('puts 31.25 in: kelly 31.25, risk 57.14 at a stop 8.75 % away, the least of them inside 25 to 50', () => {
    const result = size(input(), s3());
    expect(line(result)).toEqual([
      'kelly 31.25',
      'risk 57.14',
      'least of these 31.25',
      'clamp 31.25',
      'open positions 31.25',
      'position limit 31.25',
      'cash 31.25',
      'lots 31.25',
    ]);
    expect(stepOf(result, 'kelly')?.detail).toBe("6.25 % of 500.00: W 0.5, R 2, × 0.25 (the policy's: 0 of 20 trades)");
    expect(stepOf(result, 'risk')?.detail).toBe('1 % of 500.00 at risk, stop 8.75 (8.75 %) away');
    expect(stepOf(result, 'clamp')?.detail).toBe('25.00–50.00, 5 % to 10 % of equity ✓');
    expect([result.quantity, result.margin, result.notional].map(String)).toEqual(['0.9375', '31.25', '93.75']);
    expect(result.refusal).toBeUndefined();
  });

  it.each([
    [0, '31.25', '31.25'],
    [1, '15.625', '15.63'],
    [2, '10.416666666666666667', '10.42'],
  ])(
    'with %d positions open besides puts %s in, kept in full and shown as %s, below the least of 25',
    (openPositions, margin, shown) => {
      const result = size(input({ openPositions }), s3());
      expect(result.margin.toDecimalPlaces(18).toFixed()).toBe(margin);
      expect(stepOf(result, 'open positions')).toMatchObject({
        amount: shown,
        detail: expect.stringContaining(`× 1/${openPositions + 1}`),
      });
    },
  );

  it('is as printed: 623.45 with a stop at 577.95 makes 13.6839 gross at 714.45', () => {
    const { margin, quantity } = size(input({ entry: '623.45', stopDistance: '45.5', lot: '0.000000000001' }), s3());
    expect(margin.toDecimalPlaces(6).toFixed()).toBe('31.25');
    expect(quantity.times(dec('714.45').minus('623.45')).toFixed(4)).toBe('13.6839');
  });

  it('after the first trade, 13.6839 less 0.31 of slippage, puts 32.09 in', () => {
    const gross = dec(91).div('623.45').times('31.25').times(3);
    const equity = gross.minus('0.31').plus(500);
    expect(equity.toFixed(4)).toBe('513.3739');
    expect(amountOf(size(input({ equity: equity.toFixed() }), s3()), 'lots')).toBe('32.09');
  });

  it('after 20 trades with W 0.65 and R 2.1 asks for 12.08 % and is clamped to 10 %, not to the $73.80 that S3 prints', () => {
    const result = size(input({ equity: '615', trades: [20, '0.65', '2.1'] }), s3({ of: ['kelly'] }));
    expect(amountOf(result, 'kelly')).toBe(dec('615').times('1.015').div('2.1').times('0.25').toFixed(2));
    expect(stepOf(result, 'kelly')?.detail).toBe('12.08 % of 615.00: W 0.65, R 2.1, × 0.25 (20 trades)');
    expect(amountOf(result, 'clamp')).toBe('61.50');
    expect(result.margin.toFixed(2)).toBe('61.50');
  });

  it.each([
    ['1%', '2', '250.00'],
    ['2%', '8.75', '114.29'],
    ['0.5%', '8.75', '28.57'],
  ])('at %s of risk and a stop %s away asks for %s', (risk, stopDistance, wanted) => {
    expect(amountOf(size(input({ stopDistance }), s3({ risk })), 'risk')).toBe(wanted);
  });
});

describe('the strategies', () => {
  it.each([
    ['fixed', {}, { fixed: '6.25%' }, '31.25'],
    ['risk', { leverage: '1' }, {}, '57.14'],
    ['risk', {}, {}, '19.05'],
    ['risk', {}, { riskCountsLeverage: false }, '57.14'],
    ['kelly', {}, {}, '31.25'],
    ['kelly', {}, { kellyFraction: '0.5' }, '62.50'],
    ['kelly', {}, { kellyWinRate: '0.6' }, '50.00'],
    ['kelly', { trades: [19, '1', '9'] }, {}, '31.25'],
    ['kelly', { trades: [20, '0.6', '2'] }, {}, '50.00'],
    ['kelly', { trades: [5, '0.6', '2'] }, { kellyTrades: 5 }, '50.00'],
    ['volatility', { atr: 4 }, {}, '125.00'],
    ['volatility', { atr: 2 }, { volatilityTarget: '0.5%' }, '125.00'],
    ['model', { model: '0.5' }, { fallback: 'fixed' }, '25.00'],
    ['model', { model: '1.2' }, { fallback: 'kelly' }, '37.50'],
  ] as [string, Figures, object, string][])('%s of %j with %j is %s', (strategy, over, keys, wanted) => {
    expect(amountOf(size(input(over), policy({ strategy, ...keys })), strategy)).toBe(wanted);
  });

  it('risk loses just its share when the stop fills, leverage counted', () => {
    const { quantity, margin } = size(input({ equity: '100000', lot: '1', stopDistance: '1.65' }), policy({ strategy: 'risk' }));
    expect(quantity.toFixed()).toBe('606');
    expect(quantity.times('1.65').toFixed()).toBe('999.9');
    expect(margin.toFixed()).toBe('20200');
  });

  it('kelly takes the payoff of the policy while there are only wins, and says so', () => {
    const result = size(input({ trades: [20, '1', '0'] }), policy({ strategy: 'kelly' }));
    expect(stepOf(result, 'kelly')).toEqual({
      label: 'kelly',
      detail: "25 % of 500.00: W 1, R 2, × 0.25 (20 trades, R the policy's: no losses yet)",
      amount: '125.00',
    });
  });

  it('model falls back while no model may speak, and says so', () => {
    const result = size(input(), policy({ strategy: 'model', fallback: 'fixed' }));
    expect(stepOf(result, 'model')).toEqual({
      label: 'model',
      detail: 'no model may speak: fixed, 10 % of 500.00',
      amount: '50.00',
    });
  });

  it('min-of takes the least of its list and shows them all', () => {
    const result = size(input({ atr: 4 }), policy({ strategy: 'min-of', of: ['fixed', 'volatility', 'kelly', 'risk', 'model'] }));
    expect(line(result).slice(0, 6)).toEqual([
      'fixed 50.00',
      'volatility 125.00',
      'kelly 31.25',
      'risk 19.05',
      'model 19.05',
      'least of these 19.05',
    ]);
  });

  describe('portfolio', () => {
    const held = { exposure: '90', limits: { totalExposure: '0.2' } };
    const of = { of: ['fixed', 'kelly'] };

    it('takes the least of its list like min-of while there is room', () => {
      const result = size(input(), policy({ strategy: 'portfolio', ...of }));
      expect(line(result).slice(0, 4)).toEqual(['fixed 50.00', 'kelly 31.25', 'portfolio 500.00', 'least of these 31.25']);
    });

    it('shares the room that is left between positions, where min-of gives the whole of it away', () => {
      const given = input({ ...held, openPositions: 1 });
      expect(size(given, policy({ strategy: 'portfolio', ...of })).margin.toFixed(2)).toBe('5.00');
      expect(size(given, policy({ strategy: 'min-of', ...of })).margin.toFixed(2)).toBe('10.00');
    });

    it('counts the room of the instrument, and refuses by name where none is left', () => {
      const given = { exposure: '50', instrumentExposure: '50', limits: { totalExposure: '0.2', instrumentShare: '0.5' } };
      expect(size(input(given), policy({ strategy: 'portfolio', ...of }))).toMatchObject({
        quantity: ZERO,
        refusal: { code: 'SIZE_ZERO', message: 'the portfolio has no room left', figure: '50.00' },
      });
    });

    it('refuses while a correlation is not known yet; the others let it pass and say so', () => {
      const given = input({ openPositions: 1, correlation: { value: NaN, symbol: 'QQQ' } });
      expect(size(given, policy({ strategy: 'portfolio', ...of })).refusal?.code).toBe('CORRELATION_UNKNOWN');
      const result = size(given, policy({ strategy: 'min-of', ...of }));
      expect(result.refusal).toBeUndefined();
      expect(stepOf(result, 'correlation')?.detail).toBe('the return correlation with QQQ is not known yet, not counted ✓');
    });
  });
});

describe('the constraints that follow', () => {
  it.each([
    ['clamp', '25.00', {}, { fixed: '1%', least: '5%' }],
    ['clamp', '25.00', {}, { most: '5%' }],
    ['clamp', '25.00', {}, { most: '5%', least: '8%' }],
    ['open positions', '12.50', { openPositions: 3 }, {}],
    ['correlation', '33.33', { correlation: { value: 0.8, symbol: 'QQQ' } }, {}],
    ['correlation', '30.00', { correlation: { value: 0.8, symbol: 'QQQ' } }, { correlation: '0.5', fixed: '15%' }],
    ['correlation', '50.00', { correlation: { value: 0.7, symbol: 'QQQ' } }, {}],
    ['correlation', '50.00', { correlation: { value: -1, symbol: 'QQQ' } }, {}],
    ['correlation', '50.00', { correlation: { value: 1, symbol: 'QQQ' } }, { correlation: '1' }],
    ['position limit', '40.00', { limits: { positionEquity: '0.08' } }, {}],
    ['position limit', '33.33', { limits: { positionEquity: '0.1' }, plannedAdds: '0.5' }, {}],
    ['position in money', '20.00', { limits: { positionMoney: '30' }, plannedAdds: '0.5' }, {}],
    ['position in units', '40.00', { limits: { positionUnits: '1.2' } }, {}],
    ['position in units', '20.00', { limits: { positionUnits: '0.9' }, plannedAdds: '0.5' }, {}],
    ['largest tranche', '15.00', { limits: { trancheMost: '15' }, plannedAdds: '0.5' }, {}],
    ['total exposure', '37.50', { limits: { totalExposure: '0.2' }, exposure: '62.5' }, {}],
    ['instrument share', '20.00', { limits: { totalExposure: '0.2', instrumentShare: '0.5' }, instrumentExposure: '30' }, {}],
    ['instrument share', '45.00', { limits: { instrumentShare: '0.1' }, instrumentExposure: '5' }, {}],
    ['margin use', '5.00', { limits: { marginUse: '0.05' }, exposure: '20' }, {}],
    ['liquidity', '33.33', { limits: { volumeShare: '0.01' }, recentVolume: 100 }, {}],
    ['cash', '20.00', { cash: '20' }, {}],
    ['lots', '33.33', { lot: '1' }, {}],
  ] as [string, string, Figures, object][])(
    '%s leaves %s and is the only one that binds: %j, %j',
    (label, amount, given, keys) => {
      const result = size(input(given), policy(keys));
      expect(amountOf(result, label)).toBe(amount);
      expect(result.margin.toFixed(2)).toBe(amount);
      const binding = result.steps.slice(1, -1).filter(({ detail }) => !detail.endsWith('✓'));
      expect(binding.map((step) => step.label)).toEqual(amount === '50.00' || label === 'lots' ? [] : [label]);
    },
  );

  it('stand in this order, each with its number, and are left out where there is no such limit', () => {
    const all = {
      positionMoney: '49',
      positionUnits: '1.44',
      trancheMost: '50',
      totalExposure: '0.1',
      marginUse: '0.1',
      instrumentShare: '1',
    };
    const given = input({
      openPositions: 1,
      correlation: { value: 0.85, symbol: 'QQQ' },
      limits: { ...all, positionEquity: '0.1', volumeShare: '0.5' },
      recentVolume: 1_000,
    });
    expect(line(size(given, policy()))).toEqual([
      'fixed 50.00',
      'clamp 50.00',
      'open positions 25.00',
      'correlation 12.50',
      'position limit 12.50',
      'position in money 12.50',
      'position in units 12.50',
      'largest tranche 12.50',
      'total exposure 12.50',
      'instrument share 12.50',
      'margin use 12.50',
      'liquidity 12.50',
      'cash 12.50',
      'lots 12.50',
    ]);
    expect(line(size(input(), policy({ shareBetweenPositions: false }))).join()).toBe(
      'fixed 50.00,clamp 50.00,position limit 50.00,cash 50.00,lots 50.00',
    );
  });

  it('tell the correlation, with whom, and what it leaves', () => {
    const result = size(input({ correlation: { value: 0.8, symbol: 'QQQ' } }), policy());
    expect(stepOf(result, 'correlation')?.detail).toBe('× 0.6667: ρ 0.8 with QQQ, above 0.7');
  });

  it('round the quantity down to whole lots, with the multiplier counted', () => {
    const given = { equity: '100000', lot: '1', multiplier: '50', leverage: '1' };
    expect(size(input(given), policy({ fixed: '14.9%' })).quantity.toFixed()).toBe('2');
  });

  it('lose no lot to a third that is taken and given back', () => {
    const given = input({ equity: '100', lot: '1', openPositions: 2, leverage: '3' });
    expect(size(given, policy({ fixed: '100%' })).quantity.toFixed()).toBe('1');
  });
});

describe('a size that cannot be', () => {
  it.each([
    ['a share of nothing', {}, { fixed: '0%' }, 'the strategy fixed gives no size', '0.00', 'above 0'],
    [
      'no edge',
      { trades: [20, '0.2', '2'] },
      { strategy: 'kelly' },
      'the Kelly fraction is not above 0: W 0.2 and R 2 leave no edge',
      '-5 %',
      'above 0 %',
    ],
    [
      'no edge in a list',
      { trades: [20, '0', '0'] },
      S3,
      'the Kelly fraction is not above 0: W 0 and R 2 leave no edge',
      '-12.5 %',
      'above 0 %',
    ],
    [
      'a Kelly fraction of 0',
      {},
      { strategy: 'kelly', kellyFraction: '0' },
      'the Kelly fraction is not above 0',
      '0 %',
      'above 0 %',
    ],
    ['a model that advises none', { model: '0' }, { strategy: 'model' }, 'the sizing model advises no size', '× 0', 'above 0'],
    [
      'no equity',
      { equity: '-100', trades: [20, '0.2', '2'] },
      { strategy: 'kelly' },
      'the account has no equity',
      '-100.00',
      'above 0',
    ],
    ['the same return', { correlation: { value: 1, symbol: 'QQQ' } }, {}, 'after the step correlation', '1', '0.7'],
    [
      'a full portfolio',
      { exposure: '110', limits: { totalExposure: '0.2' } },
      {},
      'after the step total exposure',
      '110.00',
      '100.00',
    ],
    ['no volume', { recentVolume: 0, limits: { volumeShare: '0.1' } }, {}, 'after the step liquidity', '0', '10 % of volume'],
    ['no cash', { cash: '-5' }, {}, 'after the step cash', '-5.00', 'above 0'],
  ] as [string, Figures, object, string, string, string][])(
    '%s is refused with its figure, and no clamp lifts it',
    (_, over, keys, message, figure, limit) => {
      const result = size(input(over), policy({ least: '5%', ...keys }));
      expect(result).toMatchObject({
        quantity: ZERO,
        margin: ZERO,
        notional: ZERO,
        refusal: { code: 'SIZE_ZERO', message: expect.stringContaining(message), figure, limit },
      });
    },
  );

  it.each([
    [
      'ATR_UNKNOWN',
      { atr: NaN },
      { strategy: 'min-of', of: ['fixed', 'volatility'] },
      'the strategy volatility needs an ATR above 0',
    ],
    ['ATR_ZERO', { atr: 0 }, { strategy: 'volatility' }, 'the strategy volatility needs an ATR above 0'],
    [
      'ATR_UNKNOWN',
      { model: '2' },
      { strategy: 'model', fallback: 'volatility' },
      'the strategy volatility needs an ATR above 0',
    ],
    ['STOP_DISTANCE', { stopDistance: '0' }, { strategy: 'risk' }, 'risk needs a stop away from the entry'],
    ['VOLUME_UNKNOWN', { limits: { volumeShare: '0.1' } }, {}, 'the liquidity limit needs the volume of the last bars'],
  ] as [string, Figures, object, string][])('for want of an input is refused as %s by name: %j', (code, over, keys, message) => {
    expect(size(input(over), policy(keys))).toMatchObject({ quantity: ZERO, refusal: { code, message } });
  });

  it.each([
    ['SIZE_BELOW_LOT', { lot: '2' }, '50.00', '66.67'],
    ['MIN_NOTIONAL', { minNotional: '151' }, '150.00', '151.00'],
  ])('is refused as %s with the figure and the limit', (code, over, figure, limit) => {
    expect(size(input(over), policy())).toMatchObject({ quantity: ZERO, margin: ZERO, refusal: { code, figure, limit } });
  });
});

describe('the plan of an entry', () => {
  it.each([
    [true, '50%', 1, '2', '0.5'],
    [true, '50%', 4, '2', '1'],
    [true, '50%', 4, 'none', '2'],
    [false, '50%', 1, '2', '0'],
  ])(
    'leaves room for adds: enabled %s, share %s, adds %d, at most %s times the first → %s',
    (enabled, part, adds, most, wanted) => {
      const scaleIn = { enabled, size: measure(part), adds };
      expect(plannedAdds(scaleIn, most === 'none' ? most : measure(most)).toFixed()).toBe(wanted);
    },
  );

  it('fits the cap to the lot: 50 at 100 with an add of half are 33.333333 and 16.666666', () => {
    const given = input({ leverage: '1', lot: '0.000001', entry: '1', plannedAdds: '0.5', limits: { positionEquity: '0.1' } });
    expect(size(given, policy()).quantity.toFixed()).toBe('33.333333');
  });
});
