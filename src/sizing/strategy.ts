import type { z } from 'zod';
import { type Decimal, text, ZERO } from '../domain/decimal.ts';
import type { Refusal } from '../domain/events.ts';
import type { SizingInput } from '../domain/sizing.ts';
import type { sizing } from './schema.ts';

/*
 * What the files of this room share: the shape of a strategy, and how its figures read.
 */

export type SizingPolicy = z.output<typeof sizing>;

/** What a strategy says of an entry: money to put in and the sentence it follows from, or why there is none. */
export interface Opinion {
  amount: Decimal;
  detail: string;
  refusal?: Refusal;
}

export type Strategy = (input: SizingInput, policy: SizingPolicy) => Opinion;

/** The opinion of a strategy that has nothing to go by: it refuses, it is never left out. */
export const nothingToGoBy = (refusal: Refusal): Opinion => ({ amount: ZERO, detail: refusal.message, refusal });

/** Money with two places, rounded half-up. */
export const money = (value: Decimal): string => value.toFixed(2);
/** Money for a sentence: thousands grouped. */
export const spoken = (value: Decimal): string => money(value).replace(/\B(?=(\d{3})+\.)/g, ',');
/** A figure for a sentence: at most `places`, rounded half-up, no trailing zeros. */
export const brief = (value: Decimal, places = 4): string => text(value.toDecimalPlaces(places));
/** A share for a sentence: 0.0625 → "6.25 %". */
export const percent = (share: Decimal): string => `${brief(share.times(100), 2)} %`;
