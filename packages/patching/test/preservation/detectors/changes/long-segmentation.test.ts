import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectTrendChanges } from '../../../../src/preservation/detectors/changes/detect-trend-changes.js';
import { linearCost } from '../../../../src/preservation/detectors/changes/linear-cost.js';
import { longSegmentation } from '../../../../src/preservation/detectors/changes/long-segmentation.js';
import { pelt } from '../../../../src/preservation/detectors/changes/pelt.js';
import { segmentationCost } from './optimal-partitioning.js';

/** Lines that jump and bend under noise of sd 1. */
function lines(seed: number, length: number, segments: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  const values = new Float64Array(length);
  for (let segment = 0, t = 0; segment < segments; segment++) {
    const [level, slope] = [3 * stream.normal(), (4 * stream.normal() * segments) / length];
    const end = Math.ceil(((segment + 1) * length) / segments);
    for (const start = t; t < end; t++) values[t] = level + slope * (t - start) + stream.normal();
  }
  return values;
}

const priceOf = (length: number) => ({ penalty: 3 * Math.log(length), minSize: 3 });

describe('the segmentation of a long series', () => {
  it('is that of PELT, or one that costs less than a change more, and costs what it says', () => {
    let same = 0;
    const runs = 60;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 9 }), (seed, segments) => {
        const values = lines(seed, 1200, segments);
        const options = priceOf(1200);
        const whole = pelt(linearCost(values), options);
        const { changes, cost } = longSegmentation(values, linearCost, { ...options, piece: 128 });
        if (changes.join() === whole.changes.join()) same += 1;
        expect(cost).toBeGreaterThan(whole.cost - 1e-6);
        expect(cost).toBeLessThan(whole.cost + options.penalty);
        expect(cost).toBeCloseTo(segmentationCost('linear', [...values], [...changes], options.penalty), 6);
        const bounds = [0, ...changes, values.length];
        const shortest = Math.min(...bounds.slice(1).map((end, i) => end - bounds[i]));
        expect(shortest).toBeGreaterThanOrEqual(options.minSize);
      }),
      { seed: 3, numRuns: runs },
    );
    expect(same / runs).toBeGreaterThan(0.85);
  });

  it('sees a bend that no piece shows', () => {
    const length = 16_384;
    const stream = new RandomStream(randomKey(5));
    const bend = 9000;
    // Over 256 steps the slope moves the line by a quarter of the noise.
    const values = Float64Array.from({ length }, (_, t) => 0.001 * Math.max(0, t - bend) + stream.normal());
    const inPieces = Array.from({ length: length / 256 }, (_, i) =>
      pelt(linearCost(values.subarray(256 * i, 256 * (i + 1))), priceOf(length)),
    );
    expect(inPieces.every(({ changes }) => changes.length === 0)).toBe(true);
    const { changes, cost } = longSegmentation(values, linearCost, { ...priceOf(length), piece: 256 });
    expect(cost).toBeLessThan(pelt(linearCost(values), priceOf(length)).cost + 1);
    expect(changes).toHaveLength(1);
    expect(Math.abs(changes[0] - bend)).toBeLessThan(600);
  });

  it('takes no more costs per point for a series eight times as long', () => {
    const perPoint = [16_384, 131_072].map((length) => {
      const stream = new RandomStream(randomKey(6));
      const values = Float64Array.from({ length }, () => stream.normal());
      const found = longSegmentation(values, linearCost, { ...priceOf(length), piece: 2048 });
      expect(found.changes).toHaveLength(0);
      return found.evaluations / length;
    });
    expect(perPoint[1]).toBeLessThan(1.5 * perPoint[0]);
  });
});

describe('trend changes of a long series', () => {
  it('are found at a seam and inside a piece, each end once, where they are', () => {
    const length = 40_000;
    // Up by 10 in 200 steps across the first seam, down inside the second piece, up in the last one.
    const ramps = [
      { start: 16_284, slope: 0.05 },
      { start: 24_000, slope: -0.05 },
      { start: 36_000, slope: 0.05 },
    ];
    const stream = new RandomStream(randomKey(31));
    const values = Float64Array.from({ length }, (_, t) => {
      const height = (start: number) => Math.min(200, Math.max(0, t - start));
      return ramps.reduce((sum, { start, slope }) => sum + slope * height(start), 0.1 * stream.normal());
    });
    const { structures } = detectTrendChanges('y', values);
    const bends = ramps.flatMap(({ start }) => [start, start + 200]);
    expect(structures.map(({ start }) => bends.findIndex((bend) => Math.abs(bend - start) <= 5))).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });

  it('cannot be assessed without any observation', () => {
    const nothing = new Float64Array(40_000).fill(Number.NaN);
    expect(detectTrendChanges('y', nothing)).toMatchObject({ status: 'not-assessable', missing: 40_000 });
  });
});
