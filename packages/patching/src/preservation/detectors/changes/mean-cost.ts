/**
 * The cost of a constant level: the sum of squared deviations from the mean of the segment. With `logLength` it adds the
 * logarithm of the length (the modified Bayes information criterion), so that a change costs more, the more even the lengths beside it. Expects values of mean about 0 and deviation about 1, or the differences of its sums lose digits.
 *
 * Sources: Killick, Fearnhead and Eckley, Optimal Detection of Changepoints with a Linear Computational Cost (JASA 2012);
 * Zhang and Siegmund, A Modified Bayes Information Criterion (Biometrics 2007).
 */
import { preciseSums } from './precise-sums.js';
import type { RestrictedQuestions, SegmentCost } from './segment-cost.js';

export function meanCost(values: Float64Array, logLength = false): SegmentCost {
  const sums = preciseSums(
    values.length,
    (i) => values[i],
    (i) => values[i] * values[i],
  );
  const between = (from: number, to: number, place: number) =>
    sums[4 * to + place] - sums[4 * from + place] + (sums[4 * to + place + 1] - sums[4 * from + place + 1]);

  return {
    length: values.length,
    isNonNegative: true,
    // Next to the end the logarithms of neighbours differ by more than a neighbour can tell of the level.
    rival: logLength ? 'oldest' : 'neighbour',

    costs(starts, count, end, into) {
      for (let k = 0; k < count; k++) {
        const start = starts[k];
        const sum = between(start, end, 0);
        const deviation = between(start, end, 2) - (sum * sum) / (end - start);
        into[k] = Math.max(deviation, 0) + (logLength ? Math.log(end - start) : 0);
      }
    },

    /**
     * The start beats its rival where the level lies outside an interval about the mean between them; there the cost is least at its own
     * mean, or else at the nearer end. The logarithm is left out: of two starts the later one has the smaller logarithm for ever,
     * so whoever loses without it loses with it.
     */
    restrictedCosts({ starts, rivals, gaps }: RestrictedQuestions, count, end, into) {
      for (let k = 0; k < count; k++) {
        const start = starts[k];
        const rival = rivals[k];
        const steps = end - start;
        const sum = between(start, end, 0);
        const mean = sum / steps;
        into[k] = Math.max(between(start, end, 2) - sum * mean, 0);
        if (rival < 0) continue;
        const stepsBetween = start - rival;
        const sumBetween = between(rival, start, 0);
        const meanBetween = sumBetween / stepsBetween;
        let gap = gaps[k] - (between(rival, start, 2) - sumBetween * meanBetween);
        // The rival’s logarithm exceeds the start’s by this at most, now and later.
        if (logLength) gap -= Math.log((end - rival) / steps);
        if (!(gap > 0)) continue;
        const move = Math.sqrt(gap / stepsBetween) - Math.abs(mean - meanBetween);
        if (move > 0) into[k] += steps * move * move;
      }
    },
  };
}
