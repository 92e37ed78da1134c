import type { Decimal } from '../domain/decimal.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { RuleId } from '../domain/position.ts';
import type { AccountReading } from '../rules/rule.ts';

/** What an account's watch needs to know of it: equity at the last prices, exact and as a double, and what halts it. */
export interface AccountSource {
  equity(account: string): Decimal;
  equityNumber(account: string): number;
  halted(account: string, rule: RuleId): boolean;
}

/** Doubles are trusted to this share: nearer to a limit than this, decimals decide. */
const TRUSTED = 1e-9;

/**
 * An account as the limits on its equity see it: the day's opening equity, the peak as of the closes of bars and fills, and the fills of the day.
 * All of it follows from journal and tape.
 */
export class AccountWatch implements AccountReading {
  readonly id: string;
  opening: Decimal;
  peak: Decimal;
  /** fills of the trading day, entries and exits */
  trades = 0;
  private readonly source: AccountSource;

  constructor(id: string, equity: Decimal, source: AccountSource) {
    this.id = id;
    this.opening = equity;
    this.peak = equity;
    this.source = source;
  }

  get equity(): number {
    return this.source.equityNumber(this.id);
  }

  get dayLoss(): number {
    return lossFrom(this.opening, this.equity);
  }

  get drawdown(): number {
    return lossFrom(this.peak, this.equity);
  }

  dayFloor(limit: Measure): number {
    return exactFloor(this.opening, limit).toNumber();
  }

  peakFloor(limit: Measure): number {
    return exactFloor(this.peak, limit).toNumber();
  }

  lostOfDay(limit: Measure): boolean {
    return this.source.halted(this.id, 'daily-loss') || this.atOrBelow(exactFloor(this.opening, limit));
  }

  belowPeak(limit: Measure): boolean {
    return this.atOrBelow(exactFloor(this.peak, limit));
  }

  /** A new trading day begins with the equity of this instant. */
  startDay(): void {
    this.opening = this.source.equity(this.id);
    this.trades = 0;
  }

  /** Takes the equity of this instant into the peak. @returns true where it is the highest */
  markPeak(): boolean {
    if (this.equity <= this.peak.toNumber() * (1 - TRUSTED)) return false;
    const equity = this.source.equity(this.id);
    if (!equity.greaterThan(this.peak)) return false;
    this.peak = equity;
    return true;
  }

  private atOrBelow(floor: Decimal): boolean {
    const limit = floor.toNumber();
    if (this.equity > limit + Math.abs(limit) * TRUSTED) return false;
    return this.source.equity(this.id).lessThanOrEqualTo(floor);
  }
}

/** Where `from` has lost a share of itself; where it is below 0, of its amount. */
export const exactFloor = (from: Decimal, limit: Measure): Decimal => from.minus(from.abs().times(fraction(limit)));

/** The same loss, in per cent. */
const lossFrom = (from: Decimal, equity: number): number => ((from.toNumber() - equity) / Math.abs(from.toNumber())) * 100;
