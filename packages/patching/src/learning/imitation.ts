/**
 * Learning from a teacher: weights say where boundaries belong, and the policy is moved towards them by cross-entropy. A warm start
 * for the policy gradient, whose first draws rarely meet a rare event by chance.
 */
import { TesseraError } from '@tessera/core';
import { type NdArray, ndArray } from '@tessera/core/engine';
import { sigmoid, softplus } from '../learned/bernoulli.js';
import { beginFinest, everyStep } from '../learned/plackett-luce.js';
import { type PlanSpace, planSpace } from '../learned/plan-space.js';
import type { PolicyConfig } from '../learned/policy-config.js';
import type { PolicyScores } from '../learned/policy-scores.js';

export interface Imitation {
  /** Derivative of the loss by each logit, shape `[B, L, M]`. */
  readonly coefficients: NdArray;
  /** Mean cross-entropy over windows and levels that have a target; NaN where none has. */
  readonly loss: number;
  /** Pairs of window and level without any weight on a step that could be chosen. */
  readonly skipped: number;
}

/**
 * Cross-entropy towards weights, and its gradient. O(B L M).
 *
 * With exact counts, the weights of a window and level are read as shares of their sum over the steps that could be chosen. With
 * independent steps they are probabilities, and the loss is the mean over steps.
 *
 * @param targets shape `[B, L]` for all levels alike, or `[B, L, M]`; not negative, for independent steps at most 1
 * @throws TesseraError SHAPE_MISMATCH, OPTIONS_INVALID
 */
export function imitationCoefficients(
  config: PolicyConfig,
  scores: PolicyScores,
  targets: ArrayLike<number>,
): Imitation {
  const { windows, length, depth } = scores;
  checkTargets(targets, scores, config.sampler === 'bernoulli' ? 1 : Number.MAX_VALUE);
  const space = planSpace(config, length);
  const gradient = new Float64Array(scores.logits.length);
  const target = new Float64Array(length);
  const learn = config.sampler === 'bernoulli' ? learnSteps(space) : learnChoice(space);
  let loss = 0;
  let counted = 0;
  for (let window = 0; window < windows; window++) {
    for (let level = 0; level < depth; level++) {
      for (let t = 0; t < length; t++) {
        const step = window * length + t;
        target[t] = targets.length === windows * length ? targets[step] : targets[step * depth + level];
      }
      const value = learn(scores, window, level, target, gradient);
      if (value === undefined) continue;
      loss += value;
      counted += 1;
    }
  }
  const coefficients = Float32Array.from(gradient, (each) => each / Math.max(1, counted));
  return {
    coefficients: ndArray(coefficients, [windows, length, depth]),
    loss: loss / counted,
    skipped: windows * depth - counted,
  };
}

/** Adds the gradient of one window and level and gives the loss; undefined where there is no target. */
type Learn = (
  scores: PolicyScores,
  window: number,
  level: number,
  target: Float64Array,
  gradient: Float64Array,
) => number | undefined;

function learnChoice(space: PlanSpace): Learn {
  const { length } = space;
  const draws = everyStep(length);
  const coarse = new Float64Array(length);
  return (scores, window, level, target, gradient) => {
    const chances = level === 0 ? draws.weights : coarse;
    if (level === 0) beginFinest(draws, scores, window, space);
    else coarseWeights(scores, window, level, coarse);
    let total = 0;
    let wanted = 0;
    for (let t = 0; t < length; t++) {
      total += chances[t];
      if (chances[t] > 0) wanted += target[t];
    }
    if (!(wanted > 0)) return undefined;
    let loss = 0;
    for (let t = 0; t < length; t++) {
      if (!(chances[t] > 0)) continue;
      const chance = chances[t] / total;
      const share = target[t] / wanted;
      loss -= share * Math.log(chance);
      gradient[(window * length + t) * scores.depth + level] += chance - share;
    }
    return loss;
  };
}

/** Softmax weights, up to a factor, of a coarse level over all steps but the first. */
function coarseWeights(
  { logits, length, depth }: PolicyScores,
  window: number,
  level: number,
  into: Float64Array,
): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let t = 1; t < length; t++) {
    largest = Math.max(largest, logits[(window * length + t) * depth + level]);
  }
  for (let t = 1; t < length; t++)
    into[t] = Math.exp(logits[(window * length + t) * depth + level] - largest);
  into[0] = 0;
}

function learnSteps({ length, levels }: PlanSpace): Learn {
  return ({ logits, depth }, window, level, target, gradient) => {
    if (length < 2) return undefined;
    const fixed = levels[level].anchors;
    let loss = 0;
    for (let t = 1; t < length; t++) {
      if (fixed.includes(t)) continue;
      const place = (window * length + t) * depth + level;
      loss += (softplus(logits[place]) - target[t] * logits[place]) / length;
      gradient[place] += (sigmoid(logits[place]) - target[t]) / length;
    }
    return loss;
  };
}

function checkTargets(
  targets: ArrayLike<number>,
  { windows, length, depth }: PolicyScores,
  most: number,
): void {
  const size = windows * length;
  if (targets.length !== size && targets.length !== size * depth) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: 'targets',
      expected: `${size} weights, one per step, or ${size * depth}, one per step and level`,
      found: String(targets.length),
      wayOut: 'Give the weights of the same windows as the features',
    });
  }
  for (let i = 0; i < targets.length; i++) {
    if (targets[i] >= 0 && targets[i] <= most) continue;
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: `targets[${i}]`,
      expected: most === 1 ? 'a probability' : 'a finite weight of at least 0',
      found: String(targets[i]),
      wayOut: 'Correct this weight; 0 says that no boundary belongs there',
    });
  }
}
