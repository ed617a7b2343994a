import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { leastSquares } from '../../../../src/preservation/detectors/interventions/least-squares.js';

function solved(columns: readonly Float64Array[], target: Float64Array) {
  const fit = leastSquares(columns, target);
  if ('dependent' in fit) throw new Error(`column ${fit.dependent} is dependent`);
  return fit;
}

/** Normal equations by elimination: obvious, and good enough for well-behaved columns. */
function normalEquations(columns: readonly Float64Array[], target: Float64Array) {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const p = columns.length;
  const rows = columns.map((a, i) => [
    ...columns.map((b) => dot(a, b)),
    dot(a, target),
    ...columns.map((_, j) => (i === j ? 1 : 0)),
  ]);
  for (let j = 0; j < p; j++) {
    const pivot = rows[j][j];
    rows[j] = rows[j].map((value) => value / pivot);
    for (let i = 0; i < p; i++) {
      if (i === j) continue;
      const factor = rows[i][j];
      rows[i] = rows[i].map((value, k) => value - factor * rows[j][k]);
    }
  }
  return { coefficients: rows.map((row) => row[p]), inverse: rows.map((row) => row.slice(p + 1)) };
}

describe('leastSquares', () => {
  it('fits a line, by hand', () => {
    const ones = Float64Array.of(1, 1, 1, 1);
    const x = Float64Array.of(0, 1, 2, 3);
    const { coefficients, residuals, inverse } = solved([ones, x], Float64Array.of(1, 3, 4, 8));
    // Means 1.5 and 4; products of deviations 11 over squares 5.
    expect(coefficients[1]).toBeCloseTo(2.2, 14);
    expect(coefficients[0]).toBeCloseTo(0.7, 14);
    [0.3, 0.1, -1.1, 0.7].forEach((value, i) => {
      expect(residuals[i]).toBeCloseTo(value, 13);
    });
    expect(inverse[1][1]).toBeCloseTo(1 / 5, 14);
    expect(inverse[0][1]).toBeCloseTo(-1.5 / 5, 14);
    expect(inverse[0][0]).toBeCloseTo(1 / 4 + 2.25 / 5, 14);
  });

  it('agrees with the normal equations', () => {
    const stream = new RandomStream(randomKey(1));
    const columns = Array.from({ length: 5 }, () => Float64Array.from({ length: 40 }, () => stream.normal()));
    const target = Float64Array.from({ length: 40 }, () => stream.normal());
    const copies = columns.map((column) => column.slice());
    const { coefficients, inverse } = solved(columns, target);
    const slow = normalEquations(columns, target);
    slow.coefficients.forEach((value, j) => {
      expect(coefficients[j]).toBeCloseTo(value, 11);
      slow.inverse[j].forEach((each, k) => {
        expect(inverse[j][k]).toBeCloseTo(each, 11);
      });
    });
    expect(columns).toEqual(copies);
  });

  it('keeps its digits where squares of the columns lose them', () => {
    const ones = new Float64Array(20).fill(1);
    const near = ones.map((value, i) => value + 1e-6 * i);
    const { coefficients } = solved(
      [ones, near],
      near.map((value) => 3 + 2 * value),
    );
    expect(coefficients[0]).toBeCloseTo(3, 7);
    expect(coefficients[1]).toBeCloseTo(2, 7);
    const large = near.map((value) => 1e100 * value);
    expect(solved([ones, large], near).coefficients[1]).toBeCloseTo(1e-100, 105);
  });

  it('names a column that is a combination of those before it', () => {
    const a = Float64Array.of(1, 2, 3, 4);
    const b = Float64Array.of(1, 0, 1, 0);
    const c = a.map((value, i) => 2 * value - b[i]);
    expect(leastSquares([a, b, c], a)).toEqual({ dependent: 2 });
    expect(leastSquares([a, new Float64Array(4)], a)).toEqual({ dependent: 1 });
  });
});
