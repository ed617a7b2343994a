/**
 * What survives as a whole series: drawn from summaries by a function of the caller, or by a model’s decoder. Nothing is known
 * of how noise passed through it, so a contrast of it is held against the noise of the raw series: the same yardstick on both
 * sides, which reads an average as `A / P` where a summary known to be a mean reads `A / sqrt(P)`.
 */
import { TesseraError } from '@tessera/core';
import type { Patches } from '../../patches/index.js';
import type { PatchSummary } from './survival-form.js';
import { euclideanNorm, type SurvivingSeries } from './surviving-series.js';

/**
 * A reconstruction laid beside the raw series.
 *
 * @param values shape `[T]`; NaN where nothing survives
 * @param level the local level of the raw series, shape `[T]`
 * @throws TesseraError SHAPE_MISMATCH, NUMBER_INFINITE
 */
export function reconstruction(
  values: Float64Array,
  level: Float64Array,
  name = 'reconstruction',
): SurvivingSeries {
  if (values.length !== level.length) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: name,
      expected: `${level.length} values, one per step of the series`,
      found: String(values.length),
      wayOut: 'Give a reconstruction of the whole series',
    });
  }
  const infinite = values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
  if (infinite >= 0) throw infiniteError(`${name} at step ${infinite}`, values[infinite]);
  return {
    name,
    values,
    deviation: values.map((value, t) => value - level[t]),
    pools: false,
    isLinear: false,
    noiseSd: (contrast) => euclideanNorm(contrast),
    influence: () => Number.NaN,
    figures: () => Number.NaN,
  };
}

/**
 * What the figures of a caller’s summary rebuild, patch by patch.
 *
 * @throws TesseraError SHAPE_MISMATCH where a patch is rebuilt with another length; NUMBER_INFINITE
 */
export function rebuiltFrom(
  summary: Required<PatchSummary>,
  raw: Float64Array,
  level: Float64Array,
  patches: Patches,
): SurvivingSeries {
  const survives = reconstruction(rebuilt(summary, raw, patches), level, summary.name);
  // What it makes of the level is no structure: a mean loses the season, and that is told nowhere as a spike.
  const ofLevel = rebuilt(summary, level, patches);
  return { ...survives, deviation: survives.values.map((value, t) => value - ofLevel[t]) };
}

function rebuilt(summary: Required<PatchSummary>, from: Float64Array, patches: Patches): Float64Array {
  const values = new Float64Array(from.length);
  for (const { index, start, end } of patches) {
    const own = summary.rebuild(summary.summarise(from.slice(start, end)), end - start);
    if (own.length !== end - start) {
      throw new TesseraError({
        code: 'SHAPE_MISMATCH',
        argument: `patch ${index} as "${summary.name}" rebuilds it`,
        expected: `${end - start} values`,
        found: String(own.length),
        wayOut: 'Rebuild one value per step of the patch',
      });
    }
    values.set(Float64Array.from(own), start);
  }
  return values;
}

function infiniteError(argument: string, found: number): TesseraError {
  return new TesseraError({
    code: 'NUMBER_INFINITE',
    argument,
    expected: 'a finite number, or NaN where nothing survives',
    found: String(found),
    wayOut: 'Correct the decoder or summary that wrote it',
  });
}
