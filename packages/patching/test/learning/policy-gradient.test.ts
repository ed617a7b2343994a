import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, test } from 'vitest';
import { planSampler } from '../../src/learned/plan-sampler.js';
import { type PolicyOptions, policyConfigSchema } from '../../src/learned/policy-config.js';
import type { PolicyScores } from '../../src/learned/policy-scores.js';
import { imitationCoefficients } from '../../src/learning/imitation.js';
import { policyEntropy } from '../../src/learning/policy-entropy.js';
import { policyGradientCoefficients } from '../../src/learning/policy-gradient.js';

const length = 24;
const windows = 3;

const configs: readonly PolicyOptions[] = [
  { rates: [4], spacing: 2 },
  { rates: [4, 12], anchors: { kind: 'none' } },
  { rates: [6], proposals: 'curvature' },
  { rates: [4], sampler: 'bernoulli' },
  { rates: [4, 12], sampler: 'bernoulli' },
];

function scoresOf(depth: number, hasProposals: boolean): PolicyScores {
  const stream = new RandomStream(randomKey(4));
  const logits = Float32Array.from({ length: windows * length * depth }, () => stream.normal());
  const proposals = Uint8Array.from({ length: windows * length }, (_, i) => (i % 3 === 0 ? 1 : 0));
  return { windows, length, depth, logits, ...(hasProposals ? { proposals } : {}) };
}

/** Expects coefficients to be the differences of a loss; float32 logits allow a step of 2^-7, whose error is about its square. */
function expectDifferences(
  scores: PolicyScores,
  loss: (moved: PolicyScores) => number,
  coefficients: ArrayLike<number>,
): void {
  const step = 2 ** -7;
  let largest = 0;
  for (let i = 0; i < scores.logits.length; i++) {
    const at = (by: number) =>
      loss({ ...scores, logits: scores.logits.map((value, j) => (j === i ? value + by : value)) });
    const numeric = (at(step) - at(-step)) / (2 * step);
    expect(Math.abs(coefficients[i] - numeric), `logit ${i}`).toBeLessThan(2e-5);
    largest = Math.max(largest, Math.abs(numeric));
  }
  expect(largest).toBeGreaterThan(1e-3);
}

describe.each(configs.map((options) => [JSON.stringify(options), options] as const))('%s', (_, options) => {
  const config = policyConfigSchema.parse(options);
  const depth = config.rates.length;
  const scores = scoresOf(depth, config.proposals !== 'all');
  const sampler = planSampler(config, length);
  const group = 4;

  test('coefficients are the slopes of the loss: advantages, log-probabilities and entropy', () => {
    const plans = sampler.sample(randomKey(3), scores, group);
    const stream = new RandomStream(randomKey(5));
    const advantages = Float64Array.from({ length: windows * group }, () => stream.normal());
    // The second window lies below the floor.
    const before = policyEntropy(config, sampler.space, scores);
    const floor = (Math.min(...before) + before.toSorted()[1]) / 2;
    const entropy = { bonus: 0.3, floor, floorBonus: 0.5 };
    const weights = before.map((each) => 0.3 + (each < floor ? 0.5 : 0));
    const choices =
      config.sampler === 'bernoulli'
        ? length
        : sampler.space.levels.reduce((sum, level) => sum + level.picks, 0);
    const loss = (moved: PolicyScores) => {
      let sum = 0;
      for (const [row, advantage] of advantages.entries()) {
        sum -= (advantage * sampler.logProbability(moved, plans, row)) / (group * choices);
      }
      for (const [window, each] of policyEntropy(config, sampler.space, moved).entries())
        sum -= weights[window] * each;
      return sum / windows;
    };
    const result = policyGradientCoefficients({ config, sampler, scores, plans, advantages, entropy });
    expect(result.coefficients.shape).toEqual([windows, length, depth]);
    expect([...result.entropy]).toEqual([...before]);
    expectDifferences(scores, loss, result.coefficients.data);
  });

  test('an advantage per step that is the same everywhere is one per plan', () => {
    const plans = sampler.sample(randomKey(3), scores, group);
    const perPlan = Float64Array.from({ length: windows * group }, (_, i) => Math.sin(i));
    const perStep = Float64Array.from({ length: windows * group * length }, (_, i) =>
      Math.sin(Math.floor(i / length)),
    );
    const common = { config, sampler, scores, plans };
    const one = policyGradientCoefficients({ ...common, advantages: perPlan }).coefficients.data;
    expect(policyGradientCoefficients({ ...common, advantages: perStep }).coefficients.data).toEqual(one);
  });

  test('imitation has the slopes of its cross-entropy', () => {
    const targets = Float32Array.from({ length: windows * length }, (_, i) => (i % 7 === 3 ? 0.5 : 0));
    const { coefficients, loss, skipped } = imitationCoefficients(config, scores, targets);
    expect(skipped).toBe(0);
    const lossOf = (moved: PolicyScores) => imitationCoefficients(config, moved, targets).loss;
    expect(lossOf(scores)).toBe(loss);
    expectDifferences(scores, lossOf, coefficients.data);
  });
});

