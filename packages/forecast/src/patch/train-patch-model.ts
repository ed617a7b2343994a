/**
 * Trains a patch model on origins of many series, in the calling thread or shared among several. The training is a program that a
 * thread can rebuild from plain data, so that both ways run the same code.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { foldIn, type LongWorkOptions, randomKey } from '@tessera/core';
import type { Engine, EngineTensor } from '@tessera/core/engine';
import {
  type BatchTensors,
  initializeParams,
  type ParamLayout,
  type ProgramTask,
  readParams,
  type TrainingResult,
  train,
  trainParallel,
  type WorkerChoice,
} from '@tessera/core/nn';
import { z } from 'zod';
import { type PatchModelConfig, patchModelSchema, patchTrainingSchema } from './patch-config.js';
import { type LossInputs, patchLoss } from './patch-loss.js';
import { applyPatchModel } from './patch-model.js';
import { dropoutNoise, noiseTensors } from './patch-noise.js';
import { patchLayout } from './patch-predictor.js';
import {
  drawOrigins,
  Origins,
  seriesWeight,
  type WindowBatch,
  type WindowWeight,
  windowBatch,
} from './patch-windows.js';

/** Also over shared memory. */
const numbers = z.custom<Float64Array>((value) => value instanceof Float64Array, 'a Float64Array');
const rows = z.array(numbers).readonly();
const rangesSchema = z
  .array(
    z.object({
      series: z.object({
        id: z.string(),
        channel: z.string(),
        values: numbers,
        place: z.number(),
        past: rows,
        future: rows,
      }),
      from: z.number(),
      to: z.number(),
    }),
  )
  .readonly();

const programSchema = z.object({
  config: patchModelSchema,
  training: patchTrainingSchema,
  train: rangesSchema,
  /** Without validation origins the last parameters are taken. */
  validation: rangesSchema,
});
/** A training as plain data. */
export type PatchTrainingData = z.output<typeof programSchema>;

/** Windows that one call of the model takes while it is evaluated. */
const evaluationBatch = 256;
/** Validation windows looked at per evaluation, spread evenly; more say little and cost much. */
const mostValidationWindows = 4096;

export interface PatchTrainingResult extends TrainingResult {
  /** Who shared the work, where it was shared or measured. */
  readonly threads?: WorkerChoice;
}

/** @throws TesseraError as `train` and `trainParallel` do */
export async function trainPatchModel(
  engine: Engine,
  data: PatchTrainingData,
  checkpoint: string | undefined,
  work: LongWorkOptions = {},
): Promise<PatchTrainingResult> {
  const { config, training } = data;
  const options = {
    steps: training.steps,
    schedule: training.schedule,
    adamw: { weightDecay: training.weightDecay },
    average: training.average,
    evaluateEvery: training.evaluateEvery,
    patience: training.patience,
  };
  const run = JSON.stringify([config, training]);
  if (training.threads !== 1) {
    const program = {
      // Threads load what is compiled, also where this file runs from its source.
      module: new URL('../../dist/patch/train-patch-model.js', import.meta.url).href,
      export: 'patchProgram',
      config: data,
      engine: engine.name,
      run,
      checkpoint,
    };
    const { workers, ...result } = await trainParallel(
      program,
      { ...options, workers: training.threads },
      work,
    );
    return { ...result, threads: workers };
  }
  const { dispose, ...program } = programOf(data, engine);
  try {
    const task = { engine, ...program, run, ...(checkpoint === undefined ? {} : { checkpoint }) };
    return await train(task, options, work);
  } finally {
    dispose();
  }
}

/** The training in a thread of its own; what it holds of the engine goes when the thread ends. */
export function patchProgram(data: unknown, engine: Engine): ProgramTask {
  return programOf(programSchema.parse(data), engine);
}

function programOf(data: PatchTrainingData, engine: Engine): ProgramTask & { dispose(): void } {
  const { config, training } = data;
  const layout = patchLayout(config);
  const key = randomKey(training.seed);
  const origins = new Origins(data.train);
  const weigh = seriesWeight(config.quantiles.length > 0);
  const judge = validationLoss(engine, config, layout, new Origins(data.validation), weigh);
  return {
    layout,
    initial: initializeParams(layout, foldIn(key, 0)),
    batch: (step) => {
      const stepKey = foldIn(foldIn(key, 1), step);
      const drawn = drawOrigins(origins, training.batchSize, stepKey);
      const { arrays, ...judged } = windowBatch(drawn, config, weigh);
      return {
        ...arrays,
        ...judged,
        ...dropoutNoise(config, training.dropout, training.batchSize, foldIn(stepKey, 1)),
      };
    },
    loss: (params, batch) => {
      const { target, targetMask, weight } = batch;
      const noise = noiseTensors(config, training.dropout, batch);
      const forecast = applyPatchModel(params, batch, config, noise);
      return patchLoss(forecast, { target, targetMask, weight }, config.quantiles);
    },
    // The loss is a mean over observed steps, so a share of a batch counts by how many it has.
    weight: ({ targetMask }) => total(targetMask.data),
    ...(judge === undefined ? {} : { evaluate: judge.evaluate }),
    dispose: () => judge?.dispose(),
  };
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum;
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
