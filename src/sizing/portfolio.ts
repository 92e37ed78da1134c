import type { SizingInput } from '../domain/sizing.ts';
import { portfolioRoom } from './constraints.ts';
import { type Opinion, spoken } from './strategy.ts';

/**
 * One more opinion for the least of `of`: the room that the portfolio has left. That is what `portfolio` adds to `min-of`:
 * - the room counts before the clamp, so that sharing between positions and correlation are taken from it too, and the last of a limit is
 *   never given away at once; where no total is set, it is all of equity;
 * - a portfolio without room, or whose correlation is not known yet, refuses by name.
 * The limits themselves hold under every strategy, as constraints. @source S4
 */
export function portfolio(input: SizingInput): Opinion {
  const amount = portfolioRoom(input);
  const detail = `room left beside ${spoken(input.exposure)} held, ${spoken(input.instrumentExposure)} of it here`;
  if (amount.greaterThan(0)) return { amount, detail };
  const message = 'the portfolio has no room left';
  return { amount, detail, refusal: { code: 'SIZE_ZERO', message, figure: spoken(input.exposure), limit: 'above 0' } };
}
