/**
 * Trains a patch policy and a forecaster together, by nothing but the forecaster’s loss: first the forecaster alone on random plans, then
 * both, then the forecaster alone on what the policy would do. The policy sees raw windows and rewards, never the forecaster.
 *
 * After ReinPatch (arXiv 2603.26097) as we read it; the schedule is that of our own trials.
 */
import { join } from 'node:path';
import { foldIn, type LongWorkOptions, parseOptions, randomKey, type SeriesSet } from '@tessera/core';
import { openEngine } from '@tessera/core/engine';
import { initializeParams, type TrainingResult, train } from '@tessera/core/nn';
import { type LearnedPolicy, policyConfigSchema } from '@tessera/patching/learned';
import {
  candidateStepSchema,
  learningSchedule,
  type PolicyLearnerState,
  policyLearner,
  policyOptimizerSchema,
  policyStepSchema,
} from '@tessera/patching/learning';
import { z } from 'zod';
import { FittedPatch, type FittedPatchForecaster } from '../patch/fitted-patch.js';
import { patchForecasterSchema } from '../patch/patch-config.js';
import { patchRanges, settlePatchOptions } from '../patch/patch-forecaster.js';
import { patchLayout } from '../patch/patch-predictor.js';
import { Origins, seriesWeight } from '../patch/patch-windows.js';
import { batchLoss, trainOptions } from '../patch/train-patch-model.js';
import { validationLoss } from '../patch/validation-loss.js';
import {
  BoundaryWatch,
  type BoundaryWatchOptions,
  boundaryWatchSchema,
  type WatchedBoundaries,
} from './boundary-watch.js';
import { JointBatches } from './joint-batches.js';
import { type LearningEntry, LearningRecord } from './learning-record.js';
import { PlanSource } from './plan-source.js';
import { preservationSchema } from './preservation-penalty.js';
import { learnFromScout, scoutSchema } from './scout.js';

/** Tells the key of the policy’s first weights from those of steps, which count from 0. */
const policyKey = 0xffffffff;

export const jointTrainingSchema = z.strictObject({
  /** Of the forecaster, as of `patchForecaster`. */
  model: patchForecasterSchema.shape.model,
  training: patchForecasterSchema.shape.training,
  policy: policyConfigSchema.prefault({}),
  optimizer: policyOptimizerSchema.prefault({}),
  step: policyStepSchema.prefault({}),
  schedule: z
    .strictObject({
      /** Share of the updates on random plans. */
      warmup: z.number().min(0).max(1).default(0.2),
      /** Share of the updates at the end with the policy at rest. */
      frozen: z.number().min(0).max(1).default(0.3),
      mode: z.enum(['joint', 'alternating']).default('joint'),
      period: z.number().int().positive().default(10),
      /** Plans that the forecaster settles on at the end: the policy’s best, or draws, which cannot be learned by heart. */
      frozenPlans: z.enum(['greedy', 'sampled']).default('greedy'),
      /** What logits are multiplied by for those draws: the higher, the nearer they are to the plans that the policy will make. */
      frozenSharpness: z.number().min(1).default(1),
      /** Whether the policy’s learning rate falls to nothing by the time it rests, so that the last updates do not move boundaries at random. */
      policyRate: z.enum(['constant', 'linear']).default('constant'),
    })
    .prefault({}),
  /** Teaches the policy where something stands, before the rest begins. Default no scout. */
  scout: scoutSchema.prefault({}),
  /** Judges boundaries one at a time, a group of plans for each window that differ in one of them. Default whole plans, as `step` says. */
  candidates: candidateStepSchema.optional(),
  /**
   * Share of each batch whose windows are cut in several ways to judge the policy; the others are cut once. Judging all of them costs
   * about as much again as the forecaster's own step.
   */
  judgedShare: z.number().gt(0).max(1).default(0.25),
  /** Charges plans for what the means of their patches lose. Default nothing: forecasting loss alone. */
  preservation: preservationSchema.prefault({}),
  /** `false` draws plans from a policy that never learns: the control `sampled-random`. */
  learns: z.boolean().default(true),
});
export type JointTrainingOptions = z.input<typeof jointTrainingSchema>;

export interface JointTraining {
  /** Taken off: it can be saved and put in front of any forecaster. */
  readonly policy: LearnedPolicy;
  readonly fitted: FittedPatchForecaster;
  /** How the policy learned, update by update. */
  readonly learning: readonly LearningEntry[];
  /** How its boundaries moved, where `watch` asked for that. */
  readonly watched?: WatchedBoundaries | undefined;
  readonly losses: TrainingResult['losses'];
  readonly options: z.output<typeof jointTrainingSchema>;
}

/**
 * @param set series with regular time
 * @throws TesseraError OPTIONS_INVALID, SERIES_TOO_SHORT, OPERATION_ABORTED, CHECKPOINT_INVALID, TRAINING_DIVERGED
 */
