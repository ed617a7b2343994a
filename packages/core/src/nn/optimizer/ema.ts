/**
 * Moving average of weights, which ends nearer to the middle of a valley than the last step does. A young average forgets faster,
 * so that the weights of the start do not linger in it.
 *
 * Source: Polyak and Juditsky 1992, SIAM J. Control Optim. 30(4), for averaging; the bound on the decay is that of
 * TensorFlow’s ExponentialMovingAverage with `num_updates`.
 */
import { add, mul, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Share of the new weights in the average after the `step`-th update, counted from 1: 1 - min(decay, (1 + step) / (10 + step)). */
export function averageShare(decay: number, step: number): number {
  return 1 - Math.min(decay, (1 + step) / (10 + step));
}

/** The average, moved by a share towards the weights. @param share scalar */
export function updateAverage(average: Tensor, weights: Tensor, share: Tensor): Tensor {
  return add(average, mul(sub(weights, average), share));
}
