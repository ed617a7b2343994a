/**
 * The one training loop of Tessera: batch -> loss and gradient -> clip -> AdamW -> average, compiled into one call a step. The next
 * batch is made before the engine is waited for. A batch is a function of its step, so a run that was killed goes on to the
 * same bits.
 */
import { mul, type Tensor, valueAndGrad } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import type { Engine, EngineTensor } from '../../engine/engine.js';
import { type NdArray, ndArray, scalarArray } from '../../engine/nd-array.js';
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import { parseOptions } from '../../options/parse-options.js';
import { type LongWorkOptions, throwIfAborted } from '../../progress/progress.js';
import { type AdamwScalars, adamwOptionsSchema, adamwScalars, adamwUpdate } from '../optimizer/adamw.js';
import { clipByGlobalNorm } from '../optimizer/clip-by-global-norm.js';
import { averageShare, updateAverage } from '../optimizer/ema.js';
import { learningRateAt, scheduleOptionsSchema } from '../optimizer/schedule.js';
import { type ParamLayout, type Params, readParams } from '../params/param-layout.js';
import { readCheckpoint, writeCheckpoint } from './checkpoint.js';

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

export interface TrainingTask {
  readonly engine: Engine;
  readonly layout: ParamLayout;
  /** Parameters to begin with, shape `[size]`. */
  readonly initial: Float32Array;
  /** The loss of a batch, a scalar. */
  readonly loss: (params: Params, batch: BatchTensors) => Tensor;
  /** The batch of a step, counted from 0; the same step gives the same batch. All batches have the same shapes. */
  readonly batch: (step: number) => Batch;
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

interface Best {
  readonly step: number;
  readonly value: number;
}

/**
 * Trains to the end, to an early stop or to an abort.
 *
 * @throws TesseraError OPTIONS_INVALID, OPERATION_ABORTED, CHECKPOINT_INVALID, TRAINING_DIVERGED
 */
export async function train(
  task: TrainingTask,
  options: TrainOptions,
  { onProgress, signal }: LongWorkOptions = {},
): Promise<TrainingResult> {
  const resolved = parseOptions(trainOptionsSchema, options, 'train');
  const { engine, layout } = task;
  const run = JSON.stringify([
    task.run ?? '',
    resolved,
    layout.entries.map(({ path, shape }) => [path, shape]),
  ]);
  const restored = task.checkpoint === undefined ? undefined : await readCheckpoint(task.checkpoint, run);
  const start = (name: string, otherwise: Float32Array) => restored?.vectors[name] ?? otherwise;
  const zeros = () => new Float32Array(layout.size);
  const hold = (data: Float32Array) => engine.hold(ndArray(data));
  const compiled = engine.compile(trainingStep(task, resolved), { name: 'train' });
  const decayMask = hold(decayMaskOf(layout));
  const learns = hold(task.learns ?? new Float32Array(layout.size).fill(1));
  let state = {
    params: hold(start('params', task.initial)),
    first: hold(start('first', zeros())),
    second: hold(start('second', zeros())),
    average: hold(start('average', task.initial)),
  };
  let step = restored?.step ?? 0;
  let best = restored === undefined ? undefined : bestOf(restored.facts);
  let bestParams = restored?.vectors.best;
  const losses: number[] = [];
  const evaluations: { step: number; value: number }[] = [];
  const answer = () => (resolved.average > 0 ? state.average : state.params);

  const save = async () => {
    if (task.checkpoint === undefined) return;
    const read = async (tensor: EngineTensor) => floats(await tensor.read());
    const vectors = {
      params: await read(state.params),
      first: await read(state.first),
      second: await read(state.second),
      average: await read(state.average),
      ...(bestParams === undefined ? {} : { best: bestParams }),
    };
    await writeCheckpoint(task.checkpoint, run, { step, vectors, facts: best === undefined ? {} : { best } });
  };

  try {
    const began = performance.now();
    const first = step;
    let next = step < resolved.steps ? task.batch(step) : undefined;
    while (step < resolved.steps && next !== undefined) {
      if (signal?.aborted === true) {
        await save();
        throwIfAborted(signal, 'train');
      }
      const rate = learningRateAt(resolved.schedule, step + 1, resolved.steps);
      const numbers = adamwScalars(resolved.adamw, step + 1, rate);
      const scalars = {
        rate: scalarArray(numbers.rate),
        epsilon: scalarArray(numbers.epsilon),
        decay: scalarArray(numbers.decay),
        averageShare: scalarArray(averageShare(resolved.average, step + 1)),
      };
      const pending = compiled({ ...state, decayMask, learns }, scalars, next);
      next = step + 1 < resolved.steps ? task.batch(step + 1) : undefined;
      const done = await pending;
      for (const old of Object.values(state)) old.dispose();
      state = done.state;
      const loss = floats(await done.loss.read())[0] ?? Number.NaN;
      done.loss.dispose();
      step += 1;
      losses.push(loss);
      if (!Number.isFinite(loss)) throw diverged(step, loss);
      report(onProgress, { step, first, total: resolved.steps, began, loss });
      if (task.evaluate !== undefined && (step % resolved.evaluateEvery === 0 || step === resolved.steps)) {
        const value = await task.evaluate(answer());
        evaluations.push({ step, value });
        if (best === undefined || value < best.value) {
          best = { step, value };
          bestParams = floats(await answer().read());
        } else if (resolved.patience > 0 && step - best.step >= resolved.patience * resolved.evaluateEvery) {
          break;
        }
      }
      if (step % resolved.checkpointEvery === 0) await save();
    }
    await save();
    const params = bestParams ?? floats(await answer().read());
    return { params, steps: step, losses: Float64Array.from(losses), evaluations, options: resolved };
  } finally {
    for (const held of [...Object.values(state), decayMask, learns]) held.dispose();
    compiled.dispose();
  }
}

type StepState = {
  readonly params: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
  readonly average: Tensor;
  readonly decayMask: Tensor;
  readonly learns: Tensor;
};

type StepScalars = AdamwScalars & { readonly averageShare: Tensor };

function trainingStep({ layout, loss, learns }: TrainingTask, options: TrainingResult['options']) {
  return (state: StepState, scalars: StepScalars, batch: BatchTensors) => {
    const { value, grad } = valueAndGrad((flat: Tensor) => loss(readParams(layout, flat), batch))(
      state.params,
    );
    const wanted = learns === undefined ? grad : mul(grad, state.learns);
    const { gradient } = clipByGlobalNorm(wanted, options.clipNorm);
    const hasDecay = options.adamw.weightDecay > 0;
    const mask = learns === undefined ? state.decayMask : mul(state.decayMask, state.learns);
    const next = adamwUpdate(state, gradient, scalars, options.adamw, hasDecay ? mask : undefined);
    const average =
      options.average > 0 ? updateAverage(state.average, next.params, scalars.averageShare) : state.average;
    return { state: { ...next, average }, loss: value };
  };
}

/** Decay belongs to matrices; scales, offsets and biases keep their size. */
function decayMaskOf(layout: ParamLayout): Float32Array {
  const mask = new Float32Array(layout.size);
  for (const { shape, offset, size } of layout.entries)
    if (shape.length > 1) mask.fill(1, offset, offset + size);
  return mask;
}

const bestSchema = z.object({ best: z.object({ step: z.number(), value: z.number() }) });

function bestOf(facts: Readonly<Record<string, unknown>>): Best | undefined {
  const parsed = bestSchema.safeParse(facts);
  return parsed.success ? parsed.data.best : undefined;
}

function floats({ data }: NdArray): Float32Array {
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
