/** What survives of one channel, from any form that leaves values; encoders leave tokens and are judged elsewhere. */
import { TesseraError } from '@tessera/core';
import type { Patches } from '../../patches/index.js';
import { identitySummary, knotSummary } from './knot-summary.js';
import { projectionSummary } from './projection-summary.js';
import { rebuiltFrom, reconstruction } from './reconstruction.js';
import { isReconstruction, type LatentView, type PatchSummary, type Survives } from './survival-form.js';
import type { SurvivingSeries } from './surviving-series.js';

/** A form whose values can be laid beside the raw series. */
export type ValueForm = Exclude<Survives, LatentView | PatchSummary> | Required<PatchSummary>;

/**
 * What survives of a channel; O(T).
 *
 * @param level the local level of `raw`, shape `[T]`
 * @throws TesseraError CHANNEL_UNKNOWN, SHAPE_MISMATCH, NUMBER_INFINITE
 */
export function survivingOf(
  form: ValueForm,
  channel: string,
  raw: Float64Array,
  level: Float64Array,
  patches: Patches,
): SurvivingSeries {
  if (form === 'identity') return identitySummary(raw, level);
  if (form === 'mean' || form === 'linear') return projectionSummary(form, raw, level, patches);
  if (typeof form === 'string') return knotSummary(form, raw, level, patches);
  if (!isReconstruction(form)) return rebuiltFrom(form, raw, level, patches);
  if (Object.hasOwn(form.reconstruction, channel)) return reconstruction(form.reconstruction[channel], level);
  throw new TesseraError({
    code: 'CHANNEL_UNKNOWN',
    argument: 'reconstruction',
    expected: `a reconstruction of channel "${channel}"`,
    found: Object.keys(form.reconstruction).join(', ') || 'none',
    wayOut: 'Give one for every audited channel, or audit fewer channels',
  });
}
