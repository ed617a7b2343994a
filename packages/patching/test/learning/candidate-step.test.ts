import { parseOptions, RandomStream, randomKey } from '@tessera/core';
import { openEngine } from '@tessera/core/engine';
import { describe, expect, it } from 'vitest';
import { planSampler } from '../../src/learned/plan-sampler.js';
import { policyConfigSchema } from '../../src/learned/policy-config.js';
import { indifferentScores, type PolicyScores } from '../../src/learned/policy-scores.js';
import { candidateGradient, candidateStep, drawCandidates } from '../../src/learning/candidate-step.js';
import { policyLearner } from '../../src/learning/policy-learner.js';

const config = parseOptions(
  policyConfigSchema,
  { rates: [8], anchors: { kind: 'uniform', share: 0.5 }, spacing: 4, anchorSpacing: 2 },
  'test',
);
const [windows, length] = [6, 64];
const { space, sample } = (() => {
  const sampler = planSampler(config, length);
  return { space: sampler.space, sample: sampler.sample.bind(sampler) };
})();
const [{ anchors, maxPatches }] = space.levels;

function scoresOf(seed: number): PolicyScores {
  const stream = new RandomStream(randomKey(seed));
  const logits = Float32Array.from({ length: windows * length }, () => stream.normal());
  return { windows, length, depth: 1, logits };
}

function draw(scores: PolicyScores, count: number, seed = 2) {
  const others = sample(randomKey(1), indifferentScores(config, windows, length), 1);
  return { others, candidates: drawCandidates(scores, space, others, count, randomKey(seed)) };
}

describe('candidates', () => {
  it('are different steps that are allowed, each in a plan within the limits that holds it', () => {
    const { candidates } = draw(scoresOf(1), 12);
    const { steps, plans } = candidates;
    for (let window = 0; window < windows; window++) {
      const own = steps.subarray(window * 12, (window + 1) * 12);
      expect(new Set(own).size).toBe(12);
      for (const [c, step] of own.entries()) {
        for (const fixed of [0, ...anchors]) expect(Math.abs(step - fixed)).toBeGreaterThanOrEqual(2);
        const labels = plans.labels.subarray((window * 12 + c) * length, (window * 12 + c + 1) * length);
        const starts = Array.from(labels.keys()).filter((t) => labels[t] > 0);
        expect(starts).toContain(step);
        expect(starts).toEqual(expect.arrayContaining([0, ...anchors]));
        expect(starts.length).toBeLessThanOrEqual(maxPatches);
        const others = starts.filter((t) => t !== 0 && !anchors.includes(t) && t !== step);
        for (const other of others) expect(Math.abs(other - step)).toBeGreaterThanOrEqual(4);
      }
    }
  });

  it('leave the rest of the plan as it was, but for what must make room', () => {
    const { others, candidates } = draw(scoresOf(1), 12);
    for (let row = 0; row < windows * 12; row++) {
      const rest = others.labels.subarray(Math.floor(row / 12) * length).subarray(0, length);
      const labels = candidates.plans.labels.subarray(row * length, (row + 1) * length);
      const added = Array.from(labels.keys()).filter((t) => labels[t] > 0 && rest[t] === 0);
      expect(added.every((t) => t === candidates.steps[row])).toBe(true);
    }
  });

  it('come as often as the policy would choose them first', () => {
    const logits = new Float32Array(windows * length);
    logits[20] = 3;
    const scores = { windows, length, depth: 1, logits };
    let hits = 0;
    for (let seed = 0; seed < 400; seed++) if (draw(scores, 2, seed).candidates.steps[0] === 20) hits += 1;
    const allowed = Array.from({ length }, (_, t) => t).filter((t) =>
      [0, ...anchors].every((fixed) => Math.abs(fixed - t) >= 2),
    );
    const chance = Math.exp(3) / (Math.exp(3) + allowed.length - 1);
    const error = Math.sqrt((chance * (1 - chance)) / 400);
    expect(Math.abs(hits / 400 - chance)).toBeLessThan(5 * error);
  });
});

