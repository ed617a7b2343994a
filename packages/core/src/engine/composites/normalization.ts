/**
 * Layer norm (Ba et al. 2016, arXiv 1607.06450) and RMS norm (Zhang and Sennrich 2019, arXiv 1910.07467) with gradients that
 * take two row sums as products with a column: dx = r (dy g - c1 - n c2), c1 = dy (g/D), c2 = (dy n)(g/D).
 */
import { mul, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { columnSums } from '../primitives/column-sums.js';
import { gemm } from '../primitives/gemm.js';
import { defaultEpsilon, normalizeRows, normalizeRowsByRootMeanSquare } from '../primitives/normalization.js';
import { differentiable, kept } from './differentiable.js';

/** @param x shape `[..., D]` @param scale shape `[D]` @param offset shape `[D]` @param epsilon default 1e-5 */
export function layerNorm(x: Tensor, scale: Tensor, offset: Tensor, epsilon = defaultEpsilon): Tensor {
  return overRows(x, (rows) =>
    differentiable(
      [rows, scale, offset],
      () => {
        const { value, mean, inverse } = normalizeRows(rows, scale, offset, epsilon);
        invariant(mean !== undefined, 'a layer norm has means');
        return { value, saved: [rows, scale, mean, inverse] };
      },
      (dy, saved) => {
        const g = kept(saved, 1);
        const n = mul(sub(kept(saved, 0), kept(saved, 2)), kept(saved, 3));
        const weighted = mul(dy, n);
        const dx = rowGradient(dy, g, n, weighted, kept(saved, 3), true);
        return [dx, columnSums(weighted), columnSums(dy)];
      },
    ),
  );
}

/** @param x shape `[..., D]` @param scale shape `[D]` @param epsilon default 1e-5 */
export function rmsNorm(x: Tensor, scale: Tensor, epsilon = defaultEpsilon): Tensor {
  return overRows(x, (rows) =>
    differentiable(
      [rows, scale],
      () => {
        const { value, inverse } = normalizeRowsByRootMeanSquare(rows, scale, epsilon);
        return { value, saved: [rows, scale, inverse] };
      },
      (dy, saved) => {
        const n = mul(kept(saved, 0), kept(saved, 2));
        const weighted = mul(dy, n);
        return [rowGradient(dy, kept(saved, 1), n, weighted, kept(saved, 2), false), columnSums(weighted)];
      },
    ),
  );
}

/** dx from dy, the scale g, the normalized rows n, dy * n and the inverse deviations r; RMS norm has no mean to project out. */
function rowGradient(
  dy: Tensor,
  g: Tensor,
  n: Tensor,
  weighted: Tensor,
  r: Tensor,
  isCentred: boolean,
): Tensor {
  const width = g.shape[0] ?? 1;
  const column = reshape(mul(g, 1 / width), [width, 1]);
  const along = mul(n, gemm(weighted, column));
  const direct = isCentred ? sub(mul(dy, g), gemm(dy, column)) : mul(dy, g);
  return mul(sub(direct, along), r);
}

function overRows(x: Tensor, norm: (rows: Tensor) => Tensor): Tensor {
  if (x.rank === 2) return norm(x);
  return reshape(norm(reshape(x, [-1, x.shape.at(-1) ?? 1])), x.shape);
}
