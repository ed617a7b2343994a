/**
 * A norm whose scale g and offset o are taken into the weights that read it: norm(x) W + b = n W' + b' with b' = b + o W. The rows of
 * the layer norm's n sum to zero, so W' may be diag(g) W less the mean of each column; then the rows of h = dz W'^T, the gradient of
 * n, sum to zero too, and what is left of the norm's gradient is dx = r (h - n mean(h n)), which is also that of the RMS norm. That is
 * four passes over the rows where the norm by itself takes eight, and the gradients of g and o come from those of W' and b'.
 */
import { fill, mean, mul, reshape, sub, sum, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { columnSums } from '../primitives/column-sums.js';
import { defaultEpsilon, normalizeRows, normalizeRowsByRootMeanSquare } from '../primitives/normalization.js';
import { differentiable, kept } from './differentiable.js';
import { linear } from './linear.js';

export interface FoldedNorm {
  /** Shape of x. Their gradient holds where products with weights that `fold` gave read them, and nowhere else. */
  readonly rows: Tensor;
  /** @param weight shape `[D, N]` @param bias shape `[N]` @returns what to use with `rows`; no bias where nothing adds */
  fold(weight: Tensor, bias?: Tensor): FoldedWeight;
}

export interface FoldedWeight {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

export interface NormWeights {
  /** Shape `[D]`. */
  readonly scale: Tensor;
  /** Shape `[D]`; absent for an RMS norm. */
  readonly offset?: Tensor | undefined;
}

/** @param x shape `[..., D]` @param epsilon default 1e-5 */
export function foldedNorm(x: Tensor, { scale, offset }: NormWeights, epsilon = defaultEpsilon): FoldedNorm {
  const width = scale.shape[0] ?? 1;
  const isCentred = offset !== undefined;
  return {
    rows: reshape(standardized(reshape(x, [-1, width]), isCentred, epsilon), x.shape),
    fold: (weight, bias) => ({
      weight: foldedWeight(weight, scale, isCentred),
      bias:
        offset === undefined
          ? bias
          : reshape(linear(reshape(offset, [1, width]), weight, bias), weight.shape.slice(1)),
    }),
  };
}

function standardized(x: Tensor, isCentred: boolean, epsilon: number): Tensor {
  const width = x.shape[1] ?? 1;
  return differentiable(
    [x],
    () => {
      const ones = fill([width], 1);
      const { value, inverse } = isCentred
        ? normalizeRows(x, ones, zeros([width]), epsilon)
        : normalizeRowsByRootMeanSquare(x, ones, epsilon);
      return { value, saved: [value, inverse] };
    },
    (dy, saved) => {
      const n = kept(saved, 0);
      return [mul(sub(dy, mul(n, mean(mul(dy, n), 1, true))), kept(saved, 1))];
    },
  );
}

/** diag(scale) W, for a layer norm less the mean of each column. */
function foldedWeight(weight: Tensor, scale: Tensor, isCentred: boolean): Tensor {
  const [width = 0, outer = 0] = weight.shape;
  const withoutMeans = (columns: Tensor) =>
    isCentred ? sub(columns, reshape(columnSums(columns, 1 / width), [1, outer])) : columns;
  return differentiable(
    [weight, scale],
    () => ({ value: withoutMeans(mul(weight, reshape(scale, [width, 1]))), saved: [weight, scale] }),
    (dy, saved) => {
      const centred = withoutMeans(dy);
      const column = reshape(kept(saved, 1), [width, 1]);
      return [mul(centred, column), sum(mul(centred, kept(saved, 0)), 1)];
    },
  );
}
