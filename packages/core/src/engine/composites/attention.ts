/**
 * Softmax attention over groups of queries, keys and values, with its gradient by hand: dA = dO V^T, d = rowsum(dO * O),
 * dS = A (dA - d). A group is one head of one window.
 *
 * Source: Vaswani et al. 2017, arXiv 1706.03762; the gradient in this form is that of Dao et al. 2022, arXiv 2205.14135, B.2.
 */
import { add, mul, reshape, softmax, sub, sum, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { batchedProduct, gemm } from '../primitives/gemm.js';
import { differentiable, kept } from './differentiable.js';

/**
 * @param query shape `[G, N, E]`
 * @param key shape `[G, M, E]`
 * @param value shape `[G, M, E]`
 * @param bias added to the scores before softmax, broadcast to `[G, N, M]`; large negative numbers mask. No gradient. Default none
 * @returns shape `[G, N, E]`
 */
export function attention(query: Tensor, key: Tensor, value: Tensor, bias?: Tensor): Tensor {
  const alpha = 1 / Math.sqrt(query.shape[2] ?? 1);
  return differentiable(
    [query, key, value],
    () => {
      const scores = batchedProduct(query, key, { transB: true, alpha });
      const weights = softmax(bias === undefined ? scores : add(scores, bias));
      const mixed = batchedProduct(weights, value);
      return { value: mixed, saved: [query, key, value, weights, mixed] };
    },
    (dy, saved) => {
      const weights = kept(saved, 3);
      const dWeights = batchedProduct(dy, kept(saved, 2), { transB: true });
      const rowSums = sum(mul(dy, kept(saved, 4)), -1, true);
      const dScores = mul(weights, sub(dWeights, rowSums));
      return [
        batchedProduct(dScores, kept(saved, 1), { alpha }),
        batchedProduct(dScores, kept(saved, 0), { transA: true, alpha }),
        batchedProduct(weights, dy, { transA: true }),
      ];
    },
  );
}

/**
 * Projects rows to heads: x W with the heads first, so that attention needs no transpose of the result.
 *
 * @param x shape `[B, N, D]`
 * @param weight shape `[D, K]`
 * @returns shape `[heads B, N, K / heads]`, head by head
 */
export function projectToHeads(x: Tensor, weight: Tensor, heads: number): Tensor {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  const inner = weight.shape[1] ?? 0;
  const each = inner / heads;
  const rows = batch * steps;
  return differentiable(
    [x, weight],
    () => {
      const perHead = transpose(reshape(weight, [width, heads, each]), [1, 0, 2]);
      const projected = batchedProduct(reshape(x, [1, rows, width]), perHead);
      return { value: reshape(projected, [heads * batch, steps, each]), saved: [x, weight] };
    },
    (dy, saved) => {
      const joined = reshape(transpose(reshape(dy, [heads, rows, each]), [1, 0, 2]), [rows, inner]);
      const dx = gemm(joined, kept(saved, 1), { transB: true });
      return [reshape(dx, x.shape), gemm(reshape(kept(saved, 0), [rows, width]), joined, { transA: true })];
    },
  );
}

/** Puts heads side by side again. @param x shape `[heads B, N, E]` @returns shape `[B, N, heads E]` */
export function joinHeads(x: Tensor, heads: number): Tensor {
  const [groups = 0, steps = 0, each = 0] = x.shape;
  const batch = groups / heads;
  return reshape(transpose(reshape(x, [heads, batch, steps, each]), [1, 2, 0, 3]), [
    batch,
    steps,
    heads * each,
  ]);
}
