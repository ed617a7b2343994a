/**
 * A regression over time whose standard errors can be trusted: first by least squares, then again with the memory of one step taken out of
 * both sides (Prais and Winsten), and at last the standard errors of Newey and West of that, or the classical ones where they are larger.
 *
 * Plain Newey-West errors at a nominal 5 % reject 56 % of 60 steps without an effect whose memory is .8; this way it is 9 %, and with
 * memory up to .6, or from 200 steps on, 4 to 7 % (300 simulated series each). The classical errors are there for coefficients that hang on a
 * single step, as a jump does where memory is long: one residual tells nothing of its own spread.
 *
 * Sources: Prais and Winsten, Trend Estimators and Serial Correlation (Cowles Commission 1954); Kendall’s bias of an autocorrelation,
 * (1 + 3 r) / n for a mean and (2 + 4 r) / n for a line, for the correction of the memory.
 */
import { type DependentColumn, type LeastSquares, leastSquares } from './least-squares.js';
import { automaticLags, lagOne, mostMemory, neweyWest } from './newey-west.js';

export interface RobustRegression {
  /** Shape `[p]`. */
  readonly coefficients: Float64Array;
  /** Of a weighted sum of the coefficients. @param weights shape `[p]` */
  varianceOf(weights: Float64Array): number;
  /** What one error foretells of the next, as far as it was taken out; in [-0.97, 0.97]. */
  readonly memory: number;
  /** Lags of Newey and West after that. */
  readonly lags: number;
  /** Variance of what is left of an error after its memory. */
  readonly variance: number;
}

/**
 * @param columns p columns of shape `[n]`, n > p
 * @param target shape `[n]`
 * @param steps ascending, shape `[n]`
 * @param givenLags of Newey and West; `auto` by the rule of Andrews
 */
export function robustRegression(
  columns: readonly Float64Array[],
  target: Float64Array,
  steps: Int32Array,
  givenLags: 'auto' | number,
): RobustRegression | DependentColumn {
  const first = leastSquares(columns, target);
  if ('dependent' in first) return first;
  const memory = memoryOf(first, steps);
  const terms = memory === 0 ? columns : columns.map((column) => withoutMemory(column, steps, memory));
  const fit = memory === 0 ? first : leastSquares(terms, withoutMemory(target, steps, memory));
  if ('dependent' in fit) return fit;

  const lags = givenLags === 'auto' ? automaticLags(fit.residuals, steps) : givenLags;
  const free = target.length - columns.length;
  const variance = fit.residuals.reduce((sum, residual) => sum + residual * residual, 0) / free;
  return {
    coefficients: fit.coefficients,
    varianceOf: (weights) =>
      Math.max(neweyWest(terms, fit, steps, lags, weights), variance * quadratic(fit.inverse, weights)),
    memory,
    lags,
    variance,
  };
}

function quadratic(matrix: readonly Float64Array[], weights: Float64Array): number {
  return matrix.reduce(
    (sum, row, i) => sum + weights[i] * row.reduce((part, value, j) => part + value * weights[j], 0),
    0,
  );
}

/** Of residuals, which remember less than errors do, by about (p + 2 p r) / n; that is added back. */
function memoryOf({ residuals, coefficients }: LeastSquares, steps: Int32Array): number {
  const n = residuals.length;
  const p = coefficients.length;
  const found = lagOne(residuals, steps);
  const corrected = n > 2 * p ? (n * found + p) / (n - 2 * p) : mostMemory;
  // Where the correction turns the sign there is no memory to speak of.
  const memory = found > 0 ? corrected : Math.min(0, corrected);
  return Math.min(mostMemory, Math.max(-mostMemory, memory));
}

/** Each value less what the step before foretells; after a missing step, scaled to the same variance. */
function withoutMemory(values: Float64Array, steps: Int32Array, memory: number): Float64Array {
  const alone = Math.sqrt(1 - memory * memory);
  return values.map((value, i) =>
    i > 0 && steps[i - 1] === steps[i] - 1 ? value - memory * values[i - 1] : alone * value,
  );
}
