import type { GaugeView } from '../projections/views.ts';

/** From this share on a limit is worth a look. */
const NEAR = 0.75;

/** How full a limit is, for how loud it is shown: not at all while it is far away. */
export type Fullness = 'none' | 'quiet' | 'near' | 'full';

export const fullness = ({ share }: Pick<GaugeView, 'share'>): Fullness =>
  share === null ? 'none' : share >= 1 ? 'full' : share >= NEAR ? 'near' : 'quiet';

/** "3.00%" → "3 %", "3.12%" → "3.12 %", "2" → "2" */
export const limitText = (text: string): string => text.replace(/\.00(?=%$)/, '').replace(/%$/, ' %');
