/** The definitions written out slowly over lists of numbers, from many windows to one result, by metric name. */
import type { MetricInput } from '../../src/metrics/metric.js';

interface Step {
  readonly y: number;
  readonly f: number;
  /** The quantile forecast of a level. */
  readonly q: (level: number) => number;
}

function observedSteps(window: MetricInput): Step[] {
  const width = window.quantileLevels.length;
  return [...window.actual.keys()]
    .filter((t) => window.observed[t] === 1)
    .map((t) => ({
      y: window.actual[t],
      f: window.point[t],
      q: (level) => window.quantiles[t * width + window.quantileLevels.indexOf(level)],
    }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

/** NaN of an empty list. */
function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

function naiveErrors(window: MetricInput): number[] {
  const past = [...window.insample];
  return past
    .slice(window.season)
    .map((value, i) => Math.abs(value - past[i]))
    .filter((change) => !Number.isNaN(change));
}

/** Mean over the windows that have a value. */
function meanOverWindows(windows: readonly MetricInput[], value: (window: MetricInput) => number): number {
  return mean(windows.map(value).filter((each) => Number.isFinite(each)));
}

function pinballLoss(level: number, y: number, q: number): number {
  return Math.max(level * (y - q), (1 - level) * (q - y));
}

const pooled = (windows: readonly MetricInput[]) => windows.flatMap(observedSteps);

/** Quantile levels of the metrics under test. */
export const referenceLevels: readonly number[] = [0.1, 0.5, 0.9];

export const referenceMetrics: Readonly<Record<string, (windows: readonly MetricInput[]) => number>> = {
  MSE: (windows) => mean(pooled(windows).map(({ y, f }) => (y - f) ** 2)),
  MAE: (windows) => mean(pooled(windows).map(({ y, f }) => Math.abs(y - f))),
  RMSE: (windows) => Math.sqrt(mean(pooled(windows).map(({ y, f }) => (y - f) ** 2))),
  MASE: (windows) =>
    meanOverWindows(
      windows,
      (window) => mean(observedSteps(window).map(({ y, f }) => Math.abs(y - f))) / mean(naiveErrors(window)),
    ),
  RMSSE: (windows) =>
    meanOverWindows(windows, (window) =>
      Math.sqrt(
        mean(observedSteps(window).map(({ y, f }) => (y - f) ** 2)) /
          mean(naiveErrors(window).map((e) => e ** 2)),
      ),
    ),
  sMAPE: (windows) =>
    meanOverWindows(windows, (window) =>
      mean(
        observedSteps(window).map(({ y, f }) =>
          y === 0 && f === 0 ? 0 : (200 * Math.abs(y - f)) / (Math.abs(y) + Math.abs(f)),
        ),
      ),
    ),
  WAPE: (windows) => {
    const steps = pooled(windows);
    const truth = sum(steps.map(({ y }) => Math.abs(y)));
    return truth === 0 ? Number.NaN : sum(steps.map(({ y, f }) => Math.abs(y - f))) / truth;
  },
  'pinball-0.9': (windows) => mean(pooled(windows).map(({ y, q }) => pinballLoss(0.9, y, q(0.9)))),
  CRPS: (windows) =>
    mean(
      pooled(windows).map(
        ({ y, q }) => 2 * mean(referenceLevels.map((level) => pinballLoss(level, y, q(level)))),
      ),
    ),
  wQL: (windows) => {
    const steps = pooled(windows);
    const truth = sum(steps.map(({ y }) => Math.abs(y)));
    if (truth === 0) return Number.NaN;
    return mean(
      referenceLevels.map(
        (level) => (2 * sum(steps.map(({ y, q }) => pinballLoss(level, y, q(level))))) / truth,
      ),
    );
  },
  'coverage-80': (windows) => mean(pooled(windows).map(({ y, q }) => (y < q(0.1) || y > q(0.9) ? 0 : 1))),
  'width-80': (windows) => mean(pooled(windows).map(({ q }) => q(0.9) - q(0.1))),
  'MSIS-95': (windows) =>
    meanOverWindows(windows, (window) => {
      const alpha = 0.05;
      const scores = observedSteps(window).map(({ y, q }) => {
        const [lower, upper] = [q(0.025), q(0.975)];
        const below = y < lower ? (2 / alpha) * (lower - y) : 0;
        const above = y > upper ? (2 / alpha) * (y - upper) : 0;
        return upper - lower + below + above;
      });
      return mean(scores) / mean(naiveErrors(window));
    }),
};
