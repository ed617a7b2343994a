/**
 * Solves the weights of one group of series: the penalty is chosen and the errors are measured on the last fifth of each
 * series with weights that did not see it; the weights that forecast are solved from everything.
 *
 *   windows before the tail ──solve──> weights ──errors on the tail──> ridge, intervals
 *   all windows ──solve──> weights that forecast
 */
import { pooledErrors, type StepErrorTable, windowErrors } from './linear-errors.js';
import { type LinearSeries, type OriginRun, originRuns } from './linear-series.js';
import { type LinearMap, meanSquaredError, solveRidge } from './ridge.js';
import { addWindows, emptyMoments, relativeToLast, type WindowMoments } from './window-moments.js';

export interface LinearSettings {
  readonly lookback: number;
  readonly horizon: number;
  readonly ridge: number | 'auto';
  /** Whether windows are seen relative to their last value. */
  readonly isRelative: boolean;
  /** Metric of the penalty; default the identity. */
  readonly metric?: Float64Array | undefined;
}

export interface LinearGroup {
  readonly map: LinearMap;
  /** Per series of the group, in order. */
  readonly errors: readonly StepErrorTable[];
  /** Of all series of the group. */
  readonly pooled: StepErrorTable;
  readonly ridge: number;
  /** Whether the errors come from windows that the weights did not see. */
  readonly isHeldOut: boolean;
  readonly windows: number;
}

/** Penalties that are tried, weakest first. */
const ridges = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10];
/** Without a tail to choose by: inputs of mean variance get half of their weight. */
const cautiousRidge = 1;
/** Share of a series that is held out. */
const tailShare = 0.2;
/** Steps ahead by which penalties are told apart: evenly spaced over the horizon, to save time. */
const stepsTried = 48;

/** @returns undefined where not one window is usable */
export function fitLinear(group: readonly LinearSeries[], settings: LinearSettings): LinearGroup | undefined {
  const { horizon, isRelative, metric } = settings;
  const all = momentsOf(group, settings, () => [0, Number.POSITIVE_INFINITY]);
  if (all.count === 0) return undefined;
  const head = momentsOf(group, settings, (series) => [0, tailBegin(series, horizon) - horizon + 1]);
  const tailRuns = group.map((series) => runsOf(series, settings, tailBegin(series, horizon)));
  const isHeldOut = head.count > 0 && tailRuns.some((runs) => runs.length > 0);

  const ridge = settings.ridge === 'auto' ? chooseRidge(group, head, settings, isHeldOut) : settings.ridge;
  const map = solveRidge(all, ridge, metric);
  const judge = isHeldOut ? solveRidge(head, ridge, metric) : map;
  const errors = group.map((series, i) =>
    windowErrors(judge, series, isHeldOut ? tailRuns[i] : runsOf(series, settings, 0), isRelative),
  );
  return { map, errors, pooled: pooledErrors(errors, horizon), ridge, isHeldOut, windows: all.count };
}

function chooseRidge(
  group: readonly LinearSeries[],
  head: WindowMoments,
  settings: LinearSettings,
  isHeldOut: boolean,
): number {
  if (!isHeldOut) return cautiousRidge;
  const { horizon, metric } = settings;
  const tail = momentsOf(group, settings, (series) => [tailBegin(series, horizon), Number.POSITIVE_INFINITY]);
  const stride = Math.ceil(horizon / stepsTried);
  const steps = Array.from({ length: Math.ceil(horizon / stride) }, (_, i) => i * stride);
  const errorWith = (ridge: number): number => {
    try {
      return meanSquaredError(solveRidge(head, ridge, metric, steps), tail, steps);
    } catch {
      // So weak a penalty does not determine the weights; a stronger one will.
      return Number.POSITIVE_INFINITY;
    }
  };
  let best = cautiousRidge;
  let least = Number.POSITIVE_INFINITY;
  for (const ridge of ridges) {
    const error = errorWith(ridge);
    if (!(error < least)) continue;
    least = error;
    best = ridge;
  }
  return best;
}

/** First origin whose outputs belong to the held-out end. */
function tailBegin({ values }: LinearSeries, horizon: number): number {
  return values.length - Math.max(horizon, Math.floor(values.length * tailShare));
}

function runsOf(series: LinearSeries, { lookback, horizon }: LinearSettings, from: number): OriginRun[] {
  return originRuns(series, lookback, horizon, from, Number.POSITIVE_INFINITY);
}

function momentsOf(
  group: readonly LinearSeries[],
  { lookback, horizon, isRelative }: LinearSettings,
  rangeOf: (series: LinearSeries) => readonly [from: number, to: number],
): WindowMoments {
  const moments = emptyMoments(lookback, horizon);
  for (const series of group) {
    const [from, to] = rangeOf(series);
    for (const run of originRuns(series, lookback, horizon, from, to)) {
      addWindows(moments, series.values, run.from - lookback, run.to - run.from);
    }
  }
  return isRelative ? relativeToLast(moments) : moments;
}
