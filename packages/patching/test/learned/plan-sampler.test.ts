import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { describe, expect, test } from 'vitest';
import { bernoulliSampler } from '../../src/learned/bernoulli.js';
import { plackettLuceSampler } from '../../src/learned/plackett-luce.js';
import type { PlanSampler } from '../../src/learned/plan-sampler.js';
import type { PlanSpace } from '../../src/learned/plan-space.js';
import type { PolicyScores } from '../../src/learned/policy-scores.js';
import type { SampledPlans } from '../../src/learned/sampled-plans.js';
import { groupAdvantages } from '../../src/learning/group-advantages.js';
import {
  allowedSteps,
  differences,
  type ExactSpace,
  exactGradient,
  independentProbabilities,
  oddReward,
  orderProbability,
  setProbabilities,
} from './exact-plans.js';

const logits = [0.5, -0.4, 0.9, 0.1, -1.2, 0.7, 0.3, -0.6, 1.1];
const length = logits.length;

/** Float32 holds the logits only so well. */
const held = Array.from(Float32Array.from(logits));

const spaces: readonly (readonly [string, ExactSpace])[] = [
  ['without restrictions', { length, picks: 3, anchors: [], spacing: 1 }],
  ['with a spacing', { length, picks: 3, anchors: [], spacing: 2 }],
  ['with anchors', { length, picks: 2, anchors: [3, 6], spacing: 1 }],
  ['with anchors and a spacing that leaves too few steps', { length, picks: 3, anchors: [5], spacing: 2 }],
  ['closer to anchors than to each other', { length, picks: 2, anchors: [5], spacing: 3, anchorSpacing: 1 }],
  ['with proposals that run out', { length, picks: 3, anchors: [], spacing: 1, proposed: [2, 7] }],
];

function spaceOf({ picks, anchors, spacing, anchorSpacing = spacing }: ExactSpace): PlanSpace {
  const level = {
    maxPatches: picks + anchors.length + 1,
    anchors: Uint32Array.from(anchors),
    spacing,
    anchorSpacing,
    picks,
  };
  return { length, levels: [level] };
}

function scoresOf(values: readonly number[], exact: ExactSpace, windows = 1): PolicyScores {
  const all = Float32Array.from({ length: windows * length }, (_, i) => values[i % length]);
  const proposals = Uint8Array.from(all, (_, i) => (exact.proposed?.includes(i % length) === false ? 0 : 1));
  return { windows, length, depth: 1, logits: all, proposals };
}

/** The chosen steps of a row, without step 0 and the anchors. */
function chosenOf({ labels }: SampledPlans, row: number, anchors: readonly number[]): string {
  const steps = Array.from(labels.subarray(row * length, (row + 1) * length), (label, t) =>
    label > 0 ? t : 0,
  );
  return steps.filter((t) => t > 0 && !anchors.includes(t)).join();
}

/** Independent draws before the environment, by name. */
function rawOf({ actions }: SampledPlans, row: number, anchors: readonly number[]): string {
  if (actions.kind !== 'labels') return expect.fail('draws of independent steps hold labels');
  const raw = actions.labels.subarray(row * length, (row + 1) * length);
  return Array.from(raw, (label, t) => (label > 0 ? t : 0))
    .filter((t) => t > 0 && !anchors.includes(t))
    .join();
}

/** Five standard errors, so that a right estimator fails once in millions of checks. */
const errors = 5;

function expectFrequencies(counts: ReadonlyMap<string, number>, draws: number, exact: Map<string, number>) {
  for (const name of counts.keys()) expect(exact.has(name), `set ${name} is possible`).toBe(true);
  for (const [name, probability] of exact) {
    const error = Math.sqrt((probability * (1 - probability)) / draws);
    const off = Math.abs((counts.get(name) ?? 0) / draws - probability);
    expect(off, `frequency of ${name}`).toBeLessThanOrEqual(errors * error + 1e-6);
  }
}

/** The mean score over many draws and its standard error, by logit. */
function meanScore(
  sampler: PlanSampler,
  scores: PolicyScores,
  group: number,
  advantagesOf: (plans: SampledPlans) => Float64Array,
) {
  const plans = sampler.sample(randomKey(11), scores, group);
  const into = new Float64Array(scores.windows * length);
  sampler.addScore(scores, plans, advantagesOf(plans), into);
  return Array.from({ length }, (_, t) => {
    let sum = 0;
    let squares = 0;
    for (let window = 0; window < scores.windows; window++) {
      const value = into[window * length + t] / group;
      sum += value;
      squares += value * value;
    }
    const mean = sum / scores.windows;
    return { mean, error: Math.sqrt((squares / scores.windows - mean * mean) / scores.windows) };
  });
}

