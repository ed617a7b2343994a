/**
 * What a reconstruction shows and the raw series does not: spikes anywhere, and steps of the level between neighbouring patches.
 * Both must stand out of the raw noise even as the greatest of all steps looked at. Summaries whose noise is known are not asked:
 * they show nothing beyond what they were given.
 */
import type { CheckResult } from '../report/report-schema.js';
import { normalTail, sizeAtTail } from '../significance/tail-probability.js';
import type { Structure } from '../structures/structure.js';
import type { SeriesNoise } from '../surviving/series-noise.js';
import type { CheckContext } from './check-context.js';
import { checkResult } from './check-result.js';

/** Chance of any alarm in a series that holds nothing. */
const familyLevel = 0.05;
const ruleId = 'invented-structure';

/** Every invented structure by its start; O(T). */
export function findInvented(context: CheckContext, noise: SeriesNoise): CheckResult[] {
  if (context.surviving.isLinear) return [];
  const threshold = Math.max(
    context.settings.threshold,
    sizeAtTail(normalTail, familyLevel / context.raw.length),
  );
  return [...inventedSpikes(context, noise, threshold), ...inventedSteps(context, noise, threshold)].sort(
    (a, b) => a.start - b.start,
  );
}

function inventedSpikes(context: CheckContext, noise: SeriesNoise, threshold: number): CheckResult[] {
  const { raw, level, surviving, settings } = context;
  const { length } = raw;
  const found: CheckResult[] = [];
  const own = (t: number): number => {
    const distance = raw[t] - level[t];
    return Number.isNaN(distance) ? 0 : distance;
  };
  for (let t = 0; t < length; t++) {
    const scale = noise.at(t);
    if (!(scale > 0) || !(Math.abs(surviving.deviation[t]) >= threshold * scale)) continue;
    const start = t;
    let peak = t;
    while (t + 1 < length && Math.abs(surviving.deviation[t + 1]) >= threshold * scale) {
      t += 1;
      if (Math.abs(surviving.deviation[t]) > Math.abs(surviving.deviation[peak])) peak = t;
    }
    let nearby = 0;
    for (let u = Math.max(0, start - settings.margin); u < Math.min(length, t + 1 + settings.margin); u++) {
      nearby = Math.max(nearby, Math.abs(own(u)) / scale);
    }
    // A spike of the raw series that moved a little is displaced, and its own check says so.
    if (nearby >= settings.threshold) continue;
    const statistic = surviving.deviation[peak] / scale;
    const structure = inventedStructure('spike', context, { start, end: t + 1 }, statistic, {
      threshold,
      scale,
    });
    found.push(invented(structure, context, 'height over the frozen noise', own(peak) / scale));
  }
  return found;
}

function inventedSteps(context: CheckContext, noise: SeriesNoise, threshold: number): CheckResult[] {
  const { raw, surviving, patches } = context;
  const found: CheckResult[] = [];
  let before = { raw: Number.NaN, surviving: Number.NaN, count: 0 };
  for (const { start, end } of patches) {
    const after = meansOf(raw, surviving.values, start, end);
    const scale = noise.at(start);
    const error = scale * Math.sqrt(1 / before.count + 1 / after.count);
    const own = (after.raw - before.raw) / error;
    const statistic = (after.surviving - before.surviving) / error;
    // The difference of two statistics has twice the variance.
    const excess = Math.abs(statistic - own) / Math.SQRT2;
    const isShort = Math.min(before.count, after.count) < 2;
    before = after;
    if (isShort || !(scale > 0) || !(Math.abs(statistic) >= threshold && excess >= threshold)) continue;
    const structure = inventedStructure('mean-change', context, { start, end: start + 1 }, statistic, {
      threshold,
      scale,
    });
    found.push(invented(structure, context, 'step of the level over its standard error', own));
  }
  return found;
}

/** Means over the steps that have both values. */
function meansOf(raw: Float64Array, surviving: Float64Array, start: number, end: number) {
  let [sum, other, count] = [0, 0, 0];
  for (let t = start; t < end; t++) {
    if (Number.isNaN(raw[t]) || Number.isNaN(surviving[t])) continue;
    sum += raw[t];
    other += surviving[t];
    count += 1;
  }
  return { raw: sum / count, surviving: other / count, count };
}

function inventedStructure(
  kind: 'spike' | 'mean-change',
  { channel, raw }: CheckContext,
  place: { readonly start: number; readonly end: number },
  statistic: number,
  frozen: { readonly threshold: number; readonly scale: number },
): Structure {
  const pValue = Math.min(1, normalTail(statistic) * raw.length);
  return { kind, channel, ...place, statistic, ...frozen, detector: 'surviving', pValue, details: {} };
}

function invented(structure: Structure, context: CheckContext, measure: string, raw: number): CheckResult {
  return checkResult(structure, context, {
    ruleId,
    measure,
    raw,
    surviving: structure.statistic,
    threshold: structure.threshold,
    ratio: Number.NaN,
    verdict: 'invented',
    pValue: structure.pValue,
  });
}
