/** The loss of a patch model on held-out windows, spread evenly over all of them; patches are made once, at the first evaluation. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Engine, EngineTensor } from '@tessera/core/engine';
import { type BatchTensors, type ParamLayout, readParams } from '@tessera/core/nn';
import type { PatchModelConfig } from './patch-config.js';
import { type LossInputs, patchLoss } from './patch-loss.js';
import { applyPatchModel } from './patch-model.js';
import {
  judgedArrays,
  type OriginOf,
  type Origins,
  type WindowBatch,
  type WindowWeight,
} from './patch-windows.js';
import type { ArraysOf } from './policy/planned-windows.js';

/** Windows that one call of the model takes. */
const windowsPerCall = 256;
/** Windows looked at; more say little and cost much. */
const mostWindows = 4096;

export interface ValidationLoss {
  evaluate(params: EngineTensor): Promise<number>;
  dispose(): void;
}

export interface ValidationTask {
  readonly engine: Engine;
  readonly config: PatchModelConfig;
  readonly layout: ParamLayout;
  readonly origins: Origins;
  readonly weigh: WindowWeight;
  readonly arraysOf: ArraysOf;
}

/** Undefined where there is no origin to judge by. */
export function validationLoss(task: ValidationTask): ValidationLoss | undefined {
  const { engine, config, layout, origins } = task;
  if (origins.count === 0) return undefined;
  const compiled = engine.compile(
    (flat: Tensor, arrays: BatchTensors, judged: LossInputs) =>
      patchLoss(applyPatchModel(readParams(layout, flat), arrays, config), judged, config.quantiles),
    { name: 'validate' },
  );
  let made: Promise<readonly WindowBatch[]> | undefined;
  const evaluate = async (params: EngineTensor) => {
    made ??= batchesOf(task);
    const batches = await made;
    let sum = 0;
    for (const { arrays, ...judged } of batches) {
      const held = await compiled(params, arrays, judged);
      const { data } = await held.read();
      held.dispose();
      sum += data[0] ?? Number.NaN;
    }
    return sum / batches.length;
  };
  return { evaluate, dispose: () => compiled.dispose() };
}

/** All batches have the same shape, so the last windows that do not fill one are left out. */
async function batchesOf({
  origins,
  config,
  weigh,
  arraysOf,
}: ValidationTask): Promise<readonly WindowBatch[]> {
  const count = Math.min(origins.count, mostWindows);
  const size = Math.min(windowsPerCall, count);
  const batches: WindowBatch[] = [];
  for (let from = 0; from + size <= count; from += size) {
    const part = Array.from(
      { length: size },
      (_, i): OriginOf => origins.at(Math.floor(((from + i) * origins.count) / count)),
    );
    batches.push({ arrays: await arraysOf(part), ...judgedArrays(part, config, weigh) });
  }
  return batches;
}
