/** Changes that last: of level, trend and variance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type StructureOptions,
  type SyntheticTruth,
  structuresOfKind,
  syntheticSeries,
} from '../../../src/synthetic/index.js';
import { standardDeviation } from '../statistics.js';
import { thrown } from '../thrown.js';

function plant(structure: StructureOptions, length = 400, seed = 1, sd = 1): SyntheticTruth {
  return syntheticSeries({ length, seed, noise: { sd }, structures: [structure] }).truth;
}

describe.each(['level-changes', 'trend-changes', 'variance-changes'] as const)('%s', (kind) => {
  it('leave segments of at least the length asked for, at both ends too', () => {
    const plans = fc.record({
      count: fc.integer({ min: 0, max: 6 }),
      minSegment: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(plans, ({ count, minSegment, seed }) => {
        const [{ events }] = plant({ kind, count, minSegment }, 300, seed).structures;
        expect(events).toHaveLength(count);
        const bounds = [0, ...events.map(({ start }) => start), 300];
        for (let i = 1; i < bounds.length; i++) {
          expect(bounds[i] - bounds[i - 1]).toBeGreaterThanOrEqual(count === 0 ? 0 : minSegment);
        }
        for (const { end } of events) expect(end).toBe(300);
      }),
    );
  });

  it('are refused where the segments do not fit, to the step', () => {
    expect(
      plant({ kind, count: 3, minSegment: 10 }, 40).structures[0].events.map(({ start }) => start),
    ).toEqual([10, 20, 30]);
    expect(thrown(() => plant({ kind, count: 3, minSegment: 10 }, 39)).code).toBe('PLAN_IMPOSSIBLE');
    expect(thrown(() => plant({ kind }, 1)).code).toBe('PLAN_IMPOSSIBLE');
  });

  it('change nothing before the first of them, and something from its first step on', () => {
    const truth = plant({ kind, at: [123] });
    const { noise } = truth.base;
    for (let t = 0; t < 400; t++) expect(truth.complete[t] === noise[t]).toBe(t < 123);
  });

  it('may be none', () => {
    const truth = plant({ kind, count: 0 }, 1);
    expect(truth.complete).toEqual(truth.base.noise);
  });
});

describe('level changes', () => {
  it('add each its size to all that follows', () => {
    const truth = plant({ kind: 'level-changes', count: 5, size: [2, 4] }, 400, 3, 0.5);
    const [{ events }] = structuresOfKind(truth, 'level-changes');
    for (let t = 0; t < 400; t++) {
      const level = events.reduce((sum, { start, size }) => sum + (t >= start ? size : 0), 0);
      expect(truth.signal[t]).toBeCloseTo(level, 9);
    }
    for (const { size } of events) {
      expect(Math.abs(size)).toBeGreaterThanOrEqual(1);
      expect(Math.abs(size)).toBeLessThanOrEqual(2);
    }
  });

  it('go up and down in turn where asked', () => {
    const truth = plant({ kind: 'level-changes', count: 4, sign: 'alternating' });
    const [{ events }] = structuresOfKind(truth, 'level-changes');
    expect(events.map(({ size }) => size > 0)).toEqual([true, false, true, false]);
  });
});

describe('trend changes', () => {
  it('add each its slope from its first step on, without a jump', () => {
    const truth = plant({ kind: 'trend-changes', count: 3, size: [0.1, 0.3] }, 400, 3, 2);
    const [{ events }] = structuresOfKind(truth, 'trend-changes');
    for (let t = 1; t < 400; t++) {
      const slope = events.reduce((sum, { start, size }) => sum + (t >= start ? size : 0), 0);
      expect(truth.signal[t] - truth.signal[t - 1]).toBeCloseTo(slope, 9);
    }
    for (const { size } of events) expect(Math.abs(size)).toBeGreaterThanOrEqual(0.2);
  });
});

describe('variance changes', () => {
  it('multiply the noise and leave the signal alone', () => {
    const truth = plant({ kind: 'variance-changes', count: 4, sign: 'both' });
    const [{ events }] = structuresOfKind(truth, 'variance-changes');
    expect(truth.signal).toEqual(new Float64Array(400));
    for (let t = 0; t < 400; t++) {
      const scale = events.reduce((product, { start, ratio }) => product * (t >= start ? ratio : 1), 1);
      expect(truth.noise[t]).toBeCloseTo(truth.base.noise[t] * scale, 9);
    }
  });

  it('have the ratio of sds that the truth says', () => {
    const truth = plant({ kind: 'variance-changes', at: [10_000], ratio: 3, sign: 'up' }, 20_000);
    expect(structuresOfKind(truth, 'variance-changes')[0].events[0].ratio).toBe(3);
    const [before, after] = [truth.complete.subarray(0, 10_000), truth.complete.subarray(10_000)];
    // 5 standard errors of a ratio of two sds of 10,000 draws each.
    expect(Math.abs(standardDeviation(after) / standardDeviation(before) / 3 - 1)).toBeLessThan(
      5 / Math.sqrt(10_000),
    );
  });

  it('make the series noisier and quieter in turn by default', () => {
    const truth = plant({ kind: 'variance-changes', count: 4 });
    const [{ events }] = structuresOfKind(truth, 'variance-changes');
    expect(events.map(({ ratio }) => ratio > 1)).toEqual([true, false, true, false]);
    expect(Math.min(...events.map(({ ratio }) => ratio))).toBeGreaterThan(1 / 4 - 1e-12);
  });
});
