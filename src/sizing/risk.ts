import type { Decimal } from '../domain/decimal.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { SizingInput } from '../domain/sizing.ts';

/** The money that loses `share` of equity if the stop fills at its price: equity × share / stop distance as a share of entry. @source S3 */
export const risk = (input: SizingInput, share: Measure): Decimal =>
  input.equity.times(fraction(share)).times(input.entry).div(input.stopDistance);
