/**
 * One update of a policy from plans that differ in a single boundary:
 *
 *   windows -> logits -> C candidates a window -> C plans, alike but for the candidate -> rewards -> gradient over the candidates
 *
 * A whole plan shares its reward among all its boundaries, and the one that matters drowns in what the others do. Here the rest of the plan is
 * the same for all candidates of a window, and the gradient of the expected reward over them is exact, with nothing left to the draw
 * but which candidates are looked at.
 *
 * The candidates are those of Gumbel-top-C (Kool et al. 2019, arXiv 1903.06059); the gradient is that of the expectation over all actions
 * (Sutton et al. 2000, NIPS 12, theorem 1) restricted to them.
 */
import { foldIn, type Key, parseOptions, RandomStream, TesseraError } from '@tessera/core';
import { ndArray } from '@tessera/core/engine';
import { z } from 'zod';
import { beginFinest, everyStep } from '../learned/plackett-luce.js';
import { planSampler } from '../learned/plan-sampler.js';
import type { PlanSpace } from '../learned/plan-space.js';
import { policyFeatures } from '../learned/policy-features.js';
import { indifferentScores, type PolicyScores, policyScores } from '../learned/policy-scores.js';
import { emptyPlans, type SampledPlans } from '../learned/sampled-plans.js';
import type { PolicyWindow } from '../policies/patch-policy.js';
import type { LearningFigures } from './learning-figures.js';
import type { PolicyLearner } from './policy-learner.js';
import type { RewardFn } from './reward.js';

export const candidateStepSchema = z.strictObject({
  /** Boundaries that are tried for each window, C. */
  candidates: z.number().int().min(2).default(32),
  /** Largest size of an advantage, in units of the spread of rewards within the windows of the batch. */
  clamp: z.number().positive().default(4),
  /**
   * What it costs to become more likely than the reference policy has it: this times log(p / q), in units of the spread, is taken from the
   * reward of a candidate. Holds a policy near to what it was taught where rewards hardly differ. Default 0, no cost.
   */
  leash: z.number().nonnegative().default(0),
});
export type CandidateStepOptions = z.input<typeof candidateStepSchema>;

export interface CandidateStepRequest {
  readonly learner: PolicyLearner;
  /** Of one length, at least one step each. */
  readonly windows: readonly PolicyWindow[];
  /** Of this update. */
  readonly key: Key;
  readonly reward: RewardFn;
  /** The policy that the leash holds on to, e.g. a learner as it was taught. */
  readonly reference?: Pick<PolicyLearner, 'logits'> | undefined;
  readonly options?: CandidateStepOptions;
}

/** Candidates of each window and the plans they make. */
export interface Candidates {
  /** Steps, shape `[B, C]`; -1 where fewer are allowed. */
  readonly steps: Int32Array;
  readonly plans: SampledPlans;
}

/** @throws TesseraError OPTIONS_INVALID, SHAPE_MISMATCH, TRAINING_DIVERGED, and what the reward throws */
export async function candidateStep(
  request: CandidateStepRequest,
): Promise<LearningFigures & { readonly gradientNorm: number }> {
  const { learner, windows, key, reward, reference } = request;
  const options = parseOptions(candidateStepSchema, request.options, 'candidateStep');
  const { config } = learner;
  const features = policyFeatures(windows, config);
  const scores = policyScores(config, features, await learner.logits(features));
  const sampler = planSampler(config, scores.length);
  const others = sampler.sample(foldIn(key, 0), indifferentScores(config, scores.windows, scores.length), 1);
  const candidates = drawCandidates(scores, sampler.space, others, options.candidates, foldIn(key, 1));
  const { plans } = candidates;
  const rewards = await reward({ windows, plans, step: learner.steps });
  if (rewards.length !== plans.windows * plans.group) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'rewards',
      expected: `${plans.windows * plans.group} rewards, one per candidate`,
      found: String(rewards.length),
      wayOut: 'Give the rewards of all plans, window by window; NaN where nothing can be said',
    });
  }
  const isHeld = reference !== undefined && options.leash > 0;
  const taught = isHeld ? policyScores(config, features, await reference.logits(features)).logits : undefined;
  const { coefficients, figures } = candidateGradient(scores, candidates, rewards, options, taught);
  const shape = [scores.windows, scores.length, scores.depth];
  const { gradientNorm } = await learner.update(features, ndArray(coefficients, shape));
  return { ...figures, gradientNorm };
}

/**
 * Candidates by the policy’s own chances, without replacement, each in a plan that otherwise is that of the window: one of its chosen
 * boundaries makes room, and so do those that the candidate comes too close to. O(B (L log L + C L)).
 *
 * @param others one plan per window, from which the rest of the boundaries is taken
 */
