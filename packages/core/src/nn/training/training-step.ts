/**
 * The arithmetic of one training step in two halves, gradient and update, and the two as one function. Held together they are one
 * call of the engine; apart, gradients of several threads can be added between them.
 */
import { mul, type Tensor, valueAndGrad } from '@tensorflow/tfjs-core';
import { type AdamwScalars, adamwUpdate } from '../optimizer/adamw.js';
import { clipByGlobalNorm } from '../optimizer/clip-by-global-norm.js';
import { updateAverage } from '../optimizer/ema.js';
import { type ParamLayout, readParams } from '../params/param-layout.js';
import type { BatchTensors, TrainingResult, TrainingTask } from './train.js';

/** What training moves and the masks that it keeps, all of shape `[size]`. */
export type StepState = {
  readonly params: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
  readonly average: Tensor;
  readonly decayMask: Tensor;
  readonly learns: Tensor;
};

export type StepScalars = AdamwScalars & { readonly averageShare: Tensor };

/** The part of a task that the arithmetic needs. */
export type StepTask = Pick<TrainingTask, 'layout' | 'loss' | 'learns'>;

type StepOptions = TrainingResult['options'];

/** The function from parameters and batch to loss and its gradient, shape `[size]`. */
export function gradientStep({ layout, loss }: StepTask) {
  return (params: Tensor, batch: BatchTensors) => {
    const { value, grad } = valueAndGrad((flat: Tensor) => loss(readParams(layout, flat), batch))(params);
    return { loss: value, gradient: grad };
  };
}

/** The function from state and gradient to the next state: clip, AdamW, average. */
export function updateStep({ learns }: StepTask, options: StepOptions) {
  return (state: StepState, scalars: StepScalars, raw: Tensor) => {
    const wanted = learns === undefined ? raw : mul(raw, state.learns);
    const { gradient } = clipByGlobalNorm(wanted, options.clipNorm);
    const hasDecay = options.adamw.weightDecay > 0;
    const mask = learns === undefined ? state.decayMask : mul(state.decayMask, state.learns);
    const next = adamwUpdate(state, gradient, scalars, options.adamw, hasDecay ? mask : undefined);
    const average =
      options.average > 0 ? updateAverage(state.average, next.params, scalars.averageShare) : state.average;
    return { ...next, average };
  };
}

/** Both halves as one function. */
export function trainingStep(task: StepTask, options: StepOptions) {
  const gradientOf = gradientStep(task);
  const update = updateStep(task, options);
  return (state: StepState, scalars: StepScalars, batch: BatchTensors) => {
    const { loss, gradient } = gradientOf(state.params, batch);
    return { state: update(state, scalars, gradient), loss };
  };
}

/** Decay belongs to matrices; scales, offsets and biases keep their size. */
export function decayMaskOf(layout: ParamLayout): Float32Array {
  const mask = new Float32Array(layout.size);
  for (const { shape, offset, size } of layout.entries)
    if (shape.length > 1) mask.fill(1, offset, offset + size);
  return mask;
}
