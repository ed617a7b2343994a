/**
 * How undecided a policy is, between 0 and 1, and how that moves with the logits. For exact counts it is the entropy of the first
 * choice at the finest level, because that of whole plans cannot be summed; for independent steps the mean entropy of a step.
 */
import { sigmoid, softplus } from '../learned/bernoulli.js';
import { beginFinest, everyStep } from '../learned/plackett-luce.js';
import type { PlanSpace } from '../learned/plan-space.js';
import type { PolicyConfig } from '../learned/policy-config.js';
import type { PolicyScores } from '../learned/policy-scores.js';

/** What entropy weighs in a window’s loss. */
export type EntropyWeight = (entropy: number) => number;

/**
 * The entropy of each window as a share of the largest possible, shape `[B]`; NaN where there is nothing to choose. O(B L M).
 *
 * @param weigh of each window; where there is a place for it, weight times gradient is added there
 * @param into shape `[B, L, M]`
 */
export function policyEntropy(
  { sampler }: Pick<PolicyConfig, 'sampler'>,
  space: PlanSpace,
  scores: PolicyScores,
  weigh: EntropyWeight = () => 0,
  into?: Float64Array,
): Float64Array {
  return sampler === 'bernoulli'
    ? stepEntropy(space, scores, weigh, into)
    : choiceEntropy(space, scores, weigh, into);
}

function choiceEntropy(
  space: PlanSpace,
  scores: PolicyScores,
  weigh: EntropyWeight,
  into: Float64Array | undefined,
): Float64Array {
  const { windows, length, depth, proposals } = scores;
  const result = new Float64Array(windows).fill(Number.NaN);
  if (space.levels[0].picks === 0) return result;
  const draws = everyStep(length);
  const chances = new Float64Array(length);
  for (let window = 0; window < windows; window++) {
    beginFinest(draws, scores, window, space);
    const total = draws.total();
    let choices = 0;
    let sum = 0;
    for (let t = 0; t < length; t++) {
      chances[t] = draws.weights[t] / total;
      if (!(chances[t] > 0)) continue;
      sum -= chances[t] * Math.log(chances[t]);
      if (proposals === undefined || proposals[window * length + t] === 1) choices += 1;
    }
    if (choices < 2) continue;
    const largest = Math.log(choices);
    result[window] = sum / largest;
    const weight = weigh(result[window]);
    if (into === undefined || weight === 0) continue;
    for (let t = 0; t < length; t++) {
      if (!(chances[t] > 0)) continue;
      into[(window * length + t) * depth] -= (weight * chances[t] * (Math.log(chances[t]) + sum)) / largest;
    }
  }
  return result;
}

function stepEntropy(
  { levels }: PlanSpace,
  { windows, length, depth, logits }: PolicyScores,
  weigh: EntropyWeight,
  into: Float64Array | undefined,
): Float64Array {
  const result = new Float64Array(windows).fill(Number.NaN);
  const fixed = new Uint8Array(length);
  for (const step of levels[0].anchors) fixed[step] = 1;
  const free = length - 1 - levels[0].anchors.length;
  if (free < 1) return result;
  const unit = 1 / (free * Math.LN2);
  for (let window = 0; window < windows; window++) {
    let sum = 0;
    for (let t = 1; t < length; t++) {
      if (fixed[t] === 1) continue;
      const logit = logits[(window * length + t) * depth];
      sum += softplus(logit) - logit * sigmoid(logit);
    }
    result[window] = sum * unit;
    const weight = weigh(result[window]);
    if (into === undefined || weight === 0) continue;
    for (let t = 1; t < length; t++) {
      if (fixed[t] === 1) continue;
      const place = (window * length + t) * depth;
      const p = sigmoid(logits[place]);
      into[place] -= weight * unit * logits[place] * p * (1 - p);
    }
  }
  return result;
}
