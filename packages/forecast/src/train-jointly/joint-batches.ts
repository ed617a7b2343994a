/**
 * Batches of a joint training: windows are drawn, the policy cuts each in several ways, the forecaster as it is now says what each cut is
 * worth, the policy learns from that, and one cut of each window goes on to the forecaster’s own step. The reward is the only thing
 * that comes back to the policy.
 *
 *   origins -> policy -> G plans -> losses -> policy update
 *                     -> one plan -> batch of the forecaster
 */
import { foldIn, type Key, RandomStream } from '@tessera/core';
import { type Engine, type EngineTensor, type NdArray, ndArray } from '@tessera/core/engine';
import type { Batch, OnlineBatches, ParamLayout } from '@tessera/core/nn';
import type { PolicyWindow } from '@tessera/patching';
import type { LearnedPolicy } from '@tessera/patching/learned';
import {
  type CandidateStepOptions,
  candidateStep,
  type LearningPhase,
  type PolicyLearner,
  type PolicyLearnerState,
  type PolicyStepOptions,
  phaseAt,
  policyStep,
  policyTimeLeft,
  type RewardRequest,
} from '@tessera/patching/learning';
import type { PatchModelConfig, PatchTraining } from '../patch/patch-config.js';
import { dropoutNoise } from '../patch/patch-noise.js';
import {
  drawOrigins,
  judgedArrays,
  type ModelArrays,
  type OriginOf,
  type Origins,
  type WindowWeight,
} from '../patch/patch-windows.js';
import { endsOfAll, plannedArrays, policyWindows } from '../patch/policy/planned-windows.js';
import type { BoundaryWatch, WatchedBoundaries } from './boundary-watch.js';
import type { LearningRecord } from './learning-record.js';
import type { PlanSource } from './plan-source.js';
import { type Preservation, preservationPenalties } from './preservation-penalty.js';
import { WindowLosses } from './window-losses.js';

export interface JointBatchesTask {
  readonly engine: Engine;
  readonly config: PatchModelConfig;
  readonly layout: ParamLayout;
  /** Whether the policy learns at all. */
  readonly learns: boolean;
  readonly phases: readonly LearningPhase[];
  /** Of the policy in its first update, to fall to nothing after its last. Default: that of the learner throughout. */
  readonly peakRate?: number;
  readonly step: PolicyStepOptions;
  /** Judges boundaries one at a time in place of whole plans. */
  readonly candidates?: CandidateStepOptions | undefined;
  readonly plans: PlanSource;
  readonly learnerFrom: (state?: PolicyLearnerState) => PolicyLearner;
  /** What the policy has learned before. */
  readonly begun?: PolicyLearnerState | undefined;
  /** Share of the windows of a batch that the policy is judged by. */
  readonly judgedShare: number;
  readonly preservation: Preservation;
  readonly training: PatchTraining;
  readonly origins: Origins;
  readonly weigh: WindowWeight;
  readonly key: Key;
  readonly record: LearningRecord;
  readonly watch?: BoundaryWatch | undefined;
}

export class JointBatches implements OnlineBatches {
  readonly #task: JointBatchesTask;
  readonly #losses: WindowLosses;
  #learner: PolicyLearner;
  /** The policy as it was taught before, where a leash holds on to it; it stays as it is. */
  readonly #taught: PolicyLearner | undefined;
  #step = 0;

  constructor(task: JointBatchesTask) {
    this.#task = task;
    this.#losses = new WindowLosses(task);
    this.#learner = task.learnerFrom(task.begun);
    const isHeld = task.begun !== undefined && (task.candidates?.leash ?? 0) > 0;
    this.#taught = isHeld ? task.learnerFrom(task.begun) : undefined;
  }

  /** Number of the last step, from 0. */
  get step(): number {
    return this.#step;
  }

