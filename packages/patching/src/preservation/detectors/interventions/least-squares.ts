/**
 * Least squares by Householder reflections of the columns, scaled to one length first: as accurate as the columns are independent, where normal
 * equations would lose twice the digits. Dependent columns are told, not guessed around. O(n p^2), with a copy of the columns in memory.
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th ed., 5.2 and 5.3.
 */

export interface LeastSquares {
  /** Shape `[p]`. */
  readonly coefficients: Float64Array;
  /** Shape `[n]`. */
  readonly residuals: Float64Array;
  /** The inverse of the columns’ products with one another, shape `[p, p]`. */
  readonly inverse: readonly Float64Array[];
}

/** A column that is a combination of those before it, by its index. */
export interface DependentColumn {
  readonly dependent: number;
}

/** What is left of a unit column below which it is a combination of others: the root of the rounding of doubles is 1.5e-8. */
const independence = 1e-10;

/**
 * @param columns p columns of shape `[n]`, n >= p, whose squares do not overflow
 * @param target shape `[n]`
 */
export function leastSquares(
  columns: readonly Float64Array[],
  target: Float64Array,
): LeastSquares | DependentColumn {
  const p = columns.length;
  const n = target.length;
  const scales = columns.map((column) => norm(column, 0));
  const empty = scales.findIndex((scale) => !(scale > 0));
  if (empty >= 0 || p > n) return { dependent: Math.max(0, empty) };
  const work = columns.map((column, j) => column.map((value) => value / scales[j]));
  const rotated = target.slice();

  // 1. Column by column to a triangle; what stands below the diagonal is the reflection.
  const diagonal = new Float64Array(p);
  for (let j = 0; j < p; j++) {
    const column = work[j];
    const length = norm(column, j);
    if (length < independence) return { dependent: j };
    diagonal[j] = column[j] > 0 ? -length : length;
    column[j] -= diagonal[j];
    const half = -column[j] * diagonal[j];
    for (const other of [...work.slice(j + 1), rotated]) {
      let product = 0;
      for (let i = j; i < n; i++) product += column[i] * other[i];
      const factor = product / half;
      for (let i = j; i < n; i++) other[i] -= factor * column[i];
    }
  }

  // 2. Back through the triangle, for the target and for each unit vector.
  const solve = (right: Float64Array): Float64Array => {
    const solution = new Float64Array(p);
    for (let j = p - 1; j >= 0; j--) {
      let rest = right[j];
      for (let k = j + 1; k < p; k++) rest -= work[k][j] * solution[k];
      solution[j] = rest / diagonal[j];
    }
    return solution;
  };
  const coefficients = solve(rotated).map((value, j) => value / scales[j]);
  const inverted = scales.map((_, j) => solve(Float64Array.from({ length: p }, (_, k) => (k === j ? 1 : 0))));
  const inverse = scales.map((scale, a) =>
    Float64Array.from(scales, (other, b) => {
      let sum = 0;
      for (const column of inverted) sum += column[a] * column[b];
      return sum / (scale * other);
    }),
  );
  const residuals = target.map((value, i) => {
    let fitted = 0;
    for (let j = 0; j < p; j++) fitted += coefficients[j] * columns[j][i];
    return value - fitted;
  });
  return { coefficients, residuals, inverse };
}

function norm(values: Float64Array, from: number): number {
  let squares = 0;
  for (let i = from; i < values.length; i++) squares += values[i] * values[i];
  return Math.sqrt(squares);
}
