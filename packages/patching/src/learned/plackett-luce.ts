/**
 * Exact-count sampling: boundaries are drawn one after another by softmax over the steps that are still allowed, which is the law of
 * Gumbel-top-K under the same restrictions. Each draw takes its neighbours out. Coarse levels draw among the boundaries of the
 * finer one. The log-probability is that of the draws in their order.
 *
 * Sources: Plackett 1975, Applied Statistics 24(2); Kool et al. 2019, arXiv 1903.06059, sections 2 and 3.
 */
import { foldIn, invariant, type Key, RandomStream } from '@tessera/core';
import type { PlanSampler } from './plan-sampler.js';
import type { PlanLevel, PlanSpace } from './plan-space.js';
import type { PolicyScores } from './policy-scores.js';
import { emptyPlans, markAnchors, pickCount, type SampledPlans } from './sampled-plans.js';
import { WeightedDraws } from './weighted-draws.js';

/** Added to the logit of a step that is not proposed: it is chosen only when no proposal is left. */
export const unproposed = -40;
/** Weights are relative to the largest; below this exponent they would vanish, and a step would become impossible. */
const lowestExponent = -600;

export function plackettLuceSampler(space: PlanSpace): PlanSampler {
  return new PlackettLuce(space);
}

class PlackettLuce implements PlanSampler {
  /** First choice at the finest level of the window at hand. */
  readonly #first: WeightedDraws;
  readonly #finest: WeightedDraws;
  readonly #coarse: WeightedDraws;
  readonly #picks: number;

  constructor(readonly space: PlanSpace) {
    this.#first = everyStep(space.length);
    this.#finest = everyStep(space.length);
    this.#coarse = new WeightedDraws(space.levels.length > 1 ? space.length : 0);
    this.#picks = pickCount(space);
  }

