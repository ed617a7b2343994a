/**
 * Optimal partitioning without any pruning: every last segment of every prefix, with the squared deviations from its mean in constant time.
 * O(n^2): what pruning is measured against.
 *
 * Source: Jackson et al., An Algorithm for Optimal Partitioning of Data on an Interval (IEEE Signal Processing Letters 2005).
 */

/** First index of each segment but the first, for z-scores. */
export function quadraticPartitioning(
  values: Float64Array,
  { penalty, minSize }: { readonly penalty: number; readonly minSize: number },
): number[] {
  const n = values.length;
  const sums = new Float64Array(n + 1);
  const squares = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) {
    sums[i + 1] = sums[i] + values[i];
    squares[i + 1] = squares[i] + values[i] * values[i];
  }
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const last = new Int32Array(n + 1);
  best[0] = -penalty;
  for (let end = minSize; end <= n; end++) {
    for (let start = 0; start <= end - minSize; start++) {
      const sum = sums[end] - sums[start];
      const cost = squares[end] - squares[start] - (sum * sum) / (end - start);
      const total = best[start] + cost + penalty;
      if (total >= best[end]) continue;
      best[end] = total;
      last[end] = start;
    }
  }
  const changes: number[] = [];
  for (let start = last[n]; start > 0; start = last[start]) changes.push(start);
  return changes.reverse();
}
