/**
 * AdamW on flat state. The moments are kept unscaled (M = b1 M + g, V = b2 V + g^2); what bias correction and scale are left
 * is two numbers a step, computed on the host in double precision and fed in.
 *
 * Source: Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2.
 */
import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';

export const adamwOptionsSchema = z.strictObject({
  /** Decay of the first moment. */
  beta1: z.number().min(0).lt(1).default(0.9),
  /** Decay of the second moment. */
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /** Decoupled decay of weights of two or more axes, as a share of the learning rate. */
  weightDecay: z.number().nonnegative().default(0.01),
});
export type AdamwOptions = Readonly<z.output<typeof adamwOptionsSchema>>;

/** All of shape `[size]`. */
export type AdamwState = {
  readonly params: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
};

/** What changes from step to step, as scalars. */
export type AdamwScalars = {
  readonly rate: Tensor;
  readonly epsilon: Tensor;
  readonly decay: Tensor;
};

/** The scalars of the `step`-th update, counted from 1. */
export function adamwScalars(
  { beta1, beta2, epsilon, weightDecay }: AdamwOptions,
  step: number,
  learningRate: number,
): { readonly rate: number; readonly epsilon: number; readonly decay: number } {
  const scale = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
  return {
    rate: (learningRate * (1 - beta1)) / ((1 - beta1 ** step) * scale),
    epsilon: epsilon / scale,
    decay: learningRate * weightDecay,
  };
}

/** One update. @param decayMask 1 where weight decay applies, shape `[size]`; absent for none */
export function adamwUpdate(
  state: AdamwState,
  gradient: Tensor,
  scalars: AdamwScalars,
  { beta1, beta2 }: AdamwOptions,
  decayMask?: Tensor,
): AdamwState {
  const first = add(mul(state.first, beta1), gradient);
  const second = add(mul(state.second, beta2), square(gradient));
  const move = mul(scalars.rate, div(first, add(sqrt(second), scalars.epsilon)));
  const kept =
    decayMask === undefined
      ? state.params
      : sub(state.params, mul(state.params, mul(decayMask, scalars.decay)));
  return { params: sub(kept, move), first, second };
}
