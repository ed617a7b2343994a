/**
 * What every training does around its steps: schedule, progress, evaluation, early stop, abort and checkpoints. How one step is
 * computed is the stepper's: in one call, or together with other threads.
 */
import { z } from 'zod';
import type { EngineTensor, Held } from '../../engine/engine.js';
import { type NdArray, ndArray, scalarArray } from '../../engine/nd-array.js';
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { type LongWorkOptions, throwIfAborted } from '../../progress/progress.js';
import { adamwScalars } from '../optimizer/adamw.js';
import { averageShare } from '../optimizer/ema.js';
import { learningRateAt } from '../optimizer/schedule.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';
import type { Batch, TrainingResult, TrainingTask } from './train.js';
import { decayMaskOf, type StepState } from './training-step.js';

type MaskName = 'decayMask' | 'learns';
/** What a step changes, held by the engine. */
export type MovingState = Held<Omit<StepState, MaskName>>;
export type StepNumbers = Readonly<Record<'rate' | 'epsilon' | 'decay' | 'averageShare', NdArray>>;

/** Computes single steps. */
export interface Stepper {
  /** The next state and the loss before it; undefined where this step is not to happen and the training ends. The state given stays the caller's. */
  advance(
    state: Held<StepState>,
    numbers: StepNumbers,
    batch: Batch,
  ): Promise<{ readonly state: MovingState; readonly loss: number } | undefined>;
  /** Gives back everything prepared for it. */
  dispose(): void;
}

export interface TrainingRun {
  readonly task: TrainingTask;
  readonly options: TrainingResult['options'];
  /** Called once the checkpoint has been read; the run disposes it. */
  readonly openStepper: () => Stepper;
  /** Digest of everything that must be the same for a checkpoint to be gone on from. */
  readonly run: string;
  /** Whether checkpoints are written, not only read. Default true. */
  readonly writes?: boolean;
  /** Further facts for the checkpoint. Default none. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

interface Best {
  readonly step: number;
  readonly value: number;
}

/** Trains to the end, to an early stop or to an abort. */
export async function runTraining(
  { task, options, openStepper, run, writes = true, facts = {} }: TrainingRun,
  { onProgress, signal }: LongWorkOptions = {},
): Promise<TrainingResult> {
  const { engine, layout } = task;
  const restored = task.checkpoint === undefined ? undefined : await readCheckpoint(task.checkpoint, run);
  const start = (name: string, otherwise: Float32Array) => restored?.vectors[name] ?? otherwise;
  const zeros = () => new Float32Array(layout.size);
  const hold = (data: Float32Array) => engine.hold(ndArray(data));
  const stepper = openStepper();
  const decayMask = hold(decayMaskOf(layout));
  const learns = hold(task.learns ?? new Float32Array(layout.size).fill(1));
  let state: MovingState = {
    params: hold(start('params', task.initial)),
    first: hold(start('first', zeros())),
    second: hold(start('second', zeros())),
    average: hold(start('average', task.initial)),
  };
  let step = restored?.step ?? 0;
  const online = typeof task.batch === 'function' ? undefined : task.batch;
  const offline = typeof task.batch === 'function' ? task.batch : undefined;
  if (restored !== undefined) online?.restore(companionsOf(restored.vectors));
  let best = restored === undefined ? undefined : bestOf(restored.facts);
  let bestParams = restored?.vectors.best;
  const losses: number[] = [];
  const evaluations: { step: number; value: number }[] = [];
  const answer = () => (options.average > 0 ? state.average : state.params);

  const save = async () => {
    if (task.checkpoint === undefined || !writes) return;
    const read = async (tensor: EngineTensor) => floats(await tensor.read());
    const vectors = {
      params: await read(state.params),
      first: await read(state.first),
      second: await read(state.second),
      average: await read(state.average),
      ...(bestParams === undefined ? {} : { best: bestParams }),
      ...named(await online?.state()),
    };
    await writeCheckpoint(task.checkpoint, run, {
      step,
      vectors,
      facts: best === undefined ? facts : { ...facts, best },
    });
  };

  try {
    const began = performance.now();
    const first = step;
    let next = step < options.steps ? offline?.(step) : undefined;
    while (step < options.steps) {
      if (signal?.aborted === true) {
        await save();
        throwIfAborted(signal, 'train');
      }
      const rate = learningRateAt(options.schedule, step + 1, options.steps);
      const numbers = adamwScalars(options.adamw, step + 1, rate);
      const scalars: StepNumbers = {
        rate: scalarArray(numbers.rate),
        epsilon: scalarArray(numbers.epsilon),
        decay: scalarArray(numbers.decay),
        averageShare: scalarArray(averageShare(options.average, step + 1)),
      };
      const batch = next ?? (await online?.batch(step, state.params));
      if (batch === undefined) break;
      const pending = stepper.advance({ ...state, decayMask, learns }, scalars, batch);
      try {
        next = step + 1 < options.steps ? offline?.(step + 1) : undefined;
      } catch (error) {
        // The step under way ends before what it reads is given back.
        const last = await pending.catch(() => undefined);
        for (const made of Object.values(last?.state ?? {})) made.dispose();
        throw error;
      }
      const done = await pending;
      if (done === undefined) break;
      for (const old of Object.values(state)) old.dispose();
      state = done.state;
      const { loss } = done;
      step += 1;
      losses.push(loss);
      if (!Number.isFinite(loss)) throw diverged(step, loss);
      report(onProgress, { step, first, total: options.steps, began, loss });
      if (task.evaluate !== undefined && (step % options.evaluateEvery === 0 || step === options.steps)) {
        const value = await task.evaluate(answer());
        evaluations.push({ step, value });
        if (best === undefined || value < best.value) {
          best = { step, value };
          bestParams = floats(await answer().read());
        } else if (options.patience > 0 && step - best.step >= options.patience * options.evaluateEvery) {
          break;
        }
      }
      if (step % options.checkpointEvery === 0) await save();
    }
    await save();
    const params = bestParams ?? floats(await answer().read());
    return { params, steps: step, losses: Float64Array.from(losses), evaluations, options };
  } finally {
    for (const held of [...Object.values(state), decayMask, learns]) held.dispose();
    stepper.dispose();
  }
}

/** Marks the vectors of a checkpoint that belong to what learns along. */
const companionPrefix = 'companion.';

function named(state: Readonly<Record<string, Float32Array>> = {}): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(state).map(([name, vector]) => [companionPrefix + name, vector]));
}