export function drawCandidates(
  scores: PolicyScores,
  space: PlanSpace,
  others: SampledPlans,
  count: number,
  key: Key,
): Candidates {
  const { windows, length } = scores;
  const [finest] = space.levels;
  const draws = everyStep(length);
  const steps = new Int32Array(windows * count).fill(-1);
  const plans = emptyPlans(scores, count);
  const perturbed = new Float64Array(length);
  const order = new Int32Array(length);
  const isAnchor = new Uint8Array(length);
  isAnchor[0] = 1;
  for (const step of finest.anchors) isAnchor[step] = 1;
  for (let window = 0; window < windows; window++) {
    const stream = new RandomStream(foldIn(key, window));
    beginFinest(draws, scores, window, space);
    for (let t = 0; t < length; t++) {
      order[t] = t;
      perturbed[t] = Math.log(draws.weights[t]) - Math.log(-Math.log(stream.uniform()));
    }
    order.sort((a, b) => perturbed[b] - perturbed[a] || a - b);
    const rest = others.labels.slice(window * length, (window + 1) * length);
    const chosen = order.filter((t) => rest[t] > 0 && isAnchor[t] === 0).sort();
    // With nothing to choose there is nothing to learn.
    if (chosen.length > 0) rest[chosen[stream.integer(0, chosen.length)]] = 0;
    for (let c = 0; c < count; c++) {
      const row = (window * count + c) * length;
      plans.labels.set(rest, row);
      const step = order[c] ?? 0;
      if (chosen.length === 0 || !(draws.weights[step] > 0)) continue;
      steps[window * count + c] = step;
      for (const t of chosen) if (Math.abs(t - step) < finest.spacing) plans.labels[row + t] = 0;
      plans.labels[row + step] = 1;
    }
  }
  const actions = { kind: 'labels', labels: plans.labels } as const;
  return { steps, plans: { ...plans, actions } };
}

/**
 * The gradient of the expected reward over the candidates, with its sign turned. Rewards are told in the spread of the batch, not of each
 * window, so that windows in which nothing is at stake weigh nothing. O(B C).
 *
 * @param rewards shape `[B, C]`; candidates without a finite one are left out, and counted
 * @param taught logits of the policy that the leash holds on to, shape `[B, L, M]`; without them nothing is held
 * @returns coefficients, shape `[B, L, M]`
 */
export function candidateGradient(
  { logits, windows, length, depth }: PolicyScores,
  { steps, plans }: Candidates,
  rewards: Float64Array,
  { clamp, leash }: Pick<z.output<typeof candidateStepSchema>, 'clamp' | 'leash'>,
  taught?: Float32Array,
): { readonly coefficients: Float32Array; readonly figures: LearningFigures } {
  const { group } = plans;
  const coefficients = new Float32Array(logits.length);
  const judged = Array.from({ length: windows }, (_, window) => {
    const places: number[] = [];
    for (let i = window * group; i < (window + 1) * group; i++) {
      if (steps[i] >= 0 && Number.isFinite(rewards[i])) places.push(i);
    }
    return places;
  });
  const variances = judged.filter((places) => places.length > 1).map((places) => varianceOf(places, rewards));
  const spread = Math.sqrt(variances.reduce((sum, each) => sum + each, 0) / Math.max(1, variances.length));
  let [entropy, agreement, learned] = [0, 0, 0];
  for (const [window, places] of judged.entries()) {
    if (places.length < 2) continue;
    const logitAt = (i: number) => (window * length + steps[i]) * depth;
    const chances = softmax(places.map((i) => logits[logitAt(i)]));
    const references = taught === undefined ? chances : softmax(places.map((i) => taught[logitAt(i)]));
    const expected = places.reduce((sum, i, c) => sum + chances[c] * rewards[i], 0);
    const advantages = places.map((i, c) => {
      const scaled = spread > 0 ? (rewards[i] - expected) / spread : 0;
      // Logits are bounded, so that no chance is 0.
      return Math.min(clamp, Math.max(-clamp, scaled)) - leash * Math.log(chances[c] / references[c]);
    });
    const mean = advantages.reduce((sum, each, c) => sum + chances[c] * each, 0);
    for (const [c, i] of places.entries()) {
      coefficients[logitAt(i)] -= (chances[c] * (advantages[c] - mean)) / windows;
    }
    entropy -= chances.reduce((sum, p) => sum + (p > 0 ? p * Math.log(p) : 0), 0) / Math.log(places.length);
    agreement += chances.reduce((sum, p) => sum + p * p, 0);
    learned += 1;
  }
  const finite = rewards.filter(Number.isFinite);
  const rate = plans.labels.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0) / plans.labels.length;
  return {
    coefficients,
    figures: {
      reward: finite.reduce((sum, each) => sum + each, 0) / finite.length,
      groupSpread: spread,
      entropy: entropy / learned,
      boundaryRate: rate,
      rawBoundaryRate: rate,
      // The chance that two draws among the candidates are the same.
      agreement: agreement / learned,
      unjudged: rewards.length - finite.length,
      warnings: [],
    },
  };
}

function softmax(values: readonly number[]): number[] {
  const largest = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const weights = values.map((value) => Math.exp(value - largest));
  const total = weights.reduce((sum, each) => sum + each, 0);
  return weights.map((each) => each / total);
}

function varianceOf(places: readonly number[], values: Float64Array): number {
  const mean = places.reduce((sum, i) => sum + values[i], 0) / places.length;
  return places.reduce((sum, i) => sum + (values[i] - mean) ** 2, 0) / places.length;
}
