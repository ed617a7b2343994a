import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { type Engine, ndArray, openEngine } from '@tessera/core/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planSampler } from '../../src/learned/plan-sampler.js';
import { policyFeatures } from '../../src/learned/policy-features.js';
import { groupAgreement, learningFigures } from '../../src/learning/learning-figures.js';
import { policyLearner } from '../../src/learning/policy-learner.js';
import { policyStep } from '../../src/learning/policy-step.js';
import type { RewardFn } from '../../src/learning/reward.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnxruntime');
});
afterAll(() => engine.dispose());

const length = 64;
const rates = [16] as const;

/** Noise with one step up that stays; where it is, is the event. */
function stepWindow(seed: number) {
  const stream = new RandomStream(foldIn(randomKey(21), seed));
  const event = stream.integer(8, length - 4);
  const values = Float64Array.from({ length }, (_, t) => 0.15 * stream.normal() + (t < event ? 0 : 2));
  return { event, window: { values } };
}

function batch(step: number, size = 32) {
  return Array.from({ length: size }, (_, i) => stepWindow(1000 * step + i));
}

/** Least distance of a boundary to the event, negative. */
const rewardOf =
  (events: readonly number[]): RewardFn =>
  async ({ plans }) =>
    plans.logProbabilities.map((_, row) => {
      const event = events[Math.floor(row / plans.group)];
      let best = length;
      for (let t = 1; t < length; t++) {
        if (plans.labels[row * length + t] > 0) best = Math.min(best, Math.abs(t - event));
      }
      return -Math.min(best, 6);
    });

async function hitRate(learner: ReturnType<typeof policyLearner>): Promise<number> {
  const all = batch(999, 100);
  const policy = await learner.policy(engine);
  const trees = await policy.segment(all.map(({ window }) => window));
  const hits = trees.filter((tree, i) =>
    [...tree.finest.toStarts()].some((start) => Math.abs(start - all[i].event) <= 1),
  );
  await policy.dispose();
  return hits.length / all.length;
}

const options = () => ({ engine, config: { rates, anchors: { kind: 'none' } as const }, key: randomKey(1) });

describe('a policy', () => {
  test('learns by reward alone to cut at events', async () => {
    const learner = policyLearner(options());
    const before = await hitRate(learner);
    let last = await step(0);
    const first = last;
    async function step(i: number) {
      const all = batch(i);
      return policyStep({
        learner,
        windows: all.map(({ window }) => window),
        key: foldIn(randomKey(3), i),
        reward: rewardOf(all.map(({ event }) => event)),
        options: { group: 4 },
      });
    }
    for (let i = 1; i < 60; i++) last = await step(i);
    expect(learner.steps).toBe(60);
    expect(last.reward).toBeGreaterThan(first.reward + 1);
    expect(last.entropy).toBeLessThan(first.entropy);
    expect(first.entropy).toBeCloseTo(1, 9);
    expect(last.boundaryRate).toBe(4 / length);
    expect(before).toBeLessThan(0.3);
    expect(await hitRate(learner)).toBeGreaterThan(0.9);
    learner.dispose();
  });

  test('learns from a teacher', async () => {
    const learner = policyLearner(options());
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) {
      const all = batch(i);
      const targets = new Float32Array(all.length * length);
      for (const [row, { event }] of all.entries()) targets[row * length + event] = 1;
      const features = policyFeatures(
        all.map(({ window }) => window),
        learner.config,
      );
      const { loss, skipped } = await learner.imitate(features, targets);
      expect(skipped).toBe(0);
      losses.push(loss);
    }
    // 62 steps can be chosen at a spacing of 2.
    expect(losses[0]).toBeCloseTo(Math.log(62), 5);
    expect(losses[29]).toBeLessThan(1);
    expect(await hitRate(learner)).toBeGreaterThan(0.9);
    learner.dispose();
  });
});

