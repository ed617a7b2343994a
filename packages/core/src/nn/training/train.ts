/**
 * The one training loop of Tessera: batch -> loss and gradient -> clip -> AdamW -> average, compiled into one call a step. The next
 * batch is made before the engine is waited for. A batch is a function of its step, so a run that was killed goes on to the
 * same bits.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Engine, EngineTensor } from '../../engine/engine.js';
import type { NdArray } from '../../engine/nd-array.js';
import { parseOptions } from '../../options/parse-options.js';
import type { LongWorkOptions } from '../../progress/progress.js';
import { adamwOptionsSchema } from '../optimizer/adamw.js';
import { scheduleOptionsSchema } from '../optimizer/schedule.js';
import type { ParamLayout, Params } from '../params/param-layout.js';
import { floats, runTraining, type Stepper } from './training-loop.js';
import { trainingStep } from './training-step.js';

export const trainOptionsSchema = z.strictObject({
  /** Updates in all. */
  steps: z.number().int().positive(),
  schedule: scheduleOptionsSchema.prefault({}),
  adamw: adamwOptionsSchema.prefault({}),
  /** Longest gradient; longer ones are shortened. */
  clipNorm: z.number().positive().default(1),
  /** Highest decay of the moving average of weights that is returned; 0 returns the weights themselves. */
  average: z.number().min(0).lt(1).default(0),
  /** Steps between two evaluations. */
  evaluateEvery: z.number().int().positive().default(100),
  /** Evaluations without a better one before training stops; 0 never stops early. */
  patience: z.number().int().nonnegative().default(0),
  /** Steps between two checkpoints, where there is a folder for them. */
  checkpointEvery: z.number().int().positive().default(200),
});
export type TrainOptions = z.input<typeof trainOptionsSchema>;

export type Batch = Readonly<Record<string, NdArray>>;
export type BatchTensors = Readonly<Record<string, Tensor>>;

/**
 * Batches that depend on what was learned so far, e.g. on a policy that learns along. They are made one by one, with nothing
 * prefetched, so that a resumed run makes the same ones.
 */
export interface OnlineBatches {
  /** The batch of a step, counted from 0. @param params as they are before the step; read them, but do not keep them */
  batch(step: number, params: EngineTensor): Promise<Batch>;
  /** What else learns, by name, for the checkpoint. */
  state(): Promise<Readonly<Record<string, Float32Array>>>;
  /** Goes on from such a state. */
  restore(state: Readonly<Record<string, Float32Array>>): void;
}

export interface TrainingTask {
  readonly engine: Engine;
  readonly layout: ParamLayout;
  /** Parameters to begin with, shape `[size]`. */
  readonly initial: Float32Array;
  /** The loss of a batch, a scalar. */
  readonly loss: (params: Params, batch: BatchTensors) => Tensor;
  /** The batch of a step, counted from 0; the same step gives the same batch. All batches have the same shapes. */
  readonly batch: ((step: number) => Batch) | OnlineBatches;
  /** Smaller is better; called with the parameters that would be returned. Default: none, and no early stop. */
  readonly evaluate?: (params: EngineTensor) => Promise<number>;
  /** 1 where a parameter learns, shape `[size]`. Default everywhere. */
  readonly learns?: Float32Array | undefined;
  /** Folder to keep checkpoints in, and to go on from. Default none. */
  readonly checkpoint?: string | undefined;
  /** Names the run: a checkpoint of another name is refused. Default empty. */
  readonly run?: string;
}

export interface TrainingResult {
  /** The best parameters by evaluation, else the last. */
  readonly params: Float32Array;
  /** Steps done. */
  readonly steps: number;
  /** Loss of each step of this process, in order. */
  readonly losses: Float64Array;
  /** What each evaluation gave. */
  readonly evaluations: readonly { readonly step: number; readonly value: number }[];
  readonly options: z.output<typeof trainOptionsSchema>;
}

/**
 * Trains to the end, to an early stop or to an abort.
 *
 * @throws TesseraError OPTIONS_INVALID, OPERATION_ABORTED, CHECKPOINT_INVALID, TRAINING_DIVERGED
 */
export async function train(
  task: TrainingTask,
  options: TrainOptions,
  longWork: LongWorkOptions = {},
): Promise<TrainingResult> {
  const resolved = parseOptions(trainOptionsSchema, options, 'train');
  const run = runDigest(task, resolved);
  const openStepper = () => wholeStepper(task, resolved);
  return runTraining({ task, options: resolved, openStepper, run }, longWork);
}

/** Names everything that must be the same for a checkpoint to be gone on from. @param more what else must be */
export function runDigest(
  task: Pick<TrainingTask, 'run' | 'layout'>,
  options: TrainingResult['options'],
  ...more: readonly unknown[]
): string {
  const shapes = task.layout.entries.map(({ path, shape }) => [path, shape]);
  return JSON.stringify([task.run ?? '', options, shapes, ...more]);
}

/** Steps in one call of the engine each. */
export function wholeStepper(task: TrainingTask, options: TrainingResult['options']): Stepper {
  const compiled = task.engine.compile(trainingStep(task, options), { name: 'train' });
  return {
    advance: async (state, numbers, batch) => {
      const done = await compiled(state, numbers, batch);
      const loss = floats(await done.loss.read())[0] ?? Number.NaN;
      done.loss.dispose();
      return { state: done.state, loss };
    },
    dispose: () => compiled.dispose(),
  };
}
