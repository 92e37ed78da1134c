/** The step of a scale that people count in: 1, 2 or 5 times a power of ten. @param span > 0 @param most marks that have room, ≥ 1 */
function niceStep(span: number, most: number): number {
  const rough = span / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const found = [1, 2, 5, 10].find((times) => times * power >= rough * (1 - 1e-9)) ?? 10;
  return found * power;
}

export interface Scale {
  from: number;
  to: number;
  /** marks of the scale, rising, within it */
  ticks: number[];
  /** decimals that tell one mark from the next */
  decimals: number;
}

/**
 * A scale that holds `least` and `most`, and begins and ends at a mark.
 * @param marks how many steps have room, ≥ 1
 * @param whole true where only whole numbers mean something
 */
export function niceScale(least: number, most: number, marks: number, whole = false): Scale {
  const [low, high] = least === most ? [Math.min(least, 0), most > 0 || least < 0 ? Math.max(most, 0) : 1] : [least, most];
  const wanted = niceStep(high - low, Math.max(1, marks));
  const step = whole ? Math.max(1, Math.ceil(wanted)) : wanted;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toFixed(decimals)));
  return { from: ticks[0] ?? low, to: ticks.at(-1) ?? high, ticks, decimals };
}

/** A mark's text, with a minus of a digit's width. */
export const tickText = (value: number, { decimals }: Pick<Scale, 'decimals'>): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).replace('-', '−');
