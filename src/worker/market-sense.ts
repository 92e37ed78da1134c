import type { Core } from '../engine/core.ts';
import { correlation } from '../indicators/returns.ts';
import type { MarketSense } from '../projections/figures/evidence.ts';

/** What the market of the instant tells figures. */
export const marketSenseOf = (core: Core): MarketSense => ({
  correlation(a, b) {
    const found = correlation(core.lane(a).market.returns, core.lane(b).market.returns);
    return Number.isNaN(found) ? null : found;
  },
});
