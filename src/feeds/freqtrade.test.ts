import { describe, expect, it } from 'vitest';
import { namedByFreqtrade } from './freqtrade.ts';

describe('namedByFreqtrade', () => {
  it.each([
    ['BTC_USDT-1h.json', { instrument: { symbol: 'BTC/USDT' }, intervalMs: 3_600_000, stamp: 'open' }],
    ['BTC_USDT_USDT-5m-futures.feather', { instrument: { symbol: 'BTC/USDT:USDT' }, intervalMs: 300_000, stamp: 'open' }],
    ['data.zip/1000SHIB_USDT-1w.parquet', { instrument: { symbol: '1000SHIB/USDT' }, intervalMs: 604_800_000, stamp: 'open' }],
    ['ETH_BTC-trades.json.gz', { instrument: { symbol: 'ETH/BTC' } }],
  ])('finds symbol, interval and stamp in %s, with a note for each', (name, options) => {
    const found = namedByFreqtrade(name, {});
    expect(found.options).toEqual(options);
    expect(found.notes).toHaveLength(Object.keys(options).length);
  });

  it('leaves what the user says, and says nothing of it', () => {
    const said = { instrument: { symbol: 'X', tick: '0.1' }, intervalMs: 60_000, stamp: 'close' as const };
    expect(namedByFreqtrade('BTC_USDT-1h.json', said)).toEqual({ options: said, notes: [] });
    expect(namedByFreqtrade('BTC_USDT-1h.json', { instrument: { tick: '0.1' } }).options.instrument).toEqual({
      tick: '0.1',
      symbol: 'BTC/USDT',
    });
  });

  it('says of prices at which nobody traded what they are, and refuses rates, which are no prices', () => {
    expect(namedByFreqtrade('BTC_USDT_USDT-8h-mark.feather', {}).notes.at(-1)).toMatch(/those of the mark candles/);
    expect(() => namedByFreqtrade('BTC_USDT_USDT-8h-funding_rate.feather', {})).toThrow(
      /funding rates by its name; expected prices/,
    );
  });

  it('finds nothing in other names, and no interval in months, which differ', () => {
    for (const name of ['prices.json', 'BTC-1h.json', 'cr_BTC_1m.csv', 'BTC_USDT-1Mo.json', 'BTC_USDT-0m.txt'])
      expect(namedByFreqtrade(name, {})).toEqual({ options: {}, notes: [] });
  });
});
