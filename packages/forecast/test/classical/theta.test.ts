import { describe, expect, it } from 'vitest';
import { bestAlpha, smoothLevels } from '../../src/classical/exponential-smoothing.js';
import { theta } from '../../src/classical/theta.js';
import { daily, setOf, weekly, without } from './example-sets.js';

/** The method step by step, as in the R code of the M4 benchmarks, with a fine grid for alpha. */
function slowTheta(values: readonly number[], horizon: number, indices: readonly number[]): number[] {
  const adjusted = values.map((value, t) => value / indices[t % indices.length]);
  const n = adjusted.length;
  const meanT = (n - 1) / 2;
  const meanY = adjusted.reduce((sum, y) => sum + y, 0) / n;
  const slope =
    adjusted.reduce((sum, y, t) => sum + (t - meanT) * (y - meanY), 0) /
    adjusted.reduce((sum, _, t) => sum + (t - meanT) ** 2, 0);
  const line = (t: number) => meanY + slope * (t - meanT);
  const curved = adjusted.map((y, t) => 2 * y - line(t));
  let best = { alpha: 1, error: Number.POSITIVE_INFINITY, level: 0 };
  for (let i = 1; i <= 20_000; i++) {
    const alpha = i / 20_000;
    let level = curved[0];
    let error = 0;
    for (const y of curved.slice(1)) {
      error += (y - level) ** 2;
      level += alpha * (y - level);
    }
    if (error < best.error) best = { alpha, error, level };
  }
  return Array.from({ length: horizon }, (_, h) => {
    const t = n + h;
    return ((best.level + line(t)) / 2) * indices[t % indices.length];
  });
}

/** Multiplicative classical decomposition of an odd season, as R’s `decompose`. */
function slowIndices(values: readonly number[], season: number): number[] {
  const half = (season - 1) / 2;
  const ratios: number[][] = Array.from({ length: season }, () => []);
  for (let t = half; t < values.length - half; t++) {
    const window = values.slice(t - half, t + half + 1);
    ratios[t % season].push(values[t] / (window.reduce((sum, y) => sum + y, 0) / season));
  }
  const means = ratios.map((each) => each.reduce((sum, ratio) => sum + ratio, 0) / each.length);
  const total = means.reduce((sum, mean) => sum + mean, 0) / season;
  return means.map((mean) => mean / total);
}

describe('theta', () => {
  it('equals the method written out, without a season', async () => {
    const values = [...weekly(40)];
    const fitted = await theta({ season: 1 }).fit(setOf(daily('a', values)), { horizon: 5 });
    const point = (await fitted.predict()).point('a');
    slowTheta(values, 5, [1]).forEach((expected, h) => {
      expect(point[h]).toBeCloseTo(expected, 3);
    });
  });

  it('equals the method written out, with a season', async () => {
    const values = [...weekly(80)];
    const fitted = await theta({ season: 7 }).fit(setOf(daily('a', values)), { horizon: 10 });
    const point = (await fitted.predict()).point('a');
    slowTheta(values, 10, slowIndices(values, 7)).forEach((expected, h) => {
      expect(point[h]).toBeCloseTo(expected, 3);
    });
  });

  it('adds the season where values are not all positive', async () => {
    const values = weekly(84).map((y) => y - 100);
    const fitted = await theta().fit(setOf(daily('a', values)), { horizon: 7 });
    (await fitted.predict()).point('a').forEach((value, h) => {
      expect(Math.abs(value - (8.4 + 10 * Math.sin((2 * Math.PI * h) / 7)))).toBeLessThan(4);
    });
  });

  it('skips missing values', async () => {
    const values = without(weekly(84), (t) => t % 10 === 0);
    const fitted = await theta().fit(setOf(daily('a', values)), { horizon: 1 });
    expect(fitted.notes).toMatchObject([{ kind: 'missing-skipped', count: 9 }]);
  });

  it('finds the place of a context in its season, before and after the history', async () => {
    const values = weekly(120);
    const whole = daily('a', values);
    const fitted = await theta().fit(setOf(whole.slice(30, 110)), { horizon: 7 });
    for (const [from, to] of [
      [0, 60],
      [45, 118],
    ]) {
      const answer = await fitted.predict({ context: setOf(whole.slice(from, to)) });
      answer.point('a').forEach((value, h) => {
        const truth = 100 + 0.1 * (to + h) + 10 * Math.sin((2 * Math.PI * (to + h)) / 7);
        expect(Math.abs(value - truth)).toBeLessThan(5);
      });
    }
  });
});

describe('exponential smoothing', () => {
  it('keeps its level where nothing was observed', () => {
    expect([...smoothLevels(Float64Array.of(Number.NaN, 4, Number.NaN, 8), 0.5)]).toEqual([
      Number.NaN,
      4,
      4,
      6,
    ]);
  });

  it('finds the best alpha as well as a fine grid does', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const values = weekly(50, seed);
      const errorOf = (alpha: number) => {
        const levels = smoothLevels(values, alpha);
        let sum = 0;
        for (let t = 1; t < values.length; t++) sum += (values[t] - levels[t - 1]) ** 2;
        return sum;
      };
      const grid = Array.from({ length: 1000 }, (_, i) => errorOf((i + 1) / 1000));
      expect(errorOf(bestAlpha(values))).toBeLessThan(Math.min(...grid) * (1 + 1e-6));
    }
  });
});
