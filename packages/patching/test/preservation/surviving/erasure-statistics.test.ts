import { describe, expect, it } from 'vitest';
import { erasureStatistics } from '../../../src/preservation/surviving/erasure-statistics.js';
import { uniform } from '../checks/check-fixtures.js';

describe('erasureStatistics', () => {
  it('finds no loss where every step is a patch', () => {
    const values = Float64Array.of(1, 5, 2, 8);
    expect(erasureStatistics(values, uniform(4, 1))).toEqual({
      unmarkedMoves: 0,
      lostVariance: 0,
      erasedSpikes: 0,
      spikes: 0,
    });
  });

  it('computes shares by hand', () => {
    // Moves squared: 4, 36, 4; the middle one crosses the boundary. Means 2 and 8; lost 4 of 40.
    const values = Float64Array.of(1, 3, 9, 7);
    const { unmarkedMoves, lostVariance } = erasureStatistics(values, uniform(4, 2));
    expect(unmarkedMoves).toBeCloseTo(8 / 44, 12);
    expect(lostVariance).toBeCloseTo(4 / 40, 12);
  });

  it('counts a spike as erased where A / sqrt(P) is under the threshold', () => {
    const values = new Float64Array(64);
    values[10] = 8;
    expect(erasureStatistics(values, uniform(64, 4), 3, 1)).toMatchObject({ spikes: 1, erasedSpikes: 0 });
    expect(erasureStatistics(values, uniform(64, 8), 3, 1)).toMatchObject({ spikes: 1, erasedSpikes: 1 });
  });

  it('skips missing steps, whatever level lies under the series', () => {
    const values = Float64Array.of(1e9 + 1, Number.NaN, 1e9 + 3, 1e9 + 9, 1e9 + 7);
    const { lostVariance } = erasureStatistics(values, uniform(5, 3));
    expect(lostVariance).toBeCloseTo(4 / 40, 9);
  });

  it('refuses values of another length', () => {
    expect(() => erasureStatistics(new Float64Array(3), uniform(4, 2))).toThrow('SHAPE_MISMATCH');
  });
});
