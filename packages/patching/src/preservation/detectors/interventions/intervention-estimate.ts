/**
 * What an intervention did, by two regressions. The interrupted series gives the jump of the level at the first step and the change of the slope
 * from there on:
 *
 *     y = b0 + b1 (t - T0) + b2 D + b3 (t - T0) D + season + controls + error,   D = 1 from T0 on
 *
 * The counterfactual gives the average effect: the mean of what was observed from T0 on less what a regression of the time before on controls
 * and season foretells there. With controls these carry the course of the series and there is no trend in it; without controls a straight
 * trend does, which is then an assumption.
 *
 * Neither knows of anything else that happened at T0.
 *
 * Sources: Bernal, Cummins and Gasparrini, Interrupted Time Series Regression (Int. J. Epidemiology 2017); Brodersen et al., Inferring
 * Causal Impact Using Bayesian Structural Time-Series Models (Ann. Appl. Stat. 2015) for the average effect, there by a model of states.
 */
import { sizeAtTail, studentTail } from '../../significance/tail-probability.js';
import { type RobustRegression, robustRegression } from './robust-regression.js';

/** A figure in the unit of the channel (for the slope, per step). */
export interface Uncertain {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
  readonly low: number;
  readonly high: number;
  /** By Student’s distribution. */
  readonly pValue: number;
}

export interface InterventionEstimate {
  readonly level: Uncertain;
  readonly slope: Uncertain;
  /** Mean over the observed steps from T0 on; its error is that of the forecast and of the mean. */
  readonly effect: Uncertain;
  /** Of the errors of the interrupted series: lags allowed for, and the memory taken out before. */
  readonly lags: number;
  readonly memory: number;
  readonly degreesOfFreedom: number;
}

/** Observed steps, ascending, with what is known of them. */
export interface InterventionData {
  readonly steps: Int32Array;
  /** Of mean about 0 and deviation about 1, as are the controls. */
  readonly values: Float64Array;
  readonly controls: readonly Float64Array[];
  /** Observed steps before T0. */
  readonly before: number;
  /** First step of the intervention, T0. */
  readonly at: number;
}

export interface EstimateOptions {
  readonly lags: 'auto' | number;
  readonly season?: number | undefined;
  readonly harmonics: number;
  /** Percent of the intervals. */
  readonly level: number;
}

/** Why there is no estimate. */
export interface NoEstimate {
  readonly reason: string;
}

export function estimateIntervention(
  data: InterventionData,
  options: EstimateOptions,
): InterventionEstimate | NoEstimate {
  const { steps, values, controls, at, before } = data;
  const n = values.length;
  const after = n - before;

  // 1. The terms that both share.
  const ones = new Float64Array(n).fill(1);
  const trend = Float64Array.from(steps, (t) => (t - at) / (steps[n - 1] - steps[0] + 1));
  const shared = [...seasonTerms(steps, options), ...controls];
  const names = shared.map((_, i) => {
    const control = i - (shared.length - controls.length);
    return control < 0 ? 'a term of the season' : `control ${control + 1}`;
  });

  // 2. The interrupted series.
  const jump = Float64Array.from(steps, (t) => (t >= at ? 1 : 0));
  const bend = trend.map((value, i) => value * jump[i]);
  const columns = [ones, trend, jump, bend, ...shared];
  const pre = controls.length > 0 ? [ones, ...shared] : [ones, trend, ...shared];
  if (n <= columns.length || before <= pre.length || after < 2 || before < 2) {
    return {
      reason: `${before} observed steps before and ${after} after, too few for ${columns.length} terms in all and ${pre.length} before`,
    };
  }
  const interrupted = robustRegression(columns, values, steps, options.lags);
  if ('dependent' in interrupted) {
    const own = ['the level', 'the trend', 'the jump', 'the bend'];
    return { reason: `${[...own, ...names][interrupted.dependent]} is a combination of other terms` };
  }
  const { coefficients, memory, lags } = interrupted;
  const degreesOfFreedom = n - columns.length;
  const span = steps[n - 1] - steps[0] + 1;
  const coefficient = (place: number) => {
    const alone = Float64Array.from(columns, (_, j) => (j === place ? 1 : 0));
    return uncertain(coefficients[place], interrupted.varianceOf(alone), degreesOfFreedom, options.level);
  };

  // 3. The counterfactual.
  const early = pre.map((column) => column.subarray(0, before));
  const course = robustRegression(early, values.subarray(0, before), steps.subarray(0, before), options.lags);
  if ('dependent' in course) {
    const own = controls.length > 0 ? ['the level'] : ['the level', 'the trend'];
    return {
      reason: `before the intervention ${[...own, ...names][course.dependent]} is a combination of other terms`,
    };
  }
  const effect = averageEffect(data, pre, course);
  return {
    level: coefficient(2),
    slope: rescaled(coefficient(3), 1 / span),
    effect: uncertain(effect.value, effect.variance, before - pre.length, options.level),
    lags,
    memory,
    degreesOfFreedom,
  };
}

/** Mean of observed less foretold; its variance is that of the foretold mean and of the mean of the errors to come. */
function averageEffect(
  { steps, values, before }: InterventionData,
  columns: readonly Float64Array[],
  { coefficients, varianceOf, memory, variance }: RobustRegression,
): { readonly value: number; readonly variance: number } {
  const n = values.length;
  const after = n - before;
  const mean = (of: Float64Array) => of.subarray(before).reduce((sum, value) => sum + value, 0) / after;
  const means = Float64Array.from(columns, mean);
  const foretold = means.reduce((sum, each, j) => sum + each * coefficients[j], 0);
  // The correlation of each error with the sum of those before it, step by step.
  let pairs = 0;
  let earlier = 0;
  for (let i = before; i < n; i++) {
    earlier = i === before ? 0 : (earlier + 1) * memory ** (steps[i] - steps[i - 1]);
    pairs += 1 + 2 * earlier;
  }
  const ofErrors = (variance / (1 - memory * memory)) * (pairs / after ** 2);
  return { value: mean(values) - foretold, variance: varianceOf(means) + Math.max(0, ofErrors) };
}

/** Sine and cosine of the period and its first harmonics; a cosine alone at two steps. */
export function seasonTerms(
  steps: Int32Array,
  { season, harmonics }: Pick<EstimateOptions, 'season' | 'harmonics'>,
): Float64Array[] {
  if (season === undefined) return [];
  const terms: Float64Array[] = [];
  for (let k = 1; k <= Math.min(harmonics, Math.floor(season / 2)); k++) {
    const angle = (t: number) => (2 * Math.PI * ((k * t) % season)) / season;
    terms.push(Float64Array.from(steps, (t) => Math.cos(angle(t))));
    if (2 * k < season) terms.push(Float64Array.from(steps, (t) => Math.sin(angle(t))));
  }
  return terms;
}

/** Values are of deviation 1: an error below this is rounding, and nothing is more certain than it. */
const leastError = 1e-12;

function uncertain(value: number, variance: number, degreesOfFreedom: number, level: number): Uncertain {
  const error = Math.max(Math.sqrt(Math.max(0, variance)), leastError);
  const tail = (t: number) => studentTail(t, degreesOfFreedom);
  const reach = error * sizeAtTail(tail, 1 - level / 100);
  return { value, error, low: value - reach, high: value + reach, pValue: tail(value / error) };
}

/** The same figure in another unit. @param factor above 0 */
export function rescaled({ value, error, low, high, pValue }: Uncertain, factor: number): Uncertain {
  return { value: value * factor, error: error * factor, low: low * factor, high: high * factor, pValue };
}
