/** Norms with learned scale; the choice is data, so that a configuration can name it. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { layerNorm, rmsNorm } from '../../engine/composites/normalization.js';
import type { ParamPlan, Params } from '../params/param-layout.js';

export type NormKind = 'layer' | 'rms';

export function planNorm(plan: ParamPlan, width: number, kind: NormKind): void {
  plan.add('scale', [width], { kind: 'constant', value: 1 });
  if (kind === 'layer') plan.add('offset', [width], { kind: 'constant', value: 0 });
}

/** @param x shape `[..., width]` @returns the shape of x */
export function applyNorm(params: Params, x: Tensor, kind: NormKind): Tensor {
  if (kind === 'rms') return rmsNorm(x, params.tensor('scale'));
  return layerNorm(x, params.tensor('scale'), params.tensor('offset'));
}
