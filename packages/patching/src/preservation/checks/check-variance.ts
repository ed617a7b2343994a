/**
 * Does a change of variance survive? The log ratio of the variances of both sides, in standard errors of as many independent
 * figures as survive. Averages shrink both variances alike: what is lost is not the ratio but the evidence for it.
 */
import type { CheckResult } from '../report/report-schema.js';
import type { Structure } from '../structures/structure.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable, scanPValue } from './check-result.js';
import { judgeSize } from './judge-size.js';
import { sidesOf } from './sides-of.js';
import { spreadOf, spreadStatistic, survivingSpread } from './spread-statistic.js';

const about = {
  ruleId: 'variance-change-survival',
  measure: 'log ratio of the variances over its standard error',
} as const;

/** Variance that rounding leaves, relative to that of the raw series. */
export const roundingShare = 1e-18;

/** @param changes all changes of the kind, by start */
export function checkVariance(
  structure: Structure,
  context: CheckContext,
  changes: readonly Structure[],
): CheckResult {
  const { raw, surviving, settings, patches, memory } = context;
  const { from, at, to } = sidesOf(structure.start, changes, raw.length, settings.reach);
  const sides = [
    { start: from, end: at },
    { start: at, end: to },
  ];
  if (sides.some(({ start, end }) => start >= end)) {
    return notAssessable(structure, context, { ...about, reason: 'too few observations on one side' });
  }
  const rawSpreads = sides.map((side) => spreadOf(raw, [side], memory));
  const least = roundingShare * Math.max(...rawSpreads.map(({ variance }) => variance));
  const spreads = sides.map((side, i) => survivingSpread(surviving, [side], rawSpreads[i], memory));
  const before = spreadStatistic(rawSpreads[0], rawSpreads[1], least);
  const after = spreadStatistic(spreads[0], spreads[1], least);
  const judgement = judgeSize(before, after, settings);
  return checkResult(structure, context, {
    ...about,
    raw: before,
    surviving: after,
    threshold: settings.threshold,
    ratio: judgement.ratio,
    interval: judgement.interval,
    verdict: judgement.verdict,
    pValue: scanPValue(before, structure, context),
    reason: judgement.reason,
    details: {
      rawVarianceRatio: rawSpreads[1].variance / rawSpreads[0].variance,
      survivingVarianceRatio: spreads[1].variance / spreads[0].variance,
      figuresBefore: spreads[0].freedom,
      figuresAfter: spreads[1].freedom,
      straddles: patches.start(patches.patchOf(at)) === at ? 0 : 1,
    },
  });
}
