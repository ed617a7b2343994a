/** Robust figures of a distribution: quantiles of values in order, linear between neighbours (type 7 of Hyndman and Fan, Sample Quantiles, 1996). */

/** Deviation of a normal distribution over its mean absolute deviation: sqrt(pi / 2). */
export const deviationPerMeanDistance = Math.sqrt(Math.PI / 2);

/** @param sorted ascending, not empty */
export function quantileOf(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const weight = place - below;
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] * (1 - weight) + sorted[above] * weight;
}
