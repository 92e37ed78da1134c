import type { Decimal } from '../domain/decimal.ts';
import { fraction, type Measure } from '../domain/measure.ts';
import type { SizingInput } from '../domain/sizing.ts';

/** A share of equity, in money. @source S3 */
export const fixed = (input: SizingInput, share: Measure): Decimal => input.equity.times(fraction(share));
