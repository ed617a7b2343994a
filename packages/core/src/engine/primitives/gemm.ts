/**
 * alpha op(A) op(B) + beta C in one node: biases and residual gradients ride in C, constants in alpha and beta. Has no
 * gradient of its own; the composites that use it write theirs by hand.
 */
import { add, matMul, mul, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { microsoftDomain } from '../onnx/encode-model.js';
import { activeTrace } from '../trace/trace-function.js';
import { onlyTensor } from './only-tensor.js';

export interface GemmOptions {
  /** Added to the product, broadcast to `[M, N]`. */
  readonly c?: Tensor;
  /** Default 1. */
  readonly alpha?: number;
  /** Default 1. */
  readonly beta?: number;
  readonly transA?: boolean;
  readonly transB?: boolean;
}

/** @param a shape `[M, K]`, or `[K, M]` with transA @param b shape `[K, N]`, or `[N, K]` with transB @returns shape `[M, N]` */
export function gemm(a: Tensor, b: Tensor, options: GemmOptions = {}): Tensor {
  const { c, alpha = 1, beta = 1, transA = false, transB = false } = options;
  const trace = activeTrace();
  if (trace === undefined) {
    const product = matMul(a, b, transA, transB);
    const scaled = alpha === 1 ? product : mul(product, alpha);
    if (c === undefined) return scaled;
    return add(scaled, beta === 1 ? c : mul(c, beta));
  }
  const shape = [a.shape[transA ? 1 : 0] ?? 0, b.shape[transB ? 0 : 1] ?? 0];
  const isPlain = c === undefined && alpha === 1 && !transA && !transB;
  // ONNX Runtime multiplies by one column three times faster this way; over an empty inner axis it would leave the result unwritten.
  if (isPlain && shape[1] === 1 && a.size > 0) {
    return onlyTensor(trace.emitTensors('MatMul', [a, b], [{ shape, dtype: 'float32' }]));
  }
  const attributes = {
    alpha: { float: alpha },
    beta: { float: beta },
    transA: { int: transA ? 1 : 0 },
    transB: { int: transB ? 1 : 0 },
  };
  return onlyTensor(trace.emitTensors('Gemm', [a, b, c], [{ shape, dtype: 'float32' }], { attributes }));
}

/**
 * alpha A op(B) over a leading axis of matrices, without a transpose of its own.
 *
 * @param a shape `[G, M, K]`, or `[G, K, M]` with transA; a leading 1 is repeated
 * @param b shape `[G, K, N]`, or `[G, N, K]` with transB; a leading 1 is repeated
 * @returns shape `[G, M, N]`
 */
export function batchedProduct(a: Tensor, b: Tensor, options: Omit<GemmOptions, 'c' | 'beta'> = {}): Tensor {
  const { alpha = 1, transA = false, transB = false } = options;
  const trace = activeTrace();
  if (trace === undefined) {
    const product = matMul(a, b, transA, transB);
    return alpha === 1 ? product : mul(product, alpha);
  }
  const groups = Math.max(a.shape[0] ?? 0, b.shape[0] ?? 0);
  const shape = [groups, a.shape[transA ? 2 : 1] ?? 0, b.shape[transB ? 1 : 2] ?? 0];
  // Over an empty inner axis ONNX Runtime leaves the result unwritten.
  if (a.shape[transA ? 1 : 2] === 0) return zeros(shape);
  const output = [{ shape, dtype: 'float32' as const }];
  if (alpha === 1 && !transA && !transB) return onlyTensor(trace.emitTensors('MatMul', [a, b], output));
  const attributes = {
    alpha: { float: alpha },
    transA: { int: transA ? 1 : 0 },
    transB: { int: transB ? 1 : 0 },
  };
  return onlyTensor(
    trace.emitTensors('FusedMatMul', [a, b], output, { domain: microsoftDomain, attributes }),
  );
}
