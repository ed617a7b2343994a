import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { plantedKinds, plantedSeries } from '../src/preservation/planted-series.js';
import {
  bendMargin,
  detectability,
  greatestShare,
  type Span,
  stepMargin,
  survivingRows,
  truthOf,
  varianceDetectability,
  varianceMargin,
  wholeFigures,
} from '../src/preservation/planted-truth.js';
import { preservationPlanted } from '../src/suites/preservation-planted.js';

const flat = new Float64Array(64);
const even = (size: number): Span[] =>
  Array.from({ length: 64 / size }, (_, i) => ({ start: i * size, end: (i + 1) * size }));
const all = { start: 0, end: 64 };

describe('what an ideal reader can tell', () => {
  it('is A / sqrt(P) of a spike in means, and A at a kept sample', () => {
    const spike = (t: number) => (t === 24 ? 12 : 0);
    for (const size of [4, 16, 64]) {
      expect(detectability(survivingRows('mean', even(size), all, flat), spike, [], 1)).toBeCloseTo(
        12 / Math.sqrt(size),
        12,
      );
    }
    expect(detectability(survivingRows('first-last', even(8), all, flat), spike, [], 2)).toBe(6);
    expect(detectability(survivingRows('first-last', even(16), all, flat), spike, [], 2)).toBe(0);
    // Leverage of the first of 4 steps: 1/4 + 1.5^2 / 5.
    expect(detectability(survivingRows('linear', even(4), all, flat), spike, [], 1)).toBeCloseTo(
      12 * Math.sqrt(0.7),
      12,
    );
  });

  it('is the two-sample statistic of a shift once the level is not known', () => {
    const shift = (t: number) => (t >= 32 ? 2 : 0);
    const known = detectability(survivingRows('mean', even(1), all, flat), shift, [() => 1], 1);
    expect(known).toBeCloseTo(2 / Math.sqrt(2 / 32), 12);
    // Means over patches that end at the shift lose nothing; two samples of 16 lose all but a quarter root.
    expect(detectability(survivingRows('mean', even(16), all, flat), shift, [() => 1], 1)).toBeCloseTo(
      known,
      12,
    );
    expect(detectability(survivingRows('first-last', even(16), all, flat), shift, [() => 1], 1)).toBeCloseTo(
      known / Math.sqrt(8),
      12,
    );
  });

  it('is nothing where a nuisance explains it all', () => {
    const ramp = (t: number) => 3 * t;
    expect(
      detectability(survivingRows('mean', even(4), all, flat), ramp, [() => 1, (t) => t], 1),
    ).toBeLessThan(1e-9);
  });

  it('of a variance is a log ratio over the spread of the log of a chi-square', () => {
    // trigamma(1) = pi^2 / 6.
    expect(varianceDetectability(Math.E, 4, 4)).toBeCloseTo(2 / Math.sqrt(Math.PI ** 2 / 3), 6);
    expect(varianceDetectability(5, 2, 40)).toBe(0);
    expect(wholeFigures('linear', even(16), { start: 8, end: 48 }, flat)).toBe(4);
  });

  it('is borderline within 1.645 of three', () => {
    expect(truthOf(1.3)).toMatchObject({ isErased: true, isBorderline: false });
    expect(truthOf(1.4)).toMatchObject({ isErased: true, isBorderline: true });
    expect(truthOf(4.6)).toMatchObject({ isErased: false, isBorderline: true });
    expect(truthOf(4.7)).toMatchObject({ isErased: false, isBorderline: false });
    // Upper tails of the normal at 1.645 and 1.96.
    expect(truthOf(3).idealMiss).toBeCloseTo(0.5, 12);
    expect(truthOf(1.355).idealMiss).toBeCloseTo(0.95, 4);
    expect(truthOf(4.96).idealMiss).toBeCloseTo(0.025, 4);
    expect(greatestShare({ start: 10, end: 20 }, even(16))).toBe(6 / 16);
  });
});

describe('how far off a structure may be found', () => {
  it('follows from what each step tells of its side', () => {
    // 11 over the square of the size in sds; never under 5 nor over 128.
    expect(stepMargin(0.5)).toBe(44);
    expect(stepMargin(3)).toBe(5);
    expect(stepMargin(0.1)).toBe(128);
    expect(varianceMargin(Math.E)).toBe(6);
    expect(varianceMargin(1 / Math.E)).toBe(6);
    expect(bendMargin(0.1)).toBe(20);
  });

  it('holds what the likeliest place of a step does in 95 of 100 series', () => {
    const size = 0.8;
    let inside = 0;
    for (let seed = 0; seed < 400; seed++) {
      const stream = new RandomStream(randomKey(seed));
      let [best, least, sum] = [0, 0, 0];
      // Log-likelihood of places after and before the true one, each walk from 0 on.
      for (const side of [1, -1]) {
        sum = 0;
        for (let m = 1; m <= 300; m++) {
          sum += size * (size / 2 + stream.normal());
          if (sum < least) [best, least] = [side * m, sum];
        }
      }
      if (Math.abs(best) <= stepMargin(size)) inside += 1;
    }
    // 380 are expected; fewer than 366 have a chance of 0.1 percent.
    expect(inside).toBeGreaterThanOrEqual(366);
  });
});

describe('planted series', () => {
  it.for(plantedKinds)('%s: has structures, each with a truth, and is the same again', (kind) => {
    const { events, frame } = plantedSeries(kind, 5);
    expect(events.length).toBeGreaterThan(1);
    expect(plantedSeries(kind, 5).frame.equals(frame)).toBe(true);
    const whole = [{ start: 0, end: frame.length }];
    expect(events.every(({ truth }) => truth(whole, 'mean').isErased || kind === 'intervention')).toBe(true);
  });
});

describe('preservation-planted', () => {
  const run = async (settings: Readonly<Record<string, unknown>>) => {
    const own = { summary: 'mean', sizes: [16, 64], series: 1, points: 2000, ...settings };
    const result = await preservationPlanted.run({
      task: 't',
      arm: 'a',
      settings: own,
      seed: 1,
      dataFolder: '',
    });
    return new Map('unavailable' in result ? [] : result.map(({ metric, value }) => [metric, value]));
  };

  it('scores verdicts on known structures, with and without the borderline ones', async () => {
    const rows = await run({ measure: 'planted', events: 'given' });
    expect(rows.get('erased_precision')).toBeGreaterThanOrEqual(0.95);
    expect(rows.get('erased_recall')).toBeGreaterThanOrEqual(0.95);
    expect(rows.get('borderline')).toBeGreaterThan(0);
    expect(rows.get('found')).toBe(1);
  });

  it('finds what it is not told of', async () => {
    const rows = await run({ measure: 'planted', events: 'detected', series: 2 });
    expect(rows.get('found')).toBeGreaterThanOrEqual(0.95);
    expect(rows.get('erased_recall')).toBeGreaterThanOrEqual(0.95);
  });

  it('counts alarms on clean series', async () => {
    const rows = await run({ measure: 'clean' });
    expect(rows.get('points')).toBe(4000);
    expect(rows.get('false_alarms_per_10k')).toBeLessThan(10);
  });
});
