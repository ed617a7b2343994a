/**
 * What a plan was worth: the only thing that comes back from a forecaster to a policy, a value. Declared here, implemented by
 * whoever forecasts.
 */
import type { SampledPlans } from '../learned/sampled-plans.js';
import type { PolicyWindow } from '../policies/patch-policy.js';

export interface RewardRequest {
  /** B windows of one length. */
  readonly windows: readonly PolicyWindow[];
  /** G plans for each. */
  readonly plans: SampledPlans;
  /** Number of the update, from 0. */
  readonly step: number;
}

/**
 * The reward of each plan, shape `[B, G]`; higher is better, e.g. the negative forecasting loss of that window alone. NaN where
 * nothing can be said, e.g. because no target was observed; such plans teach nothing and are counted.
 */
export type RewardFn = (request: RewardRequest) => Promise<Float64Array>;
