import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { calibrateSurprise } from '../../src/policies/calibrate-surprise.js';
import { passingSteps, surprise } from '../../src/policies/surprise.js';
import { surpriseScores } from '../../src/policies/surprise-scores.js';

const options = { order: 4, ridge: 1, halfLife: 32 };

/** A wave with noise, and a spike at step 300. */
function spiked(seed = 1, length = 512): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from(
    { length },
    (_, t) => Math.sin(t / 8) + 0.1 * stream.normal() + (t === 300 ? 6 : 0),
  );
}

function largest(scores: Float64Array): number {
  return scores.reduce((best, score, t) => (score > scores[best] ? t : best), 0);
}

describe('surprise scores', () => {
  it('are highest at a spike', () => {
    expect(largest(surpriseScores(spiked(), options).surprise)).toBe(300);
  });

  it('learn to foretell a wave better than "as the value before"', () => {
    const wave = Float64Array.from({ length: 600 }, (_, t) => Math.sin(t / 3));
    const { entropy } = surpriseScores(wave, options);
    const deviation = Math.exp(entropy[599]) / Math.sqrt(2 * Math.PI * Math.E);
    // Entropy is in units of the spread of the first eight values; successive values differ by up to 0.33.
    expect(deviation).toBeLessThan(0.05);
  });

  it('do not depend on shift and scale', () => {
    const values = spiked();
    const { surprise: plain } = surpriseScores(values, options);
    // A power of two rounds nothing.
    expect(
      surpriseScores(
        values.map((v) => v * 2 ** 700),
        options,
      ).surprise,
    ).toEqual(plain);
    const { surprise: moved } = surpriseScores(
      values.map((v) => 3 * v + 40),
      options,
    );
    for (const t of plain.keys()) if (t > 20) expect(moved[t]).toBeCloseTo(plain[t], 6);
  });

  it('skip what is missing and judge what comes after by what came before', () => {
    const dense = spiked(2, 200);
    const sparse = new Float64Array(400).fill(Number.NaN);
    for (const [t, value] of dense.entries()) sparse[2 * t] = value;
    const { surprise: some } = surpriseScores(sparse, options);
    const { surprise: all } = surpriseScores(dense, options);
    for (const t of all.keys()) expect(some[2 * t]).toBe(all[t]);
    for (const t of all.keys()) expect(some[2 * t + 1]).toBe(Number.NEGATIVE_INFINITY);
  });

  it('give the first change of a constant series the highest score', () => {
    const values = new Float64Array(100).fill(4);
    values[60] = 5;
    const scores = surpriseScores(values, options);
    expect(largest(scores.surprise)).toBe(60);
    expect(largest(scores.entropy)).toBe(60);
  });

  it('wait as long as it takes for a first change', () => {
    const values = new Float64Array(200_001);
    values[200_000] = 1;
    expect(largest(surpriseScores(values, options).surprise)).toBe(200_000);
  });

  it('have nothing to say about a constant series, or one that is too short', () => {
    for (const values of [new Float64Array(100).fill(4), Float64Array.of(1, 2, 3, 4, 5, 6, 7)]) {
      const { surprise: scores } = surpriseScores(values, options);
      expect(scores.every((score) => score === Number.NEGATIVE_INFINITY)).toBe(true);
    }
  });

  it('do not let one shock make what follows it look uncertain', () => {
    const { entropy } = surpriseScores(spiked(), options);
    expect(entropy[302] - entropy[300]).toBeLessThan(0.5);
  });
});

describe('surprise policies', () => {
  it('spend their patches on a burst of noise, which is worth nothing: the known weakness', async () => {
    const stream = new RandomStream(randomKey(4));
    const values = Float64Array.from(
      { length: 512 },
      (_, t) => Math.sin(t / 8) + (t >= 200 && t < 264 ? 1.5 : 0.01) * stream.normal(),
    );
    for (const measure of ['surprise', 'entropy'] as const) {
      const [tree] = await surprise({ rates: [16], measure }).segment([{ values }]);
      const inBurst = tree.finest.toStarts().filter((start) => start >= 200 && start < 300).length;
      // An eighth of the window, or a little more behind it.
      expect(inBurst / tree.finest.count).toBeGreaterThan(0.5);
    }
  });

  it('open a patch at a spike in every form', async () => {
    const values = spiked();
    for (const policy of [
      surprise({ rates: [64] }),
      surprise({ rates: [64], form: 'threshold', threshold: 20 }),
      surprise({ rates: [64], form: 'jump', threshold: 20 }),
    ]) {
      const [tree] = await policy.segment([{ values }]);
      expect(tree.finest.toBoundaries()[300]).toBe(1);
    }
  });

  it('open where the score passes, far enough apart, and as the budget so far allows', () => {
    const scores = Float64Array.of(9, 9, 1, 9, 9, 9, 1, 9, 9, 9);
    expect(passingSteps(scores, 5, 1, 0)).toEqual([0, 1, 3, 4, 5, 7, 8, 9]);
    expect(passingSteps(scores, 5, 2, 0)).toEqual([0, 3, 5, 7, 9]);
    expect(passingSteps(scores, 5, 1, 3)).toEqual([0, 5, 8]);
    expect(passingSteps(scores, 10, 1, 3)).toEqual([0]);
  });

  it('calibrated cut series alike about as often as the rate says', async () => {
    const training = [1, 2, 3, 4].map((seed) => ({ values: spiked(seed) }));
    for (const form of ['threshold', 'jump'] as const) {
      const policy = calibrateSurprise(training, { rates: [16], form });
      expect(policy.isCausal).toBe(true);
      const [tree] = await policy.segment([{ values: spiked(9) }]);
      expect(tree.finest.count).toBeGreaterThan(20);
      expect(tree.finest.count).toBeLessThanOrEqual(32);
    }
  });

  it('are calibrated on the highest threshold that cuts the training split often enough', () => {
    const training = [1, 2].map((seed) => ({ values: spiked(seed) }));
    const { threshold } = calibrateSurprise(training, { rates: [16] }).recipe.options;
    const all = training.map(({ values }) => surpriseScores(values, options).surprise);
    const patchesAt = (level: number) =>
      all.reduce((sum, scores) => sum + passingSteps(scores, level, 2, 0).length, 0);
    expect(patchesAt(Number(threshold))).toBeGreaterThanOrEqual(64);
    expect(patchesAt(Number(threshold) + 1e-9)).toBeLessThan(64);
  });

  it('cannot be calibrated on what cannot be judged', () => {
    const flat = [{ values: new Float64Array(100).fill(4) }];
    expect(() => calibrateSurprise(flat)).toThrow(expect.objectContaining({ code: 'SERIES_TOO_SHORT' }));
  });

  it.each([[{ form: 'threshold' as const }], [{ form: 'top' as const, threshold: 1 }], [{ threshold: 1 }]])(
    'want a threshold exactly where they use one: %j',
    (given) => {
      expect(() => surprise(given)).toThrow(
        expect.objectContaining({ code: 'OPTIONS_INVALID', argument: 'surprise options.threshold' }),
      );
    },
  );
});
