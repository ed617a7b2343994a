import { randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { occludedStretches, occlusionTargets } from '../../src/learning/occlusion.js';

describe('hidden stretches', () => {
  it('go over every step of every window, from a phase of its own', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 12 }), (length, stride) => {
        const { starts, count } = occludedStretches(5, length, { stride }, randomKey(1));
        expect(starts.length).toBe(5 * count);
        for (let window = 0; window < 5; window++) {
          const own = Array.from(starts.subarray(window * count, (window + 1) * count));
          expect(own.slice(1).map((start, i) => start - own[i])).toEqual(new Array(count - 1).fill(stride));
          expect(own[0]).toBeGreaterThanOrEqual(-Math.floor(stride / 2));
          expect(own[0]).toBeLessThan(stride - Math.floor(stride / 2));
          for (let t = 0; t < length; t++) {
            expect(Math.min(...own.map((start) => Math.abs(start - t)))).toBeLessThanOrEqual(stride);
          }
        }
      }),
    );
  });

  it('are the same for the same key, and differ between windows', () => {
    const draw = () => occludedStretches(20, 64, { stride: 8 }, randomKey(3)).starts;
    expect(draw()).toEqual(draw());
    const phases = new Set(Array.from({ length: 20 }, (_, window) => draw()[window * 9]));
    expect(phases.size).toBeGreaterThan(3);
  });
});

describe('what they teach', () => {
  const stretches = { windows: 1, count: 4, starts: Int32Array.of(1, 3, 5, 7) };

  it('is the rise above the median, in straight lines between stretches, to a power', () => {
    // Sorted 1 1 1 5: the median of four is the third, 1; only the stretch from 5 rises, by 4.
    const losses = Float64Array.of(1, 1, 5, 1);
    const linear = occlusionTargets(losses, stretches, 9, { stride: 2, sharpness: 1 });
    expect(Array.from(linear)).toEqual([0, 0, 0, 0, 0.5, 1, 0.5, 0, 0]);
    const sharp = occlusionTargets(losses, stretches, 9, { stride: 2, sharpness: 3 });
    expect(Array.from(sharp)).toEqual([0, 0, 0, 0, 0.125, 1, 0.125, 0, 0]);
  });

  it('goes on beyond the first and the last stretch', () => {
    const targets = occlusionTargets(Float64Array.of(3, 1, 1, 3), stretches, 9, { stride: 2, sharpness: 1 });
    // Sorted 1 1 3 3: the median of four is the third, 3, and nothing rises above it.
    expect(Array.from(targets)).toEqual(new Array(9).fill(0));
    const edges = occlusionTargets(Float64Array.of(3, 1, 1, 1), stretches, 9, { stride: 2, sharpness: 1 });
    expect(Array.from(edges)).toEqual([1, 1, 0.5, 0, 0, 0, 0, 0, 0]);
  });

  it('is nothing where nothing is known or nothing rises, window by window', () => {
    const two = { windows: 2, count: 2, starts: Int32Array.of(0, 2, 0, 2) };
    const losses = Float64Array.of(Number.NaN, Number.NaN, Number.NaN, 2);
    const targets = occlusionTargets(losses, two, 4, { stride: 2, sharpness: 2 });
    expect(Array.from(targets)).toEqual(new Array(8).fill(0));
  });

  it('does not depend on the unit of the loss', () => {
    const losses = Float64Array.of(1, 2, 5, 1.5);
    const options = { stride: 2, sharpness: 3 };
    const small = occlusionTargets(
      losses.map((loss) => 1e-150 * loss),
      stretches,
      9,
      options,
    );
    const usual = occlusionTargets(losses, stretches, 9, options);
    for (const [t, each] of small.entries()) expect(each).toBeCloseTo(usual[t], 10);
  });

  it('refuses losses of other stretches', () => {
    expect(() => occlusionTargets(new Float64Array(3), stretches, 9, { stride: 2, sharpness: 1 })).toThrow(
      expect.objectContaining({ code: 'SHAPE_MISMATCH' }),
    );
  });
});
