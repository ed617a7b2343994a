/** How a check writes down what it says: NaN becomes null, patches are named, figures keep their names. */
import type { CheckResult, Verdict } from '../report/report-schema.js';
import type { RuleId } from '../report/rule-ids.js';
import { normalTail } from '../significance/tail-probability.js';
import type { Structure } from '../structures/structure.js';
import type { CheckContext } from './check-context.js';

/** With more patches than this, only the first and the last are named. */
const mostPatchIds = 8;

export interface Judged {
  readonly ruleId: RuleId;
  readonly measure: string;
  readonly raw: number;
  readonly surviving: number;
  readonly expected?: number;
  readonly threshold: number;
  readonly ratio: number;
  readonly interval?: readonly [number, number] | undefined;
  readonly verdict: Verdict;
  readonly pValue: number;
  readonly reason?: string | null;
  readonly details?: Readonly<Record<string, number>>;
}

export function checkResult(structure: Structure, context: CheckContext, judged: Judged): CheckResult {
  const { interval } = judged;
  const isKnown = interval?.every(Number.isFinite) === true;
  const details = { ...structure.details, detectorStatistic: structure.statistic, ...judged.details };
  return {
    ruleId: judged.ruleId,
    kind: structure.kind,
    channel: structure.channel,
    start: structure.start,
    end: structure.end,
    detector: structure.detector,
    patchIds: patchIds(structure, context),
    measure: judged.measure,
    raw: figure(judged.raw),
    surviving: figure(judged.surviving),
    expected: figure(judged.expected ?? Number.NaN),
    threshold: figure(judged.threshold),
    ratio: figure(judged.ratio),
    interval: interval !== undefined && isKnown ? [interval[0], interval[1]] : null,
    verdict: judged.verdict,
    pValue: figure(judged.pValue),
    reason: judged.reason ?? null,
    details: Object.fromEntries(Object.entries(details).map(([name, value]) => [name, figure(value)])),
  };
}

/** What a structure gets that no check can be made of. */
export function notAssessable(
  structure: Structure,
  context: CheckContext,
  about: Pick<Judged, 'ruleId' | 'measure'> & { readonly reason: string },
): CheckResult {
  return checkResult(structure, context, {
    ...about,
    raw: Number.NaN,
    surviving: Number.NaN,
    threshold: context.settings.threshold,
    ratio: Number.NaN,
    verdict: 'not-assessable',
    pValue: structure.pValue,
  });
}

/**
 * The p-value of a statistic that was found by looking at many places: that of its size alone times the places, at most 1. Without
 * it the noise of a long series would always hold something.
 *
 * @param tail chance of a statistic of that size at one place; default that of a normal
 */
export function scanPValue(
  statistic: number,
  structure: Structure,
  { observed }: CheckContext,
  tail: (size: number) => number = normalTail,
): number {
  const places = structure.detector === 'given' ? 1 : observed;
  return Number.isFinite(statistic) ? Math.min(1, tail(statistic) * places) : Number.NaN;
}

function figure(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function patchIds({ start, end }: Structure, { patches }: CheckContext): number[] {
  const first = patches.patchOf(start);
  const last = patches.patchOf(end - 1);
  if (last - first + 1 > mostPatchIds) return [first, last];
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
