import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestWindows } from '../../../../src/preservation/detectors/regimes/nearest-windows.js';
import { shapeSeries } from '../../../../src/preservation/detectors/regimes/shape-likeness.js';
import { standardise } from '../../../../src/preservation/detectors/regimes/standardise.js';
import { textureSeries } from '../../../../src/preservation/detectors/regimes/texture-likeness.js';

/** Each window standardised and multiplied out, pair by pair. */
function correlation(values: Float64Array, i: number, j: number, window: number): number {
  const shape = (from: number) => {
    const part = Array.from(values.subarray(from, from + window));
    const mean = part.reduce((sum, value) => sum + value, 0) / window;
    const norm = Math.sqrt(part.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    return norm < 1e-5 * Math.sqrt(window) ? undefined : part.map((value) => (value - mean) / norm);
  };
  const [a, b] = [shape(i), shape(j)];
  if (a === undefined || b === undefined) return a === b ? 1 : 0;
  return a.reduce((sum, value, t) => sum + value * b[t], 0);
}

function random(seed: number, length: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, () => stream.normal());
}

describe('nearestWindows by shape', () => {
  it('are those of the slow reference, as alike to a rounding', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 4, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, window, k) => {
          const raw = random(seed, 70);
          raw.fill(raw[30], 30, 30 + window + 4);
          const values = standardise(raw);
          const { count, indices } = nearestWindows(shapeSeries(values, window).likeness(5, 65), window, k);
          expect(count).toBe(60 - window + 1);
          for (let i = 0; i < count; i++) {
            const likeness = (j: number) => correlation(values, 5 + i, 5 + j, window);
            const others = Array.from({ length: count }, (_, j) => j).filter(
              (j) => Math.abs(i - j) > window / 2,
            );
            const best = others.map(likeness).sort((a, b) => b - a);
            const found = Array.from(indices.subarray(i * k, i * k + k));
            expect(new Set(found).size).toBe(k);
            found.forEach((j, rank) => {
              expect(others).toContain(j);
              expect(likeness(j)).toBeCloseTo(best[rank], 9);
            });
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('do not depend on level and scale', () => {
    const values = random(3, 200);
    const moved = values.map((value) => 1e6 + 250 * value);
    const of = (each: Float64Array) =>
      nearestWindows(shapeSeries(standardise(each), 8).likeness(0, 200), 8, 3).indices;
    expect(of(moved)).toEqual(of(values));
  });

  it('are fewer than k where there are not enough windows', () => {
    const { indices } = nearestWindows(shapeSeries(random(1, 8), 4).likeness(0, 8), 4, 3);
    // Windows 0 to 4 in all, three or four steps apart at least.
    expect(Array.from(indices.subarray(6, 9))).toEqual([-1, -1, -1]);
    expect(Array.from(indices.subarray(0, 3)).sort()).toEqual([-1, 3, 4]);
  });
});

describe('textureSeries', () => {
  it('compares mean absolute differences at growing lags', () => {
    const values = standardise(random(9, 3200));
    const { length, bin, window, likeness } = textureSeries(values, 1000);
    expect({ length, bin, window }).toEqual({ length: 100, bin: 32, window: 4 });
    const feature = (lag: number) =>
      Float64Array.from({ length: 97 }, (_, i) => {
        let sum = 0;
        for (let t = Math.max(lag, 32 * i); t < 32 * (i + 4); t++)
          sum += Math.abs(values[t] - values[t - lag]);
        return Math.log(sum / 128 + 1e-5);
      });
    const nearest = feature(1);
    const all = [
      nearest,
      ...[2, 4, 8, 16, 32].map((lag) => feature(lag).map((value, i) => value - nearest[i])),
    ];
    const scaled = all.map((each) => {
      const middle = (of: Float64Array) => of.toSorted()[48];
      const centre = middle(each);
      const spread = 1.4826 * middle(each.map((value) => Math.abs(value - centre)));
      return each.map((value) => Math.min(5, Math.max(-5, (value - centre) / spread)));
    });
    const into = new Float64Array(100);
    const part = likeness(10, 60);
    expect(part.count).toBe(47);
    part.diagonal(7, into);
    for (const i of [0, 20, 39]) {
      const expected = scaled.reduce((sum, each) => sum - (each[10 + i] - each[17 + i]) ** 2, 0);
      expect(into[i]).toBeCloseTo(expected, 9);
    }
  });

  it('bins to the number of points asked for', () => {
    const { length, bin } = textureSeries(standardise(random(2, 50_000)), 500);
    expect({ length, bin }).toEqual({ length: 500, bin: 100 });
  });
});