  async batch(step: number, params: EngineTensor): Promise<Batch> {
    this.#step = step;
    const { config, training, key, weigh, phases } = this.#task;
    const stepKey = foldIn(key, step);
    const origins = drawOrigins(this.#task.origins, training.batchSize, foldIn(stepKey, 0));
    const windows = policyWindows(origins, config.lookback);
    const ends = await this.#plans(phaseAt(phases, step), origins, windows, foldIn(stepKey, 1), params);
    return {
      ...plannedArrays(origins, ends, config),
      ...judgedArrays(origins, config, weigh),
      ...dropoutNoise(config, training.dropout, training.batchSize, foldIn(stepKey, 2)),
    };
  }

  /** What the model sees of origins cut as the policy would now. */
  async arraysOf(origins: readonly OriginOf[]): Promise<ModelArrays> {
    const { config } = this.#task;
    return plannedArrays(origins, await this.#greedy(policyWindows(origins, config.lookback)), config);
  }

  /** The policy as it is now, taken off. */
  policy(): Promise<LearnedPolicy> {
    return this.#learner.policy();
  }

  /** What the watch saw, after a last look, with what the plans earn from a forecaster of these parameters. */
  async watched(params: Float32Array): Promise<WatchedBoundaries | undefined> {
    const { watch } = this.#task;
    if (watch === undefined) return undefined;
    await watch.look(this.#learner.steps, (windows) => this.#greedy(windows), true);
    const flat = ndArray(params, [params.length]);
    return watch.judged(
      async (ends) => (await this.#worth(watch.origins, watch.windows, ends, flat)).rewards,
    );
  }

  async state(): Promise<Readonly<Record<string, Float32Array>>> {
    const { params, first, second, steps } = await this.#learner.state();
    return { params, first, second, steps: Float32Array.of(steps) };
  }

  restore({ params, first, second, steps }: Readonly<Record<string, Float32Array>>): void {
    this.#learner.dispose();
    this.#learner = this.#task.learnerFrom({ params, first, second, steps: steps[0] });
  }

  dispose(): void {
    this.#losses.dispose();
    this.#learner.dispose();
    this.#taught?.dispose();
  }

  /** One plan per window, as exclusive ends. */
  async #plans(
    phase: LearningPhase,
    origins: readonly OriginOf[],
    windows: readonly PolicyWindow[],
    key: Key,
    params: EngineTensor,
  ): Promise<Uint32Array[]> {
    const { plans, learns } = this.#task;
    const learner = this.#learner;
    if (phase.plans === 'greedy') return plans.greedy(learner, windows);
    if (phase.plans === 'random') return plans.random(windows.length, key);
    const drawn = (own: readonly PolicyWindow[]) =>
      plans.sampled(learner, own, foldIn(key, 0), phase.sharpness);
    if (!phase.policyLearns || !learns) return drawn(windows);
    const judged = Math.ceil(this.#task.judgedShare * windows.length);
    const rest = await drawn(windows.slice(judged));
    const [first, own] = [origins.slice(0, judged), windows.slice(0, judged)];
    return [...(await this.#learn(first, own, foldIn(key, 1), params)), ...rest];
  }

  #greedy(windows: readonly PolicyWindow[]): Promise<Uint32Array[]> {
    return this.#task.plans.greedy(this.#learner, windows);
  }

  /** One update of the policy; gives one of the plans it was judged by for each window. */
  async #learn(
    origins: readonly OriginOf[],
    windows: readonly PolicyWindow[],
    key: Key,
    params: EngineTensor,
  ): Promise<Uint32Array[]> {
    const { step: options, candidates, record, watch, phases, peakRate } = this.#task;
    const learner = this.#learner;
    if (peakRate !== undefined) learner.learningRate = peakRate * policyTimeLeft(phases, this.#step);
    await watch?.look(learner.steps, (own) => this.#greedy(own));
    let all: Uint32Array[] = [];
    let penalties: Float64Array = new Float64Array();
    const reward = async ({ plans }: RewardRequest): Promise<Float64Array> => {
      const { labels, length } = plans;
      all = endsOfAll(labels, length);
      const worth = await this.#worth(origins, windows, all, params);
      penalties = worth.penalties;
      return worth.rewards;
    };
    const request = { learner, windows, key: foldIn(key, 0), reward };
    const figures =
      candidates === undefined
        ? await policyStep({ ...request, options })
        : await candidateStep({ ...request, reference: this.#taught, options: candidates });
    record.add(learner.steps, figures, penalties.reduce((sum, each) => sum + each, 0) / penalties.length);
    const group = all.length / windows.length;
    const stream = new RandomStream(foldIn(key, 1));
    return windows.map((_, i) => all[i * group + stream.integer(0, group)]);
  }

  /** What plans earn, as many for each window: the forecaster’s loss with its sign turned, less the charge. */
  async #worth(
    origins: readonly OriginOf[],
    windows: readonly PolicyWindow[],
    ends: readonly Uint32Array[],
    params: EngineTensor | NdArray,
  ): Promise<{ readonly rewards: Float64Array; readonly penalties: Float64Array }> {
    const losses = await this.#losses.of(params, origins, ends);
    const penalties = preservationPenalties(windows, ends, this.#task.preservation);
    return { rewards: losses.map((loss, row) => -loss - penalties[row]), penalties };
  }
}
