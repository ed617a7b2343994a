import { foldIn, RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Patches } from '../../../src/patches/index.js';
import { localLevel } from '../../../src/preservation/surviving/local-level.js';
import { noiseScale } from '../../../src/preservation/surviving/noise-scale.js';
import { seasonalLevel } from '../../../src/preservation/surviving/seasonal-level.js';
import { summaryNames } from '../../../src/preservation/surviving/survival-form.js';
import { survivingOf } from '../../../src/preservation/surviving/surviving-of.js';
import { usualSeason } from '../../../src/preservation/surviving/usual-season.js';
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

  it('does not look across a step at which the noise is known to change', () => {
    const stream = new RandomStream(foldIn(randomKey(10), 0));
    const values = Float64Array.from({ length: 660 }, (_, t) => (t < 330 ? 1 : 4) * stream.normal());
    const level = localLevel(values);
    expect(noiseScale(values, level).at(340)).toBeLessThan(3);
    const noise = noiseScale(values, level, [330]);
    for (const t of [330, 340, 500]) expect(noise.at(t) / 4).toBeCloseTo(1, 0);
    for (const t of [0, 200, 329]) expect(noise.at(t)).toBeCloseTo(1, 0);
    // Stretches under 64 steps say less than their neighbours.
    const near = noiseScale(values, level, [20, 330, 350, 640]);
    for (const t of [10, 329, 340, 659]) expect(near.at(t)).toBe(noise.at(t));
  });

  it('is 0 for a constant and NaN without observations', () => {
    const constant = new Float64Array(50).fill(7);
    expect(noiseScale(constant, localLevel(constant)).at(20)).toBe(0);
    const nothing = new Float64Array(50).fill(Number.NaN);
    expect(noiseScale(nothing, localLevel(nothing)).at(20)).toBeNaN();
  });
});

describe('seasonalLevel', () => {
  const stream = new RandomStream(foldIn(randomKey(11), 0));
  const noise = Float64Array.from({ length: 700 }, () => stream.normal());
  const spike = { start: 333, end: 334 };
  const week = (t: number) => 10 * Math.sin((2 * Math.PI * t) / 7);
  const weekly = noise.map((value, t) => value + week(t) + (t === spike.start ? 30 : 0));

  it('follows a season, so that weekends are no spikes and a spike keeps its height', () => {
    const plain = localLevel(weekly, [spike]);
    const { level } = seasonalLevel(weekly, [spike], usualSeason(weekly, 7));
    expect(noiseScale(weekly, plain).at(333)).toBeGreaterThan(6);
    expect(noiseScale(weekly, level).at(333)).toBeCloseTo(1, 0);
    expect(Math.abs(weekly[333] - level[333] - 30)).toBeLessThan(3);
  });

  it('is as the slow way has it: medians of each phase over 53 periods, of distances from the mean of a period', () => {
    const distance = weekly.map((value, t) => {
      const around = weekly.subarray(Math.max(0, t - 3), t + 4);
      return value - around.reduce((sum, each) => sum + each, 0) / around.length;
    });
    const season = weekly.map((_, t) => {
      const own = [...distance.keys()]
        .filter((u) => u % 7 === t % 7 && Math.abs(u - t) <= 26 * 7)
        .map((u) => distance[u])
        .sort((a, b) => a - b);
      return own.length % 2 === 1
        ? own[own.length >> 1]
        : (own[own.length / 2 - 1] + own[own.length / 2]) / 2;
    });
    const rest = localLevel(
      weekly.map((value, t) => value - season[t]),
      [spike],
    );
    seasonalLevel(weekly, [spike], usualSeason(weekly, 7)).level.forEach((value, t) => {
      expect(value).toBeCloseTo(rest[t] + season[t], 9);
    });
  });

  it('is the local level where there is no season to speak of, or too little of it', () => {
    expect(usualSeason(noise, 7)).toBeUndefined();
    expect(usualSeason(weekly, 1)).toBeUndefined();
    expect(usualSeason(weekly.slice(0, 50), 7)).toBeUndefined();
    const level = localLevel(weekly);
    expect(seasonalLevel(weekly, [], undefined)).toEqual({ level, levelOfRest: level, isSeasonal: false });
  });

  it('knows a season that the local level follows by itself, and leaves it to the level', () => {
    const day = (t: number) => 5 * Math.sin((2 * Math.PI * t) / 24);
    const daily = noise.map((value, t) => value + day(t));
    const season = usualSeason(daily, 24);
    const { level, levelOfRest, isSeasonal } = seasonalLevel(daily, [], season);
    expect(isSeasonal).toBe(false);
    expect(level).toEqual(localLevel(daily));
    expect(Math.abs((season?.[342] ?? Number.NaN) - day(342))).toBeLessThan(1);
    expect(Math.abs(levelOfRest[342])).toBeLessThan(1);
  });

  it('bears missing values', () => {
    const holes = weekly.map((value, t) => (t % 7 === 2 || (t > 100 && t < 130) ? Number.NaN : value));
    const { level } = seasonalLevel(holes, [], usualSeason(holes, 7));
    expect(level.every(Number.isFinite)).toBe(true);
    expect(Math.abs(level[400] - week(400))).toBeLessThan(3);
  });
});
