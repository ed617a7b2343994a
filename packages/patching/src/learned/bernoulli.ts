/**
 * Independent sampling: each step opens a patch at the finest level with probability sigmoid(logit), at the next one with the
 * sigmoid of that level’s logit given that the finer is open, and so on. The environment then keeps the likeliest that fit.
 * Log-probability and gradient are those of the draws before that edit, which belongs to the environment.
 */
import { foldIn, invariant, type Key, threefry } from '@tessera/core';
import { BestFirst } from './best-first.js';
import type { PlanSampler } from './plan-sampler.js';
import type { PlanSpace } from './plan-space.js';
import type { PolicyScores } from './policy-scores.js';
import { emptyPlans, markAnchors, type SampledPlans } from './sampled-plans.js';

export function bernoulliSampler(space: PlanSpace): PlanSampler {
  return new Bernoulli(space);
}

class Bernoulli implements PlanSampler {
  readonly #fixed: Uint8Array;
  /** Probability that a step opens at level m or coarser, shape `[M, L]`. */
  readonly #reached: readonly Float64Array[];
  /** Log-probability of each label, shape `[L, M + 1]`. */
  readonly #logs: Float64Array;
  readonly #best: readonly BestFirst[];

  constructor(readonly space: PlanSpace) {
    const { length, levels } = space;
    this.#fixed = new Uint8Array(length);
    markAnchors(space, this.#fixed, 0);
    this.#reached = levels.map(() => new Float64Array(length));
    this.#logs = new Float64Array(length * (levels.length + 1));
    this.#best = levels.map(() => new BestFirst(space));
  }

  /** O(B (M L log L + G M L)). */
  sample(key: Key, scores: PolicyScores, group: number): SampledPlans {
    const { length, levels } = this.space;
    const plans = emptyPlans(scores, group);
    const raw = new Uint8Array(plans.labels.length);
    for (let window = 0; window < scores.windows; window++) {
      this.#beginWindow(scores, window);
      for (const [m, best] of this.#best.entries()) best.rank(this.#reached[m]);
      const windowKey = foldIn(key, window);
      for (let g = 0; g < group; g++) {
        const row = window * group + g;
        const at = row * length;
        this.#draw(foldIn(windowKey, g), raw, at);
        plans.logProbabilities[row] = this.#logProbability(raw, at);
        markAnchors(this.space, plans.labels, at);
        for (let m = 0; m < levels.length; m++) this.#best[m].fill(m, plans.labels, at, raw);
      }
    }
    return { ...plans, actions: { kind: 'labels', labels: raw } };
  }

  logProbability(scores: PolicyScores, plans: SampledPlans, row: number): number {
    invariant(plans.actions.kind === 'labels', 'plans of this sampler hold labels');
    this.#beginWindow(scores, Math.floor(row / plans.group));
    return this.#logProbability(plans.actions.labels, row * plans.length);
  }

  addScore(scores: PolicyScores, plans: SampledPlans, advantages: Float64Array, into: Float64Array): void {
    const { actions, windows, group, length, depth } = plans;
    invariant(actions.kind === 'labels', 'plans of this sampler hold labels');
    const perStep = advantages.length > windows * group;
    for (let window = 0; window < windows; window++) {
      for (let t = 1; t < length; t++) {
        for (let m = 0; m < depth; m++) {
          if (this.#fixed[t] > m) continue;
          const place = (window * length + t) * depth + m;
          const open = sigmoid(scores.logits[place]);
          for (let g = 0; g < group; g++) {
            const row = window * group + g;
            const label = actions.labels[row * length + t];
            // Not drawn where the finer level is shut.
            if (label < m) continue;
            into[place] += advantages[perStep ? row * length + t : row] * ((label > m ? 1 : 0) - open);
          }
        }
      }
    }
  }

  #beginWindow({ logits, depth }: PolicyScores, window: number): void {
    const { length } = this.space;
    for (let t = 0; t < length; t++) {
      let reached = 1;
      let log = 0;
      for (let m = 0; m < depth; m++) {
        const logit = logits[(window * length + t) * depth + m];
        const isFixed = this.#fixed[t] > m;
        this.#logs[t * (depth + 1) + m] = isFixed ? Number.NEGATIVE_INFINITY : log - softplus(logit);
        if (!isFixed) {
          log -= softplus(-logit);
          reached *= sigmoid(logit);
        }
        this.#reached[m][t] = reached;
      }
      this.#logs[t * (depth + 1) + depth] = log;
    }
  }

  /** One random number per step, two steps per turn of the generator. */
  #draw(key: Key, labels: Uint8Array, at: number): void {
    const { length, levels } = this.space;
    const depth = levels.length;
    for (let pair = 0; 2 * pair < length; pair++) {
      const words = threefry(key, 0, pair);
      for (let i = 0; i < 2 && 2 * pair + i < length; i++) {
        const t = 2 * pair + i;
        const u = words[i] / 2 ** 32;
        let label = 0;
        while (label < depth && u < this.#reached[label][t]) label += 1;
        labels[at + t] = label;
      }
    }
  }

  #logProbability(labels: Uint8Array, at: number): number {
    const choices = this.space.levels.length + 1;
    let sum = 0;
    for (let t = 0; t < this.space.length; t++) sum += this.#logs[t * choices + labels[at + t]];
    return sum;
  }
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}
