import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearCost } from '../../../../src/preservation/detectors/changes/linear-cost.js';
import { meanCost } from '../../../../src/preservation/detectors/changes/mean-cost.js';
import { normalCost } from '../../../../src/preservation/detectors/changes/normal-cost.js';
import { pelt } from '../../../../src/preservation/detectors/changes/pelt.js';
import type { SegmentCost } from '../../../../src/preservation/detectors/changes/segment-cost.js';
import { type CostName, leastCost, obviousCosts, segmentationCost } from './optimal-partitioning.js';

const fastCosts: Readonly<Record<CostName, (values: Float64Array) => SegmentCost>> = {
  mean: (values) => meanCost(values),
  mbic: (values) => meanCost(values, true),
  linear: linearCost,
  normal: normalCost,
};
const names: readonly CostName[] = ['mean', 'mbic', 'linear', 'normal'];

/** Level shifts, slopes and bursts under noise: what a segmentation has something to find in. */
function structured(seed: number, length: number, segments: number): number[] {
  const stream = new RandomStream(randomKey(seed));
  const values: number[] = [];
  for (let segment = 0; segment < segments; segment++) {
    const level = 3 * stream.normal();
    const slope = (4 * stream.normal() * segments) / length;
    const noise = stream.uniform() < 0.3 ? 0.1 : 1;
    const steps = Math.ceil(((segment + 1) * length) / segments) - values.length;
    for (let t = 0; t < steps; t++) values.push(level + slope * t + noise * stream.normal());
  }
  return values;
}

const series = fc.oneof(
  fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 60 }),
  fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 60 }),
  fc
    .tuple(
      fc.integer({ min: 0, max: 1e6 }),
      fc.integer({ min: 40, max: 110 }),
      fc.integer({ min: 1, max: 6 }),
    )
    .map(([seed, length, segments]) => structured(seed, length, segments)),
);

describe.each(names)('PELT with the %s cost', (name) => {
  it('reaches the least cost of all segmentations, and its changes have that cost', () => {
    const options = fc.record({
      penalty: fc.double({ min: 0, max: 15, noNaN: true }),
      minSize: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(series, options, (values, chosen) => {
        const { cost, changes } = pelt(fastCosts[name](Float64Array.from(values)), chosen);
        const least = leastCost(name, values, chosen);
        if (values.length < chosen.minSize) {
          expect(cost).toBe(Number.POSITIVE_INFINITY);
          expect(changes).toHaveLength(0);
          return;
        }
        expect(cost).toBeCloseTo(least, 6);
        expect(segmentationCost(name, values, [...changes], chosen.penalty)).toBeCloseTo(least, 6);
        const bounds = [0, ...changes, values.length];
        const lengths = bounds.slice(1).map((end, i) => end - bounds[i]);
        expect(Math.min(...lengths)).toBeGreaterThanOrEqual(chosen.minSize);
      }),
      { numRuns: 150 },
    );
  });

  it('stays exact over many blocks of starts and marks, where starts die and move up', () => {
    for (const [seed, segments] of [
      [1, 1],
      [2, 2],
      [3, 9],
    ]) {
      const values = structured(seed, 320, segments);
      const options = { penalty: 3 * Math.log(320), minSize: 3 };
      const { cost } = pelt(fastCosts[name](Float64Array.from(values)), options);
      expect(cost).toBeCloseTo(leastCost(name, values, options), 6);
    }
  });

  it('costs a segment what a sum over its points does, also far from the start', () => {
    const length = 200_000;
    const values = Float64Array.from(structured(4, length, 5));
    const fast = fastCosts[name](values);
    const answer = new Float64Array(1);
    for (const [start, end] of [
      [0, 3],
      [length - 3, length],
      [length - 50, length - 1],
      [120_000, 120_500],
    ]) {
      fast.costs(Int32Array.of(start), 1, end, answer);
      expect(answer[0]).toBeCloseTo(obviousCosts[name]([...values.subarray(start, end)]), 8);
    }
  });

  it('does not grow quadratically on a series without changes', () => {
    const stream = new RandomStream(randomKey(5));
    const values = Float64Array.from({ length: 8_000 }, () => stream.normal());
    const { evaluations, changes } = pelt(fastCosts[name](values), {
      penalty: 3 * Math.log(8_000),
      minSize: 3,
    });
    expect(changes).toHaveLength(0);
    // The rule of PELT alone would compute 4,000 costs a point.
    expect(evaluations / 8_000).toBeLessThan(150);
  });
});
