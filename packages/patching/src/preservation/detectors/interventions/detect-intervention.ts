/**
 * Whether an intervention at a known step changed a channel: its level, or its slope, against standard errors that allow for autocorrelation. The
 * step is given; a change at an unknown one is a change point.
 */
import { parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { sizeAtTail, studentTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { observedSteps } from '../observed-steps.js';
import {
  estimateIntervention,
  type InterventionEstimate,
  type NoEstimate,
  rescaled,
  type Uncertain,
} from './intervention-estimate.js';

const detector = 'intervention';

const schema = z.strictObject({
  /** First step of the intervention, T0. */
  at: z.int().min(1),
  /** First step after it; default the end of the channel. Later steps are not used. */
  end: z.int().min(2).optional(),
  /** Steps of a season; default none. */
  season: z.number().min(2).optional(),
  /** Sine and cosine pairs of the season. */
  harmonics: z.int().min(1).default(3),
  /** Lags of Newey and West in the standard errors, after the memory of one step is taken out; `auto` by the rule of Andrews. */
  lags: z.union([z.literal('auto'), z.int().min(0)]).default('auto'),
  /** Percent of the intervals. */
  level: z.number().gt(0).lt(100).default(95),
  /** Limit of the p-value, which is corrected for there being two tests, of level and slope (Bonferroni). */
  significance: z.number().gt(0).lt(1).default(0.01),
});

export type InterventionOptions = z.input<typeof schema>;

export interface InterventionDetection extends Detection {
  /** Also where neither effect is significant; absent where nothing can be estimated. */
  readonly estimate?: InterventionEstimate;
}

/**
 * At most one structure of kind `intervention`, from `at` to `end`. The statistic is the effect on level or slope, whichever is the more
 * certain, in units of its standard error (the scale; for the slope per step). Details: `level`, `slope` and `effect`, each also with
 * `Error`, `Low`, `High` and `PValue`, and `lags` and `memory`, which their errors allow for. `effect` is the mean of the observed steps
 * of the intervention less what the time before foretells; see the estimate.
 *
 * O(n (p^2 + lags)) for n steps and p terms.
 *
 * @param values shape `[T]`, NaN where missing
 * @param controls channels that the intervention does not reach, each of shape `[T]`; a step without all of them is not used
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE, SHAPE_MISMATCH, RANGE_INVALID
 */
export function detectIntervention(
  channel: string,
  values: Float64Array,
  options: InterventionOptions,
  controls: readonly Float64Array[] = [],
): InterventionDetection {
  const resolved = parseOptions(schema, options, detector);
  const { at, end = values.length } = resolved;
  checkShapes(values, controls, at, end);

  // 1. The steps that are complete.
  const { missing } = observedSteps(channel, values);
  controls.forEach((control, i) => {
    observedSteps(`control ${i + 1}`, control);
  });
  const complete: number[] = [];
  for (let t = 0; t < end; t++) {
    if (!Number.isNaN(values[t]) && controls.every((control) => !Number.isNaN(control[t]))) complete.push(t);
  }
  const steps = Int32Array.from(complete);
  const of = (channel: Float64Array) => Float64Array.from(steps, (t) => channel[t]);
  const base = { detector, options: resolved, missing, structures: [] };
  const before = complete.filter((t) => t < at).length;

  // 2. The estimate, at a scale where sums of squares keep their digits.
  const target = scaled(of(values));
  const estimate: InterventionEstimate | NoEstimate =
    target.unit > 0
      ? estimateIntervention(
          {
            steps,
            values: target.values,
            controls: controls.map((each) => scaled(of(each)).values),
            before,
            at,
          },
          resolved,
        )
      : { reason: `${steps.length} complete steps without any variation` };
  if ('reason' in estimate) return { ...base, status: 'not-assessable', reason: estimate.reason };
  const inUnits = {
    ...estimate,
    level: rescaled(estimate.level, target.unit),
    slope: rescaled(estimate.slope, target.unit),
    effect: rescaled(estimate.effect, target.unit),
  };

  // 3. Whether there is an effect.
  const { level, slope, effect, lags, memory, degreesOfFreedom } = inUnits;
  const stronger = level.pValue <= slope.pValue ? level : slope;
  const pValue = Math.min(1, 2 * stronger.pValue);
  if (pValue > resolved.significance) return { ...base, status: 'none', estimate: inUnits };
  return {
    ...base,
    status: 'found',
    estimate: inUnits,
    structures: [
      {
        kind: 'intervention',
        channel,
        start: at,
        end,
        statistic: stronger.value / stronger.error,
        threshold: sizeAtTail((t) => studentTail(t, degreesOfFreedom), resolved.significance / 2),
        scale: stronger.error,
        detector,
        pValue,
        details: {
          ...detailsOf('level', level),
          ...detailsOf('slope', slope),
          ...detailsOf('effect', effect),
          lags,
          memory,
        },
      },
    ],
  };
}

function detailsOf(name: string, { value, error, low, high, pValue }: Uncertain): Record<string, number> {
  return {
    [name]: value,
    [`${name}Error`]: error,
    [`${name}Low`]: low,
    [`${name}High`]: high,
    [`${name}PValue`]: pValue,
  };
}

/** Less their mean, over their largest deviation from it; the unit is 0 where that is rounding. */
function scaled(values: Float64Array): { readonly values: Float64Array; readonly unit: number } {
  // Halved first: a difference of two of the largest doubles would overflow.
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value / 2 - mean / 2)), 0);
  const isRounding = largest <= 4 * Number.EPSILON * Math.abs(mean);
  const unit = isRounding ? 0 : 2 * largest;
  return { values: values.map((value) => (unit > 0 ? (value / 2 - mean / 2) / largest : 0)), unit };
}

function checkShapes(values: Float64Array, controls: readonly Float64Array[], at: number, end: number): void {
  const length = values.length;
  if (at >= end || end > length) {
    throw new TesseraError({
      code: 'RANGE_INVALID',
      argument: 'intervention',
      expected: `steps with 0 < at < end <= ${length}`,
      found: `[${at}, ${end})`,
      wayOut: 'Give the steps of the intervention within the channel',
    });
  }
  const odd = controls.findIndex((control) => control.length !== length);
  if (odd < 0) return;
  throw new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument: `control ${odd + 1}`,
    expected: `${length} steps, as the channel has`,
    found: String(controls[odd].length),
    wayOut: 'Give controls on the time axis of the channel',
  });
}
