/**
 * The deterministic plan of a policy that sees whole windows: best steps first under the same limits as in sampling. With the
 * Bernoulli sampler only steps with a logit of at least 0 are taken, as a probability of one half would have it.
 */

import { sigmoid } from './bernoulli.js';
import { BestFirst } from './best-first.js';
import { unproposed } from './plackett-luce.js';
import type { PlanSpace } from './plan-space.js';
import type { PolicyConfig } from './policy-config.js';
import type { PolicyScores } from './policy-scores.js';
import { markAnchors } from './sampled-plans.js';

/** Labels as in `SampledPlans`, shape `[B, L]`. O(B M L log L). */
export function greedyPlans(
  { sampler }: Pick<PolicyConfig, 'sampler'>,
  space: PlanSpace,
  { windows, logits, proposals, depth }: PolicyScores,
): Uint8Array {
  const { length } = space;
  const labels = new Uint8Array(windows * length);
  const best = new BestFirst(space);
  const score = new Float64Array(length);
  const wanted = sampler === 'bernoulli' ? new Uint8Array(windows * length) : undefined;
  for (let window = 0; window < windows; window++) {
    const at = window * length;
    markAnchors(space, labels, at);
    if (wanted !== undefined) markWanted(logits, depth, at, length, labels, wanted);
    for (let m = 0; m < depth; m++) {
      for (let t = 0; t < length; t++) {
        const logit = logits[(at + t) * depth + m];
        if (sampler === 'bernoulli') score[t] = (m === 0 ? 1 : score[t]) * sigmoid(logit);
        else
          score[t] = logit + (m > 0 || proposals === undefined || proposals[at + t] === 1 ? 0 : unproposed);
      }
      best.rank(score);
      best.fill(m, labels, at, wanted);
    }
  }
  return labels;
}

/** Levels that a step wants to open: as many, from the finest on, as are anchored or have a logit of at least 0. */
function markWanted(
  logits: Float32Array,
  depth: number,
  at: number,
  length: number,
  anchored: Uint8Array,
  into: Uint8Array,
): void {
  for (let t = 0; t < length; t++) {
    let label = anchored[at + t];
    while (label < depth && logits[(at + t) * depth + label] >= 0) label += 1;
    into[at + t] = label;
  }
}
