/**
 * The cost of a normal distribution with a mean and variance of its own: twice the negative log-likelihood at the best of both, without
 * the constant, n (log variance + 1). A floor on the variance keeps a few equal values from being infinitely likely. Expects values
 * of mean about 0 and deviation about 1. Three values that happen to be close are very likely under it: give it a longer least size.
 *
 * Source: Killick, Fearnhead and Eckley, Optimal Detection of Changepoints with a Linear Computational Cost (JASA 2012). The bound is
 * that of the linear cost, with likelihoods in place of squares.
 */
import { preciseSums } from './precise-sums.js';
import type { RestrictedQuestions, SegmentCost } from './segment-cost.js';

/** Least variance, in variances of the series; ruptures adds as much to each. */
const floor = 1e-6;
/** Halvings of the range of weights, as for lines. */
const halvings = 8;

export function normalCost(values: Float64Array): SegmentCost {
  const sums = preciseSums(
    values.length,
    (i) => values[i],
    (i) => values[i] * values[i],
  );
  const between = (from: number, to: number, place: number) =>
    sums[4 * to + place] - sums[4 * from + place] + (sums[4 * to + place + 1] - sums[4 * from + place + 1]);

  return {
    length: values.length,
    isNonNegative: false,
    rival: 'neighbour',

    costs(starts, count, end, into) {
      for (let k = 0; k < count; k++) {
        const n = end - starts[k];
        const mean = between(starts[k], end, 0) / n;
        const variance = Math.max(between(starts[k], end, 2) / n - mean * mean, 0);
        const likely = Math.max(variance, floor);
        into[k] = n * (Math.log(likely) + variance / likely);
      }
    },

    restrictedCosts({ starts, rivals, gaps, wanted }: RestrictedQuestions, count, end, into) {
      for (let k = 0; k < count; k++) {
        const start = starts[k];
        const rival = rivals[k];
        const gap = gaps[k];
        const n = end - start;
        const y = between(start, end, 0);
        const yy = between(start, end, 2);
        const w = rival < 0 ? 0 : start - rival;
        const v = rival < 0 ? 0 : between(rival, start, 0);
        const vv = rival < 0 ? 0 : between(rival, start, 2);
        let from = 0;
        let to = n / w;
        let bound = Number.NEGATIVE_INFINITY;
        for (let i = 0; i <= (rival < 0 ? 0 : halvings) && bound < wanted[k]; i++) {
          const weight = i === 0 ? 0 : (from + to) / 2;
          const h = n - weight * w;
          const mean = (y - weight * v) / h;
          const variance = (yy - weight * vv) / h - mean * mean;
          const likely = Math.max(variance, floor);
          const dual = h * (Math.log(likely) + variance / likely) + weight * gap;
          if (dual > bound) bound = dual;
          const cost = w * Math.log(likely) + (vv - 2 * mean * v + w * mean * mean) / likely;
          if (cost < gap) {
            from = weight;
            continue;
          }
          to = weight;
          // With these parameters the start wins and costs less than wanted: no weight can prove otherwise.
          if (dual - weight * (gap - cost) < wanted[k]) break;
        }
        into[k] = bound;
      }
    },
  };
}
