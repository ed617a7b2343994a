/**
 * Does a regime survive? Of what sets it apart from its neighbourhood (level, variance, lag-1 autocorrelation) the feature that the
 * raw series shows most of is asked for again in what survives. Under a summary that pools it is erased as well when no patch is at
 * least half made of it: then no figure speaks of it alone.
 */
import { regimeMeasures } from '../report/measure-names.js';
import type { CheckResult } from '../report/report-schema.js';
import type { Structure } from '../structures/structure.js';
import { writeResiduals } from '../surviving/line-residuals.js';
import { euclideanNorm, hasFigure } from '../surviving/surviving-series.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable, scanPValue } from './check-result.js';
import { roundingShare } from './check-variance.js';
import { judgeSize } from './judge-size.js';
import { sideNoise } from './side-noise.js';
import { type Stretch, spreadOf, spreadStatistic, survivingSpread } from './spread-statistic.js';

/** Share of a patch that must lie in the regime. */
const leastPurity = 0.5;

interface Feature {
  readonly measure: string;
  readonly before: number;
  readonly after: number;
}

export function checkRegime(
  structure: Structure & { readonly kind: 'regime' | 'rare-regime' },
  context: CheckContext,
): CheckResult {
  const ruleId = `${structure.kind}-survival` as const;
  const { settings, surviving, raw } = context;
  const inside = inReach(structure, settings.reach);
  const length = inside.end - inside.start;
  const outside = [
    { start: Math.max(0, structure.start - length), end: structure.start },
    { start: structure.end, end: Math.min(raw.length, structure.end + length) },
  ].filter(({ start, end }) => end > start);
  const features = [
    levelFeature(inside, outside, context),
    varianceFeature(inside, outside, context),
    memoryFeature(inside, outside, context),
  ].filter(({ before }) => Number.isFinite(before));
  const purity = greatestPurity(structure, context);
  if (features.length === 0) {
    const reason = 'too few observations in the regime or around it';
    return notAssessable(structure, context, { ruleId, measure: 'distance from its neighbourhood', reason });
  }
  const { measure, before, after } = features.reduce((most, each) =>
    Math.abs(each.before) > Math.abs(most.before) ? each : most,
  );
  const judgement = judgeSize(before, after, settings);
  const isDiluted = surviving.pools && purity < leastPurity && judgement.verdict !== 'not-assessable';
  return checkResult(structure, context, {
    ruleId,
    measure,
    raw: before,
    surviving: after,
    threshold: settings.threshold,
    ratio: judgement.ratio,
    interval: judgement.interval,
    verdict: isDiluted ? 'erased' : judgement.verdict,
    pValue: smallerKnown(scanPValue(before, structure, context), structure.pValue),
    reason: isDiluted ? 'no patch is at least half made of it' : judgement.reason,
    details: { purity },
  });
}

/** A detector of shapes sees what these features do not. */
function smallerKnown(own: number, detectors: number): number {
  return Number.isNaN(detectors) ? own : Math.min(own, detectors);
}

/** The middle of a long regime, so that the cost does not grow with it. */
function inReach({ start, end }: Stretch, reach: number): Stretch {
  if (end - start <= reach) return { start, end };
  const from = start + ((end - start - reach) >> 1);
  return { start: from, end: from + reach };
}

/** The greatest share of a patch that lies in the structure. */
export function greatestPurity({ start, end }: Stretch, { patches }: CheckContext): number {
  let greatest = 0;
  for (let patch = patches.patchOf(start); patch <= patches.patchOf(end - 1); patch++) {
    const [from, to] = [patches.start(patch), patches.end(patch)];
    greatest = Math.max(greatest, (Math.min(to, end) - Math.max(from, start)) / (to - from));
  }
  return greatest;
}

