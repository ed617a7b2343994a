/**
 * A global neural forecaster: one patch transformer for all series and target channels, trained by pinball loss, so that its
 * intervals are learned and not assumed. Channels are forecast with shared weights, each by itself or seeing the others; past and
 * future covariates enter as rows beside the target. The last share of each series decides when training stops. Static
 * covariates are not used.
 */
import { readFile } from 'node:fs/promises';
import { type LongWorkOptions, parseOptions, type SeriesSet, TesseraError } from '@tessera/core';
import { type Engine, openEngine } from '@tessera/core/engine';
import { decodeSafetensors, encodeSafetensors } from '@tessera/core/nn';
import type { z } from 'zod';
import type { Forecast } from '../forecast/forecast.js';
import { covariateNotes } from '../forecaster/covariate-notes.js';
import type { FitNote } from '../forecaster/fit-note.js';
import type {
  FitOptions,
  FittedForecaster,
  Forecaster,
  PredictOptions,
  Recipe,
} from '../forecaster/forecaster.js';
import { exportPatchModel } from './export-patch-model.js';
import { forecastPatches } from './forecast-patches.js';
import {
  type FittedPatchOptions,
  fittedPatchSchema,
  type PatchForecasterOptions,
  patchForecasterSchema,
} from './patch-config.js';
import { channelSeries, settleInputs } from './patch-inputs.js';
import { type PatchPredictor, patchLayout, patchPredictor } from './patch-predictor.js';
import { Origins } from './patch-windows.js';
import { trainPatchModel } from './train-patch-model.js';

const name = 'patch';
/** Marks the files of this forecaster; raised when they change in form. */
const fileVersion = '2';

/** A fitted patch forecaster also leaves the process: as weights and as a graph. */
export interface FittedPatchForecaster extends FittedForecaster {
  readonly options: FittedPatchOptions;
  /** Parameters, flat. */
  readonly params: Float32Array;
  /** The weights with the configuration in their metadata, as safetensors. The history stays out. */
  save(): Uint8Array;
  /**
   * An ONNX model of one window: `history` `[1, L]` with NaN where missing, to `quantiles` `[1, H, Q]` in the unit of the series.
   * With rows beside the target it also takes `past` `[1, E, L]`, `known` `[1, F, L + H]` and `place` `[1, C]`, in the order of
   * `options.model.inputs`.
   */
  exportOnnx(): Uint8Array;
  dispose(): void;
}

export interface PatchForecaster extends Forecaster {
  fit(
    set: SeriesSet,
    options?: FitOptions & { readonly checkpoint?: string | undefined },
  ): Promise<FittedPatchForecaster>;
}

/**
 * @param options for defaults see `patch-config.ts`; `model.horizon` may be left to `fit`
 * @throws TesseraError OPTIONS_INVALID
 */
export function patchForecaster(options: z.input<typeof patchForecasterSchema> = {}): PatchForecaster {
  return patchForecasterFromOptions(options);
}

/** The same from plain data, as recipes hold it. @throws TesseraError OPTIONS_INVALID */
export function patchForecasterFromOptions(options: unknown): PatchForecaster {
  const resolved = parseOptions(patchForecasterSchema, options, 'patchForecaster');
  const recipe: Recipe = { name, options: { ...resolved } };
  return {
    name,
    recipe,
    scope: 'global',
    acceptsContext: true,
    thread: 'caller',
    async fit(set, { horizon, signal, onProgress, checkpoint } = {}) {
      const settled = settle(resolved, set, horizon);
      const engine = await openEngine();
      try {
        const { params, notes } = await fitParams(engine, settled, set, checkpoint, { signal, onProgress });
        return new FittedPatch(engine, settled, params, set, notes);
      } catch (error) {
        engine.dispose();
        throw error;
      }
    },
  };
}

/**
 * A fitted forecaster from what `save` gave; it needs a `context` to predict from.
 *
 * @param source bytes or a path
 * @throws TesseraError WEIGHTS_INVALID, FILE_UNREADABLE
 */
export async function loadPatchForecaster(source: Uint8Array | string): Promise<FittedPatchForecaster> {
  const bytes = typeof source === 'string' ? await read(source) : source;
  const label = typeof source === 'string' ? source : 'weights';
  const { arrays, metadata } = decodeSafetensors(bytes, label);
  const wrong = (expected: string, found: string, cause?: unknown) =>
    new TesseraError({
      code: 'WEIGHTS_INVALID',
      argument: label,
      expected,
      found,
      wayOut: 'Load a file that save() of a patch forecaster wrote',
      cause,
    });
  if (metadata.tessera !== name || metadata.version !== fileVersion) {
    throw wrong(
      `a patch forecaster of version ${fileVersion}`,
      `${metadata.tessera ?? 'no'} ${metadata.version ?? ''}`.trim(),
    );
  }
  const parsed = fittedPatchSchema.safeParse(parseJson(metadata.options ?? ''));
  if (!parsed.success) throw wrong('a valid configuration', 'another', parsed.error);
  const layout = patchLayout(parsed.data.model);
  const params = new Float32Array(layout.size);
  for (const { path, shape, offset, size } of layout.entries) {
    const array = arrays.get(path);
    if (array === undefined || array.shape.join() !== shape.join() || array.data.length !== size) {
      throw wrong(`parameter ${path} of shape [${shape}]`, array === undefined ? 'none' : `[${array.shape}]`);
    }
    params.set(array.data, offset);
  }
  return new FittedPatch(await openEngine(), parsed.data, params, undefined, []);
}

