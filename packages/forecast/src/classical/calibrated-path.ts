/**
 * The model of wrapped libraries: a path of points and deviations read while fitting, after which the library’s memory is
 * freed. The deviations are the model’s own and say how uncertainty grows; how wide an interval of a level must be is
 * measured on the last steps of the history, forecast by the same method from what came before. A model’s own width rests
 * on errors of values that it was fitted to, and covers less than it says.
 *
 *   history ──fit──> path (points, growth)          history less its end ──fit──> errors / growth ──> width by level
 *
 * Source: split-conformal prediction with normalised errors, Lei et al., Distribution-Free Predictive Inference for
 * Regression (JASA 2018), section 5.2.
 */
import type { TakeNote } from '../forecaster/fit-note.js';
import { normalQuantile } from '../intervals/normal-quantile.js';
import { errorsForLevel95, isClamped, quantileOffset, sortErrors } from '../intervals/split-conformal.js';
import type { ChannelModel } from './channel-model.js';

/** Shapes: N steps that follow the values of the fit. */
export interface Path {
  /** Shape `[N]`. */
  readonly point: Float64Array;
  /** Standard deviation, shape `[N]`. */
  readonly deviation: Float64Array;
}

export interface PathOptions {
  /** Values to fit, shape `[n]`. */
  readonly values: Float64Array;
  /** The same with NaN where a value was not observed but interpolated. Default: the values. */
  readonly observed?: Float64Array;
  /** Steps between the last value and the first step of the forecast. */
  readonly gap: number;
  readonly horizon: number;
  /** Values that a fit needs. */
  readonly least: number;
  readonly fitPath: (values: Float64Array, steps: number) => Path | Promise<Path>;
  readonly note: TakeNote;
}

/** @throws Error where the path holds a value that is not finite */
export async function calibratedPath(options: PathOptions): Promise<ChannelModel> {
  const { values, gap, horizon, fitPath, note } = options;
  const heldOut = Math.max(0, Math.min(Math.max(horizon, errorsForLevel95), Math.floor(values.length / 3)));
  const path = checkedPath(await fitPath(values, Math.max(horizon + gap, heldOut)));
  // Deviations of 0 know nothing of growth; the errors are then taken as they are.
  const growth = path.deviation.every((each) => each > 0) ? path.deviation : path.deviation.map(() => 1);
  const errors = await heldOutErrors(options, growth, heldOut);
  if (errors.length > 0) {
    return pathModel(
      path.point,
      growth,
      gap,
      horizon,
      (level) => quantileOffset(errors, level, 'symmetric'),
      errors.length,
    );
  }
  note(
    'few-residuals',
    1,
    'No part of the history could be held out: intervals are the model’s own, and may be too narrow.',
  );
  return pathModel(path.point, path.deviation, gap, horizon, normalQuantile);
}

/** A path that is certain: no deviation. */
export function certainPath(point: Float64Array, gap: number, horizon: number): ChannelModel {
  return pathModel(point, new Float64Array(point.length), gap, horizon, normalQuantile);
}

function pathModel(
  path: Float64Array,
  growth: Float64Array,
  gap: number,
  longest: number,
  offsetOf: (level: number) => number,
  errors?: number,
): ChannelModel {
  return {
    longestHorizon: longest,
    forecast: ({ horizon, quantileLevels, note }) => {
      const depth = quantileLevels.length;
      const offsets = quantileLevels.map(offsetOf);
      const quantiles = new Float64Array(horizon * depth);
      for (let step = 0; step < horizon; step++) {
        for (let q = 0; q < depth; q++) {
          quantiles[step * depth + q] = path[gap + step] + offsets[q] * growth[gap + step];
        }
      }
      if (errors !== undefined) {
        const clamped = quantileLevels.filter((level) => isClamped(errors, level, 'symmetric')).length;
        note(
          'few-residuals',
          clamped,
          `${clamped} quantile levels lie at the largest of ${errors} held-out errors and may cover less than they say.`,
        );
      }
      return { point: path.slice(gap, gap + horizon), quantiles };
    },
  };
}

/** Sizes of the errors on the last `count` values in units of growth, sorted; none where it cannot be fitted without them. */
async function heldOutErrors(
  { values, observed = values, least, fitPath }: PathOptions,
  growth: Float64Array,
  count: number,
): Promise<Float64Array> {
  const from = values.length - count;
  if (from < least) return new Float64Array(0);
  let past: Path;
  try {
    past = await fitPath(values.subarray(0, from), count);
  } catch {
    // The caller notes that nothing was held out.
    return new Float64Array(0);
  }
  const errors = past.point.map((value, step) => (observed[from + step] - value) / growth[step]);
  return sortErrors(errors.filter(Number.isFinite), 'symmetric');
}

function checkedPath(path: Path): Path {
  if (path.point.every(Number.isFinite) && path.deviation.every((each) => each >= 0)) return path;
  throw new Error('the fitted model forecasts values that are not finite');
}