export async function trainJointly(
  set: SeriesSet,
  given: JointTrainingOptions = {},
  work: LongWorkOptions & {
    readonly horizon?: number | undefined;
    readonly checkpoint?: string | undefined;
    /** Looks at the boundaries of some windows in the course of it. Default: none; the training is the same with and without. */
    readonly watch?: BoundaryWatchOptions | undefined;
    /**
     * A policy to begin with, in place of `options.policy` and the scout. With `learns: false` it stays as it is, and the forecaster
     * learns on its draws.
     */
    readonly policy?: LearnedPolicy | undefined;
  } = {},
): Promise<JointTraining> {
  const asked = parseOptions(jointTrainingSchema, given, 'trainJointly');
  const options = work.policy === undefined ? asked : { ...asked, policy: work.policy.config };
  const { training, policy: policyConfig } = options;
  const settled = settlePatchOptions(options, set, work.horizon, policyConfig.rates[0]);
  const config = settled.model;
  const ranges = patchRanges(set, config, training);
  const hasScout = options.learns && options.scout.share > 0 && work.policy === undefined;
  const { policyRate, ...schedule } = options.schedule;
  const phases = learningSchedule({
    steps: training.steps,
    ...schedule,
    warmupPlans: hasScout || work.policy !== undefined ? 'sampled' : 'random',
  });
  const frozenFrom = phases.find(({ name }) => name === 'frozen')?.from ?? training.steps;
  const key = randomKey(training.seed);
  const layout = patchLayout(config);
  const weigh = seriesWeight(config.quantiles.length > 0);
  const record = new LearningRecord();
  const watch = watchOf(work.watch, ranges, config.lookback);
  const engine = await openEngine();
  const shared = {
    engine,
    config,
    layout,
    training,
    origins: new Origins(ranges.train),
    weigh,
    plans: new PlanSource(policyConfig, config.lookback),
    watch,
    learnerFrom: (state?: PolicyLearnerState) =>
      policyLearner({
        engine,
        config: policyConfig,
        optimizer: options.optimizer,
        key: foldIn(foldIn(key, 1), policyKey),
        ...(state === undefined ? {} : { state }),
      }),
  };
  const run = JSON.stringify([options, ...(work.policy?.params ?? [])]);
  const { signal } = work;
  const onProgress = withFigures(work.onProgress, record);
  let begun = stateOf(work.policy);
  if (hasScout) {
    const checkpoint = work.checkpoint === undefined ? undefined : join(work.checkpoint, 'scout');
    const task = {
      ...shared,
      policy: policyConfig,
      scout: options.scout,
      key: foldIn(key, 2),
      checkpoint,
      run,
    };
    try {
      begun = await learnFromScout(task, { signal, onProgress: inStage('scout', work.onProgress) });
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }
  const batches = new JointBatches({
    ...shared,
    begun,
    learns: options.learns,
    phases,
    ...(policyRate === 'linear' ? { peakRate: options.optimizer.learningRate } : {}),
    step: options.step,
    candidates: options.candidates,
    judgedShare: options.judgedShare,
    preservation: options.preservation,
    key: foldIn(key, 1),
    record,
  });
  const judge = validationLoss({
    engine,
    config,
    layout,
    origins: new Origins(ranges.validation),
    weigh,
    arraysOf: (origins) => batches.arraysOf(origins),
  });
  try {
    const task = {
      engine,
      layout,
      initial: initializeParams(layout, foldIn(key, 0)),
      batch: batches,
      loss: batchLoss(config, training.dropout),
      run,
      ...(work.checkpoint === undefined ? {} : { checkpoint: work.checkpoint }),
      // Before the policy rests, a forecaster fits plans that the policy will no longer make.
      ...(judge === undefined
        ? {}
        : {
            evaluate: async (params: Parameters<typeof judge.evaluate>[0]) =>
              batches.step < frozenFrom ? Number.POSITIVE_INFINITY : judge.evaluate(params),
          }),
    };
    const result = await train(task, { ...trainOptions(training), patience: 0 }, { signal, onProgress });
    const policy = await batches.policy();
    const watched = await batches.watched(result.params);
    const fitted = new FittedPatch({
      engine,
      options: settled,
      params: result.params,
      policy,
      history: set,
      notes: [],
    });
    return { policy, fitted, learning: record.entries, watched, losses: result.losses, options };
  } catch (error) {
    engine.dispose();
    throw error;
  } finally {
    judge?.dispose();
    batches.dispose();
  }
}

/** A policy alone; see `trainJointly`. @throws TesseraError as it does */
export async function trainPolicy(
  set: SeriesSet,
  options: JointTrainingOptions = {},
  work: Parameters<typeof trainJointly>[2] = {},
): Promise<LearnedPolicy> {
  const { policy, fitted } = await trainJointly(set, options, work);
  fitted.dispose();
  return policy;
}

/** A learner’s state at a policy that it has not moved yet. */
function stateOf(policy: LearnedPolicy | undefined): PolicyLearnerState | undefined {
  if (policy === undefined) return undefined;
  const zeros = new Float32Array(policy.params.length);
  return { params: policy.params, first: zeros, second: zeros, steps: 0 };
}

function watchOf(
  given: BoundaryWatchOptions | undefined,
  ranges: ReturnType<typeof patchRanges>,
  lookback: number,
): BoundaryWatch | undefined {
  if (given === undefined) return undefined;
  return new BoundaryWatch(parseOptions(boundaryWatchSchema, given, 'trainJointly watch'), ranges, lookback);
}

function inStage(stage: string, onProgress: LongWorkOptions['onProgress']) {
  if (onProgress === undefined) return undefined;
  return (progress: Parameters<typeof onProgress>[0]) => onProgress({ ...progress, stage });
}

function withFigures(onProgress: LongWorkOptions['onProgress'], record: LearningRecord) {
  if (onProgress === undefined) return undefined;
  return (progress: Parameters<typeof onProgress>[0]) => {
    const figures = record.summary();
    const detail = [progress.detail, figures].filter((each) => each !== undefined && each !== '').join(', ');
    onProgress({ ...progress, detail });
  };
}
