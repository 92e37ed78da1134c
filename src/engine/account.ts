import { type Decimal, numberOf, ZERO } from '../domain/decimal.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { RuleId } from '../domain/position.ts';
import type { AccountReading } from '../rules/rule.ts';

/** What an account's watch needs to know of it: equity at the last prices, exact and as a double, and what halts it. */
export interface AccountSource {
  equity(account: string): Decimal;
  /** the equity of this instant, reckoned when it is asked for */
  equityLater(account: string): () => Decimal;
  equityNumber(account: string): number;
  halted(account: string, rule: RuleId): boolean;
}

/** Doubles are trusted to this share: nearer to a limit than this, decimals decide. */
const TRUSTED = 1e-9;

/** The equity at which a limit is reached, reckoned anew only when what it is a share of changes. */
class Floor {
  private from: Decimal | undefined;
  private limit: Measure | undefined;
  private exact = ZERO;

  under(from: Decimal, limit: Measure): Decimal {
    if (this.from !== from || this.limit !== limit) {
      this.from = from;
      this.limit = limit;
      this.exact = exactFloor(from, limit);
    }
    return this.exact;
  }
}

/**
 * An account as the limits on its equity see it: the day's opening equity, the peak as of the closes of bars and fills, and the fills of the day.
 * All of it follows from journal and tape.
 */
export class AccountWatch implements AccountReading {
  readonly id: string;
  opening: Decimal;
  /** fills of the trading day, entries and exits */
  trades = 0;
  /** what equity could gain, when it was last taken into the peak, before it might be a new one */
  roomToPeak = 0;
  private readonly source: AccountSource;
  /** the peak as a double, and exact; where that has not been reckoned yet, what it is reckoned by */
  private highest: number;
  private exactPeak: Decimal;
  private peakLater: (() => Decimal) | undefined;
  private readonly dayLimit = new Floor();
  private readonly peakLimit = new Floor();

  constructor(id: string, equity: Decimal, source: AccountSource) {
    this.id = id;
    this.opening = equity;
    this.exactPeak = equity;
    this.highest = numberOf(equity);
    this.source = source;
  }

  get peak(): Decimal {
    if (this.peakLater) this.startFrom(this.peakLater());
    return this.exactPeak;
  }

  /** The peak is this, however high it was before. */
  startFrom(peak: Decimal): void {
    this.exactPeak = peak;
    this.highest = numberOf(peak);
    this.peakLater = undefined;
  }

  get equity(): number {
    return this.source.equityNumber(this.id);
  }

  get dayLoss(): number {
    return lossFrom(numberOf(this.opening), this.equity);
  }

  get drawdown(): number {
    return lossFrom(this.highest, this.equity);
  }

  dayFloor(limit: Measure): number {
    return numberOf(this.dayLimit.under(this.opening, limit));
  }

  peakFloor(limit: Measure): number {
    return numberOf(this.peakLimit.under(this.peak, limit));
  }

  lostOfDay(limit: Measure): boolean {
    return this.source.halted(this.id, 'daily-loss') || this.atOrBelow(this.dayLimit.under(this.opening, limit));
  }

  belowPeak(limit: Measure): boolean {
    return this.atOrBelow(this.peakLimit.under(this.peak, limit));
  }

  /** A new trading day begins with the equity of this instant. */
  startDay(): void {
    this.opening = this.source.equity(this.id);
    this.trades = 0;
  }

  /** Takes the equity of this instant into the peak. @returns true where it is the highest */
  markPeak(): boolean {
    const { equity, highest } = this;
    const doubt = Math.abs(highest) * TRUSTED;
    this.roomToPeak = Math.max(0, highest - doubt - equity);
    if (equity <= highest - doubt) return false;
    if (equity > highest + doubt) {
      this.highest = equity;
      this.peakLater = this.source.equityLater(this.id);
      return true;
    }
    const exact = this.source.equity(this.id);
    if (!exact.greaterThan(this.peak)) return false;
    this.startFrom(exact);
    return true;
  }

  private atOrBelow(floor: Decimal): boolean {
    const limit = numberOf(floor);
    if (this.equity > limit + Math.abs(limit) * TRUSTED) return false;
    return this.source.equity(this.id).lessThanOrEqualTo(floor);
  }
}

/** Where `from` has lost a share of itself; where it is below 0, of its amount. */
export const exactFloor = (from: Decimal, limit: Measure): Decimal => from.minus(from.abs().times(fraction(limit)));

/** The same loss, in per cent. */
const lossFrom = (from: number, equity: number): number => ((from - equity) / Math.abs(from)) * 100;
