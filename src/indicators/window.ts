/**
 * Mean of a full ring of values. Summed afresh from the oldest value on: a running sum would carry the rounding of values long gone,
 * and the same values give the same bits wherever in the ring they stand.
 * @param oldest index of the oldest value
 */
export function meanOf(ring: Float64Array, oldest: number): number {
  let sum = 0;
  for (let i = oldest; i < ring.length; i += 1) sum += ring[i] ?? NaN;
  for (let i = 0; i < oldest; i += 1) sum += ring[i] ?? NaN;
  return sum / ring.length;
}

/**
 * Sum of squared deviations of a full ring of values from their mean, in the same order; 0 where all are equal, never below.
 * Two passes, less what the rounding of the mean adds: prices of 100 000 that move by cents keep their digits.
 * @source Chan, Golub, LeVeque, Algorithms for Computing the Sample Variance, The American Statistician 37 (1983): corrected two-pass
 */
export function squaredDeviationsOf(ring: Float64Array, oldest: number, mean: number): number {
  let squares = 0;
  let rest = 0;
  for (let i = oldest; i < ring.length; i += 1) {
    const deviation = (ring[i] ?? NaN) - mean;
    squares += deviation * deviation;
    rest += deviation;
  }
  for (let i = 0; i < oldest; i += 1) {
    const deviation = (ring[i] ?? NaN) - mean;
    squares += deviation * deviation;
    rest += deviation;
  }
  return Math.max(0, squares - (rest * rest) / ring.length);
}
