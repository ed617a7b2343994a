/**
 * One update of a policy by reward:
 *
 *   windows -> features -> logits -> G plans a window -> rewards -> advantages -> coefficients -> AdamW
 *
 * The reward comes from outside, and what else happens on the way (a forecaster that trains on the same plans) is its own.
 */
import { type Key, parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { planSampler } from '../learned/plan-sampler.js';
import { policyFeatures } from '../learned/policy-features.js';
import { policyScores } from '../learned/policy-scores.js';
import type { PolicyWindow } from '../policies/patch-policy.js';
import { boundaryCredit } from './boundary-credit.js';
import { advantageOptionsSchema, groupAdvantages } from './group-advantages.js';
import { type LearningFigures, learningFigures } from './learning-figures.js';
import { entropyOptionsSchema, policyGradientCoefficients } from './policy-gradient.js';
import type { PolicyLearner } from './policy-learner.js';
import type { RewardFn } from './reward.js';

export const policyStepSchema = z.strictObject({
  /** Plans per window, G. */
  group: z.number().int().min(2).default(4),
  advantage: advantageOptionsSchema.prefault({}),
  entropy: entropyOptionsSchema.prefault({}),
  /** Whether a plan’s choices share its advantage, or each boundary gets its own; see `boundaryCredit`. */
  credit: z.enum(['plan', 'boundary']).default('plan'),
  /** Steps on either side that count as the same place, for `boundary`. */
  creditTolerance: z.number().int().nonnegative().default(2),
});
export type PolicyStepOptions = z.input<typeof policyStepSchema>;

export interface PolicyStepRequest {
  readonly learner: PolicyLearner;
  /** Of one length, at least one step each. */
  readonly windows: readonly PolicyWindow[];
  /** Of this update. */
  readonly key: Key;
  readonly reward: RewardFn;
  readonly options?: PolicyStepOptions;
}

/** @throws TesseraError OPTIONS_INVALID, SHAPE_MISMATCH, TRAINING_DIVERGED, and what the reward throws */
export async function policyStep(
  request: PolicyStepRequest,
): Promise<LearningFigures & { readonly gradientNorm: number }> {
  const { learner, windows, key, reward } = request;
  const options = parseOptions(policyStepSchema, request.options, 'policyStep');
  const { config } = learner;
  const features = policyFeatures(windows, config);
  const scores = policyScores(config, features, await learner.logits(features));
  const sampler = planSampler(config, scores.length);
  const plans = sampler.sample(key, scores, options.group);
  const rewards = await reward({ windows, plans, step: learner.steps });
  if (rewards.length !== windows.length * options.group) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'rewards',
      expected: `${windows.length * options.group}, one per plan`,
      found: String(rewards.length),
      wayOut: 'Give the rewards of all plans, window by window; NaN where nothing can be said',
    });
  }
  const perPlan = groupAdvantages(rewards, options.group, options.advantage);
  const advantages =
    options.credit === 'plan' ? perPlan : boundaryCredit(plans, perPlan, options.creditTolerance);
  const { coefficients, entropy } = policyGradientCoefficients({
    config,
    sampler,
    scores,
    plans,
    advantages,
    entropy: options.entropy,
  });
  const { gradientNorm } = await learner.update(features, coefficients);
  return { ...learningFigures(sampler.space, plans, rewards, entropy), gradientNorm };
}
