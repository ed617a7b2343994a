/**
 * Training on several threads of one machine: each computes the gradient of its rows of every batch, all add the gradients up in
 * the same order and make the same update, so each holds the parameters and nobody hands them out.
 *
 *   batch(step) -> rows of each thread -> gradient -> shared memory -> barrier -> sum -> clip -> AdamW -> average
 *
 * What equals the training with one thread, up to rounding: the mean gradient, hence clipping, update, average and loss, if the
 * loss of a batch is the mean of the losses of its slices by their weight. That holds for means over rows, and for means over
 * observed entries where `weight` counts these. It does not hold for losses that compare rows with each other (contrastive, batch
 * statistics, a baseline over the batch): these see a slice only. The same number of threads gives the same bits; another number
 * rounds differently.
 */
import { z } from 'zod';
import { parseOptions } from '../../options/parse-options.js';
import type { LongWorkOptions } from '../../progress/progress.js';
import { type TrainingResult, trainOptionsSchema } from '../training/train.js';
import { chooseWorkers, type WorkerChoice } from './choose-workers.js';
import { runWorkers } from './run-workers.js';
import type { TrainingProgram } from './training-program.js';

export const trainParallelOptionsSchema = trainOptionsSchema.extend({
  /**
   * Threads, by which the rows of every batch must divide. `auto` measures some steps with one and with as many as there are
   * cores, at most four, and takes the faster: the time decides, so two runs may differ in the last bits.
   */
  workers: z.union([z.literal('auto'), z.number().int().min(1).max(256)]).default('auto'),
});
export type TrainParallelOptions = z.input<typeof trainParallelOptionsSchema>;

export interface ParallelTrainingResult extends TrainingResult {
  readonly options: z.output<typeof trainParallelOptionsSchema>;
  /** How many threads there were, why, and what was measured. */
  readonly workers: WorkerChoice;
}

/**
 * Trains to the end, to an early stop or to an abort. The first thread evaluates and writes checkpoints while the others wait. When
 * the promise settles, every thread has ended; the end waits for the step under way. One thread gives the bits that `train` gives.
 *
 * @throws TesseraError OPTIONS_INVALID, OPERATION_ABORTED, CHECKPOINT_INVALID (also one begun with another number of threads),
 * TRAINING_DIVERGED, SHAPE_MISMATCH where rows do not divide, PARAMS_INVALID where threads begin with different parameters,
 * WORKER_FAILED; and what the program throws, as an Error of the same name, message and stack
 */
export async function trainParallel(
  program: TrainingProgram,
  options: TrainParallelOptions,
  longWork: LongWorkOptions = {},
): Promise<ParallelTrainingResult> {
  const resolved = parseOptions(trainParallelOptionsSchema, options, 'trainParallel');
  const { workers: asked, ...training } = resolved;
  const choice = await chooseWorkers(program, training, asked, longWork);
  const result = await runWorkers({ program, options: training, workers: choice.workers }, longWork);
  return { ...result, options: resolved, workers: choice };
}
