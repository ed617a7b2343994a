/**
 * Softmax attention over heads that lie side by side, with its gradient by hand: dA = dO V^T, d = rowsum(dO * O), dS = A (dA - d).
 * Inside, each head of a window is a matrix with steps as columns: there and back is the transposition of one matrix for a window, which
 * costs a third of gathering columns head by head, and of the six products four need no transposed factor on the left, which is slow.
 *
 * Source: Vaswani et al. 2017, arXiv 1706.03762; the gradient in this form is that of Dao et al. 2022, arXiv 2205.14135, B.2.
 */
import { add, mul, reshape, softmax, sub, sum, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { batchedProduct } from '../primitives/gemm.js';
import { differentiable, kept } from './differentiable.js';

export interface HeadOptions {
  /** Divides the width K. */
  readonly heads: number;
  /**
   * Added to the scores before softmax, broadcast to `[B, heads, N, M]`: one for each window is `[B, 1, N, M]`. Large negative numbers
   * mask. No gradient. Default none.
   */
  readonly bias?: Tensor | undefined;
}

/**
 * @param query shape `[B, N, K]`
 * @param key shape `[B, M, K]`
 * @param value shape `[B, M, K]`
 * @returns shape `[B, N, K]`
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, { heads, bias }: HeadOptions): Tensor {
  const [batch = 0, steps = 0, width = 0] = query.shape;
  const perHead = [batch, heads, steps, key.shape[1] ?? 0];
  const alpha = 1 / Math.sqrt(width / heads);
  return differentiable(
    [query, key, value],
    () => {
      const [q, k, v] = [headsApart(query, heads), headsApart(key, heads), headsApart(value, heads)];
      const scores = batchedProduct(q, k, { transA: true, alpha });
      const biased = bias === undefined ? scores : reshape(add(reshape(scores, perHead), bias), scores.shape);
      const weights = softmax(biased);
      const mixed = batchedProduct(v, weights, { transB: true });
      return { value: headsJoined(mixed, heads), saved: [q, k, v, weights, mixed] };
    },
    (dy, saved) => {
      const [q, k, v, weights] = [kept(saved, 0), kept(saved, 1), kept(saved, 2), kept(saved, 3)];
      const dMixed = headsApart(dy, heads);
      const rowSums = reshape(sum(mul(dMixed, kept(saved, 4)), 1), [batch * heads, steps, 1]);
      const dScores = mul(weights, sub(batchedProduct(dMixed, v, { transA: true }), rowSums));
      return [
        headsJoined(batchedProduct(k, dScores, { transB: true, alpha }), heads),
        headsJoined(batchedProduct(q, dScores, { alpha }), heads),
        headsJoined(batchedProduct(dMixed, weights), heads),
      ];
    },
  );
}

/** @param x shape `[B, N, K]` @returns shape `[B heads, K / heads, N]` */
function headsApart(x: Tensor, heads: number): Tensor {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  return reshape(transpose(x, [0, 2, 1]), [batch * heads, width / heads, steps]);
}

/** The inverse of `headsApart`. */
function headsJoined(x: Tensor, heads: number): Tensor {
  const [groups = 0, each = 0, steps = 0] = x.shape;
  return transpose(reshape(x, [groups / heads, heads * each, steps]), [0, 2, 1]);
}
