/**
 * Does the effect of an intervention survive? Level and slope apart, as the interrupted series b0 + b1 t + b2 D + b3 (t - T0) D has them:
 * by a line on either side, of the raw series and of what survives. The standard errors are those of the raw series, robust to
 * autocorrelation. Season and controls are terms of the regression, and taken off both, where they are known.
 *
 * The robust regression itself is not made of what survives: it takes out the memory of the errors, and the steps of a pooled patch
 * remember each other perfectly.
 */
import { detectIntervention } from '../detectors/interventions/index.js';
import type { CheckResult } from '../report/report-schema.js';
import type { Structure } from '../structures/structure.js';
import { measureChange } from './check-change.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable } from './check-result.js';
import { judgeSize } from './judge-size.js';
import { courseWithin, harmonics, noCourse, withoutCourse } from './without-course.js';

/** Half-width of a 95 % interval, in standard errors. */
const intervalReach = 1.96;

const effects = [
  {
    ruleId: 'intervention-level',
    effect: 'level',
    measure: 'jump',
    name: 'effect on the level over its standard error',
  },
  {
    ruleId: 'intervention-slope',
    effect: 'slope',
    measure: 'slope',
    name: 'effect on the slope over its standard error',
  },
] as const;

/** Two results: of the level and of the slope. */
export function checkIntervention(structure: Structure, context: CheckContext): CheckResult[] {
  const { channel, raw, settings, patches } = context;
  const { start, end } = structure;
  const last = end > start + 1 ? end : raw.length;
  const sides = {
    from: Math.max(0, start - settings.reach),
    at: start,
    to: Math.min(last, start + settings.reach),
  };
  const course = courseWithin(context.course ?? noCourse, sides);
  const robust =
    start > sides.from && sides.to > start
      ? detectIntervention(
          channel,
          raw.slice(sides.from, sides.to),
          { at: start - sides.from, season: course.season, harmonics },
          course.controls.map((control) => control.slice(sides.from, sides.to)),
        )
      : undefined;
  const local = withoutCourse(context, sides, course);
  const patch = patches.patchOf(start);
  const straddles = patches.start(patch) === start ? 0 : 1;
  return effects.map(({ ruleId, effect, measure, name }) => {
    const own = robust?.estimate?.[effect];
    const change = measureChange(measure, local.sides, local.context);
    if (own === undefined || change === undefined || !(own.error > 0)) {
      const reason = robust?.reason ?? 'too few observations on one side';
      return notAssessable(structure, context, { ruleId, measure: name, reason });
    }
    const { rawSize, survivingSize, rawError, survivingError } = change;
    const statistic = rawSize / own.error;
    const isFlat = !(survivingError > 0) && !Number.isNaN(survivingSize);
    const survivingStatistic = isFlat ? 0 : survivingSize / (own.error * (survivingError / rawError));
    const judgement = judgeSize(statistic, survivingStatistic, settings);
    const shift = Math.abs(survivingSize - rawSize) / own.error;
    return checkResult(structure, context, {
      ruleId,
      measure: name,
      raw: statistic,
      surviving: survivingStatistic,
      threshold: settings.threshold,
      ratio: judgement.ratio,
      interval: judgement.interval,
      verdict: judgement.verdict,
      pValue: own.pValue,
      reason: judgement.reason,
      details: {
        rawEffect: rawSize,
        survivingEffect: survivingSize,
        standardError: own.error,
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
