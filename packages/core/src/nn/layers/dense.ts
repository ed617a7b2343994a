/** Linear layers and the multilayer perceptron. A layer is a pair: `plan` names its parameters, the function applies them. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { feedForward, gelu } from '../../engine/composites/feed-forward.js';
import { linear as product } from '../../engine/composites/linear.js';
import type { ParamPlan, Params } from '../params/param-layout.js';

export interface LinearConfig {
  readonly from: number;
  readonly to: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Default 1 / sqrt(from), as PyTorch’s Linear has it (kaiming uniform with a = sqrt(5)). */
  readonly limit?: number;
}

export function planLinear(
  plan: ParamPlan,
  { from, to, bias = true, limit = 1 / Math.sqrt(from) }: LinearConfig,
): void {
  plan.add('weight', [from, to], { kind: 'uniform', limit });
  if (bias) plan.add('bias', [to], { kind: 'uniform', limit });
}

/** @param x shape `[..., from]` @returns shape `[..., to]` */
export function applyLinear(
  params: Params,
  x: Tensor,
  { bias = true }: Pick<LinearConfig, 'bias'> = {},
): Tensor {
  return product(x, params.tensor('weight'), bias ? params.tensor('bias') : undefined);
}

export interface MlpConfig {
  /** Widths from input to output; at least two. */
  readonly widths: readonly number[];
}

export function planMlp(plan: ParamPlan, { widths }: MlpConfig): void {
  for (let i = 0; i + 1 < widths.length; i++) {
    planLinear(plan.scope(`layer${i}`), { from: widths[i] ?? 1, to: widths[i + 1] ?? 1 });
  }
}

/** Linear layers with GELU between them. @param x shape `[..., first width]` @returns shape `[..., last width]` */
export function applyMlp(params: Params, x: Tensor, { widths }: MlpConfig): Tensor {
  const last = widths.length - 2;
  const layer = (i: number) => params.scope(`layer${i}`);
  if (last === 0) return applyLinear(layer(0), x);
  let y = x;
  for (let i = 0; i < last - 1; i++) y = gelu(applyLinear(layer(i), y));
  const [inner, outer] = [layer(last - 1), layer(last)];
  return feedForward(y, {
    in: inner.tensor('weight'),
    inBias: inner.tensor('bias'),
    out: outer.tensor('weight'),
    outBias: outer.tensor('bias'),
  });
}