describe('entropy', () => {
  test('without an opinion it is 1, with a single one near 0', () => {
    for (const sampler of ['plackett-luce', 'bernoulli'] as const) {
      const config = policyConfigSchema.parse({ rates: [4], sampler });
      const { space } = planSampler(config, length);
      const flat = { ...scoresOf(1, false), logits: new Float32Array(windows * length) };
      for (const value of policyEntropy(config, space, flat)) expect(value).toBeCloseTo(1, 12);
      const sure = { ...flat, logits: flat.logits.map((_, i) => (i % length === 9 ? 20 : -20)) };
      for (const value of policyEntropy(config, space, sure)) expect(value).toBeLessThan(1e-6);
    }
  });

  test('is NaN where nothing can be chosen', () => {
    const config = policyConfigSchema.parse({ rates: [64] });
    const { space } = planSampler(config, length);
    expect(policyEntropy(config, space, scoresOf(1, false)).every(Number.isNaN)).toBe(true);
  });
});

describe('imitation', () => {
  const config = policyConfigSchema.parse({ rates: [6], anchors: { kind: 'none' }, spacing: 1 });

  test('without an opinion the loss is that of an even choice, by hand', () => {
    const flat = { windows: 1, length: 5, depth: 1, logits: new Float32Array(5) };
    const targets = Float32Array.of(0, 0, 3, 0, 1);
    const { loss, coefficients } = imitationCoefficients({ ...config, rates: [2] }, flat, targets);
    expect(loss).toBeCloseTo(Math.log(4), 12);
    expect(Array.from(coefficients.data)).toEqual([0, 0.25, -0.5, 0.25, 0]);
  });

  test('windows without a target are skipped and counted', () => {
    const targets = new Float32Array(windows * length);
    targets[length + 5] = 1;
    const result = imitationCoefficients(config, scoresOf(1, false), targets);
    expect(result.skipped).toBe(2);
    expect(result.coefficients.data.subarray(0, length).every((each) => each === 0)).toBe(true);
    expect(
      imitationCoefficients(config, scoresOf(1, false), new Float32Array(windows * length)).loss,
    ).toBeNaN();
  });

  test.each([
    [-1, config],
    [Number.NaN, config],
    [1.5, policyConfigSchema.parse({ rates: [6], sampler: 'bernoulli' })],
  ])('a target of %d is refused', (value, given) => {
    const targets = new Float32Array(windows * length);
    targets[7] = value;
    expect(() => imitationCoefficients(given, scoresOf(1, false), targets)).toThrow(
      /OPTIONS_INVALID: targets\[7\]/,
    );
    expect(() => imitationCoefficients(given, scoresOf(1, false), targets.slice(1))).toThrow(
      /SHAPE_MISMATCH: targets/,
    );
  });
});
