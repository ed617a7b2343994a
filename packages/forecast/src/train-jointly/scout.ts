/**
 * A first forecaster that only scouts: it learns on random plans, and then says, for stretches of windows that are hidden from it one at
 * a time, what each of them was worth. That teaches the policy where something stands that the forecast hangs on, before the forecaster
 * that counts begins to learn. The scout is thrown away: what it learned on random plans is the habit of not trusting boundaries.
 */
import { foldIn, type Key, type LongWorkOptions } from '@tessera/core';
import type { Engine, EngineTensor } from '@tessera/core/engine';
import { type Batch, initializeParams, type OnlineBatches, type ParamLayout, train } from '@tessera/core/nn';
import type { PolicyWindow } from '@tessera/patching';
import { type PolicyConfig, policyFeatures } from '@tessera/patching/learned';
import {
  occludedStretches,
  occlusionSchema,
  occlusionTargets,
  type PolicyLearner,
  type PolicyLearnerState,
  type Stretches,
} from '@tessera/patching/learning';
import { z } from 'zod';
import type { PatchModelConfig, PatchTraining } from '../patch/patch-config.js';
import { dropoutNoise } from '../patch/patch-noise.js';
import {
  drawOrigins,
  judgedArrays,
  type OriginOf,
  type Origins,
  type WindowWeight,
} from '../patch/patch-windows.js';
import { type EditWindows, plannedArrays, policyWindows } from '../patch/policy/planned-windows.js';
import { batchLoss, trainOptions } from '../patch/train-patch-model.js';
import type { BoundaryWatch } from './boundary-watch.js';
import type { PlanSource } from './plan-source.js';
import { WindowLosses } from './window-losses.js';

export const scoutSchema = z.strictObject({
  /** Steps that the scout learns for, as a share of those of the training, which come on top; 0 for none. */
  share: z.number().min(0).max(1).default(0),
  /** Share of its steps before it begins to teach; in each later one it teaches once. */
  alone: z.number().min(0).lt(1).default(0.73),
  /** Windows that it teaches with in each step. */
  windows: z.number().int().positive().default(16),
  /** Of the policy in the first lesson; it falls in a straight line to nothing, so that the last lessons do not move boundaries at random. */
  learningRate: z.number().positive().default(5e-3),
  occlusion: occlusionSchema.prefault({}),
});
export type Scout = z.output<typeof scoutSchema>;

/** Rows that one call of the model takes at most. */
const rowsPerCall = 512;

export interface ScoutTask {
  readonly engine: Engine;
  readonly config: PatchModelConfig;
  readonly layout: ParamLayout;
  readonly policy: PolicyConfig;
  readonly plans: PlanSource;
  readonly scout: Scout;
  readonly training: PatchTraining;
  readonly origins: Origins;
  readonly weigh: WindowWeight;
  readonly key: Key;
  /** Makes the learner of the policy, fresh or from a state. */
  readonly learnerFrom: (state?: PolicyLearnerState) => PolicyLearner;
  readonly watch?: BoundaryWatch | undefined;
  /** Folder and name for checkpoints of this part. */
  readonly checkpoint?: string | undefined;
  readonly run: string;
}

/**
 * The policy after the scout’s lessons.
 *
 * @throws TesseraError OPERATION_ABORTED, CHECKPOINT_INVALID, TRAINING_DIVERGED
 */
export async function learnFromScout(task: ScoutTask, work: LongWorkOptions): Promise<PolicyLearnerState> {
  const { engine, config, layout, training, scout, key } = task;
  const steps = Math.max(1, Math.round(scout.share * training.steps));
  const batches = new ScoutBatches(task, steps);
  try {
    await train(
      {
        engine,
        layout,
        initial: initializeParams(layout, foldIn(key, 0)),
        batch: batches,
        loss: batchLoss(config, training.dropout),
        run: task.run,
        ...(task.checkpoint === undefined ? {} : { checkpoint: task.checkpoint }),
      },
      { ...trainOptions(training), steps, patience: 0 },
      work,
    );
    return await batches.learner.state();
  } finally {
    batches.dispose();
  }
}

