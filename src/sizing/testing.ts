import { type Decimal, dec } from '../domain/decimal.ts';
import type { SizingInput } from '../domain/sizing.ts';
import { sizing } from './schema.ts';
import type { SizingPolicy } from './strategy.ts';

/*
 * Accounts and policies for tests.
 */

export type Limits = Partial<Record<keyof SizingInput['limits'], string | undefined>>;
export type Figures = Partial<
  Record<
    | 'equity'
    | 'cash'
    | 'entry'
    | 'stopDistance'
    | 'multiplier'
    | 'lot'
    | 'minNotional'
    | 'leverage'
    | 'exposure'
    | 'instrumentExposure'
    | 'plannedAdds',
    string
  >
> &
  Partial<Pick<SizingInput, 'atr' | 'openPositions' | 'correlation' | 'recentVolume'>> & {
    trades?: [count: number, winRate: string, payoff: string];
    model?: string | undefined;
    limits?: Limits;
  };

/** S3's account: 500 at leverage 3, an entry at 100 with its stop 8.75 away, lots as fine as they come; nothing else binds. */
export function input(over: Figures = {}): SizingInput {
  const { limits, trades = [0, '0', '0'], model, atr, openPositions, correlation, recentVolume, ...rest } = over;
  const figures = {
    equity: '500',
    cash: '1000000',
    entry: '100',
    stopDistance: '8.75',
    multiplier: '1',
    lot: '0.000001',
    minNotional: '0',
    leverage: '3',
    exposure: '0',
    instrumentExposure: '0',
    plannedAdds: '0',
    ...rest,
  };
  const none = {
    positionMoney: undefined,
    positionUnits: undefined,
    trancheMost: undefined,
    totalExposure: undefined,
    marginUse: undefined,
    instrumentShare: undefined,
    volumeShare: undefined,
  };
  const given = Object.entries(limits ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, dec(value)]]));
  return {
    ...(Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, dec(value)])) as Record<
      keyof typeof figures,
      Decimal
    >),
    atr: atr ?? NaN,
    openPositions: openPositions ?? 0,
    correlation,
    recentVolume: recentVolume ?? NaN,
    trades: { count: trades[0], winRate: dec(trades[1]), payoff: dec(trades[2]) },
    model: model === undefined ? undefined : dec(model),
    limits: { ...none, positionEquity: dec(10), ...Object.fromEntries(given) },
  };
}

/** One strategy and no clamp. */
export const policy = (over: object = {}): SizingPolicy =>
  sizing.parse({ strategy: 'fixed', least: '0%', most: '1000%', ...over });
