/**
 * Sums of products over all windows of a series: what least squares needs to know of them. Windows of neighbouring origins
 * share all values but one, so the products of a lag move along its diagonal by one value in and one out; a window costs
 * its length once, not its square.
 */
import { invariant } from '@tessera/core';

/**
 * Raw sums over N windows of L inputs and H outputs. Every array belongs to its owner and is written to while windows are
 * added; the sizes are those of the shape.
 */
export interface WindowMoments {
  readonly inputs: number;
  readonly outputs: number;
  /** Number of windows, N. */
  count: number;
  /** Sums, shapes `[L]` and `[H]`. */
  readonly inputSums: Float64Array;
  readonly outputSums: Float64Array;
  /** Products of inputs with inputs, shape `[L, L]`; only entries on and above the diagonal are set. */
  readonly inputProducts: Float64Array;
  /** Products of inputs with outputs, shape `[L, H]`. */
  readonly crossProducts: Float64Array;
  /** Squares of outputs, shape `[H]`. */
  readonly outputSquares: Float64Array;
}

export function emptyMoments(inputs: number, outputs: number): WindowMoments {
  return {
    inputs,
    outputs,
    count: 0,
    inputSums: new Float64Array(inputs),
    outputSums: new Float64Array(outputs),
    inputProducts: new Float64Array(inputs * inputs),
    crossProducts: new Float64Array(inputs * outputs),
    outputSquares: new Float64Array(outputs),
  };
}

/**
 * Adds the windows that begin at `first`, `first + 1`, …, `first + count - 1`. O((L + H) (count + L))
 *
 * @param values without NaN from `first` to the end of the last window
 */
export function addWindows(moments: WindowMoments, values: Float64Array, first: number, count: number): void {
  const { inputs, outputs } = moments;
  const length = inputs + outputs;
  invariant(first >= 0 && first + count - 1 + length <= values.length, 'windows lie within their series');
  if (count <= 0) return;
  moments.count += count;
  addSums(moments, values, first, count);
  const last = first + count - 1;
  for (let lag = 0; lag < length; lag++) {
    let sum = 0;
    for (let n = first; n <= last; n++) sum += values[n] * values[n + lag];
    const rows = lag === 0 ? length : Math.min(inputs, length - lag);
    for (let row = 0; row < rows; row++) {
      if (row > 0) {
        const entering = last + row;
        const leaving = first + row - 1;
        sum += values[entering] * values[entering + lag] - values[leaving] * values[leaving + lag];
      }
      const column = row + lag;
      if (row >= inputs) moments.outputSquares[row - inputs] += sum;
      else if (column < inputs) moments.inputProducts[row * inputs + column] += sum;
      else moments.crossProducts[row * outputs + column - inputs] += sum;
    }
  }
}

function addSums(moments: WindowMoments, values: Float64Array, first: number, count: number): void {
  const { inputs, outputs, inputSums, outputSums } = moments;
  let sum = 0;
  for (let n = first; n < first + count; n++) sum += values[n];
  for (let row = 0; row < inputs + outputs; row++) {
    if (row > 0) sum += values[first + count - 1 + row] - values[first + row - 1];
    if (row < inputs) inputSums[row] += sum;
    else outputSums[row - inputs] += sum;
  }
}

/**
 * The moments of the same windows with the last input taken from every input and output. O(L (L + H))
 */
export function relativeToLast(moments: WindowMoments): WindowMoments {
  const { inputs, outputs, count, inputSums, outputSums, inputProducts, crossProducts } = moments;
  const last = inputs - 1;
  const square = inputProducts[last * inputs + last];
  const relative = emptyMoments(inputs, outputs);
  relative.count = count;
  for (let i = 0; i < inputs; i++) {
    relative.inputSums[i] = inputSums[i] - inputSums[last];
    const withLast = inputProducts[i * inputs + last];
    for (let j = i; j < inputs; j++) {
      relative.inputProducts[i * inputs + j] =
        inputProducts[i * inputs + j] - withLast - inputProducts[j * inputs + last] + square;
    }
    for (let h = 0; h < outputs; h++) {
      relative.crossProducts[i * outputs + h] =
        crossProducts[i * outputs + h] - withLast - crossProducts[last * outputs + h] + square;
    }
  }
  for (let h = 0; h < outputs; h++) {
    relative.outputSums[h] = outputSums[h] - inputSums[last];
    relative.outputSquares[h] = moments.outputSquares[h] - 2 * crossProducts[last * outputs + h] + square;
  }
  return relative;
}
