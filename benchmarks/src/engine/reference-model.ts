/**
 * The model that engines are timed on: a small pre-norm patch transformer with a flat head, its whole training step with Adam in one
 * function. The same architecture stands in benchmarks/peers/pytorch/reference_step.py.
 */
import { add, mean, reshape, squaredDifference, type Tensor, valueAndGrad } from '@tensorflow/tfjs-core';
import {
  type AdamwScalars,
  type AdamwState,
  adamwOptionsSchema,
  adamwUpdate,
  applyBlock,
  applyLinear,
  applyNorm,
  flattenSteps,
  type ParamLayout,
  type Params,
  planBlock,
  planLinear,
  planNorm,
  planParams,
  readParams,
} from '@tessera/core/nn';
import { z } from 'zod';

export const referenceConfigSchema = z
  .strictObject({
    batch: z.int().min(1),
    patches: z.int().min(1),
    patchLength: z.int().min(1),
    width: z.int().min(1),
    heads: z.int().min(1),
    hidden: z.int().min(1),
    layers: z.int().min(1),
    outputs: z.int().min(1),
  })
  .readonly();

export type ReferenceConfig = z.output<typeof referenceConfigSchema>;

/** Plain Adam, as the peers run it. */
export const adam = adamwOptionsSchema.parse({ weightDecay: 0 });

export function referenceLayout(config: ReferenceConfig): ParamLayout {
  const { patches, patchLength, width, layers, outputs } = config;
  return planParams((plan) => {
    planLinear(plan.scope('embed'), { from: patchLength, to: width });
    plan.add('position', [patches, width], { kind: 'normal', deviation: 0.02 });
    for (let i = 0; i < layers; i++) planBlock(plan.scope(`block${i}`), { ...config, norm: 'layer' });
    planNorm(plan.scope('norm'), width, 'layer');
    planLinear(plan.scope('head'), { from: patches * width, to: outputs });
  });
}

/** @param x shape `[B, N, P]` @returns shape `[B, outputs]` */
export function referenceModel(params: Params, x: Tensor, config: ReferenceConfig): Tensor {
  const embedded = applyLinear(params.scope('embed'), x);
  let tokens = add(embedded, reshape(params.tensor('position'), [1, config.patches, config.width]));
  for (let i = 0; i < config.layers; i++) {
    tokens = applyBlock(params.scope(`block${i}`), tokens, { ...config, norm: 'layer' });
  }
  return applyLinear(params.scope('head'), flattenSteps(applyNorm(params.scope('norm'), tokens, 'layer')));
}

/** One training step: forward, backward, Adam. */
export function referenceStep(layout: ParamLayout, config: ReferenceConfig) {
  return (state: AdamwState, scalars: AdamwScalars, x: Tensor, y: Tensor) => {
    const loss = (flat: Tensor) =>
      mean(squaredDifference(referenceModel(readParams(layout, flat), x, config), y));
    const { value, grad } = valueAndGrad(loss)(state.params);
    return { state: adamwUpdate(state, grad, scalars, adam), loss: value };
  };
}

/** Inference with the parameters as an input. */
export function referenceInference(layout: ParamLayout, config: ReferenceConfig) {
  return (flat: Tensor, x: Tensor) => referenceModel(readParams(layout, flat), x, config);
}
