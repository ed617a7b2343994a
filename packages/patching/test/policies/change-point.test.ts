import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { changePoint } from '../../src/policies/change-point.js';
import { exactPieces, PieceCosts, penalisedPieces } from '../../src/policies/change-point-search.js';

/** Squared error around the mean, by its definition. */
function errorOf(piece: readonly number[]): number {
  const seen = piece.filter((value) => !Number.isNaN(value));
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  return seen.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

function totalError(values: readonly number[], starts: readonly number[]): number {
  return starts.reduce((sum, start, i) => sum + errorOf(values.slice(start, starts[i + 1])), 0);
}

/** Every segmentation with pieces of at least `minLength`. */
function* segmentations(length: number, minLength: number): Generator<number[]> {
  for (let mask = 0; mask < 2 ** (length - 1); mask++) {
    const starts = [0];
    for (let t = 1; t < length; t++) if (((mask >> (t - 1)) & 1) === 1) starts.push(t);
    if (starts.every((start, i) => (starts[i + 1] ?? length) - start >= minLength)) yield starts;
  }
}

function series(index: number, length: number): number[] {
  const stream = new RandomStream(foldIn(randomKey(5), index));
  let level = 0;
  return Array.from({ length }, () => {
    if (stream.uniform() < 0.25) level = 4 * stream.normal();
    return stream.uniform() < 0.1 ? Number.NaN : level + 0.5 * stream.normal();
  });
}

const cases = Array.from({ length: 12 }, (_, index) => ({
  values: series(index, 6 + index / 2),
  minLength: 1 + (index % 3),
}));

describe('the search for change points', () => {
  it.each(cases)('finds the least penalised error of all segmentations (%#)', ({ values, minLength }) => {
    const costs = new PieceCosts(Float64Array.from(values));
    for (const penalty of [0.1, 1, 10]) {
      const all = [...segmentations(values.length, minLength)];
      const least = Math.min(...all.map((each) => totalError(values, each) + penalty * each.length));
      const found = penalisedPieces(costs, penalty, minLength);
      expect(all).toContainEqual(found);
      expect(totalError(values, found) + penalty * found.length).toBeCloseTo(least, 9);
    }
  });

  it.each(cases)('finds the least error of all segmentations into so many pieces (%#)', (given) => {
    const { values, minLength } = given;
    const costs = new PieceCosts(Float64Array.from(values));
    const all = [...segmentations(values.length, minLength)];
    for (let pieces = 1; pieces <= Math.floor(values.length / minLength); pieces++) {
      const such = all.filter((each) => each.length === pieces);
      const found = exactPieces(costs, pieces, minLength);
      expect(such).toContainEqual(found);
      expect(totalError(values, found)).toBeCloseTo(
        Math.min(...such.map((each) => totalError(values, each))),
        9,
      );
    }
  });

  it('prunes nothing that long series need', () => {
    const values = Float64Array.from(series(99, 300));
    const costs = new PieceCosts(values);
    for (const minLength of [1, 4]) {
      // The same recursion without pruning.
      const best = [0];
      for (let end = 1; end <= values.length; end++) {
        best[end] = Number.POSITIVE_INFINITY;
        for (let start = 0; start <= end - minLength; start++) {
          best[end] = Math.min(best[end], best[start] + costs.of(start, end) + 2);
        }
      }
      const found = penalisedPieces(costs, 2, minLength);
      const cost = found.reduce((sum, start, i) => sum + costs.of(start, found[i + 1] ?? 300) + 2, 0);
      expect(cost).toBeCloseTo(best[300], 8);
      const exact = exactPieces(costs, found.length, minLength);
      // The penalised optimum is the best of its own number of pieces.
      expect(totalError([...values], exact)).toBeCloseTo(cost - 2 * found.length, 8);
    }
  });

  it('gives as many pieces as fit where more are asked for', () => {
    expect(exactPieces(new PieceCosts(Float64Array.of(1, 2, 3, 4, 5)), 9, 2)).toHaveLength(2);
    expect(exactPieces(new PieceCosts(new Float64Array(0)), 3, 1)).toEqual([]);
  });
});

describe('the change-point policy', () => {
  const stream = new RandomStream(randomKey(2));
  const steps = Float64Array.from({ length: 120 }, (_, t) => {
    const level = t < 37 ? 0 : t < 80 ? 5 : -2;
    return level + 0.3 * stream.normal();
  });

  it('by penalty cuts where the level changes and nowhere else, whatever the scale', async () => {
    const policy = changePoint({ form: 'penalty', rates: [8] });
    for (const scale of [1, 1e-200, 1e300]) {
      const [tree] = await policy.segment([{ values: steps.map((value) => value * scale) }]);
      expect([...tree.finest.toStarts()]).toEqual([0, 37, 80]);
    }
  });

  it('by count cuts as often as the rate allows', async () => {
    const [tree] = await changePoint({ rates: [8, 40] }).segment([{ values: steps }]);
    expect(tree.levels.map(({ count }) => count)).toEqual([15, 3]);
    expect([...tree.coarsest.toStarts()]).toEqual([0, 37, 80]);
  });

  it('by penalty stays within the rate where more changes would pay', async () => {
    const values = Float64Array.from({ length: 64 }, (_, t) => (Math.floor(t / 4) % 2) * 10 + (t % 2) * 0.1);
    const [few] = await changePoint({ form: 'penalty', rates: [16], spacing: 1 }).segment([{ values }]);
    expect(few.finest.count).toBe(4);
    const [all] = await changePoint({ form: 'penalty', rates: [2], spacing: 1 }).segment([{ values }]);
    expect([...all.finest.toLengths()]).toEqual(new Array(16).fill(4));
  });

  it('by penalty finds a single jump of a series without noise, and nothing in a constant one', async () => {
    const policy = changePoint({ form: 'penalty', rates: [8] });
    const [jump] = await policy.segment([{ values: steps.map((_, t) => (t < 50 ? 1 : 2)) }]);
    expect([...jump.finest.toStarts()]).toEqual([0, 50]);
    const [flat] = await policy.segment([{ values: new Float64Array(100).fill(3) }]);
    expect(flat.finest.count).toBe(1);
  });

  it('refuses a spacing above its rate', () => {
    expect(() => changePoint({ rates: [4], spacing: 5 })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', argument: 'changepoint options.spacing' }),
    );
  });
});
