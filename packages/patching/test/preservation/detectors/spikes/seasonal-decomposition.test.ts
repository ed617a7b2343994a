import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { periodOf } from '../../../../src/preservation/detectors/spikes/period.js';
import { decompose } from '../../../../src/preservation/detectors/spikes/seasonal-decomposition.js';

const normal = (seed: number, length: number) => {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, () => stream.normal());
};
const allSteps = (length: number) => Int32Array.from({ length }, (_, t) => t);
const waves = (length: number, period: number, noise: number, seed: number) => {
  const extra = normal(seed, length);
  return extra.map((value, t) => 3 * Math.sin((2 * Math.PI * t) / period) + noise * value);
};
const auto = { period: 'auto', longestPeriod: 1_440, halfWidth: 5 } as const;

describe('periodOf', () => {
  it.each([7, 12, 24, 96])('finds a period of %d steps, not a multiple of it', (period) => {
    const values = waves(30 * period, period, 1, 1);
    expect(periodOf(values, allSteps(values.length), values.length / 3)).toBe(period);
  });

  it('finds it where a third of the steps is missing', () => {
    const values = waves(600, 12, 0.5, 2);
    const seen = [...values.keys()].filter((t) => t % 3 !== 1);
    const observed = Float64Array.from(seen, (t) => values[t]);
    expect(periodOf(observed, Int32Array.from(seen), 200)).toBe(12);
  });

  it('finds none longer than asked for, and none in a line', () => {
    const values = waves(600, 50, 0.1, 3);
    expect(periodOf(values, allSteps(600), 40)).toBeUndefined();
    expect(
      periodOf(
        Float64Array.from({ length: 100 }, (_, t) => t - 49.5),
        allSteps(100),
        33,
      ),
    ).toBeUndefined();
  });
});

describe('decompose', () => {
  it('takes off trend and season, and leaves the noise', () => {
    const noise = normal(4, 480);
    const values = noise.map((value, t) => 100 + 0.5 * t + 10 * Math.sin((2 * Math.PI * t) / 24) + value);
    const parts = decompose({ values, steps: allSteps(480) }, auto);
    expect(parts?.period).toBe(24);
    expect(parts?.strength).toBeGreaterThan(0.9);
    const left = parts?.remainder ?? new Float64Array();
    const spread =
      (parts?.deviation ?? 0) * Math.sqrt(left.reduce((sum, value) => sum + value * value, 0) / left.length);
    expect(spread).toBeGreaterThan(0.8);
    expect(spread).toBeLessThan(1.3);
  });

  it('leaves a season in that explains less than .6 of what varies', () => {
    const noise = normal(5, 480);
    const values = noise.map((value, t) => 0.8 * Math.sin((2 * Math.PI * t) / 24) + value);
    const parts = decompose({ values, steps: allSteps(480) }, { ...auto, period: 24 });
    expect(parts?.period).toBe(0);
    expect(parts?.strength).toBeLessThan(0.6);
  });

  it('tries no season of which fewer than three cycles are there', () => {
    const values = waves(60, 24, 0.1, 6);
    expect(decompose({ values, steps: allSteps(60) }, { ...auto, period: 24 })).toMatchObject({
      period: 0,
      strength: Number.NaN,
    });
  });

  it('keeps phases by the clock across missing steps', () => {
    const values = waves(480, 24, 0.1, 7);
    const seen = [...values.keys()].filter((t) => t < 100 || t >= 137);
    const parts = decompose(
      { values: Float64Array.from(seen, (t) => values[t]), steps: Int32Array.from(seen) },
      { ...auto, period: 24 },
    );
    expect(parts?.period).toBe(24);
    expect(Math.max(...(parts?.remainder ?? []).map(Math.abs))).toBeLessThan(0.5);
  });

  it('has nothing to take apart where all values are equal', () => {
    expect(decompose({ values: new Float64Array(40).fill(0.1), steps: allSteps(40) }, auto)).toBeUndefined();
  });
});
