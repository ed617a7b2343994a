/** What draws plans from scores, and says how the chance of what it drew moves with the logits. */
import type { Key } from '@tessera/core';
import { bernoulliSampler } from './bernoulli.js';
import { plackettLuceSampler } from './plackett-luce.js';
import type { PlanSpace } from './plan-space.js';
import { planSpace } from './plan-space.js';
import type { PolicyConfig } from './policy-config.js';
import type { PolicyScores } from './policy-scores.js';
import type { SampledPlans } from './sampled-plans.js';

export interface PlanSampler {
  readonly space: PlanSpace;
  /** G plans per window; those of a window depend on the key, its place, its scores and the place in the group alone. */
  sample(key: Key, scores: PolicyScores, group: number): SampledPlans;
  /** Log-probability of one row of plans, window * G + sample, under these scores. */
  logProbability(scores: PolicyScores, plans: SampledPlans, row: number): number;
  /**
   * Adds, for every plan, advantage times the gradient of its log-probability with respect to the logits.
   *
   * @param advantages one per plan, shape `[B, G]`, or one per step of each, shape `[B, G, L]`
   * @param into shape `[B, L, M]`
   */
  addScore(scores: PolicyScores, plans: SampledPlans, advantages: Float64Array, into: Float64Array): void;
}

/** The sampler of a configuration for windows of one length. */
export function planSampler(config: PolicyConfig, length: number): PlanSampler {
  const space = planSpace(config, length);
  return config.sampler === 'bernoulli' ? bernoulliSampler(space) : plackettLuceSampler(space);
}
