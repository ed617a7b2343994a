import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../../../src/preservation/detectors/interventions/least-squares.js';
import {
  automaticLags,
  lagOne,
  neweyWest,
} from '../../../../src/preservation/detectors/interventions/newey-west.js';

function noise(seed: number, length: number, memory: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  let last = 0;
  return Float64Array.from({ length }, () => {
    last = memory * last + stream.normal();
    return last;
  });
}

const firstSteps = (length: number) => Int32Array.from({ length }, (_, t) => t);

function fitOf(columns: readonly Float64Array[], target: Float64Array) {
  const fit = leastSquares(columns, target);
  if ('dependent' in fit) throw new Error('dependent');
  return fit;
}

describe('neweyWest', () => {
  it('is the sandwich from its definition, pair of steps by pair of steps, gaps included', () => {
    const steps = firstSteps(60).filter((t) => t % 7 !== 3 && (t < 30 || t > 41));
    const n = steps.length;
    const columns = [new Float64Array(n).fill(1), Float64Array.from(steps, (t) => t / 10), noise(2, n, 0)];
    const fit = fitOf(columns, noise(1, n, 0.5));
    const lags = 4;
    // (X'X)^-1 S (X'X)^-1 with S the weighted sum of x_i e_i e_j x_j'.
    const slow = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          const apart = Math.abs(steps[i] - steps[j]);
          if (apart > lags) continue;
          const left = columns.reduce((part, column, k) => part + fit.inverse[a][k] * column[i], 0);
          const right = columns.reduce((part, column, k) => part + fit.inverse[b][k] * column[j], 0);
          sum += (1 - apart / (lags + 1)) * left * fit.residuals[i] * fit.residuals[j] * right;
        }
      }
      return (sum * n) / (n - columns.length);
    };
    const weights = Float64Array.of(0.5, -2, 3);
    let expected = 0;
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) expected += weights[a] * slow(a, b) * weights[b];
    expect(neweyWest(columns, fit, steps, lags, weights) / expected).toBeCloseTo(1, 11);
  });

  it('is that of White without lags: for a mean the mean square over n - 1', () => {
    const values = Float64Array.of(1, 4, -2, 5);
    const ones = Float64Array.of(1, 1, 1, 1);
    const variance = neweyWest([ones], fitOf([ones], values), firstSteps(4), 0, Float64Array.of(1));
    // Deviations -1, 2, -4, 3: squares 30, over 4, over 4, times 4/3.
    expect(variance).toBeCloseTo(30 / 4 / 3, 14);
  });
});

describe('automaticLags', () => {
  it('grows with memory and with the root of third degree of the length', () => {
    const alternating = Float64Array.from({ length: 100 }, (_, t) => (t % 2 === 0 ? 1 : -1));
    // Memory limited to -.97: 4 r^2 / ((1 - r)^2 (1 + r)^2) = 1077.4…
    const curvature = (4 * 0.97 ** 2) / (1.97 ** 2 * 0.03 ** 2);
    expect(automaticLags(alternating, firstSteps(100))).toBe(
      Math.min(50, Math.floor(1.1447 * Math.cbrt(curvature * 100))),
    );
    expect(automaticLags(noise(3, 400, 0), firstSteps(400))).toBeLessThan(4);
    expect(automaticLags(noise(3, 400, 0.8), firstSteps(400))).toBeGreaterThan(10);
    expect(automaticLags(new Float64Array(9), firstSteps(9))).toBe(0);
  });
});

describe('lagOne', () => {
  it('is over neighbouring steps only', () => {
    expect(lagOne(Float64Array.of(1, 2, -3), Int32Array.of(0, 1, 2))).toBeCloseTo((2 - 6) / 14, 14);
    expect(lagOne(Float64Array.of(1, 2, -3), Int32Array.of(0, 1, 3))).toBeCloseTo(2 / 14, 14);
  });
});
