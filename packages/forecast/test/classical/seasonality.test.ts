import { describe, expect, it } from 'vitest';
import type { ChannelHistory } from '../../src/classical/channel-history.js';
import { completeHistory, interpolate } from '../../src/classical/complete-history.js';
import {
  differenced,
  isConstant,
  seasonalDifferences,
  stepDifferences,
} from '../../src/classical/differencing.js';
import {
  findSeasonalAdjustment,
  withoutSeason,
  withSeason,
} from '../../src/classical/seasonal-adjustment.js';
import { daily, noise, weekly } from './example-sets.js';

const missing = Number.NaN;

describe('seasonal adjustment', () => {
  it('finds the indices of a season of even length, whatever the trend', () => {
    const values = Float64Array.from({ length: 40 }, (_, t) => -20 + 2 * t + [1, 3, -3, -1][t % 4]);
    const season = findSeasonalAdjustment(values, 4);
    expect(season.mode).toBe('additive');
    [1, 3, -3, -1].forEach((expected, i) => {
      expect(season.indices[i]).toBeCloseTo(expected, 12);
    });
  });

  it('multiplies where all values are positive, and comes back to them', () => {
    const values = weekly(70);
    const season = findSeasonalAdjustment(values, 7);
    expect(season.mode).toBe('multiplicative');
    expect(season.indices.reduce((sum, index) => sum + index, 0)).toBeCloseTo(7, 12);
    for (const step of [-9, -1, 0, 6, 7, 100]) {
      expect(withSeason(season, withoutSeason(season, 50, step), step)).toBeCloseTo(50, 12);
      expect(withSeason(season, 50, step)).toBe(withSeason(season, 50, step + 7));
    }
  });

  it.each([
    ['noise', noise(70, 1), 7],
    ['a constant', new Float64Array(70).fill(3), 7],
    ['less than three seasons', weekly(20), 7],
    ['no season', weekly(70), 1],
  ])('leaves %s as it is', (_, values, length) => {
    expect(findSeasonalAdjustment(values, length).mode).toBe('none');
  });
});

describe('a complete history', () => {
  it('interpolates along the season, then along the steps', () => {
    const values = Float64Array.of(1, 10, 100, 2, missing, 200, 3, 30, missing);
    interpolate(values, 3);
    expect([...values.subarray(0, 8)]).toEqual([1, 10, 100, 2, 20, 200, 3, 30]);
    const ends = Float64Array.of(0, missing, missing, 9);
    interpolate(ends, 3);
    expect([...ends]).toEqual([0, 3, 6, 9]);
  });

  it('cuts off missing ends and counts all that it does', () => {
    const { time } = daily('a', new Float64Array(9));
    const values = Float64Array.of(missing, missing, 4, missing, 6, missing, missing, missing, missing);
    if (time.kind !== 'regular') throw new Error('daily is regular');
    const history: ChannelHistory = { id: 'a', channel: 'y', time, values, season: 1 };
    const notes: [string, number][] = [];
    const {
      values: complete,
      observed,
      from,
      gap,
    } = completeHistory(history, (kind, count) => notes.push([kind, count]));
    expect([...complete]).toEqual([4, 5, 6]);
    expect([...observed]).toEqual([4, missing, 6]);
    expect([from, gap]).toEqual([2, 4]);
    expect(notes).toEqual([
      ['interpolated', 1],
      ['history-shortened', 2],
      ['history-shortened', 4],
    ]);
    expect([...values]).toEqual([missing, missing, 4, missing, 6, missing, missing, missing, missing]);
  });
});

describe('differencing', () => {
  it('takes the change over a lag', () => {
    expect([...differenced(Float64Array.of(1, 2, 4, 8), 2)]).toEqual([3, 6]);
    expect(differenced(Float64Array.of(1), 2).length).toBe(0);
  });

  it.each([
    ['noise', noise(200, 1), 0],
    [
      'a random walk',
      noise(200, 1).map(
        (
          (sum) => (y: number) =>
            (sum += y - 10)
        )(0),
      ),
      1,
    ],
    ['a constant', new Float64Array(50).fill(2), 0],
  ])('makes %s stationary', (_, values, count) => {
    expect(stepDifferences(values)).toBe(count);
  });

  it('differences a summed random walk twice, at most as often as it may', () => {
    let walk = 0;
    let sum = 0;
    const values = noise(300, 2).map((y) => {
      walk += y - 10;
      sum += walk;
      return sum;
    });
    expect(stepDifferences(values)).toBe(2);
    expect(stepDifferences(values, 1)).toBe(1);
  });

  it('differences across a season that is strong and was seen three times', () => {
    expect(seasonalDifferences(weekly(84), 7)).toBe(1);
    expect(seasonalDifferences(weekly(84).subarray(0, 22), 7)).toBe(0);
    expect(seasonalDifferences(noise(84, 1), 7)).toBe(0);
    expect(seasonalDifferences(weekly(84), 1)).toBe(0);
  });

  it('takes rounding for no change', () => {
    expect(isConstant(Float64Array.of(0.1 + 0.2, 0.3))).toBe(true);
    expect(isConstant(Float64Array.of(0, 1e-300))).toBe(false);
    expect(isConstant(new Float64Array(3))).toBe(true);
  });
});