describe('the gradient over candidates', () => {
  it('is that of the expected reward in units of the spread, by finite differences', () => {
    const scores = scoresOf(4);
    const { candidates } = draw(scores, 5);
    const stream = new RandomStream(randomKey(5));
    const rewards = Float64Array.from({ length: windows * 5 }, () => stream.normal());
    const { coefficients, figures } = candidateGradient(scores, candidates, rewards, {
      clamp: 1e9,
      leash: 0,
    });
    const expected = (logits: Float32Array) => {
      let sum = 0;
      for (let window = 0; window < windows; window++) {
        const places = [0, 1, 2, 3, 4].map((c) => window * 5 + c);
        const weights = places.map((i) => Math.exp(logits[window * length + candidates.steps[i]]));
        const total = weights.reduce((all, each) => all + each, 0);
        sum += places.reduce((all, i, c) => all + (weights[c] / total) * rewards[i], 0);
      }
      return -sum / windows / figures.groupSpread;
    };
    for (let i = 0; i < coefficients.length; i += 1) {
      const moved = [0.01, -0.01].map((by) => {
        const logits = scores.logits.slice();
        logits[i] += by;
        return [logits[i], expected(logits)] as const;
      });
      const slope = (moved[0][1] - moved[1][1]) / (moved[0][0] - moved[1][0]);
      expect(coefficients[i]).toBeCloseTo(slope, 4);
    }
    expect(coefficients.some((each) => Math.abs(each) > 0.01)).toBe(true);
  });

  it('adds the gradient of the divergence from what was taught, by finite differences', () => {
    const scores = scoresOf(4);
    const { candidates } = draw(scores, 5);
    const taught = scoresOf(5).logits;
    const rewards = new Float64Array(windows * 5).fill(1);
    const options = { clamp: 4, leash: 0.7 };
    const { coefficients } = candidateGradient(scores, candidates, rewards, options, taught);
    const divergence = (logits: Float32Array) => {
      let sum = 0;
      for (let window = 0; window < windows; window++) {
        const own = [0, 1, 2, 3, 4].map((c) => window * length + candidates.steps[window * 5 + c]);
        const chances = (of: Float32Array) => {
          const weights = own.map((i) => Math.exp(of[i]));
          const total = weights.reduce((all, each) => all + each, 0);
          return weights.map((each) => each / total);
        };
        const [p, q] = [chances(logits), chances(taught)];
        sum += p.reduce((all, each, c) => all + each * Math.log(each / q[c]), 0);
      }
      return (0.7 * sum) / windows;
    };
    for (let i = 0; i < coefficients.length; i++) {
      const moved = [0.01, -0.01].map((by) => {
        const logits = scores.logits.slice();
        logits[i] += by;
        return [logits[i], divergence(logits)] as const;
      });
      const slope = (moved[0][1] - moved[1][1]) / (moved[0][0] - moved[1][0]);
      expect(coefficients[i]).toBeCloseTo(slope, 4);
    }
    expect(coefficients.some((each) => Math.abs(each) > 0.01)).toBe(true);
    const same = candidateGradient(scores, candidates, rewards, options, scores.logits);
    expect(same.coefficients.every((each) => Math.abs(each) < 1e-12)).toBe(true);
  });

  it('leaves out what could not be judged, counts it, and is nothing where rewards do not differ', () => {
    const scores = scoresOf(4);
    const { candidates } = draw(scores, 3);
    const rewards = new Float64Array(windows * 3).fill(2);
    rewards[1] = Number.NaN;
    const { coefficients, figures } = candidateGradient(scores, candidates, rewards, { clamp: 4, leash: 0 });
    expect(coefficients.every((each) => each === 0)).toBe(true);
    expect(figures).toMatchObject({ unjudged: 1, groupSpread: 0, reward: 2 });
  });
});

describe('candidateStep', () => {
  it('moves the policy to the steps that are rewarded', async () => {
    const engine = await openEngine('cpu');
    const learner = policyLearner({
      engine,
      config: { ...config, width: 4, kernel: 3, dilations: [1] },
      optimizer: { learningRate: 0.02 },
      key: randomKey(1),
    });
    const stream = new RandomStream(randomKey(8));
    const places = Array.from({ length: 8 }, () => stream.integer(6, 58));
    const inputs = places.map((place) => {
      const values = Float64Array.from({ length }, () => 0.1 * stream.normal());
      values[place] += 5;
      return { values };
    });
    const agreements: number[] = [];
    for (let step = 0; step < 60; step++) {
      const figures = await candidateStep({
        learner,
        windows: inputs,
        key: randomKey(step),
        options: { candidates: 40 },
        reward: async ({ plans: { labels, group } }) =>
          Float64Array.from({ length: places.length * group }, (_, row) =>
            labels[row * length + places[Math.floor(row / group)]] > 0 ? 1 : 0,
          ),
      });
      agreements.push(figures.agreement);
    }
    expect(agreements[59]).toBeGreaterThan(5 * agreements[0]);
    const policy = await learner.policy(engine);
    const trees = await policy.segment(inputs);
    const free = places.map((place) => [0, ...anchors].every((fixed) => Math.abs(fixed - place) >= 2));
    const marked = trees.map(({ finest }, i) => finest.toStarts().includes(places[i]));
    expect(marked.filter((each, i) => each && free[i]).length).toBe(free.filter(Boolean).length);
    await expect(
      candidateStep({ learner, windows: inputs, key: randomKey(1), reward: async () => new Float64Array(3) }),
    ).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    learner.dispose();
    engine.dispose();
  });
});
