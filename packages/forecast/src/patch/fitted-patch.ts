/** A trained patch model with what it needs to forecast: an engine, its history and, for patches of a policy, the policy. */
import { type SeriesSet, TesseraError } from '@tessera/core';
import type { Engine } from '@tessera/core/engine';
import { encodeSafetensors } from '@tessera/core/nn';
import type { PatchPolicy } from '@tessera/patching';
import type { Forecast } from '../forecast/forecast.js';
import type { FitNote } from '../forecaster/fit-note.js';
import type { FittedForecaster, PredictOptions, Recipe } from '../forecaster/forecaster.js';
import { exportPatchModel } from './export-patch-model.js';
import { forecastPatches } from './forecast-patches.js';
import type { FittedPatchOptions } from './patch-config.js';
import { type PatchLedger, patchLedger } from './patch-ledger.js';
import { type PatchPredictor, patchLayout, patchPredictor } from './patch-predictor.js';
import { learnedConfig } from './policy/learned-config.js';
import { arraysBy } from './policy/planned-windows.js';
import { packPolicy } from './policy/stored-policy.js';

export const patchName = 'patch';
/** Marks the files of this forecaster; raised when they change in form. */
export const patchFileVersion = '2';

/** A fitted patch forecaster also leaves the process: as weights and as a graph. */
export interface FittedPatchForecaster extends FittedForecaster {
  readonly options: FittedPatchOptions;
  /** Parameters, flat. */
  readonly params: Float32Array;
  /** What places its patches; undefined where they are even. */
  readonly policy: PatchPolicy | undefined;
  /** Tokens and floating-point operations of one window, by part; counted when first asked for, also after `dispose`. */
  readonly ledger: PatchLedger;
  /** The weights with the configuration and the policy in their metadata, as safetensors. The history stays out. */
  save(): Uint8Array;
  /**
   * An ONNX model of one window: `history` `[1, L]` with NaN where missing, to `quantiles` `[1, H, Q]` in the unit of the series.
   * With rows beside the target it also takes `past` `[1, E, L]`, `known` `[1, F, L + H]` and `place` `[1, C]`, in the order of
   * `options.model.inputs`.
   *
   * @throws TesseraError EXPORT_UNSUPPORTED for patches of a policy, which are placed outside of the graph
   */
  exportOnnx(): Uint8Array;
  dispose(): void;
}

export interface FittedPatchParts {
  readonly engine: Engine;
  readonly options: FittedPatchOptions;
  readonly params: Float32Array;
  readonly policy: PatchPolicy | undefined;
  /** What to forecast from where no context is given. */
  readonly history: SeriesSet | undefined;
  readonly notes: readonly FitNote[];
}

export class FittedPatch implements FittedPatchForecaster {
  readonly name = patchName;
  readonly acceptsContext = true;
  readonly recipe: Recipe;
  readonly options: FittedPatchOptions;
  readonly params: Float32Array;
  readonly policy: PatchPolicy | undefined;
  readonly notes: readonly FitNote[];
  readonly #parts: FittedPatchParts;
  #predictor: PatchPredictor | undefined;
  #ledger: PatchLedger | undefined;

  constructor(parts: FittedPatchParts) {
    const { options, params, policy, notes } = parts;
    this.#parts = parts;
    this.options = options;
    this.params = params;
    this.policy = policy;
    this.notes = notes;
    const placed = policy === undefined ? {} : { policy: policy.recipe };
    this.recipe = { name: patchName, options: { ...options, ...placed } };
  }

  get ledger(): PatchLedger {
    const network = this.policy === undefined ? undefined : learnedConfig(this.policy.recipe);
    this.#ledger ??= patchLedger(this.options.model, network);
    return this.#ledger;
  }

  async predict(options: PredictOptions = {}): Promise<Forecast> {
    const { engine, history: own, policy } = this.#parts;
    const history = options.context ?? own;
    if (history === undefined) {
      throw new TesseraError({
        code: 'CONTEXT_MISSING',
        argument: 'predict options.context',
        expected: 'the history to forecast from',
        found: 'none, and a loaded forecaster carries none',
        wayOut: 'Give the series as context',
      });
    }
    const { model } = this.options;
    this.#predictor ??= patchPredictor(engine, model, this.params);
    return forecastPatches(this.#predictor, model, arraysBy(policy, model), history, options);
  }

  save(): Uint8Array {
    const { entries } = patchLayout(this.options.model);
    const arrays = new Map(
      entries.map(({ path, shape, offset, size }) => [
        path,
        { shape, data: this.params.slice(offset, offset + size) },
      ]),
    );
    const metadata = {
      tessera: patchName,
      version: patchFileVersion,
      options: JSON.stringify(this.options),
      ...(this.policy === undefined ? {} : { policy: packPolicy(this.policy) }),
    };
    return encodeSafetensors({ arrays, metadata });
  }

  exportOnnx(): Uint8Array {
    return exportPatchModel(this.options.model, this.params);
  }

  dispose(): void {
    this.#predictor?.dispose();
    this.#parts.engine.dispose();
  }
}
