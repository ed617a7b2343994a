import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fourier,
  inverseFourier,
  powerOfTwoFrom,
} from '../../../../src/preservation/detectors/spikes/fourier.js';

/** By definition, O(n^2). */
function slowTransform(real: Float64Array, imaginary: Float64Array): { real: number[]; imaginary: number[] } {
  const sums = Array.from(real, (_, f) => {
    let [re, im] = [0, 0];
    for (let t = 0; t < real.length; t++) {
      const angle = (-2 * Math.PI * f * t) / real.length;
      re += real[t] * Math.cos(angle) - imaginary[t] * Math.sin(angle);
      im += real[t] * Math.sin(angle) + imaginary[t] * Math.cos(angle);
    }
    return [re, im] as const;
  });
  return { real: sums.map(([re]) => re), imaginary: sums.map(([, im]) => im) };
}

const parts = fc.integer({ min: 0, max: 6 }).chain((power) => {
  const part = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
    minLength: 2 ** power,
    maxLength: 2 ** power,
  });
  return fc.tuple(part, part);
});

describe('fourier', () => {
  it('is the sum that defines it', () => {
    fc.assert(
      fc.property(parts, ([re, im]) => {
        const [real, imaginary] = [Float64Array.from(re), Float64Array.from(im)];
        const slow = slowTransform(real, imaginary);
        fourier(real, imaginary);
        for (let f = 0; f < real.length; f++) {
          expect(real[f]).toBeCloseTo(slow.real[f], 9);
          expect(imaginary[f]).toBeCloseTo(slow.imaginary[f], 9);
        }
      }),
    );
  });

  it('is undone by its inverse', () => {
    fc.assert(
      fc.property(parts, ([re, im]) => {
        const [real, imaginary] = [Float64Array.from(re), Float64Array.from(im)];
        fourier(real, imaginary);
        inverseFourier(real, imaginary);
        for (let t = 0; t < real.length; t++) {
          expect(real[t]).toBeCloseTo(re[t], 10);
          expect(imaginary[t]).toBeCloseTo(im[t], 10);
        }
      }),
    );
  });

  it('finds the next power of two', () => {
    expect([1, 2, 3, 4, 5, 1_000_000].map(powerOfTwoFrom)).toEqual([1, 2, 4, 4, 8, 2 ** 20]);
  });
});
