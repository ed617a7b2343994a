/** What a patch model is trained by: pinball over its quantiles, or squared error of its point; both skip what is not observed. */
import {
  add,
  div,
  expandDims,
  maximum,
  mul,
  reshape,
  square,
  sub,
  sum,
  type Tensor,
  tensor1d,
} from '@tensorflow/tfjs-core';

export interface LossInputs {
  /** Scaled truth, shape `[B, H]`. */
  readonly target: Tensor;
  /** 1 where the truth is known, shape `[B, H]`. */
  readonly targetMask: Tensor;
  /** Shape `[B]`. */
  readonly weight: Tensor;
}

/**
 * The weighted mean over observed steps: pinball averaged over the levels, or squared error where there are none.
 *
 * @param forecast shape `[B, H, Q]`
 * Source of the pinball loss: Koenker and Bassett 1978, Econometrica 46(1).
 */
export function patchLoss(
  forecast: Tensor,
  { target, targetMask, weight }: LossInputs,
  quantiles: readonly number[],
): Tensor {
  const perStep =
    quantiles.length === 0 ? squaredError(forecast, target) : pinball(forecast, target, quantiles);
  const weights = mul(targetMask, expandDims(weight, 1));
  // An empty batch has no error, not a division by zero.
  return div(sum(mul(perStep, weights)), maximum(sum(targetMask), 1));
}

/** The loss of each window by itself, a mean over its observed steps, shape `[B]`; NaN where none was observed. */
export function windowLosses(
  forecast: Tensor,
  { target, targetMask, weight }: LossInputs,
  quantiles: readonly number[],
): Tensor {
  const perStep =
    quantiles.length === 0 ? squaredError(forecast, target) : pinball(forecast, target, quantiles);
  return mul(weight, div(sum(mul(perStep, targetMask), 1), sum(targetMask, 1)));
}

function squaredError(forecast: Tensor, target: Tensor): Tensor {
  return square(sub(reshape(forecast, target.shape), target));
}

/** max(q e, (q - 1) e), averaged over the levels, shape `[B, H]`. */
function pinball(forecast: Tensor, target: Tensor, quantiles: readonly number[]): Tensor {
  const error = sub(expandDims(target, 2), forecast);
  const levels = tensor1d([...quantiles], 'float32');
  const losses = maximum(mul(error, levels), mul(error, add(levels, -1)));
  return mul(sum(losses, 2), 1 / quantiles.length);
}
