/** What a forecaster, as it is now, loses on each window by itself, under a plan of its own: all that a policy ever learns from. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CompiledFunction, Engine, EngineTensor, NdArray } from '@tessera/core/engine';
import { type BatchTensors, type ParamLayout, readParams } from '@tessera/core/nn';
import type { PatchModelConfig } from '../patch/patch-config.js';
import { type LossInputs, windowLosses } from '../patch/patch-loss.js';
import { applyPatchModel } from '../patch/patch-model.js';
import { judgedArrays, type OriginOf, type WindowWeight } from '../patch/patch-windows.js';
import { type EditWindows, plannedArrays } from '../patch/policy/planned-windows.js';

export interface WindowLossesTask {
  readonly engine: Engine;
  readonly config: PatchModelConfig;
  readonly layout: ParamLayout;
  readonly weigh: WindowWeight;
}

export class WindowLosses {
  readonly #task: WindowLossesTask;
  readonly #compiled: CompiledFunction<[Tensor, BatchTensors, LossInputs], Tensor>;

  constructor(task: WindowLossesTask) {
    const { engine, config, layout } = task;
    this.#task = task;
    this.#compiled = engine.compile(
      (flat: Tensor, arrays: BatchTensors, judged: LossInputs) =>
        windowLosses(applyPatchModel(readParams(layout, flat), arrays, config), judged, config.quantiles),
      { name: 'windowLosses' },
    );
  }

  /**
   * Losses, one per plan; NaN where no target was observed.
   *
   * @param ends plans, as many for each origin; those of origin i from `i * ends.length / origins.length` on
   * @param edit changes what the model sees of each plan’s window, e.g. hides a part. Default nothing
   */
  async of(
    params: EngineTensor | NdArray,
    origins: readonly OriginOf[],
    ends: readonly Uint32Array[],
    edit?: EditWindows,
  ): Promise<Float64Array> {
    const { config, weigh } = this.#task;
    const group = ends.length / origins.length;
    const repeated = origins.flatMap((each) => new Array<OriginOf>(group).fill(each));
    const arrays = plannedArrays(origins, ends, config, edit);
    const held = await this.#compiled(params, arrays, judgedArrays(repeated, config, weigh));
    const { data } = await held.read();
    held.dispose();
    return Float64Array.from(data);
  }

  dispose(): void {
    this.#compiled.dispose();
  }
}
