/**
 * Where a change lies by least squares: the step that splits a stretch into two means, or two lines, with the smallest sum of
 * squared residuals. One pass of prefix sums, then O(1) per candidate.
 */
import type { Sides } from './change-contrast.js';

export interface Split {
  readonly at: number;
  /** Sum of squares of the split at any candidate; NaN outside of them. */
  readonly squaresAt: (step: number) => number;
}

/** The best split of `[from, to)` at a step within `within` steps of `at`. O(to - from). */
export function bestSplit(
  values: Float64Array,
  { from, at, to }: Sides,
  within: number,
  hasSlope: boolean,
): Split {
  const length = to - from;
  // Counted from the change and from the first known value, so that the sums stay small.
  const origin = values.subarray(from, to).find((value) => !Number.isNaN(value)) ?? 0;
  const sums = Array.from({ length: 6 }, () => new Float64Array(length + 1));
  const [count, steps, squaredSteps, totals, products, squares] = sums;
  for (let i = 0; i < length; i++) {
    for (const sum of sums) sum[i + 1] = sum[i];
    const value = values[from + i] - origin;
    if (Number.isNaN(value)) continue;
    const step = from + i - at;
    count[i + 1] += 1;
    steps[i + 1] += step;
    squaredSteps[i + 1] += step * step;
    totals[i + 1] += value;
    products[i + 1] += step * value;
    squares[i + 1] += value * value;
  }
  const residual = (a: number, b: number): number => {
    const n = count[b] - count[a];
    if (n === 0) return 0;
    const total = totals[b] - totals[a];
    const spreadOfValues = squares[b] - squares[a] - (total * total) / n;
    if (!hasSlope) return spreadOfValues;
    const stepTotal = steps[b] - steps[a];
    const spread = squaredSteps[b] - squaredSteps[a] - (stepTotal * stepTotal) / n;
    const moment = products[b] - products[a] - (stepTotal * total) / n;
    return spread > 0 ? spreadOfValues - (moment * moment) / spread : spreadOfValues;
  };
  const first = Math.max(1, at - from - within);
  const last = Math.min(length - 1, at - from + within);
  const squaresAt = (step: number): number => {
    const i = step - from;
    return i < first || i > last ? Number.NaN : residual(0, i) + residual(i, length);
  };
  let best = at;
  for (let i = first; i <= last; i++) if (squaresAt(from + i) < squaresAt(best)) best = from + i;
  return { at: best, squaresAt };
}