  /** O(B G (L + P (L / 32 + spacing))) with P picks; what is O(L) is a plain copy. */
  sample(key: Key, scores: PolicyScores, group: number): SampledPlans {
    const { length } = this.space;
    const plans = emptyPlans(scores, group);
    const picks = new Int32Array(scores.windows * group * this.#picks).fill(-1);
    for (let window = 0; window < scores.windows; window++) {
      beginFinest(this.#first, scores, window, this.space);
      const windowKey = foldIn(key, window);
      for (let g = 0; g < group; g++) {
        const row = window * group + g;
        const stream = new RandomStream(foldIn(windowKey, g));
        markAnchors(this.space, plans.labels, row * length);
        plans.logProbabilities[row] = this.#draw(scores, window, stream, plans.labels, row, picks);
      }
    }
    return { ...plans, actions: { kind: 'picks', picks } };
  }

  logProbability(scores: PolicyScores, plans: SampledPlans, row: number): number {
    beginFinest(this.#first, scores, Math.floor(row / plans.group), this.space);
    return this.#replay(scores, plans, row, undefined, undefined);
  }

  /** O(B G (L + P (L / 32 + spacing))). */
  addScore(scores: PolicyScores, plans: SampledPlans, advantages: Float64Array, into: Float64Array): void {
    for (let window = 0; window < plans.windows; window++) {
      beginFinest(this.#first, scores, window, this.space);
      for (let g = 0; g < plans.group; g++) {
        this.#replay(scores, plans, window * plans.group + g, advantages, into);
      }
    }
  }

  #draw(
    scores: PolicyScores,
    window: number,
    stream: RandomStream,
    labels: Uint8Array,
    row: number,
    picks: Int32Array,
  ): number {
    const { levels, length } = this.space;
    let logProbability = 0;
    let at = row * this.#picks;
    for (let level = 0; level < levels.length; level++) {
      const draws = this.#beginLevel(scores, window, level, labels, row);
      for (let i = 0; i < levels[level].picks; i++) {
        const total = draws.total();
        const item = draws.at(stream.uniform(), total);
        if (item < 0) break;
        const step = draws.steps[item];
        logProbability += Math.log(draws.weights[item] / total);
        picks[at + i] = step;
        labels[row * length + step] = level + 1;
        draws.reach(step, levels[level].spacing);
        draws.removeReached();
      }
      at += levels[level].picks;
    }
    return logProbability;
  }

  /** Makes the draws of a plan again: their log-probability, and its gradient where there is a place for it. */
  #replay(
    scores: PolicyScores,
    plans: SampledPlans,
    row: number,
    advantages: Float64Array | undefined,
    into: Float64Array | undefined,
  ): number {
    const { actions, labels, group } = plans;
    invariant(actions.kind === 'picks', 'plans of this sampler hold picks');
    const { levels, length } = this.space;
    const depth = levels.length;
    const window = Math.floor(row / group);
    const perStep = advantages !== undefined && advantages.length > plans.windows * group;
    let logProbability = 0;
    let at = row * this.#picks;
    for (let level = 0; level < depth; level++) {
      const draws = this.#beginLevel(scores, window, level, labels, row);
      const base = window * length * depth + level;
      // Sum over the draws so far of advantage / total weight: what each remaining item has been offered.
      let offered = 0;
      for (let i = 0; i < levels[level].picks; i++) {
        const step = actions.picks[at + i];
        if (step < 0) break;
        const total = draws.total();
        draws.reach(step, 1);
        logProbability += Math.log(draws.weights[draws.reachedFrom] / total);
        draws.reach(step, levels[level].spacing);
        if (into !== undefined && advantages !== undefined) {
          const advantage = advantages[perStep ? row * length + step : row];
          into[base + step * depth] += advantage;
          offered += advantage / total;
          for (let j = draws.reachedFrom; j < draws.reachedTo; j++) {
            into[base + draws.steps[j] * depth] -= draws.weights[j] * offered;
          }
        }
        draws.removeReached();
      }
      if (into !== undefined && offered !== 0) {
        for (let j = 0; j < draws.count; j++) {
          into[base + draws.steps[j] * depth] -= draws.weights[j] * offered;
        }
      }
      at += levels[level].picks;
    }
    return logProbability;
  }

  #beginLevel(
    { logits, depth }: PolicyScores,
    window: number,
    level: number,
    labels: Uint8Array,
    row: number,
  ): WeightedDraws {
    const { length, levels } = this.space;
    if (level === 0) {
      this.#finest.beginAs(this.#first);
      return this.#finest;
    }
    const draws = this.#coarse;
    let count = 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = 1; t < length; t++) {
      if (labels[row * length + t] < level) continue;
      const logit = logits[(window * length + t) * depth + level];
      if (logit > largest) largest = logit;
      draws.steps[count] = t;
      draws.weights[count] = logit;
      count += 1;
    }
    for (let i = 0; i < count; i++) {
      draws.weights[i] = Math.exp(Math.max(draws.weights[i] - largest, lowestExponent));
    }
    draws.begin(count);
    removeFixed(draws, levels[level]);
    return draws;
  }
}

/** Draws among the steps `[0, length)`, still without weights. */
export function everyStep(length: number): WeightedDraws {
  const draws = new WeightedDraws(length);
  for (let t = 0; t < length; t++) draws.steps[t] = t;
  return draws;
}

/**
 * Begins with the softmax weights, up to a factor, of the first choice at the finest level: 0 where none is allowed. O(L).
 *
 * @param draws made by `everyStep` for the length of the scores
 */
export function beginFinest(
  draws: WeightedDraws,
  { logits, depth, proposals }: PolicyScores,
  window: number,
  { length, levels }: PlanSpace,
): void {
  const { weights } = draws;
  const first = window * length;
  let largest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < length; t++) {
    const offset = proposals === undefined || proposals[first + t] === 1 ? 0 : unproposed;
    weights[t] = logits[(first + t) * depth] + offset;
    if (weights[t] > largest) largest = weights[t];
  }
  for (let t = 0; t < length; t++) weights[t] = Math.exp(Math.max(weights[t] - largest, lowestExponent));
  draws.begin(length);
  removeFixed(draws, levels[0]);
}

/** Takes out the neighbourhoods of step 0 and of the anchors. */
function removeFixed(draws: WeightedDraws, { anchors, anchorSpacing }: PlanLevel): void {
  draws.reach(0, anchorSpacing);
  draws.removeReached();
  for (let i = 0; i < anchors.length; i++) {
    draws.reach(anchors[i], anchorSpacing);
    draws.removeReached();
  }
}
