/**
 * Dilated convolution along time, built from shifted slices and one product, because the filter gradients of tfjs run on no
 * traced backend. Steps beyond either end count as zeros; what is missing must be told to the layer by a channel of its own.
 *
 * Source: van den Oord et al. 2016, arXiv 1609.03499, section 2.1, for the causal dilated form.
 */
import { concat, pad, slice, type Tensor } from '@tensorflow/tfjs-core';
import type { ParamPlan, Params } from '../params/param-layout.js';
import { applyLinear, planLinear } from './dense.js';

export interface ConvolutionConfig {
  /** Channels in. */
  readonly from: number;
  /** Channels out. */
  readonly to: number;
  /** Taps of the kernel, at least 1. */
  readonly kernel: number;
  /** Steps between two taps. Default 1. */
  readonly dilation?: number;
  /** `causal` sees no later step; `centred` sees both sides, with the odd tap of an even kernel behind. Default `causal`. */
  readonly alignment?: 'causal' | 'centred';
}

/** Weights tap by tap, the oldest first, shape `[kernel from, to]`; limits as PyTorch’s Conv1d has them. */
export function planConvolution(plan: ParamPlan, { from, to, kernel }: ConvolutionConfig): void {
  planLinear(plan, { from: kernel * from, to });
}

/** O(B T kernel from to), with the taps of x side by side in memory. @param x shape `[B, T, from]` @returns shape `[B, T, to]` */
export function applyConvolution(params: Params, x: Tensor, config: ConvolutionConfig): Tensor {
  const { kernel, dilation = 1, alignment = 'causal' } = config;
  if (kernel === 1) return applyLinear(params, x);
  const [batch = 0, steps = 0, channels = 0] = x.shape;
  const reach = dilation * (kernel - 1);
  const behind = alignment === 'causal' ? reach : dilation * Math.floor(kernel / 2);
  const padded = pad(x, [
    [0, 0],
    [behind, reach - behind],
    [0, 0],
  ]);
  const taps = Array.from({ length: kernel }, (_, tap) =>
    slice(padded, [0, tap * dilation, 0], [batch, steps, channels]),
  );
  return applyLinear(params, concat(taps, 2));
}

/** Steps that one output of a stack of convolutions sees, itself included: 1 + the sum of dilation (kernel - 1). */
export function receptiveField(stack: readonly Pick<ConvolutionConfig, 'kernel' | 'dilation'>[]): number {
  return stack.reduce((sum, { kernel, dilation = 1 }) => sum + dilation * (kernel - 1), 1);
}
