/**
 * A global neural forecaster: one patch transformer for all series and target channels, trained by pinball loss, so that its
 * intervals are learned and not assumed. Channels are forecast with shared weights, each by itself or seeing the others; past and
 * future covariates enter as rows beside the target. Patches are even, or placed by a policy that no longer learns. The last share
 * of each series decides when training stops. Static covariates are not used.
 */
import { type LongWorkOptions, parseOptions, type SeriesSet, TesseraError } from '@tessera/core';
import { type Engine, openEngine } from '@tessera/core/engine';
import { type PatchPolicy, policyFromRecipe } from '@tessera/patching';
import type { z } from 'zod';
import { covariateNotes } from '../forecaster/covariate-notes.js';
import type { FitNote } from '../forecaster/fit-note.js';
import type { FitOptions, Forecaster, Recipe } from '../forecaster/forecaster.js';
import { FittedPatch, type FittedPatchForecaster, patchName } from './fitted-patch.js';
import {
  type FittedPatchOptions,
  type PatchForecasterOptions,
  type PatchModelConfig,
  type PatchTraining,
  patchForecasterSchema,
} from './patch-config.js';
import { channelSeries, settleInputs } from './patch-inputs.js';
import { Origins, trainingRanges } from './patch-windows.js';
import { settlePhases } from './settle-phases.js';
import { trainPatchModel } from './train-patch-model.js';

export interface PatchForecaster extends Forecaster {
  fit(
    set: SeriesSet,
    options?: FitOptions & { readonly checkpoint?: string | undefined },
  ): Promise<FittedPatchForecaster>;
}

/**
 * @param options for defaults see `patch-config.ts`; `model.horizon` may be left to `fit`
 * @param policy what places the patches, in place of even ones; it stays as it is
 * @throws TesseraError OPTIONS_INVALID
 */
export function patchForecaster(
  options: z.input<typeof patchForecasterSchema> = {},
  policy?: PatchPolicy,
): PatchForecaster {
  return patchForecasterFromOptions(options, policy);
}

/** The same from plain data, as recipes hold it. @throws TesseraError OPTIONS_INVALID */
export function patchForecasterFromOptions(options: unknown, given?: PatchPolicy): PatchForecaster {
  const resolved = parseOptions(patchForecasterSchema, options, 'patchForecaster');
  const policy = given ?? (resolved.policy === undefined ? undefined : policyFromRecipe(resolved.policy));
  const placed = policy === undefined ? {} : { policy: policy.recipe };
  const recipe: Recipe = { name: patchName, options: { ...resolved, ...placed } };
  return {
    name: patchName,
    recipe,
    scope: 'global',
    acceptsContext: true,
    thread: 'caller',
    async fit(set, { horizon, signal, onProgress, checkpoint } = {}) {
      const settled = settlePatchOptions(resolved, set, horizon, policy?.rates[0]);
      const engine = await openEngine();
      try {
        const work = { signal, onProgress };
        const { params, notes } = await fitParams(engine, settled, set, checkpoint, work, policy);
        return new FittedPatch({ engine, options: settled, params, policy, history: set, notes });
      } catch (error) {
        engine.dispose();
        throw error;
      }
    },
  };
}

/**
 * What the set, the fit and the policy decide: rows beside the targets, the horizon where the model has none of its own, how many
 * patches there are at most, and the phases of their embedding.
 *
 * @param rate steps per patch that the policy keeps on average
 * @throws TesseraError OPTIONS_INVALID
 */
export function settlePatchOptions(
  { model, training }: Pick<PatchForecasterOptions, 'model' | 'training'>,
  set: SeriesSet,
  asked: number | undefined,
  rate: number | undefined,
): FittedPatchOptions {
  const horizon = model.horizon ?? asked;
  if (horizon === undefined) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'patchForecaster options.model.horizon',
      expected: 'a horizon, here or in fit',
      found: 'nothing',
      wayOut: 'Give the steps ahead that it shall learn',
    });
  }
  if (rate === undefined) {
    return { model: { ...model, horizon, inputs: settleInputs(set, model) }, training };
  }
  const planned: PatchModelConfig = {
    ...model,
    horizon,
    head: 'queries',
    inputs: settleInputs(set, model),
    patching:
      model.patching.kind === 'policy'
        ? model.patching
        : {
            kind: 'policy',
            maxPatches: Math.max(1, Math.floor(model.lookback / rate)),
            embedding: settlePhases(model.embedding, set, rate),
          },
  };
  return { model: planned, training };
}

async function fitParams(
  engine: Engine,
  { model, training }: FittedPatchOptions,
  set: SeriesSet,
  checkpoint: string | undefined,
  work: LongWorkOptions,
  policy: PatchPolicy | undefined,
) {
  const data = { config: model, training, ...patchRanges(set, model, training) };
  const { params, threads } = await trainPatchModel(engine, data, checkpoint, work, policy);
  const notes: FitNote[] = model.covariates === 'use' ? [] : covariateNotes(set, patchName);
  if (threads !== undefined) {
    const detail = `Trained by ${threads.workers} threads: ${threads.reason}.`;
    notes.push({ kind: 'threads-shared', count: threads.workers, detail });
  }
  return { params, notes };
}

/** Origins to train on and to judge by. @throws TesseraError SERIES_TOO_SHORT, CHANNEL_UNKNOWN */
export function patchRanges(set: SeriesSet, model: PatchModelConfig, training: PatchTraining) {
  const all = channelSeries(set, model.inputs, undefined, model.patching.kind === 'policy');
  const { validationShare, validation, history = model.patchLength } = training;
  const ranges = trainingRanges(all, { validationShare, validation, history, horizon: model.horizon });
  if (new Origins(ranges.train).count > 0) return ranges;
  const longest = Math.max(0, ...all.map(({ values }) => values.length));
  throw new TesseraError({
    code: 'SERIES_TOO_SHORT',
    argument: 'patchForecaster.fit',
    expected: `a series of at least ${history + model.horizon} steps, the shortest history and one horizon`,
    found: `${longest} steps in the longest`,
    wayOut: 'Use a shorter patchLength or horizon, or a classical forecaster',
  });
}