function expectGradient(estimate: readonly { mean: number; error: number }[], exact: readonly number[]) {
  expect(Math.max(...exact.map(Math.abs))).toBeGreaterThan(0.01);
  for (const [t, { mean, error }] of estimate.entries()) {
    expect(Math.abs(mean - exact[t]), `logit ${t}`).toBeLessThanOrEqual(errors * error + 1e-6);
  }
}

describe.each(spaces)('exact counts %s', (_, exact) => {
  const sampler = plackettLuceSampler(spaceOf(exact));
  const probabilities = (values: readonly number[]) => setProbabilities(exact, values);

  test('sets are drawn as often as all their orders are likely', () => {
    const draws = 40_000;
    const plans = sampler.sample(randomKey(5), scoresOf(held, exact), draws);
    const counts = new Map<string, number>();
    for (let row = 0; row < draws; row++) {
      const name = chosenOf(plans, row, exact.anchors);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expectFrequencies(counts, draws, probabilities(held));
  });

  test('sets are drawn as by the highest of Gumbel-perturbed logits', () => {
    const draws = 40_000;
    const counts = new Map<string, number>();
    for (let row = 0; row < draws; row++) {
      const stream = new RandomStream(foldIn(randomKey(9), row));
      const perturbed = held.map((logit, t) => {
        const offset = exact.proposed === undefined || exact.proposed.includes(t) ? 0 : -40;
        return logit + offset - Math.log(-Math.log(1 - stream.uniform()));
      });
      const chosen: number[] = [];
      while (chosen.length < exact.picks) {
        const allowed = allowedSteps(exact, chosen);
        if (allowed.length === 0) break;
        chosen.push(allowed.reduce((best, t) => (perturbed[t] > perturbed[best] ? t : best)));
      }
      const name = chosen.toSorted((a, b) => a - b).join();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expectFrequencies(counts, draws, probabilities(held));
  });

  test('the log-probability is that of the order, and its gradient that of differences', () => {
    const scores = scoresOf(held, exact);
    const plans = sampler.sample(randomKey(2), scores, 20);
    if (plans.actions.kind !== 'picks') return expect.fail('exact counts hold picks');
    for (let row = 0; row < 20; row++) {
      const order = Array.from(plans.actions.picks.subarray(row * exact.picks, (row + 1) * exact.picks));
      const made = order.filter((step) => step >= 0);
      const logOf = (values: readonly number[]) => Math.log(orderProbability(exact, values, made));
      expect(plans.logProbabilities[row]).toBeCloseTo(logOf(held), 10);
      expect(sampler.logProbability(scores, plans, row)).toBeCloseTo(logOf(held), 10);
      const advantages = new Float64Array(20);
      advantages[row] = 1;
      const into = new Float64Array(length);
      sampler.addScore(scores, plans, advantages, into);
      const numeric = differences(logOf, held);
      for (let t = 0; t < length; t++) expect(into[t]).toBeCloseTo(numeric[t], 6);
    }
  });

  test('the mean of the estimator is the gradient of the exact expected reward', () => {
    const gradient = exactGradient(probabilities, held, oddReward);
    const rewardOf = (plans: SampledPlans) =>
      plans.logProbabilities.map((_, row) => oddReward(chosenOf(plans, row, exact.anchors)));
    expectGradient(meanScore(sampler, scoresOf(held, exact, 60_000), 1, rewardOf), gradient);
  });

  test('leave-one-out advantages keep that mean', () => {
    const gradient = exactGradient(probabilities, held, oddReward);
    const advantagesOf = (plans: SampledPlans) =>
      groupAdvantages(
        plans.logProbabilities.map((_, row) => oddReward(chosenOf(plans, row, exact.anchors))),
        4,
        { baseline: 'leave-one-out', isNormalised: false, clamp: 1e9 },
      );
    expectGradient(meanScore(sampler, scoresOf(held, exact, 20_000), 4, advantagesOf), gradient);
  });
});

describe('independent steps', () => {
  const exact = { length, picks: 2, anchors: [4], spacing: 2 };
  const sampler = bernoulliSampler(spaceOf(exact));
  const probabilities = (values: readonly number[]) => independentProbabilities(exact, values);
  const scores = scoresOf(held, exact);

  test('each set is drawn as often as its steps are likely', () => {
    const draws = 60_000;
    const plans = sampler.sample(randomKey(3), scores, draws);
    const counts = new Map<string, number>();
    for (let row = 0; row < draws; row++) {
      const name = rawOf(plans, row, exact.anchors);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expectFrequencies(counts, draws, probabilities(held));
  });

  test('the log-probability is that of the draws before the environment, and its gradient that of differences', () => {
    const plans = sampler.sample(randomKey(2), scores, 20);
    for (let row = 0; row < 20; row++) {
      const name = rawOf(plans, row, exact.anchors);
      const logOf = (values: readonly number[]) => Math.log(probabilities(values).get(name) ?? 0);
      expect(plans.logProbabilities[row]).toBeCloseTo(logOf(held), 10);
      expect(sampler.logProbability(scores, plans, row)).toBeCloseTo(logOf(held), 10);
      const advantages = new Float64Array(20);
      advantages[row] = 1;
      const into = new Float64Array(length);
      sampler.addScore(scores, plans, advantages, into);
      const numeric = differences(logOf, held);
      for (let t = 0; t < length; t++) expect(into[t]).toBeCloseTo(numeric[t], 6);
    }
  });

  test('the mean of the estimator is the gradient of the exact expected reward, edit of the environment included', () => {
    // What the environment makes of each raw set, learned from the draws themselves: it is a function of the set.
    const kept = new Map<string, string>();
    const seen = sampler.sample(randomKey(8), scores, 60_000);
    for (let row = 0; row < 60_000; row++) {
      const raw = rawOf(seen, row, exact.anchors);
      const edited = chosenOf(seen, row, exact.anchors);
      expect(kept.get(raw) ?? edited).toBe(edited);
      kept.set(raw, edited);
    }
    const rewardOfRaw = (name: string) => oddReward(kept.get(name) ?? '');
    const gradient = exactGradient(probabilities, held, rewardOfRaw);
    const rewardOf = (plans: SampledPlans) =>
      plans.logProbabilities.map((_, row) => oddReward(chosenOf(plans, row, exact.anchors)));
    expectGradient(meanScore(sampler, scoresOf(held, exact, 60_000), 1, rewardOf), gradient);
  });

  test('the environment keeps the likeliest steps that fit, and the anchors', () => {
    const sure = scoresOf(
      held.map(() => 19),
      exact,
    );
    const ordered = { ...sure, logits: Float32Array.from({ length }, (_, t) => 10 + t / 4) };
    const plans = sampler.sample(randomKey(1), ordered, 1);
    // All steps are drawn; 8 and 6 are the likeliest that keep two steps from each other and from the anchor at 4.
    expect(chosenOf(plans, 0, [])).toBe('4,6,8');
  });
});

describe('nested levels', () => {
  const space: PlanSpace = {
    length,
    levels: [
      { maxPatches: 5, anchors: Uint32Array.from([4]), spacing: 1, anchorSpacing: 1, picks: 3 },
      { maxPatches: 3, anchors: Uint32Array.from([4]), spacing: 2, anchorSpacing: 2, picks: 1 },
    ],
  };
  const values = Float32Array.from({ length: 2 * length }, (_, i) => Math.sin(3 * i));
  const scores: PolicyScores = { windows: 1, length, depth: 2, logits: values };

  test.each([
    ['exact counts', plackettLuceSampler(space)],
    ['independent steps', bernoulliSampler(space)],
  ])('%s: the gradient of the log-probability is that of differences at both levels', (_, sampler) => {
    const plans = sampler.sample(randomKey(4), scores, 10);
    for (let row = 0; row < 10; row++) {
      const logOf = (logits: readonly number[]) =>
        sampler.logProbability({ ...scores, logits: Float32Array.from(logits) }, plans, row);
      const advantages = new Float64Array(10);
      advantages[row] = 1;
      const into = new Float64Array(2 * length);
      sampler.addScore(scores, plans, advantages, into);
      for (let i = 0; i < 2 * length; i++) {
        const step = 2 ** -8;
        const moved = (by: number) => logOf(Array.from(values, (value, j) => (j === i ? value + by : value)));
        // Float32 logits allow no smaller step; the error of the difference is about step^2.
        expect(into[i]).toBeCloseTo((moved(step) - moved(-step)) / (2 * step), 3);
      }
    }
    expect(plans.labels.some((label) => label === 2)).toBe(true);
  });

  test('the chance of two levels is the product of both, and all chances sum to one', () => {
    const sampler = plackettLuceSampler(space);
    const plans = sampler.sample(randomKey(4), scores, 20_000);
    const chances = new Map<string, number>();
    if (plans.actions.kind !== 'picks') return expect.fail('exact counts hold picks');
    for (let row = 0; row < 20_000; row++) {
      const order = plans.actions.picks.subarray(row * 4, (row + 1) * 4).join();
      chances.set(order, Math.exp(plans.logProbabilities[row]));
    }
    const total = [...chances.values()].reduce((sum, chance) => sum + chance, 0);
    // Rare orders may not have been drawn.
    expect(total).toBeLessThanOrEqual(1 + 1e-9);
    expect(total).toBeGreaterThan(0.98);
  });
});
