import { foldIn, RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Patches } from '../../../src/patches/index.js';
import { localLevel } from '../../../src/preservation/surviving/local-level.js';
import { noiseScale } from '../../../src/preservation/surviving/noise-scale.js';
import { summaryNames } from '../../../src/preservation/surviving/survival-form.js';
import { survivingOf } from '../../../src/preservation/surviving/surviving-of.js';
import { arbitraryPatches } from '../../patches/arbitrary-patches.js';

/** A series with gaps over a partition, and a contrast on some of its steps. */
const cases = arbitraryPatches
  .filter(({ length }) => length > 0)
  .chain((patches) =>
    fc.record({
      patches: fc.constant(patches),
      values: fc.array(
        fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: -50, max: 50 }) },
          { weight: 1, arbitrary: fc.constant(Number.NaN) },
        ),
        {
          minLength: patches.length,
          maxLength: patches.length,
        },
      ),
      weights: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: patches.length }),
    }),
  );

describe('summaries', () => {
  it('rebuild by hand', () => {
    const raw = Float64Array.of(1, 5, 3, 7, Number.NaN, 2);
    const level = new Float64Array(6);
    const patches = Patches.fromEnds([4, 6], 6);
    const rebuilt = (name: (typeof summaryNames)[number]) => [
      ...survivingOf(name, 'y', raw, level, patches).values,
    ];
    expect(rebuilt('identity')).toEqual([...raw]);
    expect(rebuilt('mean')).toEqual([4, 4, 4, 4, 2, 2]);
    // Slope 1.6 through the mean 4 at 1.5.
    expect(rebuilt('linear').map((each) => Math.round(each * 10) / 10)).toEqual([1.6, 3.2, 4.8, 6.4, 2, 2]);
    expect(rebuilt('first-last')).toEqual([1, 3, 5, 7, 2, 2]);
    expect(rebuilt('min-max-first-last')).toEqual([1, 3, 5, 7, 2, 2]);
  });

  it('keep the extremes where they are', () => {
    const raw = Float64Array.of(1, 9, 2, -4, 0);
    const { values } = survivingOf(
      'min-max-first-last',
      'y',
      raw,
      new Float64Array(5),
      Patches.fromEnds([5], 5),
    );
    expect([...values]).toEqual([1, 9, 2.5, -4, 0]);
  });

  it.for(summaryNames)('%s knows the noise of a contrast, as all influences one by one give it', (name) => {
    fc.assert(
      fc.property(cases, ({ patches, values, weights }) => {
        const raw = Float64Array.from(values);
        const surviving = survivingOf(name, 'y', raw, new Float64Array(raw.length), patches);
        const contrast = Float64Array.from(weights, (weight, i) =>
          Number.isNaN(surviving.values[i]) ? 0 : weight,
        );
        let squares = 0;
        for (let source = 0; source < raw.length; source++) {
          let sum = 0;
          for (let t = 0; t < contrast.length; t++) {
            if (contrast[t] !== 0) sum += contrast[t] * surviving.influence(t, source);
          }
          squares += sum * sum;
        }
        expect(surviving.noiseSd(contrast, 0)).toBeCloseTo(Math.sqrt(squares), 9);
      }),
      { numRuns: 200 },
    );
  });

  it.for(summaryNames)('%s is the sum of its influences times the raw values', (name) => {
    fc.assert(
      fc.property(cases, ({ patches, values }) => {
        const raw = Float64Array.from(values);
        const surviving = survivingOf(name, 'y', raw, new Float64Array(raw.length), patches);
        surviving.values.forEach((value, t) => {
          if (Number.isNaN(value)) return;
          const sum = raw.reduce(
            (all, each, u) => (Number.isNaN(each) ? all : all + surviving.influence(t, u) * each),
            0,
          );
          expect(value).toBeCloseTo(sum, 9);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('lose a patch without observations, and fill one with some', () => {
    const raw = Float64Array.of(Number.NaN, Number.NaN, 4, Number.NaN);
    for (const name of ['mean', 'linear', 'first-last', 'min-max-first-last'] as const) {
      const { values } = survivingOf(name, 'y', raw, new Float64Array(4), Patches.fromEnds([2, 4], 4));
      expect([...values]).toEqual([Number.NaN, Number.NaN, 4, 4]);
    }
  });
});

describe('localLevel', () => {
  it('is the median of eleven steps, as sorting each window gives it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(Number.NaN)), {
          minLength: 1,
          maxLength: 60,
        }),
        (list) => {
          const values = Float64Array.from(list);
          const level = localLevel(values);
          values.forEach((_, t) => {
            const known = [...values.subarray(Math.max(0, t - 5), t + 6)]
              .filter((each) => !Number.isNaN(each))
              .sort((a, b) => a - b);
            if (known.length === 0) return;
            const middle = known.length >> 1;
            const median = known.length % 2 === 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
            expect(level[t]).toBe(median);
          });
        },
      ),
    );
  });

  it('bridges what it does not know by a line, and leaves spikes out', () => {
    const values = new Float64Array(40).fill(Number.NaN);
    values[0] = 0;
    values[39] = 11;
    const level = localLevel(values);
    expect(level[5]).toBe(0);
    expect(level[34]).toBe(11);
    expect(level[20]).toBeCloseTo((11 * 15) / 29, 12);
    const spiky = new Float64Array(20).fill(3);
    spiky[10] = 99;
    expect(localLevel(spiky, [{ start: 10, end: 11 }])[10]).toBe(3);
  });
});

describe('noiseScale', () => {
  it('is the sd of normal noise within 1 percent, at any level', () => {
    const stream = new RandomStream(foldIn(randomKey(8), 0));
    const values = Float64Array.from({ length: 200_000 }, () => 1000 + 2.5 * stream.normal());
    expect(noiseScale(values, localLevel(values)).median() / 2.5).toBeGreaterThan(0.99);
    expect(noiseScale(values, localLevel(values)).median() / 2.5).toBeLessThan(1.01);
  });

  it('follows noise that grows, and is not moved by one spike', () => {
    const stream = new RandomStream(foldIn(randomKey(9), 0));
    const values = Float64Array.from({ length: 2048 }, (_, t) => (t < 1024 ? 1 : 5) * stream.normal());
    const before = noiseScale(values, localLevel(values)).at(100);
    values[100] = 1e6;
    const noise = noiseScale(values, localLevel(values, [{ start: 100, end: 101 }]));
    expect(noise.at(100) / before).toBeCloseTo(1, 1);
    expect(noise.at(1900) / noise.at(300)).toBeGreaterThan(4);
  });

  it('is 0 for a constant and NaN without observations', () => {
    const constant = new Float64Array(50).fill(7);
    expect(noiseScale(constant, localLevel(constant)).at(20)).toBe(0);
    const nothing = new Float64Array(50).fill(Number.NaN);
    expect(noiseScale(nothing, localLevel(nothing)).at(20)).toBeNaN();
  });
});
