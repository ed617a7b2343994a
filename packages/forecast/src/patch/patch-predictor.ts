/** A trained patch model as a function of windows; between training and this stands only a flat vector of parameters. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Engine, type NdArray, ndArray } from '@tessera/core/engine';
import { type BatchTensors, type ParamLayout, planParams, readParams } from '@tessera/core/nn';
import type { PatchModelConfig } from './patch-config.js';
import { applyPatchModel, outputsPerStep, planPatchModel } from './patch-model.js';
import type { ModelArrays } from './patch-windows.js';

export function patchLayout(config: PatchModelConfig): ParamLayout {
  return planParams((plan) => planPatchModel(plan, config));
}

export interface PatchPredictor {
  /** Values per step, Q. */
  readonly outputs: number;
  /** Scaled forecasts of a batch, shape `[B, H, Q]`. */
  predict(arrays: ModelArrays): Promise<NdArray>;
  dispose(): void;
}

export function patchPredictor(
  engine: Engine,
  config: PatchModelConfig,
  params: Float32Array,
): PatchPredictor {
  const layout = patchLayout(config);
  const held = engine.hold(ndArray(params));
  const compiled = engine.compile(
    (flat: Tensor, arrays: BatchTensors) => applyPatchModel(readParams(layout, flat), arrays, config),
    { name: 'predict' },
  );
  return {
    outputs: outputsPerStep(config),
    async predict(arrays) {
      const result = await compiled(held, arrays);
      const array = await result.read();
      result.dispose();
      return array;
    },
    dispose() {
      held.dispose();
      compiled.dispose();
    },
  };
}
