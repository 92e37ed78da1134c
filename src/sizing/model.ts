import type { SizingInput } from '../domain/sizing.ts';
import { brief, type Opinion, type SizingPolicy } from './strategy.ts';

/**
 * The learned size: what the policy's fallback strategy finds, times the model's multiplier; the fallback alone while no model may speak.
 * @param base opinion of the fallback strategy  @source S4, S0
 */
export function model(input: SizingInput, { fallback }: SizingPolicy, base: Opinion): Opinion {
  if (!input.model) return { ...base, detail: `no model may speak: ${fallback}, ${base.detail}` };
  const amount = base.amount.times(input.model);
  const detail = `× ${brief(input.model)} on ${fallback}, ${base.detail}`;
  if (base.refusal || amount.greaterThan(0)) return { ...base, amount, detail };
  const message = 'the sizing model advises no size';
  return { amount, detail, refusal: { code: 'SIZE_ZERO', message, figure: `× ${brief(input.model)}`, limit: 'above 0' } };
}
