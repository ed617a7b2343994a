import { describe, expect, it } from 'vitest';
import { plantedKinds, plantedSeries } from '../src/preservation/planted-series.js';
import {
  detectability,
  greatestShare,
  type Span,
  survivingRows,
  truthOf,
  varianceDetectability,
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
    expect(truthOf(1.3)).toEqual({ isErased: true, isBorderline: false });
    expect(truthOf(1.4)).toEqual({ isErased: true, isBorderline: true });
    expect(truthOf(4.6)).toEqual({ isErased: false, isBorderline: true });
    expect(truthOf(4.7)).toEqual({ isErased: false, isBorderline: false });
    expect(greatestShare({ start: 10, end: 20 }, even(16))).toBe(6 / 16);
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

  it('counts alarms on clean series', async () => {
    const rows = await run({ measure: 'clean' });
    expect(rows.get('points')).toBe(4000);
    expect(rows.get('false_alarms_per_10k')).toBeLessThan(10);
  });
});
