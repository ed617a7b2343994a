/**
 * Layer norm (Ba et al. 2016, arXiv 1607.06450) and RMS norm (Zhang and Sennrich 2019, arXiv 1910.07467) with gradients that
 * take two row sums as products with a column: dx = r (dy g - c1) - r^3 x c2 for centred x, c1 = dy (g/D), c2 = (dy x)(g/D).
 */
import { mul, reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { invariant } from '../../errors/invariant.js';
import { columnSums, gemm } from '../primitives/gemm.js';
import { normalizeRows, normalizeRowsByRootMeanSquare } from '../primitives/normalization.js';
import { differentiable, kept } from './differentiable.js';

/** Default of PyTorch’s LayerNorm. */
const defaultEpsilon = 1e-5;

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
        const centred = sub(kept(saved, 0), kept(saved, 2));
        const [dx, dScale] = rowGradient(dy, kept(saved, 1), centred, kept(saved, 3), true);
        return [dx, dScale, columnSums(dy)];
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
      (dy, saved) => rowGradient(dy, kept(saved, 1), kept(saved, 0), kept(saved, 2), false),
    ),
  );
}

/**
 * Gradients of rows and scale from dy, the scale g, the rows less their mean and the inverse deviations r; RMS norm has no mean to
 * project out. What each row needs once is multiplied there, so that the rows themselves are passed over as seldom as can be.
 */
function rowGradient(dy: Tensor, g: Tensor, centred: Tensor, r: Tensor, isCentred: boolean): Tensor[] {
  const width = g.shape[0] ?? 1;
  const column = reshape(mul(g, 1 / width), [width, 1]);
  const weighted = mul(dy, centred);
  const along = mul(centred, mul(mul(r, mul(r, r)), gemm(weighted, column)));
  const direct = isCentred ? sub(mul(dy, g), gemm(dy, column)) : mul(dy, g);
  return [sub(mul(direct, r), along), reshape(gemm(r, weighted, { transA: true }), [width])];
}

function overRows(x: Tensor, norm: (rows: Tensor) => Tensor): Tensor {
  if (x.rank === 2) return norm(x);
  return reshape(norm(reshape(x, [-1, x.shape.at(-1) ?? 1])), x.shape);
}
