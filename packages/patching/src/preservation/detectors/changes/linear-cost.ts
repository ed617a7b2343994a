/**
 * The cost of a straight line: the sum of squared residuals of the least-squares line through the segment. Lines of neighbouring
 * segments need not meet. Expects values of mean about 0 and deviation about 1.
 *
 * The bound comes from weak duality: for any weight m >= 0, no line with which the start beats its rival costs less than the least
 * value of (own cost) + m (gap - cost between), which is a regression where the points between count -m times.
 *
 * Source of the idea: Truong and Runge, An Efficient Algorithm for Exact Segmentation of Large Compositional and Categorical
 * Time Series (Stat 13, 2024, doi 10.1002/sta4.70012), who use it for other costs.
 */
import { preciseSums } from './precise-sums.js';
import type { RestrictedQuestions, SegmentCost } from './segment-cost.js';

/** Halvings of the range of weights. More of them prune hardly better, which was tried on 20,000 points of noise. */
const halvings = 8;

export function linearCost(values: Float64Array): SegmentCost {
  const sums = preciseSums(
    values.length,
    (i) => values[i],
    (i) => i * values[i],
    (i) => values[i] * values[i],
  );
  const between = (from: number, to: number, place: number) =>
    sums[6 * to + place] - sums[6 * from + place] + (sums[6 * to + place + 1] - sums[6 * from + place + 1]);

  return {
    length: values.length,
    isNonNegative: true,
    rival: 'neighbour',

    costs(starts, count, end, into) {
      for (let k = 0; k < count; k++) {
        const start = starts[k];
        const n = end - start;
        const sum = between(start, end, 0);
        const lean = between(start, end, 2) - (start + (n - 1) / 2) * sum;
        const explained = (sum * sum) / n + (n > 1 ? (12 * lean * lean) / (n * (n * n - 1)) : 0);
        into[k] = Math.max(between(start, end, 4) - explained, 0);
      }
    },

    restrictedCosts({ starts, rivals, gaps, wanted }: RestrictedQuestions, count, end, into) {
      for (let k = 0; k < count; k++) {
        const start = starts[k];
        const rival = rivals[k];
        const gap = gaps[k];
        // Sums take the start as origin: own points lie at 0, 1, …, those between at -1, -2, ….
        const n = end - start;
        const x = (n * (n - 1)) / 2;
        const xx = (n * (n - 1) * (2 * n - 1)) / 6;
        const y = between(start, end, 0);
        const xy = between(start, end, 2) - start * y;
        const yy = between(start, end, 4);
        const determinant = n * xx - x * x;
        if (n < 2 || rival < 0) {
          const least = n < 2 ? 0 : yy - (y * (xx * y - x * xy) + xy * (n * xy - x * y)) / determinant;
          into[k] = Math.max(least, 0);
          continue;
        }
        const w = start - rival;
        const u = (-w * (w + 1)) / 2;
        const uu = (w * (w + 1) * (2 * w + 1)) / 6;
        const v = between(rival, start, 0);
        const uv = between(rival, start, 2) - start * v;
        const vv = between(rival, start, 4);
        // Weights from 0 to where the regression stops having a least value.
        const a = w * uu - u * u;
        const b = n * uu + w * xx - 2 * x * u;
        let from = 0;
        let to = (2 * determinant) / (b + Math.sqrt(Math.max(b * b - 4 * a * determinant, 0)));
        let bound = 0;
        for (let i = 0; i <= halvings && bound < wanted[k]; i++) {
          const weight = i === 0 ? 0 : (from + to) / 2;
          const h = n - weight * w;
          const hx = x - weight * u;
          const hxx = xx - weight * uu;
          const size = h * hxx - hx * hx;
          if (!(size > 0 && h > 0)) {
            to = weight;
            continue;
          }
          const hy = y - weight * v;
          const hxy = xy - weight * uv;
          const level = (hxx * hy - hx * hxy) / size;
          const slope = (h * hxy - hx * hy) / size;
          const dual = yy - weight * vv + weight * gap - (hy * level + hxy * slope);
          if (dual > bound) bound = dual;
          const cost =
            vv -
            2 * (level * v + slope * uv) +
            level * level * w +
            2 * level * slope * u +
            slope * slope * uu;
          if (cost < gap) {
            from = weight;
            continue;
          }
          to = weight;
          // With this line the start wins and costs less than wanted: no weight can prove otherwise.
          if (dual - weight * (gap - cost) < wanted[k]) break;
        }
        into[k] = bound;
      }
    },
  };
}
