/**
 * The position-wise network of a transformer, W2 gelu(W1 x + b1) + b2, with GELU as x sigmoid(1.702 x). The constant rides in
 * the products: z = 1.702 (W1 x + b1), s = sigmoid(z), G = z s, y = G W2 / 1.702 + b2, and dz = dG (s + G (1 - s)).
 *
 * Source: Hendrycks and Gimpel 2016, arXiv 1606.08415, for the sigmoid form of GELU.
 */
import { add, mul, reshape, sigmoid, sub, type Tensor } from '@tensorflow/tfjs-core';
import { columnSums } from '../primitives/column-sums.js';
import { gemm } from '../primitives/gemm.js';
import { differentiable, kept } from './differentiable.js';

const slope = 1.702;

/** x sigmoid(1.702 x), element by element. */
export function gelu(x: Tensor): Tensor {
  return differentiable(
    [x],
    () => {
      const s = sigmoid(mul(x, slope));
      return { value: mul(x, s), saved: [x, s] };
    },
    (dy, saved) => {
      const s = kept(saved, 1);
      return [mul(dy, mul(s, add(mul(mul(kept(saved, 0), slope), sub(1, s)), 1)))];
    },
  );
}

export interface FeedForwardWeights {
  /** Shape `[D, F]`. */
  readonly in: Tensor;
  /** Shape `[F]`. */
  readonly inBias: Tensor;
  /** Shape `[F, E]`. */
  readonly out: Tensor;
  /** Shape `[E]`. */
  readonly outBias: Tensor;
}

/** @param x shape `[..., D]` @returns shape `[..., E]` */
export function feedForward(x: Tensor, weights: FeedForwardWeights): Tensor {
  const { in: w1, inBias: b1, out: w2, outBias: b2 } = weights;
  const rows = x.rank === 2 ? x : reshape(x, [-1, w1.shape[0] ?? 1]);
  const result = differentiable(
    [rows, w1, b1, w2, b2],
    () => {
      const z = gemm(rows, w1, { c: b1, alpha: slope, beta: slope });
      const s = sigmoid(z);
      const g = mul(z, s);
      return { value: gemm(g, w2, { c: b2, alpha: 1 / slope }), saved: [rows, w1, w2, s, g] };
    },
    (dy, saved) => {
      const s = kept(saved, 3);
      const g = kept(saved, 4);
      // The 1.702 of z and the 1/1.702 of the second product cancel in dz/dx and are left out of both.
      const dG = gemm(dy, kept(saved, 2), { transB: true });
      const dz = mul(dG, add(s, mul(g, sub(1, s))));
      return [
        gemm(dz, kept(saved, 1), { transB: true }),
        gemm(kept(saved, 0), dz, { transA: true }),
        columnSums(dz),
        gemm(g, dy, { transA: true, alpha: 1 / slope }),
        columnSums(dy),
      ];
    },
  );
  return x.rank === 2 ? result : reshape(result, [...x.shape.slice(0, -1), w2.shape[1] ?? 0]);
}
