import { meanOf } from './window.ts';

/**
 * Mean volume of the last `length` bars, in the volume's own unit. NaN until there are `length` bars.
 * State is plain numbers and one typed array: a copy of the fields is a copy of the indicator.
 */
export class VolumeMean {
  readonly length: number;
  value = NaN;
  private readonly ring: Float64Array;
  private bars = 0;

  /** @param length bars, ≥ 1 */
  constructor(length = 5) {
    this.length = length;
    this.ring = new Float64Array(length);
  }

  /** Takes a closed bar's volume and returns the new value. */
  update(volume: number): number {
    this.ring[this.bars % this.length] = volume;
    this.bars += 1;
    if (this.bars >= this.length) this.value = meanOf(this.ring, this.bars % this.length);
    return this.value;
  }
}
