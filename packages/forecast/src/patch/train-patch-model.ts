/**
 * Trains a patch model on origins of many series, in the calling thread or shared among several. The training is a program that a
 * thread can rebuild from plain data, so that both ways run the same code.
 */
import { foldIn, type Key, type LongWorkOptions, randomKey } from '@tessera/core';
import type { Engine } from '@tessera/core/engine';
import {
  type Batch,
  type BatchTensors,
  initializeParams,
  type Params,
  type ProgramTask,
  type TrainingResult,
  train,
  trainParallel,
  type WorkerChoice,
} from '@tessera/core/nn';
import type { PatchPolicy } from '@tessera/patching';
import { z } from 'zod';
import {
  type PatchModelConfig,
  type PatchTraining,
  patchModelSchema,
  patchTrainingSchema,
} from './patch-config.js';
import { patchLoss } from './patch-loss.js';
import { applyPatchModel } from './patch-model.js';
import { dropoutNoise, noiseTensors } from './patch-noise.js';
import { patchLayout } from './patch-predictor.js';
import {
  drawOrigins,
  judgedArrays,
  type OriginOf,
  Origins,
  seriesWeight,
  windowBatch,
} from './patch-windows.js';
import { arraysBy } from './policy/planned-windows.js';
import { validationLoss } from './validation-loss.js';

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
        times: numbers.optional(),
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
  policy?: PatchPolicy,
): Promise<PatchTrainingResult> {
  const { config, training } = data;
  const options = trainOptions(training);
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
  const { dispose, ...program } = programOf(data, engine, policy);
  const named = { run, ...(checkpoint === undefined ? {} : { checkpoint }) };
  try {
    const batch = policy === undefined ? program.batch : plannedBatches(data, policy);
    return await train({ engine, ...program, batch, ...named }, options, work);
  } finally {
    dispose();
  }
}

/** The training options as the loop takes them. */
export function trainOptions(training: PatchTraining) {
  return {
    steps: training.steps,
    schedule: training.schedule,
    adamw: { weightDecay: training.weightDecay },
    average: training.average,
    evaluateEvery: training.evaluateEvery,
    patience: training.patience,
  };
}

/** The loss of a batch, with its dropout. */
export function batchLoss(config: PatchModelConfig, dropout: number) {
  return (params: Params, batch: BatchTensors) => {
    const { target, targetMask, weight } = batch;
    const forecast = applyPatchModel(params, batch, config, noiseTensors(config, dropout, batch));
    return patchLoss(forecast, { target, targetMask, weight }, config.quantiles);
  };
}

/** Batches whose patches a policy that no longer learns must place first. */
function plannedBatches({ config, training, train: ranges }: PatchTrainingData, policy: PatchPolicy) {
  const key = randomKey(training.seed);
  const origins = new Origins(ranges);
  const weigh = seriesWeight(config.quantiles.length > 0);
  const arraysOf = arraysBy(policy, config);
  return {
    batch: async (step: number): Promise<Batch> => {
      const { drawn, noise } = drawBatch(origins, config, training, foldIn(foldIn(key, 1), step));
      return { ...(await arraysOf(drawn)), ...judgedArrays(drawn, config, weigh), ...noise };
    },
    state: async () => ({}),
    restore: () => undefined,
  };
}

function drawBatch(
  origins: Origins,
  config: PatchModelConfig,
  { batchSize, dropout }: PatchTraining,
  key: Key,
) {
  const drawn: readonly OriginOf[] = drawOrigins(origins, batchSize, key);
  return { drawn, noise: dropoutNoise(config, dropout, batchSize, foldIn(key, 1)) };
}

/** The training in a thread of its own; what it holds of the engine goes when the thread ends. */
export function patchProgram(data: unknown, engine: Engine): ProgramTask {
  return programOf(programSchema.parse(data), engine);
}

function programOf(
  data: PatchTrainingData,
  engine: Engine,
  policy?: PatchPolicy,
): ProgramTask & { dispose(): void } {
  const { config, training } = data;
  const layout = patchLayout(config);
  const key = randomKey(training.seed);
  const origins = new Origins(data.train);
  const weigh = seriesWeight(config.quantiles.length > 0);
  const judge = validationLoss({
    engine,
    config,
    layout,
    origins: new Origins(data.validation),
    weigh,
    arraysOf: arraysBy(policy, config),
  });
  return {
    layout,
    initial: initializeParams(layout, foldIn(key, 0)),
    batch: (step) => {
      const { drawn, noise } = drawBatch(origins, config, training, foldIn(foldIn(key, 1), step));
      const { arrays, ...judged } = windowBatch(drawn, config, weigh);
      return { ...arrays, ...judged, ...noise };
    },
    loss: batchLoss(config, training.dropout),
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