function companionsOf(vectors: Readonly<Record<string, Float32Array>>): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(vectors)
      .filter(([name]) => name.startsWith(companionPrefix))
      .map(([name, vector]) => [name.slice(companionPrefix.length), vector]),
  );
}

const bestSchema = z.object({ best: z.object({ step: z.number(), value: z.number() }) });

function bestOf(facts: Readonly<Record<string, unknown>>): Best | undefined {
  const parsed = bestSchema.safeParse(facts);
  return parsed.success ? parsed.data.best : undefined;
}

/** The numbers of a float32 array. */
export function floats({ data }: NdArray): Float32Array {
  invariant(data instanceof Float32Array, 'parameters and losses are float32');
  return data;
}

function report(
  onProgress: LongWorkOptions['onProgress'],
  at: {
    readonly step: number;
    readonly first: number;
    readonly total: number;
    readonly began: number;
    readonly loss: number;
  },
): void {
  if (onProgress === undefined) return;
  const elapsed = performance.now() - at.began;
  const pace = elapsed / (at.step - at.first);
  const detail = `loss ${at.loss.toPrecision(4)}, ${(1000 / pace).toFixed(0)} steps/s`;
  onProgress({
    stage: 'train',
    done: at.step,
    total: at.total,
    elapsed,
    remaining: pace * (at.total - at.step),
    detail,
  });
}

function diverged(step: number, loss: number): TesseraError {
  return new TesseraError({
    code: 'TRAINING_DIVERGED',
    argument: 'train',
    expected: 'a finite loss',
    found: `${loss} at step ${step}`,
    wayOut: 'Lower schedule.peak or clipNorm, and check the scale of the data',
  });
}
