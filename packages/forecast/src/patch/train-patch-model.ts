/** Trains a patch model on origins of many series, and runs it over origins; between them stands only a flat vector of parameters. */

import type { Tensor } from '@tensorflow/tfjs-core';
import { foldIn, type LongWorkOptions, randomKey } from '@tessera/core';
import { type Engine, type EngineTensor, type NdArray, ndArray } from '@tessera/core/engine';
import {
  type BatchTensors,
  initializeParams,
  type ParamLayout,
  planParams,
  readParams,
  type TrainingResult,
  train,
} from '@tessera/core/nn';
import type { PatchModelConfig, PatchTraining } from './patch-config.js';
import { type LossInputs, patchLoss } from './patch-loss.js';
import { applyPatchModel, outputsPerStep, planPatchModel } from './patch-model.js';
import { dropoutNoise, noiseTensors } from './patch-noise.js';
import {
  drawOrigins,
  type ModelArrays,
  type Origins,
  type WindowBatch,
  type WindowWeight,
  windowBatch,
} from './patch-windows.js';

export interface PatchTrainingTask {
  readonly engine: Engine;
  readonly config: PatchModelConfig;
  readonly training: PatchTraining;
  readonly train: Origins;
  /** Without validation origins the last parameters are taken. */
  readonly validation: Origins;
  readonly weigh: WindowWeight;
  readonly checkpoint?: string | undefined;
}

/** Windows that one call of the model takes while it is evaluated. */
const evaluationBatch = 256;
/** Validation windows looked at per evaluation, spread evenly; more say little and cost much. */
const mostValidationWindows = 4096;

export function patchLayout(config: PatchModelConfig): ParamLayout {
  return planParams((plan) => planPatchModel(plan, config));
}

/** @throws TesseraError as `train` does */
export async function trainPatchModel(
  task: PatchTrainingTask,
  work: LongWorkOptions = {},
): Promise<TrainingResult> {
  const { engine, config, training, validation, weigh } = task;
  const layout = patchLayout(config);
  const key = randomKey(training.seed);
  const judge = validationLoss(engine, config, layout, validation, weigh);
  try {
    return await train(
      {
        engine,
        layout,
        initial: initializeParams(layout, foldIn(key, 0)),
        batch: (step) => {
          const stepKey = foldIn(foldIn(key, 1), step);
          const origins = drawOrigins(task.train, training.batchSize, stepKey);
          const { arrays, ...judged } = windowBatch(origins, config, weigh);
          return {
            ...arrays,
            ...judged,
            ...dropoutNoise(config, training.dropout, training.batchSize, foldIn(stepKey, 1)),
          };
        },
        loss: (params, batch) => {
          const { target, targetMask, weight } = batch;
          const noise = noiseTensors(config, training.dropout, batch);
          return patchLoss(
            applyPatchModel(params, batch, config, noise),
            { target, targetMask, weight },
            config.quantiles,
          );
        },
        ...(judge === undefined ? {} : { evaluate: judge.evaluate }),
        ...(task.checkpoint === undefined ? {} : { checkpoint: task.checkpoint }),
        run: JSON.stringify([config, training]),
      },
      {
        steps: training.steps,
        schedule: training.schedule,
        adamw: { weightDecay: training.weightDecay },
        average: training.average,
        evaluateEvery: training.evaluateEvery,
        patience: training.patience,
      },
      work,
    );
  } finally {
    judge?.dispose();
  }
}

function validationLoss(
  engine: Engine,
  config: PatchModelConfig,
  layout: ParamLayout,
  validation: Origins,
  weigh: WindowWeight,
) {
  if (validation.count === 0) return undefined;
  const count = Math.min(validation.count, mostValidationWindows);
  const spread = Array.from({ length: count }, (_, i) =>
    validation.at(Math.floor((i * validation.count) / count)),
  );
  const size = Math.min(evaluationBatch, count);
  const batches: WindowBatch[] = [];
  for (let from = 0; from + size <= count; from += size) {
    batches.push(windowBatch(spread.slice(from, from + size), config, weigh));
  }
  const compiled = engine.compile(
    (flat: Tensor, arrays: BatchTensors, judged: LossInputs) =>
      patchLoss(applyPatchModel(readParams(layout, flat), arrays, config), judged, config.quantiles),
    { name: 'validate' },
  );
  const evaluate = async (params: EngineTensor) => {
    let sum = 0;
    for (const { arrays, ...judged } of batches) {
      const held = await compiled(params, arrays, judged);
      const { data } = await held.read();
      held.dispose();
      sum += data[0] ?? Number.NaN;
    }
    return sum / batches.length;
  };
  return { evaluate, dispose: () => compiled.dispose() };
}

/** A trained model as a function of windows. */
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
