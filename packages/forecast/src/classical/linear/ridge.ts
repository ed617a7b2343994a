/**
 * Ridge regression from moments: the weights of all outputs at once by one Cholesky factor. The intercept is not shrunk.
 */
import type { WindowMoments } from './window-moments.js';

/** Shapes: H outputs, L inputs. */
export interface LinearMap {
  readonly inputs: number;
  readonly outputs: number;
  /** Shape `[H, L]`, row by row. */
  readonly weights: Float64Array;
  /** Shape `[H]`. */
  readonly intercepts: Float64Array;
}

/**
 * Least squares with the penalty `ridge * mean variance of the inputs * N * w' R w` on the weights w of each output.
 * O(L^3 / 6 + L^2 H)
 *
 * @param ridge at least 0, free of units
 * @param metric R, symmetric and positive, shape `[L, L]`; default the identity
 * @param steps outputs to solve for; default all
 * @throws Error where the inputs do not determine the weights
 */
export function solveRidge(
  moments: WindowMoments,
  ridge: number,
  metric?: Float64Array,
  steps: readonly number[] = Array.from({ length: moments.outputs }, (_, step) => step),
): LinearMap {
  const { inputs, outputs, count, inputSums, outputSums, inputProducts, crossProducts } = moments;
  const width = steps.length;
  const gram = new Float64Array(inputs * inputs);
  let trace = 0;
  let size = 0;
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i * inputs + j] = inputProducts[j * inputs + i] - (inputSums[i] * inputSums[j]) / count;
    }
    trace += gram[i * inputs + i];
    size += inputProducts[i * inputs + i];
  }
  // What is smaller beside the size of the inputs is rounding; inputs that are all 0 have no scale and get the weight 0.
  const scale = Math.max(trace, 1e-12 * size) / inputs;
  const penalty = ridge * (scale > 0 ? scale : 1);
  for (let i = 0; i < inputs; i++) {
    if (metric === undefined) gram[i * inputs + i] += penalty;
    else for (let j = 0; j <= i; j++) gram[i * inputs + j] += penalty * metric[i * inputs + j];
  }
  const solution = new Float64Array(inputs * width);
  for (let i = 0; i < inputs; i++) {
    for (let k = 0; k < width; k++) {
      const mean = (inputSums[i] * outputSums[steps[k]]) / count;
      solution[i * width + k] = crossProducts[i * outputs + steps[k]] - mean;
    }
  }
  factorise(gram, inputs);
  substitute(gram, inputs, solution, width);

  const weights = new Float64Array(width * inputs);
  const intercepts = new Float64Array(width);
  for (let k = 0; k < width; k++) {
    intercepts[k] = outputSums[steps[k]] / count;
    for (let i = 0; i < inputs; i++) {
      weights[k * inputs + i] = solution[i * width + k];
      intercepts[k] -= (solution[i * width + k] * inputSums[i]) / count;
    }
  }
  return { inputs, outputs: width, weights, intercepts };
}

/** Replaces the lower triangle of a positive definite matrix by its Cholesky factor. O(n^3 / 6) */
export function factorise(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
      if (i > j) matrix[i * n + j] = sum / matrix[j * n + j];
      else if (sum > 0) matrix[i * n + i] = Math.sqrt(sum);
      else throw new Error('the inputs of the linear model depend on each other; a larger ridge is needed');
    }
  }
}

/** Solves with the factor in place of the right-hand sides, shape `[n, width]`. O(n^2 width) */
export function substitute(factor: Float64Array, n: number, sides: Float64Array, width: number): void {
  for (let i = 0; i < n; i++) {
    const row = sides.subarray(i * width, (i + 1) * width);
    for (let k = 0; k < i; k++) subtractMultiple(row, sides, k * width, factor[i * n + k]);
    divide(row, factor[i * n + i]);
  }
  for (let i = n - 1; i >= 0; i--) {
    const row = sides.subarray(i * width, (i + 1) * width);
    for (let k = i + 1; k < n; k++) subtractMultiple(row, sides, k * width, factor[k * n + i]);
    divide(row, factor[i * n + i]);
  }
}

function subtractMultiple(row: Float64Array, from: Float64Array, at: number, factor: number): void {
  for (let j = 0; j < row.length; j++) row[j] -= factor * from[at + j];
}

function divide(row: Float64Array, divisor: number): void {
  for (let j = 0; j < row.length; j++) row[j] /= divisor;
}

/** Mean squared error of a map on the windows of `moments`, over the outputs in `steps` that the map was solved for. O(L^2 H) */
export function meanSquaredError(map: LinearMap, moments: WindowMoments, steps: readonly number[]): number {
  const { inputs, weights, intercepts } = map;
  const { outputs, count, inputSums, outputSums, inputProducts, crossProducts, outputSquares } = moments;
  let total = 0;
  steps.forEach((step, k) => {
    const b = intercepts[k];
    let sum = outputSquares[step] - 2 * b * outputSums[step] + count * b * b;
    for (let i = 0; i < inputs; i++) {
      const w = weights[k * inputs + i];
      let product = inputProducts[i * inputs + i] * w;
      for (let j = i + 1; j < inputs; j++)
        product += 2 * inputProducts[i * inputs + j] * weights[k * inputs + j];
      sum += w * (product - 2 * crossProducts[i * outputs + step] + 2 * b * inputSums[i]);
    }
    total += sum;
  });
  return total / (count * steps.length);
}
