/** Layer and root-mean-square normalization of rows, with what their gradients need, in one node where it is traced. */
import { add, mean, mul, rsqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { activeTrace } from '../trace/trace-function.js';

/** Default of PyTorch’s LayerNorm. */
export const defaultEpsilon = 1e-5;

export interface NormalizedRows {
  /** Shape `[T, D]`. */
  readonly value: Tensor;
  /** Mean of each row, shape `[T, 1]`; absent for the root mean square. */
  readonly mean?: Tensor;
  /** 1 / standard deviation of each row, shape `[T, 1]`. */
  readonly inverse: Tensor;
}

/** (x - mean) / sd * scale + offset along the last axis. @param x shape `[T, D]` @param scale shape `[D]` @param offset shape `[D]` */
export function normalizeRows(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): NormalizedRows {
  const trace = activeTrace();
  if (trace !== undefined) {
    const perRow = { shape: [x.shape[0] ?? 0, 1], dtype: 'float32' } as const;
    const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
    const [value, average, inverse] = trace.emitTensors(
      'LayerNormalization',
      [x, scale, offset],
      [x, perRow, perRow],
      {
        attributes,
      },
    );
    invariant(
      value !== undefined && average !== undefined && inverse !== undefined,
      'the node has three outputs',
    );
    return { value, mean: average, inverse };
  }
  const average = mean(x, -1, true);
  const centred = sub(x, average);
  const inverse = rsqrt(add(mean(square(centred), -1, true), epsilon));
  return { value: add(mul(mul(centred, inverse), scale), offset), mean: average, inverse };
}

/** x / sqrt(mean(x^2) + epsilon) * scale along the last axis. @param x shape `[T, D]` @param scale shape `[D]` */
export function normalizeRowsByRootMeanSquare(x: Tensor, scale: Tensor, epsilon: number): NormalizedRows {
  const trace = activeTrace();
  if (trace !== undefined) {
    const perRow = { shape: [x.shape[0] ?? 0, 1], dtype: 'float32' } as const;
    const attributes = { axis: { int: -1 }, epsilon: { float: epsilon }, stash_type: { int: 1 } };
    const [value, inverse] = trace.emitTensors('SimplifiedLayerNormalization', [x, scale], [x, perRow], {
      attributes,
    });
    invariant(value !== undefined && inverse !== undefined, 'the node has two outputs');
    return { value, inverse };
  }
  const inverse = rsqrt(add(mean(square(x), -1, true), epsilon));
  return { value: mul(mul(x, inverse), scale), inverse };
}
