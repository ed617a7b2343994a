/**
 * Errors of a linear map on windows that it was not solved from, by series and step, on the scale of the series. They are
 * what the intervals of split-conformal prediction are made of.
 */
import { errorsForLevel95, sortErrors } from '../../intervals/split-conformal.js';
import type { LinearSeries, OriginRun } from './linear-series.js';
import type { LinearMap } from './ridge.js';

/** Windows per series whose errors are kept: enough for the 99 % quantile, and H numbers each. */
const mostWindows = 500;

/** Sorted sizes of errors, one array per step ahead; all of them equally long. */
export type StepErrorTable = readonly Float64Array[];

/** Whether a series has enough errors of its own. */
export function hasEnough(table: StepErrorTable): boolean {
  return table[0].length >= errorsForLevel95;
}

/** A forecast on the scale of the series from the `L` values before `origin`, into `point`, shape `[H]`. O(H L) */
export function applyMap(
  map: LinearMap,
  values: Float64Array,
  origin: number,
  isRelative: boolean,
  point: Float64Array,
): void {
  const { inputs, weights, intercepts } = map;
  const base = isRelative ? values[origin - 1] : 0;
  for (let step = 0; step < point.length; step++) {
    let sum = base + intercepts[step];
    const row = step * inputs;
    const first = origin - inputs;
    for (let i = 0; i < inputs; i++) sum += weights[row + i] * (values[first + i] - base);
    point[step] = sum;
  }
}

/** The errors of up to 500 evenly spaced windows of a series. O(windows H L) */
export function windowErrors(
  map: LinearMap,
  { values }: LinearSeries,
  runs: readonly OriginRun[],
  isRelative: boolean,
): StepErrorTable {
  const all = runs.reduce((sum, { from, to }) => sum + to - from, 0);
  const stride = Math.max(1, Math.ceil(all / mostWindows));
  const errors = Array.from({ length: map.outputs }, () => new Float64Array(Math.ceil(all / stride)));
  const point = new Float64Array(map.outputs);
  let index = 0;
  let kept = 0;
  for (const { from, to } of runs) {
    for (let origin = from; origin < to; origin++) {
      if (index++ % stride !== 0) continue;
      applyMap(map, values, origin, isRelative, point);
      for (let step = 0; step < point.length; step++)
        errors[step][kept] = values[origin + step] - point[step];
      kept += 1;
    }
  }
  return errors.map((each) => sortErrors(each, 'symmetric'));
}

/** The errors of all series together, thinned to about 1000 per step: for series that have too few of their own. */
export function pooledErrors(tables: readonly StepErrorTable[], horizon: number): StepErrorTable {
  const all = tables.reduce((sum, [first]) => sum + first.length, 0);
  const stride = Math.max(1, Math.ceil(all / (2 * mostWindows)));
  return Array.from({ length: horizon }, (_, step) => {
    const together = new Float64Array(all);
    let at = 0;
    for (const table of tables) {
      together.set(table[step], at);
      at += table[step].length;
    }
    together.sort();
    // From the largest down, so that thinning narrows no interval.
    return Float64Array.from(
      { length: Math.ceil(all / stride) },
      (_, i) => together[all - 1 - i * stride],
    ).reverse();
  });
}