function levelFeature(
  inside: Stretch,
  outside: readonly Stretch[],
  { raw, surviving, memory }: CheckContext,
): Feature {
  const from = Math.min(inside.start, ...outside.map(({ start }) => start));
  const to = Math.max(inside.end, ...outside.map(({ end }) => end));
  const contrastOn = (isKnown: (step: number) => boolean): Float64Array => {
    const weights = new Float64Array(to - from);
    const lay = (stretches: readonly Stretch[], sign: number) => {
      const known = stretches.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, i) => start + i).filter(isKnown),
      );
      for (const step of known) weights[step - from] = sign / known.length;
    };
    lay([inside], 1);
    lay(outside, -1);
    return weights;
  };
  const sizeOf = (values: Float64Array, weights: Float64Array): number => {
    if (!weights.some((weight) => weight > 0) || !weights.some((weight) => weight < 0)) return Number.NaN;
    return weights.reduce((sum, weight, i) => (weight === 0 ? sum : sum + weight * values[from + i]), 0);
  };
  const noiseIn = ({ start, end }: Stretch) =>
    sideNoise(raw, { from: start, at: end, to: end }, false, memory);
  const { sd, inflation } = noiseIn(inside);
  const around = outside.map(noiseIn);
  const unit = Math.max(sd * inflation, ...around.map((each) => each.sd * each.inflation));
  const weights = contrastOn((t) => !Number.isNaN(raw[t]));
  const shared = contrastOn((t) => !Number.isNaN(raw[t]) && hasFigure(surviving, t));
  const noise = surviving.noiseSd(shared, from);
  return {
    measure: regimeMeasures.level,
    before: sizeOf(raw, weights) / (unit * euclideanNorm(weights)),
    after: noise > 1e-9 * euclideanNorm(shared) ? sizeOf(surviving.values, shared) / (unit * noise) : 0,
  };
}

function varianceFeature(
  inside: Stretch,
  outside: readonly Stretch[],
  { raw, surviving, memory }: CheckContext,
): Feature {
  const [rawOut, rawIn] = [outside, [inside]].map((stretches) => spreadOf(raw, stretches, memory));
  const least = roundingShare * Math.max(rawOut.variance, rawIn.variance);
  const out = survivingSpread(surviving, outside, rawOut, memory);
  const within = survivingSpread(surviving, [inside], rawIn, memory);
  return {
    measure: regimeMeasures.variance,
    before: spreadStatistic(rawOut, rawIn, least),
    after: spreadStatistic(out, within, least),
  };
}

/** Fisher’s z of the lag-1 autocorrelation, inside less outside. */
function memoryFeature(
  inside: Stretch,
  outside: readonly Stretch[],
  { raw, surviving }: CheckContext,
): Feature {
  const statistic = (values: Float64Array, figures: readonly number[]): number => {
    const [out, within] = [outside, [inside]].map((stretches) => autocorrelation(values, stretches));
    const counts = [out, within].map(({ count }, i) => Math.min(count, figures[i]) - 3);
    if (!counts.every((count) => count > 0)) return Number.NaN;
    return (Math.atanh(within.value) - Math.atanh(out.value)) / Math.sqrt(1 / counts[0] + 1 / counts[1]);
  };
  const figures = [outside, [inside]].map((stretches) => figuresOf(stretches, surviving));
  return {
    measure: regimeMeasures.memory,
    before: statistic(raw, [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]),
    after: statistic(surviving.values, figures),
  };
}

function autocorrelation(
  values: Float64Array,
  stretches: readonly Stretch[],
): { readonly value: number; readonly count: number } {
  let [products, squares, count] = [0, 0, 0];
  for (const { start, end } of stretches) {
    // Around a line: a slope is no memory.
    const residuals = new Float64Array(end - start).fill(Number.NaN);
    writeResiduals(values, start, end, true, residuals);
    for (let i = 0; i < residuals.length; i++) {
      if (Number.isNaN(residuals[i])) continue;
      squares += residuals[i] ** 2;
      if (i === 0 || Number.isNaN(residuals[i - 1])) continue;
      products += residuals[i] * residuals[i - 1];
      count += 1;
    }
  }
  // Short of 1, where Fisher’s z has no end.
  return { value: squares > 0 ? Math.max(-0.999, Math.min(0.999, products / squares)) : 0, count };
}

function figuresOf(stretches: readonly Stretch[], surviving: CheckContext['surviving']): number {
  const count = stretches.reduce((sum, { start, end }) => sum + surviving.figures(start, end), 0);
  return Number.isNaN(count) ? Number.POSITIVE_INFINITY : count;
}
