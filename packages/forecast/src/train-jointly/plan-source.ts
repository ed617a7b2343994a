/** Where the plans of a training come from: a policy that learns, drawn or at its best, or no opinion at all. */
import type { Key } from '@tessera/core';
import type { PolicyWindow } from '@tessera/patching';
import {
  greedyPlans,
  indifferentScores,
  type PlanSampler,
  type PolicyConfig,
  type PolicyScores,
  planSampler,
  policyFeatures,
  policyScores,
} from '@tessera/patching/learned';
import type { PolicyLearner } from '@tessera/patching/learning';
import { endsOfAll } from '../patch/policy/planned-windows.js';

export class PlanSource {
  readonly #policy: PolicyConfig;
  readonly #lookback: number;
  readonly #sampler: PlanSampler;

  constructor(policy: PolicyConfig, lookback: number) {
    this.#policy = policy;
    this.#lookback = lookback;
    this.#sampler = planSampler(policy, lookback);
  }

  /** One plan per window without an opinion, as exclusive ends. */
  random(windows: number, key: Key): Uint32Array[] {
    const scores = indifferentScores(this.#policy, windows, this.#lookback);
    return endsOfAll(this.#sampler.sample(key, scores, 1).labels, this.#lookback);
  }

  /** One plan per window, drawn from the policy as it is now. @param sharpness what its logits are multiplied by */
  async sampled(
    learner: PolicyLearner,
    windows: readonly PolicyWindow[],
    key: Key,
    sharpness: number,
  ): Promise<Uint32Array[]> {
    if (windows.length === 0) return [];
    const own = await this.#scores(learner, windows);
    const scores = sharpness === 1 ? own : { ...own, logits: own.logits.map((logit) => sharpness * logit) };
    return endsOfAll(this.#sampler.sample(key, scores, 1).labels, this.#lookback);
  }

  /** The plan of each window that the policy would make now. */
  async greedy(learner: PolicyLearner, windows: readonly PolicyWindow[]): Promise<Uint32Array[]> {
    const scores = await this.#scores(learner, windows);
    return endsOfAll(greedyPlans(this.#policy, this.#sampler.space, scores), this.#lookback);
  }

  async #scores(learner: PolicyLearner, windows: readonly PolicyWindow[]): Promise<PolicyScores> {
    const features = policyFeatures(windows, this.#policy);
    return policyScores(this.#policy, features, await learner.logits(features));
  }
}
