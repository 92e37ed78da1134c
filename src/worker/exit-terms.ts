import { type Decimal, dec } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/events.ts';
import { type Instrument, instrumentOf } from '../domain/instrument.ts';
import { fraction } from '../domain/measure.ts';
import type { OrderSide } from '../domain/position.ts';
import type { ActionKind, Autonomy, AutonomyLevel } from '../domain/proposal.ts';
import { commission } from '../engine/managed.ts';
import { slippedUnder } from '../engine/paper.ts';
import { autonomyOf } from '../engine/state.ts';
import { loadPolicy } from '../policy/load.ts';
import type { Policy } from '../policy/schema.ts';
import type { ExitTerms } from '../projections/other-way.ts';

/** The engine's own terms of an exit, as the journal says they were. */
export class PaperTerms implements ExitTerms {
  private readonly instruments = new Map<string, Instrument>();
  private policy: Policy | undefined;
  private readonly decides: { autonomy: Map<ActionKind, Autonomy>; autonomyLevel: AutonomyLevel } = {
    autonomy: new Map(),
    autonomyLevel: 'assisted',
  };

  apply({ event }: JournalRecord): void {
    if (event.type === 'SessionStarted') {
      for (const { instrument } of event.tapes) this.instruments.set(instrument.symbol, instrumentOf(instrument));
      this.take(event.policy);
    } else if (event.type === 'PolicyChanged') this.take(event.policy);
    else if (event.type === 'AutonomyLevelSet') this.decides.autonomyLevel = event.level;
    else if (event.type === 'AutonomySet') this.decides.autonomy.set(event.kind, event.autonomy);
  }

  multiplier(symbol: string): Decimal {
    return dec(this.instrument(symbol).spec.multiplier);
  }

  fee(symbol: string, quantity: Decimal, price: Decimal): Decimal {
    return commission(this.inForce, quantity, price, this.multiplier(symbol));
  }

  stopped(symbol: string, leverage: Decimal, price: Decimal, side: OrderSide): Decimal {
    return slippedUnder(this.inForce, this.instrument(symbol), leverage, price, side);
  }

  taken(symbol: string, quantity: Decimal, price: Decimal): Decimal | null {
    if (autonomyOf(this.decides, 'take-profit').mode !== 'auto') return null;
    const { fraction: share } = this.inForce.rules['take-profit'];
    if (share.value.equals(100)) return quantity;
    const { lots, spec } = this.instrument(symbol);
    const taken = lots.snap(quantity.times(fraction(share)), 'down');
    const rest = quantity.minus(taken);
    return !taken.isZero() && rest.times(price).times(spec.multiplier).lessThan(spec.minNotional) ? quantity : taken;
  }

  private take(source: unknown): void {
    const { policy } = loadPolicy(source, 'the journal');
    this.policy = policy;
    this.decides.autonomy = new Map(Object.entries(policy.autonomy) as [ActionKind, Autonomy][]);
  }

  private get inForce(): Policy {
    if (!this.policy) throw new Error('the journal has not begun');
    return this.policy;
  }

  private instrument(symbol: string): Instrument {
    const found = this.instruments.get(symbol);
    if (!found) throw new Error(`the journal has no instrument ${symbol}`);
    return found;
  }
}
