import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { longRunNoise, loudness } from '../../../../src/preservation/detectors/changes/long-run-noise.js';

function noise(seed: number, length: number, sd = 1): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, () => sd * stream.normal());
}

/** First-order memory `memory` around innovations of sd 1: means of n steps have the sd 1 / (1 - memory) / sqrt(n) in the long run. */
function remembering(seed: number, length: number, memory: number): Float64Array {
  const values = noise(seed, length);
  for (let t = 1; t < length; t++) values[t] += memory * values[t - 1];
  return values;
}

describe('longRunNoise', () => {
  it('is the sd of white noise, whatever line lies under it', () => {
    const values = noise(1, 50_000, 2);
    const found = longRunNoise(values);
    // Of 390 blocks, the error of a median size is near 6 %; the largest of nine lengths leans upwards.
    expect(found).toBeGreaterThan(1.95);
    expect(found).toBeLessThan(2.4);
    expect(longRunNoise(values.map((value, t) => value + 3 * t - 700))).toBeCloseTo(found, 6);
  });

  it('is what the means of a long stretch are uncertain by where noise has memory', () => {
    const found = longRunNoise(remembering(2, 50_000, 0.5));
    expect(found).toBeGreaterThan(1.9);
    expect(found).toBeLessThan(2.4);
  });

  it('is hardly moved by changes of level and trend', () => {
    const values = noise(3, 20_000).map((value, t) => value + (t > 7000 ? 40 : 0) + Math.max(0, t - 12_000));
    expect(longRunNoise(values)).toBeLessThan(1.4);
  });

  it('is 0 where most values stand still, and of fewer than three values', () => {
    expect(longRunNoise(Float64Array.from({ length: 100 }, (_, t) => (t % 10 === 0 ? t : 5)))).toBe(0);
    expect(longRunNoise(Float64Array.of(1, 5))).toBe(0);
    expect(longRunNoise(new Float64Array())).toBe(0);
  });

  it('by hand: median size 3 of the second differences, over the root of 6', () => {
    // 0, 1, 5, 3 has the second differences 3 and -6, of median size 4.5.
    expect(longRunNoise(Float64Array.of(0, 1, 5, 3))).toBeCloseTo((1.4826 * 4.5) / Math.sqrt(6), 12);
  });
});

describe('loudness', () => {
  it('is that of the loudest part over the typical one', () => {
    const values = noise(4, 8192).map((value, t) => (t >= 4096 && t < 5120 ? 5 * value : value));
    expect(loudness(values)).toBeGreaterThan(4.2);
    expect(loudness(values)).toBeLessThan(6);
  });

  it('is at least 1, and 1 where most values stand still', () => {
    expect(loudness(noise(5, 4096))).toBeGreaterThanOrEqual(1);
    expect(loudness(new Float64Array(1000))).toBe(1);
  });
});
