/**
 * A training step of one of several threads: the gradient of its rows, the exchange with the others, the same update as theirs.
 */
import type { Engine, EngineTensor } from '../../engine/engine.js';
import { ndArray } from '../../engine/nd-array.js';
import { invariant } from '../../errors/invariant.js';
import { TesseraError } from '../../errors/tessera-error.js';
import type { Batch, TrainingResult } from '../training/train.js';
import { floats, type Stepper } from '../training/training-loop.js';
import { gradientStep, updateStep } from '../training/training-step.js';
import type { GradientExchange } from './gradient-exchange.js';
import type { ProgramTask } from './training-program.js';

/** Steps between two checks that all threads hold the same parameters. */
const checkEvery = 64;

export interface ThreadPlace {
  readonly exchange: GradientExchange;
  /** Which thread this is, counted from 0. */
  readonly worker: number;
}

/** Steps together with the threads of an exchange; the batches are already the rows of this thread. */
export function parallelStepper(
  task: ProgramTask,
  engine: Engine,
  options: TrainingResult['options'],
  { exchange, worker }: ThreadPlace,
): Stepper {
  const gradientOf = engine.compile(gradientStep(task), { name: 'gradient' });
  const update = engine.compile(updateStep(task, options), { name: 'update' });
  const sum = ndArray(new Float32Array(task.layout.size));
  let step = 0;
  return {
    advance: async (state, numbers, batch) => {
      const checksum = step % checkEvery === 0 ? await checksumOf(state.params) : 0;
      const weight = weightOf(task, batch, worker);
      const mine = await gradientOf(state.params, batch);
      const loss = floats(await mine.loss.read())[0] ?? Number.NaN;
      const gradient = floats(await mine.gradient.read());
      mine.loss.dispose();
      mine.gradient.dispose();
      exchange.put(step, worker, { gradient, loss, weight, checksum });
      if (!exchange.meet()) return undefined;
      checkAgreement(exchange, step);
      const all = exchange.collect(step, floats(sum));
      if (all.weight === 0) throw noWeight();
      step += 1;
      return { state: await update(state, numbers, sum), loss: all.loss };
    },
    dispose: () => {
      gradientOf.dispose();
      update.dispose();
    },
  };
}

function weightOf({ weight }: ProgramTask, rows: Batch, worker: number): number {
  const found = weight === undefined ? 1 : weight(rows);
  if (Number.isFinite(found) && found >= 0) return found;
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: 'weight',
    expected: 'a finite number, at least 0, for any rows',
    found: `${found} for the rows of worker ${worker}`,
    wayOut: 'Count what is observed in the rows',
  });
}

function checkAgreement(exchange: GradientExchange, step: number): void {
  if (exchange.agrees(step)) return;
  invariant(step === 0, 'all threads compute the same update');
  throw new TesseraError({
    code: 'PARAMS_INVALID',
    argument: 'initial',
    expected: 'the same parameters to begin with in every thread',
    found: 'different ones',
    wayOut: 'Draw them from a key of the configuration',
  });
}

function noWeight(): TesseraError {
  return new TesseraError({
    code: 'TRAINING_DIVERGED',
    argument: 'train',
    expected: 'rows that count in every batch',
    found: 'a batch whose weight is 0',
    wayOut: 'Leave such batches out',
  });
}

/** A number that differs where any bit of the parameters does, but for one chance in 2^32. FNV-1a over words. O(size). */
async function checksumOf(params: EngineTensor): Promise<number> {
  const { buffer, byteOffset, length } = floats(await params.read());
  const words = new Uint32Array(buffer, byteOffset, length);
  let hash = 0x811c9dc5;
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ words[i], 0x01000193);
  return hash >>> 0;
}
