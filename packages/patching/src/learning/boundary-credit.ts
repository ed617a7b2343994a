/**
 * Credit per boundary instead of per plan: a boundary is worth what the plans of the group that have one there got above those
 * that have none. Less noise where boundaries matter each by themselves, a bias where they matter together.
 */
import type { SampledPlans } from '../learned/sampled-plans.js';

/**
 * Advantages per step, shape `[B, G, L]`: for a step near which only some plans of the group have a boundary, by how much those
 * with one beat the group, or those without one fell behind it; 0 elsewhere. O(B G L).
 *
 * @param advantages shape `[B, G]`
 * @param tolerance steps on either side that count as the same place
 */
export function boundaryCredit(plans: SampledPlans, advantages: Float64Array, tolerance = 2): Float64Array {
  const { windows, group, length, labels } = plans;
  const result = new Float64Array(labels.length);
  const isNear = new Uint8Array(group * length);
  for (let window = 0; window < windows; window++) {
    isNear.fill(0);
    for (let g = 0; g < group; g++) {
      const at = (window * group + g) * length;
      for (let t = 1; t < length; t++) {
        if (labels[at + t] === 0) continue;
        const from = Math.max(0, t - tolerance);
        isNear.fill(1, g * length + from, g * length + Math.min(length, t + tolerance + 1));
      }
    }
    for (let t = 1; t < length; t++) {
      let count = 0;
      let inside = 0;
      let outside = 0;
      for (let g = 0; g < group; g++) {
        const advantage = advantages[window * group + g];
        if (isNear[g * length + t] === 1) {
          count += 1;
          inside += advantage;
        } else outside += advantage;
      }
      if (count === 0 || count === group) continue;
      const worth = inside / count - outside / (group - count);
      for (let g = 0; g < group; g++) {
        const share = isNear[g * length + t] === 1 ? (group - count) / group : -count / group;
        result[(window * group + g) * length + t] = worth * share;
      }
    }
  }
  return result;
}