class ScoutBatches implements OnlineBatches {
  learner: PolicyLearner;
  readonly #task: ScoutTask;
  readonly #steps: number;
  /** First step with a lesson. */
  readonly #from: number;
  readonly #losses: WindowLosses;

  constructor(task: ScoutTask, steps: number) {
    this.#task = task;
    this.#steps = steps;
    this.#from = Math.round(task.scout.alone * steps);
    this.#losses = new WindowLosses(task);
    this.learner = task.learnerFrom();
  }

  async batch(step: number, params: EngineTensor): Promise<Batch> {
    const { config, training, origins, plans, weigh, scout, key } = this.#task;
    const stepKey = foldIn(foldIn(key, 1), step);
    const drawn = drawOrigins(origins, training.batchSize, foldIn(stepKey, 0));
    const ends = plans.random(drawn.length, foldIn(stepKey, 1));
    if (step >= this.#from) {
      this.learner.learningRate = scout.learningRate * (1 - (step - this.#from) / (this.#steps - this.#from));
      const taught = Math.min(scout.windows, drawn.length);
      await this.#teach(drawn.slice(0, taught), ends.slice(0, taught), params, foldIn(stepKey, 3));
    }
    return {
      ...plannedArrays(drawn, ends, config),
      ...judgedArrays(drawn, config, weigh),
      ...dropoutNoise(config, training.dropout, drawn.length, foldIn(stepKey, 2)),
    };
  }

  async state(): Promise<Readonly<Record<string, Float32Array>>> {
    const { params, first, second, steps } = await this.learner.state();
    return { params, first, second, steps: Float32Array.of(steps) };
  }

  restore({ params, first, second, steps }: Readonly<Record<string, Float32Array>>): void {
    this.learner.dispose();
    this.learner = this.#task.learnerFrom({ params, first, second, steps: steps[0] });
  }

  dispose(): void {
    this.learner.dispose();
    this.#losses.dispose();
  }

  async #teach(
    origins: readonly OriginOf[],
    ends: readonly Uint32Array[],
    params: EngineTensor,
    key: Key,
  ): Promise<void> {
    const { config, policy, plans, scout, watch } = this.#task;
    await watch?.look(this.learner.steps, (windows) => plans.greedy(this.learner, windows));
    const stretches = occludedStretches(origins.length, config.lookback, scout.occlusion, key);
    const losses = await this.#hidden(origins, ends, stretches, params);
    const targets = occlusionTargets(losses, stretches, config.lookback, scout.occlusion);
    const windows: readonly PolicyWindow[] = policyWindows(origins, config.lookback);
    await this.learner.imitate(policyFeatures(windows, policy), targets);
  }

  /** The loss of each window with each stretch hidden, shape `[B, N]`. O(B N L). */
  async #hidden(
    origins: readonly OriginOf[],
    ends: readonly Uint32Array[],
    { count, starts }: Stretches,
    params: EngineTensor,
  ): Promise<Float64Array> {
    const { config, scout } = this.#task;
    const losses = new Float64Array(origins.length * count);
    const perCall = Math.max(1, Math.floor(rowsPerCall / count));
    for (let from = 0; from < origins.length; from += perCall) {
      const own = origins.slice(from, from + perCall);
      const plans = own.flatMap((_, i) => new Array<Uint32Array>(count).fill(ends[from + i]));
      const first = from * count;
      const hide = hiding(
        starts.subarray(first, first + plans.length),
        scout.occlusion.width,
        config.lookback,
      );
      losses.set(await this.#losses.of(params, own, plans, hide), first);
    }
    return losses;
  }
}

/** Takes `width` steps from each row, from its start on, as if they had not been observed. */
function hiding(starts: Int32Array, width: number, lookback: number): EditWindows {
  return (values, mask) => {
    for (const [row, start] of starts.entries()) {
      const from = row * lookback + Math.max(0, start);
      const to = row * lookback + Math.min(lookback, Math.max(0, start + width));
      values.fill(0, from, to);
      mask.fill(0, from, to);
    }
  };
}
