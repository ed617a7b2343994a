/**
 * The policy network: dilated convolutions over the features of a window, all of them read out together into one logit per step
 * and level. It sees the raw series only, never a forecaster, so that it can be taken off. The last layer begins at zero: an
 * untrained policy has no opinion.
 */
import { add, concat, mul, type Tensor, tanh } from '@tensorflow/tfjs-core';
import { gelu } from '@tessera/core/engine';
import {
  applyConvolution,
  applyLinear,
  type ConvolutionConfig,
  type ParamLayout,
  type ParamPlan,
  type Params,
  planConvolution,
  planParams,
} from '@tessera/core/nn';
import type { PolicyConfig } from './policy-config.js';
import { featureCount } from './step-features.js';

/** Logits lie within +- this, so that no step is ever impossible. */
export const logitBound = 20;

/** The convolutions from input to output. */
export function policyConvolutions(config: PolicyConfig): readonly Required<ConvolutionConfig>[] {
  const { dilations, width, kernel, isCausal } = config;
  return dilations.map((dilation, i) => ({
    from: i === 0 ? featureCount(config) : width,
    to: width,
    kernel,
    dilation,
    alignment: isCausal ? 'causal' : 'centred',
  }));
}

export function planPolicy(plan: ParamPlan, config: PolicyConfig): void {
  for (const [i, convolution] of policyConvolutions(config).entries()) {
    planConvolution(plan.scope(`convolution${i}`), convolution);
  }
  const readout = plan.scope('readout');
  const zero = { kind: 'constant', value: 0 } as const;
  readout.add('weight', [config.dilations.length * config.width, config.rates.length], zero);
  readout.add('bias', [config.rates.length], zero);
}

export function policyLayout(config: PolicyConfig): ParamLayout {
  return planParams((plan) => planPolicy(plan, config));
}

/** @param features shape `[B, L, F]` @returns logits, shape `[B, L, M]`, within +-20 */
export function applyPolicy(params: Params, features: Tensor, config: PolicyConfig): Tensor {
  const scales: Tensor[] = [];
  let x = features;
  for (const [i, convolution] of policyConvolutions(config).entries()) {
    const y = gelu(applyConvolution(params.scope(`convolution${i}`), x, convolution));
    x = i === 0 ? y : add(x, y);
    scales.push(x);
  }
  const read = scales.length === 1 ? x : concat(scales, 2);
  const raw = applyLinear(params.scope('readout'), read);
  return mul(tanh(mul(raw, 1 / logitBound)), logitBound);
}
