/**
 * The policy gradient as one number per logit, worked out on the host: the loss that the engine sees is no more than the sum of
 * coefficient times logit, so nothing has to be differentiated through draws, and plans of any kind share one compiled step.
 *
 * Source: Williams 1992, Machine Learning 8 (REINFORCE); with group baselines it is what ReinPatch, arXiv 2603.26097, calls GRPG.
 */
import { type NdArray, ndArray } from '@tessera/core/engine';
import { z } from 'zod';
import type { PlanSampler } from '../learned/plan-sampler.js';
import type { PolicyConfig } from '../learned/policy-config.js';
import type { PolicyScores } from '../learned/policy-scores.js';
import { pickCount, type SampledPlans } from '../learned/sampled-plans.js';
import { policyEntropy } from './policy-entropy.js';

export const entropyOptionsSchema = z.strictObject({
  /** Weight of the entropy, itself between 0 and 1, in the loss of a window. */
  bonus: z.number().nonnegative().default(0.01),
  /** Entropy below which `floorBonus` is added to the weight; 0 for none. */
  floor: z.number().min(0).max(1).default(0),
  floorBonus: z.number().nonnegative().default(0.1),
});
export type EntropyOptions = Readonly<z.output<typeof entropyOptionsSchema>>;

export interface PolicyGradientRequest {
  readonly config: Pick<PolicyConfig, 'sampler'>;
  readonly sampler: PlanSampler;
  readonly scores: PolicyScores;
  /** Drawn from these scores. */
  readonly plans: SampledPlans;
  /** One per plan, shape `[B, G]`, or one per step of each, shape `[B, G, L]`. */
  readonly advantages: Float64Array;
  /** Default: no bonus. */
  readonly entropy?: EntropyOptions;
}

export interface PolicyGradient {
  /** Derivative of the loss by each logit, shape `[B, L, M]`. */
  readonly coefficients: NdArray;
  /** Entropy of each window, shape `[B]`. */
  readonly entropy: Float64Array;
}

/**
 * The gradient of -(1 / (B G n)) sum A log p - (1 / B) sum weight * entropy, where n is the number of choices in a plan: picks, or
 * steps for independent draws. O(B G L M).
 */
export function policyGradientCoefficients(request: PolicyGradientRequest): PolicyGradient {
  const { config, sampler, scores, plans, advantages } = request;
  const { bonus, floor, floorBonus } = request.entropy ?? { bonus: 0, floor: 0, floorBonus: 0 };
  const sum = new Float64Array(scores.logits.length);
  sampler.addScore(scores, plans, advantages, sum);
  const choices = plans.actions.kind === 'picks' ? pickCount(sampler.space) : plans.length;
  const share = -1 / (plans.group * Math.max(1, choices));
  for (let i = 0; i < sum.length; i++) sum[i] *= share;
  const weigh = (entropy: number) => -(bonus + (entropy < floor ? floorBonus : 0));
  const entropy = policyEntropy(config, sampler.space, scores, weigh, sum);
  const coefficients = new Float32Array(sum.length);
  for (let i = 0; i < sum.length; i++) coefficients[i] = sum[i] / scores.windows;
  return { coefficients: ndArray(coefficients, [scores.windows, scores.length, scores.depth]), entropy };
}
