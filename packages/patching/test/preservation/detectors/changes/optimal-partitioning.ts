/**
 * The slow and obvious reference of PELT: every last segment of every prefix is tried, with costs summed point by point.
 * O(n^2) costs of O(n) each.
 */
type Cost = (values: readonly number[]) => number;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const sumOfSquares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
const about = (values: readonly number[], centre: number) => values.map((value) => value - centre);

export const obviousCosts = {
  mean: (values) => sumOfSquares(about(values, mean(values))),
  mbic: (values) => sumOfSquares(about(values, mean(values))) + Math.log(values.length),
  linear: (values) => {
    const times = values.map((_, i) => i - (values.length - 1) / 2);
    const level = mean(values);
    const slope =
      values.length < 2 ? 0 : times.reduce((sum, t, i) => sum + t * values[i], 0) / sumOfSquares(times);
    return sumOfSquares(values.map((value, i) => value - level - slope * times[i]));
  },
  normal: (values) => {
    const variance = sumOfSquares(about(values, mean(values))) / values.length;
    const likely = Math.max(variance, 1e-6);
    return values.length * (Math.log(likely) + variance / likely);
  },
} as const satisfies Record<string, Cost>;

export type CostName = keyof typeof obviousCosts;

/** Penalised cost of one segmentation, by its changes. */
export function segmentationCost(
  name: CostName,
  values: readonly number[],
  changes: readonly number[],
  penalty: number,
): number {
  const bounds = [0, ...changes, values.length];
  const costs = bounds.slice(1).map((end, i) => obviousCosts[name](values.slice(bounds[i], end)));
  return costs.reduce((sum, cost) => sum + cost, 0) + penalty * changes.length;
}

/** The least penalised cost of all segmentations. */
export function leastCost(
  name: CostName,
  values: readonly number[],
  { penalty, minSize }: { readonly penalty: number; readonly minSize: number },
): number {
  const best = [-penalty, ...values.map(() => Number.POSITIVE_INFINITY)];
  for (let end = minSize; end <= values.length; end++) {
    for (let start = 0; start <= end - minSize; start++) {
      best[end] = Math.min(best[end], best[start] + obviousCosts[name](values.slice(start, end)) + penalty);
    }
  }
  return best[values.length];
}
