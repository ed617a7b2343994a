import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { windowLength } from '../../../../src/preservation/detectors/regimes/window-length.js';

/** The likeness of a window length from its definition. */
function slowLikeness(values: Float64Array, window: number): number {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  const scaled = Array.from(values, (value) => (value - least) / range);
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
  const deviation = (of: readonly number[]) => Math.sqrt(mean(of.map((value) => (value - mean(of)) ** 2)));
  const distance = (length: number) => {
    const each = Array.from({ length: scaled.length - length + 1 }, (_, i) => {
      const part = scaled.slice(i, i + length);
      return Math.hypot(
        mean(part) - mean(scaled),
        deviation(part) - deviation(scaled),
        Math.max(...part) - Math.min(...part) - 1,
      );
    });
    return mean(each) / Math.sqrt(length);
  };
  const best = distance(scaled.length - 1);
  return 1 - (distance(window) - best) / (distance(1) - best);
}

describe('windowLength', () => {
  it.each([0, 1, 2])(
    'is the shortest that is enough like the whole, of noise and a season (seed %i)',
    (seed) => {
      const stream = new RandomStream(randomKey(seed));
      const values = Float64Array.from(
        { length: 240 },
        (_, t) => 4 * Math.sin((2 * Math.PI * t) / (40 + 20 * seed)) + stream.normal(),
      );
      const window = windowLength(values);
      expect(window).toBeGreaterThan(10);
      expect(slowLikeness(values, window)).toBeGreaterThanOrEqual(0.89);
      expect(slowLikeness(values, window - 1)).toBeLessThan(0.89);
    },
  );

  it('is at least 10 and at most the series', () => {
    expect(windowLength(Float64Array.from({ length: 300 }, (_, t) => t % 2))).toBe(10);
    expect(windowLength(Float64Array.of(1, 2, 3, 4, 5))).toBe(5);
    const jump = Float64Array.from({ length: 50 }, (_, t) => (t < 25 ? 0 : 1));
    expect(windowLength(jump)).toBeLessThan(50);
  });
});
