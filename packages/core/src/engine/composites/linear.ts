/** x W + b, with the bias inside the product. Source: any; the gradients are dW = x^T dy, dx = dy W^T, db = sum of dy. */
import { reshape, type Tensor } from '@tensorflow/tfjs-core';
import { columnSums } from '../primitives/column-sums.js';
import { gemm } from '../primitives/gemm.js';
import { differentiable, kept } from './differentiable.js';

/** @param x shape `[..., K]` @param weight shape `[K, N]` @param bias shape `[N]`; absent for none @returns shape `[..., N]` */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const [inner = 0, outer = 0] = weight.shape;
  const rows = x.rank === 2 ? x : reshape(x, [-1, inner]);
  const product = differentiable(
    bias === undefined ? [rows, weight] : [rows, weight, bias],
    () => ({ value: gemm(rows, weight, bias === undefined ? {} : { c: bias }), saved: [rows, weight] }),
    (dy, saved) => {
      const gradients = [
        gemm(dy, kept(saved, 1), { transB: true }),
        gemm(kept(saved, 0), dy, { transA: true }),
      ];
      return bias === undefined ? gradients : [...gradients, columnSums(dy)];
    },
  );
  return x.rank === 2 ? product : reshape(product, [...x.shape.slice(0, -1), outer]);
}