/** What the set and the fit decide: rows beside the targets, and the horizon where the model has none of its own. @throws TesseraError OPTIONS_INVALID */
function settle(
  { model, training }: PatchForecasterOptions,
  set: SeriesSet,
  asked: number | undefined,
): FittedPatchOptions {
  const horizon = model.horizon ?? asked;
  if (horizon !== undefined) {
    return { model: { ...model, horizon, inputs: settleInputs(set, model) }, training };
  }
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: 'patchForecaster options.model.horizon',
    expected: 'a horizon, here or in fit',
    found: 'nothing',
    wayOut: 'Give the steps ahead that it shall learn',
  });
}

class FittedPatch implements FittedPatchForecaster {
  readonly name = name;
  readonly acceptsContext = true;
  readonly recipe: Recipe;
  #predictor: PatchPredictor | undefined;

  constructor(
    readonly engine: Engine,
    readonly options: FittedPatchOptions,
    readonly params: Float32Array,
    readonly history: SeriesSet | undefined,
    readonly notes: readonly FitNote[],
  ) {
    this.recipe = { name, options: { ...options } };
  }

  async predict(options: PredictOptions = {}): Promise<Forecast> {
    const history = options.context ?? this.history;
    if (history === undefined) {
      throw new TesseraError({
        code: 'CONTEXT_MISSING',
        argument: 'predict options.context',
        expected: 'the history to forecast from',
        found: 'none, and a loaded forecaster carries none',
        wayOut: 'Give the series as context',
      });
    }
    this.#predictor ??= patchPredictor(this.engine, this.options.model, this.params);
    return forecastPatches(this.#predictor, this.options.model, history, options);
  }

  save(): Uint8Array {
    const { entries } = patchLayout(this.options.model);
    const arrays = new Map(
      entries.map(({ path, shape, offset, size }) => [
        path,
        { shape, data: this.params.slice(offset, offset + size) },
      ]),
    );
    return encodeSafetensors({
      arrays,
      metadata: { tessera: name, version: fileVersion, options: JSON.stringify(this.options) },
    });
  }

  exportOnnx(): Uint8Array {
    return exportPatchModel(this.options.model, this.params);
  }

  dispose(): void {
    this.#predictor?.dispose();
    this.engine.dispose();
  }
}

async function fitParams(
  engine: Engine,
  { model, training }: FittedPatchOptions,
  set: SeriesSet,
  checkpoint: string | undefined,
  work: LongWorkOptions,
) {
  const all = channelSeries(set, model.inputs);
  const ranges = all.map((series) => ({
    series,
    ...split(series.values.length, model, training.validationShare),
  }));
  const train = ranges.map(({ series, first, validation }) => ({ series, from: first, to: validation }));
  const validation = ranges.map(({ series, validation: from, end }) => ({ series, from, to: end }));
  if (new Origins(train).count === 0) {
    const longest = Math.max(0, ...all.map(({ values }) => values.length));
    throw new TesseraError({
      code: 'SERIES_TOO_SHORT',
      argument: 'patchForecaster.fit',
      expected: `a series of at least ${model.patchLength + model.horizon} steps, one patch and one horizon`,
      found: `${longest} steps in the longest`,
      wayOut: 'Use a shorter patchLength or horizon, or a classical forecaster',
    });
  }
  const data = { config: model, training, train, validation };
  const { params, threads } = await trainPatchModel(engine, data, checkpoint, work);
  const notes = model.covariates === 'use' ? [] : covariateNotes(set, name);
  if (threads !== undefined) {
    const detail = `Trained by ${threads.workers} threads: ${threads.reason}.`;
    notes.push({ kind: 'threads-shared', count: threads.workers, detail });
  }
  return { params, notes };
}

/** First origin, first validation origin, end of origins. */
function split(length: number, { patchLength, horizon }: FittedPatchOptions['model'], share: number) {
  const end = length - horizon + 1;
  const first = patchLength;
  const validation = Math.max(first, end - Math.floor(share * length));
  return { first, validation: share === 0 ? end : Math.min(validation, end), end };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new TesseraError({
      code: 'FILE_UNREADABLE',
      argument: path,
      expected: 'a file of weights',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Check the path',
      cause,
    });
  }
}
