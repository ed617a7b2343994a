/**
 * Split-conformal quantiles: past errors of a forecaster, sorted, say how far the truth may lie from its next point
 * forecast. The rank carries the finite-sample correction, so that an interval of level 1 - a holds an exchangeable
 * error with probability at least 1 - a. Cannot promise more than the errors show: where a level needs more of them
 * than there are, the largest takes its place and the caller is told.
 *
 * Sources: Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World (2005); Lei et al., Distribution-Free
 * Predictive Inference for Regression (JASA 2018), section 2.2.
 */

/**
 * `symmetric`: one distribution of absolute errors, so the point forecast is the median. `signed`: the errors with
 * their sign, so skew and bias of the past move the quantiles, and the point forecast may lie outside of them.
 */
export type ErrorKind = 'symmetric' | 'signed';

/** Errors needed for a level of 95 % without clamping: the least n with ceil(0.95 (n + 1)) <= n. */
export const errorsForLevel95 = 19;

/** Levels such as 0.9 are not exact in binary; ranks are taken with this slack. */
const slack = 1e-9;

/** The errors of one step ahead, sorted for `quantileOffset`: absolute values where `symmetric`. O(n log n) */
export function sortErrors(errors: Float64Array, kind: ErrorKind): Float64Array {
  return (kind === 'symmetric' ? errors.map(Math.abs) : errors.slice()).sort();
}

/**
 * What to add to a point forecast to get its quantile of `level`. O(1)
 *
 * @param sorted from `sortErrors`, at least one
 */
export function quantileOffset(sorted: Float64Array, level: number, kind: ErrorKind): number {
  if (kind === 'signed') {
    const rank = level < 0.5 ? lowRank(sorted.length, level) : highRank(sorted.length, level);
    return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1];
  }
  if (Math.abs(level - 0.5) < slack) return 0;
  const size = sorted[Math.min(highRank(sorted.length, Math.abs(2 * level - 1)), sorted.length) - 1];
  return level < 0.5 ? -size : size;
}

/** Whether `count` errors are too few for a quantile of `level`, so that the extreme error takes its place. */
export function isClamped(count: number, level: number, kind: ErrorKind): boolean {
  if (kind === 'symmetric') return highRank(count, Math.abs(2 * level - 1)) > count;
  return level < 0.5 ? lowRank(count, level) < 1 : highRank(count, level) > count;
}

function highRank(count: number, level: number): number {
  return Math.max(1, Math.ceil((count + 1) * level - slack));
}

function lowRank(count: number, level: number): number {
  return Math.floor((count + 1) * level + slack);
}
