/**
 * Does the effect of an intervention survive? Level and slope apart, from a line on either side of its first step, which is the
 * interrupted series b0 + b1 t + b2 D + b3 (t - T0) D without its seasons: what both sides share cancels in the comparison of raw
 * and surviving.
 */
import type { CheckResult } from '../report/report-schema.js';
import { normalTail } from '../significance/tail-probability.js';
import type { Structure } from '../structures/structure.js';
import { measureChange, survivingStatistic } from './check-change.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable } from './check-result.js';
import { judgeSize } from './judge-size.js';

/** Half-width of a 95 % interval, in standard errors. */
const intervalReach = 1.96;

const effects = [
  { ruleId: 'intervention-level', measure: 'jump', name: 'effect on the level over its standard error' },
  { ruleId: 'intervention-slope', measure: 'slope', name: 'effect on the slope over its standard error' },
] as const;

/** Two results: of the level and of the slope. */
export function checkIntervention(structure: Structure, context: CheckContext): CheckResult[] {
  const { raw, settings, patches } = context;
  const { start, end } = structure;
  const to =
    end > start + 1 ? Math.min(end, start + settings.reach) : Math.min(raw.length, start + settings.reach);
  const sides = { from: Math.max(0, start - settings.reach), at: start, to };
  const patch = patches.patchOf(start);
  const straddles = patches.start(patch) === start ? 0 : 1;
  return effects.map(({ ruleId, measure, name }) => {
    const change = measureChange(measure, sides, context);
    if (change === undefined) {
      const reason = 'too few observations on one side';
      return notAssessable(structure, context, { ruleId, measure: name, reason });
    }
    const { rawSize, rawError, survivingSize } = change;
    const before = rawSize / rawError;
    const judgement = judgeSize(before, survivingStatistic(change), settings);
    const shift = Math.abs(survivingSize - rawSize) / rawError;
    return checkResult(structure, context, {
      ruleId,
      measure: name,
      raw: before,
      surviving: survivingStatistic(change),
      threshold: settings.threshold,
      ratio: judgement.ratio,
      interval: judgement.interval,
      verdict: judgement.verdict,
      pValue: Number.isFinite(before) ? normalTail(before) : Number.NaN,
      reason: judgement.reason,
      details: {
        rawEffect: rawSize,
        survivingEffect: survivingSize,
        standardError: rawError,
        shiftInErrors: shift,
        sameSign: Math.sign(survivingSize) === Math.sign(rawSize) ? 1 : 0,
        intervalsOverlap: shift <= 2 * intervalReach ? 1 : 0,
        straddles,
        boundaryOffset: nearestBoundary(start, patch, context),
      },
    });
  });
}

/** Steps from the change to the nearest patch boundary; below 0 where the boundary comes early. */
function nearestBoundary(step: number, patch: number, { patches }: CheckContext): number {
  const early = patches.start(patch) - step;
  const late = patches.end(patch) - step;
  return -early <= late ? early : late;
}
