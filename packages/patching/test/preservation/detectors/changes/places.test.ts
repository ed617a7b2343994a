import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bendPlaces } from '../../../../src/preservation/detectors/changes/bend-place.js';
import { variancePlaces } from '../../../../src/preservation/detectors/changes/variance-place.js';
import { leastSquares } from '../../../../src/preservation/detectors/interventions/least-squares.js';

function noise(seed: number, length: number): Float64Array {
  const stream = new RandomStream(randomKey(seed));
  return Float64Array.from({ length }, () => stream.normal());
}

/** Sum of squares that the columns leave, by regression. */
function left(values: Float64Array, columns: readonly Float64Array[]): number {
  const fit = leastSquares(columns, values);
  if ('dependent' in fit) return Number.POSITIVE_INFINITY;
  return values.reduce((sum, value, i) => {
    const fitted = columns.reduce((total, column, j) => total + fit.coefficients[j] * column[i], 0);
    return sum + (value - fitted) ** 2;
  }, 0);
}

/** The step at which one line bends best, asked of every step. */
function bestBend(values: Float64Array, minSize: number): number {
  const ones = values.map(() => 1);
  const time = values.map((_, i) => i / values.length);
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (let at = minSize; at <= values.length - minSize; at++) {
    const bend = values.map((_, i) => Math.max(0, i - at + 1) / values.length);
    const squares = left(values, [ones, time, bend]);
    if (squares < least) [best, least] = [at, squares];
  }
  return best;
}

describe('bendPlaces', () => {
  it('is where a regression with one bend leaves least', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 15, max: 45 }), (seed, at) => {
        const values = noise(seed, 60).map((value, i) => value + 0.5 * Math.max(0, i - at + 1));
        const [place] = bendPlaces(values, Int32Array.of(at), 3);
        // Cut at the true bend, one more parameter rarely explains more than its price.
        if (place !== at) expect(place).toBe(bestBend(values, 3));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('moves a cut that lies beside the bend, and leaves a jump alone', () => {
    const bent = noise(1, 600).map((value, i) => value + 0.05 * Math.max(0, i - 299));
    const [moved] = bendPlaces(bent, Int32Array.of(316), 3);
    expect(Math.abs(moved - 300)).toBeLessThanOrEqual(6);
    expect(moved).toBe(bestBend(bent, 3));
    const jumped = noise(2, 600).map((value, i) => value + (i >= 300 ? 8 : 0));
    expect([...bendPlaces(jumped, Int32Array.of(300), 3)]).toEqual([300]);
  });

  it('keeps changes in order and apart, and does not write to its input', () => {
    const values = noise(3, 200);
    const changes = Int32Array.of(20, 40, 44, 160);
    const places = [...bendPlaces(values, changes, 3)];
    expect([...changes]).toEqual([20, 40, 44, 160]);
    for (const [i, place] of places.entries()) {
      expect(place - (places[i - 1] ?? 0)).toBeGreaterThanOrEqual(3);
      expect((places[i + 1] ?? 200) - place).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('variancePlaces', () => {
  /** Logarithms that leave every step open. */
  const open = (length: number) => new Float64Array(length);
  const logarithms = (squares: Float64Array) => squares.map((square) => Math.log(square + 1e-3));

  it('is the likeliest step, by hand', () => {
    // Cut one too late: 1, 1, 1, 9 | 9, 9, 9. The medians are 1 and 9, and a square of 9 is likelier in the loud part.
    const squares = Float64Array.of(1, 1, 1, 9, 9, 9, 9);
    expect([...variancePlaces(squares, open(7), Int32Array.of(4), 2)]).toEqual([3]);
  });

  it('stays where the logarithms leave no other step open, by hand', () => {
    const squares = Float64Array.of(1, 1, 1, 9, 9, 9, 9);
    // Squares of the sums over their lengths: 100 + 147 cut after four steps, 75 + 64 after three.
    const steep = Float64Array.of(-5, -5, -5, -5, 7, 7, 7);
    expect([...variancePlaces(squares, steep, Int32Array.of(4), 2)]).toEqual([4]);
  });

  it('finds the change as closely as the ratio allows', () => {
    let off = 0;
    for (let seed = 0; seed < 40; seed++) {
      const squares = noise(seed, 400).map((value, i) => (i >= 200 ? 4 * value : value) ** 2);
      const [place] = variancePlaces(squares, open(400), Int32Array.of(215), 3);
      if (Math.abs(place - 200) > 5) off += 1;
    }
    // 5 % are expected; more than 7 of 40 have a chance of 0.1 percent.
    expect(off).toBeLessThanOrEqual(7);
  });

  it('is not drawn to a spike', () => {
    const squares = noise(9, 400).map((value, i) => (i >= 200 ? 4 * value : value) ** 2);
    squares[120] = 5000;
    const [place] = variancePlaces(squares, logarithms(squares), Int32Array.of(205), 3);
    expect(Math.abs(place - 200)).toBeLessThanOrEqual(5);
  });
});
