/**
 * Does a spike survive? Its height over the local level, in units of the noise that the summary leaves: a mean over P steps keeps
 * A/P of the height and 1/sqrt(P) of the noise, hence A/sqrt(P). A spike that a reconstruction shows a few steps off is displaced;
 * one that shares a pooled patch with another is merged.
 */
import { median } from '../detectors/median.js';
import type { CheckResult, Verdict } from '../report/report-schema.js';
import { studentTail } from '../significance/tail-probability.js';
import type { Structure } from '../structures/structure.js';
import { levelHalfWidth } from '../surviving/local-level.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable, scanPValue } from './check-result.js';
import { judgeSize } from './judge-size.js';
import { firstFrom } from './sides-of.js';

const about = { ruleId: 'spike-survival', measure: 'height over the frozen noise' } as const;

/** Sd of a height over that of the noise: the level is a median of so many steps, and its variance pi / 2 over their number. */
const heightError = Math.sqrt(1 + Math.PI / 2 / (2 * levelHalfWidth + 1));

/** Degrees of freedom of the noise: a median absolute deviation of 384 values tells as much as .368 of them in an sd (Huber 1981). */
const noiseFreedom = 141;

/** @param structure its `scale` is the sd of the noise, in the unit of the channel */
export function checkSpike(
  structure: Structure,
  context: CheckContext,
  others: readonly Structure[],
): CheckResult {
  const { raw, level, surviving, settings } = context;
  const peak = peakStep(structure, context);
  if (peak < 0) return notAssessable(structure, context, { ...about, reason: 'no step of it was observed' });
  const { scale } = structure;
  if (!(scale > 0))
    return notAssessable(structure, context, { ...about, reason: 'the raw series has no noise' });
  const noise = surviving.noiseSd(new Float64Array([1]), peak);
  const height = raw[peak] - level[peak];
  const before = height / scale;
  // A step of which no noise survives is one of which nothing survives.
  const after = noise > 0 ? surviving.deviation[peak] / (scale * noise) : 0;
  const judgement = judgeSize(before, after, settings);
  const { found, offset } = displacement(peak, before, structure, context);
  const verdict = placed(judgement.verdict, found, structure, others, context);
  return checkResult(structure, context, {
    ...about,
    raw: before,
    surviving: after,
    expected: expectedAfter(structure, context, peak) / (scale * noise),
    threshold: settings.threshold,
    ratio: judgement.ratio,
    interval: judgement.interval,
    verdict,
    pValue: spikePValue(structure, context),
    reason: judgement.reason,
    details: { offset, noise: scale * noise, scale, patchLength: patchLength(peak, context) },
  });
}

/** Of the smaller of its height over the level and over what its neighbours foretell: a slow wave is high where they are. NaN for none. */
export function spikePValue(structure: Structure, context: CheckContext): number {
  const peak = peakStep(structure, context);
  if (peak < 0) return Number.NaN;
  const height = Math.abs(context.raw[peak] - context.level[peak]) / structure.scale;
  const ahead = context.neighbours?.distance(peak, structure) ?? Number.NaN;
  const least = Number.isNaN(ahead) ? height : Math.min(height, Math.abs(ahead));
  return heightPValue(least / heightError, structure, context);
}

/** Of a height over its standard error. */
function heightPValue(height: number, structure: Structure, context: CheckContext): number {
  return scanPValue(height, structure, context, (size) => studentTail(size, noiseFreedom));
}

/**
 * The p-value of the height over the level of its own side of a change: the level around a step beside a change is of both sides. NaN where
 * too few steps of the side are known.
 *
 * @param change first step after it
 */
export function pValueOnSide(structure: Structure, change: number, context: CheckContext): number {
  const { raw } = context;
  const peak = peakStep(structure, context);
  if (peak < 0 || !(structure.scale > 0)) return Number.NaN;
  const width = 2 * levelHalfWidth + 1;
  const side =
    peak < change ? raw.slice(Math.max(0, change - width), change) : raw.slice(change, change + width);
  const known = side.filter((value) => !Number.isNaN(value));
  if (known.length < levelHalfWidth) return Number.NaN;
  const error = Math.sqrt(1 + Math.PI / 2 / known.length);
  return heightPValue((raw[peak] - median(known)) / (structure.scale * error), structure, context);
}

/** The observed step that lies farthest from the level; -1 for none. */
function peakStep({ start, end }: Structure, { raw, level }: CheckContext): number {
  let peak = -1;
  for (let t = start; t < end; t++) {
    if (Number.isNaN(raw[t])) continue;
    if (peak < 0 || Math.abs(raw[t] - level[t]) > Math.abs(raw[peak] - level[peak])) peak = t;
  }
  return peak;
}

/** What the summary makes of the structure alone, without the noise around it. */
function expectedAfter(
  { start, end }: Structure,
  { raw, level, surviving }: CheckContext,
  peak: number,
): number {
  let sum = 0;
  for (let t = start; t < end; t++) {
    if (!Number.isNaN(raw[t])) sum += surviving.influence(peak, t) * (raw[t] - level[t]);
  }
  return sum;
}

/** Whether a reconstruction shows the spike within the margin but not at its own steps, and how far off. */
function displacement(
  peak: number,
  before: number,
  { start, end, scale }: Structure,
  { raw, level, surviving, settings }: CheckContext,
): { readonly found: boolean; readonly offset: number } {
  if (surviving.isLinear) return { found: false, offset: 0 };
  const { margin, threshold } = settings;
  const sign = Math.sign(before);
  let best = peak;
  for (let t = Math.max(0, peak - margin); t < Math.min(raw.length, peak + margin + 1); t++) {
    if (sign * surviving.deviation[t] > sign * surviving.deviation[best]) best = t;
  }
  const isOutside = best < start || best >= end;
  const isThere = (sign * surviving.deviation[best]) / scale >= threshold;
  // What the raw series shows there as well was not moved.
  const isOwn = (sign * (raw[best] - level[best])) / scale >= threshold;
  return { found: isOutside && isThere && !isOwn, offset: isOutside && isThere ? best - peak : 0 };
}

function placed(
  verdict: Verdict,
  isDisplaced: boolean,
  structure: Structure,
  others: readonly Structure[],
  { patches, surviving }: CheckContext,
): Verdict {
  if (isDisplaced && verdict !== 'not-assessable') return 'displaced';
  if (verdict !== 'attenuated' || !surviving.pools) return verdict;
  const patch = patches.patchOf(structure.start);
  const isShared = holdsAnother(others, structure, patches.start(patch), patches.end(patch));
  return isShared ? 'merged' : verdict;
}

/** Whether another structure starts in `[from, to)`; O(log). @param sorted by start */
function holdsAnother(sorted: readonly Structure[], structure: Structure, from: number, to: number): boolean {
  for (let i = firstFrom(sorted, from); i < sorted.length && sorted[i].start < to; i++) {
    if (sorted[i].start !== structure.start) return true;
  }
  return false;
}

function patchLength(step: number, { patches }: CheckContext): number {
  return patches.lengthOf(patches.patchOf(step));
}
