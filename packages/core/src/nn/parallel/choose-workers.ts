/**
 * How many threads a training gets, measured rather than guessed: whether two share a step faster than one does it alone depends on
 * the model, the machine and who else is using it.
 */
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { TesseraError } from '../../errors/tessera-error.js';
import { type LongWorkOptions, progressReporter } from '../../progress/progress.js';
import { readCheckpointFacts } from '../training/checkpoint.js';
import type { TrainingResult } from '../training/train.js';
import { runWorkers } from './run-workers.js';
import type { TrainingProgram } from './training-program.js';

export interface WorkerMeasurement {
  readonly workers: number;
  /** Median over the steps measured. */
  readonly millisecondsPerStep: number;
}

export interface WorkerChoice {
  readonly workers: number;
  /** Why so many. */
  readonly reason: string;
  /** What was measured; empty where nothing was. */
  readonly measured: readonly WorkerMeasurement[];
}

/** More threads than this are never picked, only used when asked for: a batch of a hundred rows leaves too little to each. */
const most = 4;
/** Steps before the measured ones, in which sessions are made and caches filled. */
const warmup = 3;
const measuredSteps = 12;
/** Shorter trainings are over before measuring has paid. */
const fewSteps = 100;

/** The number asked for, or that of the checkpoint, or the faster of one and as many as there are cores, at most four. */
export async function chooseWorkers(
  program: TrainingProgram,
  options: TrainingResult['options'],
  asked: number | 'auto',
  { onProgress, signal }: LongWorkOptions,
): Promise<WorkerChoice> {
  const unmeasured = (workers: number, reason: string) => ({ workers, reason, measured: [] });
  if (asked !== 'auto') return unmeasured(asked, 'asked for');
  const begun = await workersOfCheckpoint(program.checkpoint);
  if (begun !== undefined) return unmeasured(begun, 'the checkpoint was begun with as many');
  const many = Math.min(availableParallelism(), most);
  if (many === 1) return unmeasured(1, 'there is one core');
  if (options.steps < fewSteps) return unmeasured(1, `fewer than ${fewSteps} steps are not worth measuring`);

  const advance = progressReporter('measure workers', 2, onProgress);
  const measure = async (workers: number): Promise<WorkerMeasurement> => {
    const times: number[] = [];
    const run = { program, options, workers, trial: warmup + measuredSteps };
    await runWorkers(run, { signal, onProgress: ({ elapsed }) => times.push(elapsed) });
    const millisecondsPerStep = medianGap(times.slice(warmup - 1));
    advance(`${workers} workers: ${millisecondsPerStep.toPrecision(3)} ms a step`);
    return { workers, millisecondsPerStep };
  };
  const one = await measure(1);
  let shared: WorkerMeasurement;
  try {
    shared = await measure(many);
  } catch (error) {
    if (!TesseraError.is(error) || error.code !== 'SHAPE_MISMATCH') throw error;
    return { workers: 1, reason: `${many} could not share a batch: ${error.message}`, measured: [one] };
  }
  const faster = shared.millisecondsPerStep < one.millisecondsPerStep ? shared : one;
  return { workers: faster.workers, reason: 'the faster of those measured', measured: [one, shared] };
}

async function workersOfCheckpoint(folder: string | undefined): Promise<number | undefined> {
  const facts = folder === undefined ? undefined : await readCheckpointFacts(folder);
  const parsed = z.object({ workers: z.number().int().positive() }).safeParse(facts);
  return parsed.success ? parsed.data.workers : undefined;
}

/** Median of the differences between neighbours. */
function medianGap(times: readonly number[]): number {
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  const sorted = gaps.sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