describe('an update', () => {
  test('moves logits against their coefficients, and holds no more memory than before', async () => {
    const learner = policyLearner(options());
    const features = policyFeatures([stepWindow(1).window], learner.config);
    const coefficients = new Float32Array(length);
    coefficients[20] = 1;
    coefficients[40] = -1;
    const before = await learner.logits(features);
    const { tensors } = engine.memory();
    for (let i = 0; i < 5; i++) await learner.update(features, ndArray(coefficients, [1, length, 1]));
    const after = await learner.logits(features);
    expect(after.data[20] - after.data[40]).toBeLessThan(before.data[20] - before.data[40] - 1e-3);
    expect(engine.memory().tensors).toBe(tensors);
    learner.dispose();
    expect(engine.memory().tensors).toBe(tensors - 3);
  });

  test('goes on from a state to the same bits', async () => {
    const [a, b] = [policyLearner(options()), policyLearner(options())];
    const advance = async (learner: ReturnType<typeof policyLearner>, i: number) => {
      const all = batch(i, 8);
      const events = all.map(({ event }) => event);
      const windows = all.map(({ window }) => window);
      await policyStep({ learner, windows, key: foldIn(randomKey(3), i), reward: rewardOf(events) });
    };
    for (let i = 0; i < 6; i++) await advance(a, i);
    for (let i = 0; i < 3; i++) await advance(b, i);
    const resumed = policyLearner({ ...options(), key: randomKey(99), state: await b.state() });
    for (let i = 3; i < 6; i++) await advance(resumed, i);
    expect(await resumed.state()).toEqual(await a.state());
    for (const each of [a, b, resumed]) each.dispose();
  });

  test('refuses what does not fit, and a gradient that is not finite changes nothing', async () => {
    const learner = policyLearner(options());
    const features = policyFeatures([stepWindow(1).window], learner.config);
    const flat = ndArray(new Float32Array(length), [length]);
    await expect(learner.update(features, flat)).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    const before = await learner.state();
    const bad = ndArray(new Float32Array(length).fill(Number.NaN), [1, length, 1]);
    await expect(learner.update(features, bad)).rejects.toMatchObject({ code: 'TRAINING_DIVERGED' });
    expect(await learner.state()).toEqual(before);
    const short = { ...before, first: new Float32Array(3) };
    expect(() => policyLearner({ ...options(), state: short })).toThrow(/PARAMS_INVALID: state.first/);
    const reward = async () => new Float64Array(3);
    await expect(
      policyStep({ learner, windows: [stepWindow(1).window], key: randomKey(1), reward }),
    ).rejects.toThrow(/SHAPE_MISMATCH: rewards: expected 4, one per plan, found 3/);
    learner.dispose();
  });
});

describe('figures', () => {
  const learner = () =>
    policyLearner({ ...options(), config: { rates: [16], sampler: 'bernoulli', anchors: { kind: 'none' } } });

  test('warn when independent steps draw more than the cap, and count what was not judged', () => {
    const { config } = learner();
    const sampler = planSampler(config, length);
    const scores = { windows: 2, length, depth: 1, logits: new Float32Array(2 * length) };
    const plans = sampler.sample(randomKey(1), scores, 3);
    const rewards = Float64Array.of(1, 2, 3, Number.NaN, 5, 5);
    const figures = learningFigures(sampler.space, plans, rewards, Float64Array.of(1, Number.NaN));
    expect(figures.rawBoundaryRate).toBeGreaterThan(0.4);
    expect(figures.boundaryRate).toBe(4 / length);
    expect(figures.warnings.map(({ code }) => code)).toEqual(['rate-above-cap']);
    expect(figures.reward).toBeCloseTo(16 / 5, 12);
    expect(figures.groupSpread).toBeCloseTo(Math.sqrt(2 / 3) / 2, 12);
    expect(figures.entropy).toBe(1);
    expect(figures.unjudged).toBe(1);
  });

  test('warn when all plans of a group are one', () => {
    const { config } = policyLearner(options());
    const sampler = planSampler(config, length);
    const logits = Float32Array.from({ length }, (_, t) => (t % 16 === 9 ? 20 : -20));
    const plans = sampler.sample(randomKey(1), { windows: 1, length, depth: 1, logits }, 4);
    // Three picks among four sure steps.
    expect(groupAgreement(sampler.space, plans)).toBeLessThan(1);
    const surer = { windows: 1, length, depth: 1, logits: logits.map((z, t) => (t === 9 ? -20 : z)) };
    const alike = sampler.sample(randomKey(1), surer, 4);
    expect(groupAgreement(sampler.space, alike)).toBe(1);
    const figures = learningFigures(sampler.space, alike, new Float64Array(4), Float64Array.of(0));
    expect(figures.warnings.map(({ code }) => code)).toEqual(['groups-alike']);
  });

  test('agreement is the mean Jaccard index of the chosen boundaries, by hand', () => {
    const space = {
      length: 6,
      levels: [{ maxPatches: 4, anchors: Uint32Array.of(3), spacing: 1, anchorSpacing: 1, picks: 2 }],
    };
    const labels = Uint8Array.of(1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1);
    const plans = {
      windows: 1,
      group: 3,
      length: 6,
      depth: 1,
      labels,
      logProbabilities: new Float64Array(3),
      actions: { kind: 'labels', labels } as const,
    };
    // {1, 4}, {1, 5}, {2, 5}: 1/3, 0, 1/3.
    expect(groupAgreement(space, plans)).toBeCloseTo(2 / 9, 12);
  });
});
