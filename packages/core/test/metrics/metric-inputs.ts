/** Windows for the tests of metrics: written by hand, and drawn at random together with what a mask may hide. */
import fc from 'fast-check';
import type { MetricInput } from '../../src/metrics/metric.js';

/** A window from plain numbers; `null` marks a step that was not observed. */
export function metricInput(given: {
  readonly actual: readonly (number | null)[];
  readonly point?: readonly number[];
  readonly quantileLevels?: readonly number[];
  /** One row of Q numbers per step. */
  readonly quantiles?: readonly (readonly number[])[];
  readonly insample?: readonly number[];
  readonly season?: number;
}): MetricInput {
  const { actual } = given;
  return {
    actual: Float64Array.from(actual, (value) => value ?? Number.NaN),
    observed: Uint8Array.from(actual, (value) => (value === null ? 0 : 1)),
    point: Float64Array.from(given.point ?? actual.map(() => 0)),
    quantileLevels: given.quantileLevels ?? [],
    quantiles: Float64Array.from((given.quantiles ?? []).flat()),
    insample: Float64Array.from(given.insample ?? []),
    season: given.season ?? 1,
  };
}

/** Levels that every metric of these tests can work with. */
export const testLevels: readonly number[] = [0.025, 0.1, 0.5, 0.9, 0.975];

/** Eighths, so that sums and differences are exact and a power of two scales them exactly. */
const eighth = fc.integer({ min: -800, max: 800 }).map((count) => count / 8);

const step = fc.record({
  actual: eighth,
  observed: fc.integer({ min: 0, max: 1 }),
  point: eighth,
  quantiles: fc.array(eighth, { minLength: testLevels.length, maxLength: testLevels.length }),
});

/** Windows of 0 to 12 steps with an in-sample part of 0 to 20. */
export const arbitraryInput: fc.Arbitrary<MetricInput> = fc
  .record({
    steps: fc.array(step, { maxLength: 12 }),
    insample: fc.array(fc.oneof({ weight: 4, arbitrary: eighth }, fc.constant(Number.NaN)), {
      maxLength: 20,
    }),
    season: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ steps, insample, season }) => ({
    actual: Float64Array.from(steps, (each) => (each.observed === 1 ? each.actual : Number.NaN)),
    observed: Uint8Array.from(steps, (each) => each.observed),
    point: Float64Array.from(steps, (each) => each.point),
    quantileLevels: testLevels,
    quantiles: Float64Array.from(steps.flatMap((each) => [...each.quantiles].sort((a, b) => a - b))),
    insample: Float64Array.from(insample),
    season,
  }));

/** The same window with the steps in the given order. */
export function reorder(input: MetricInput, order: readonly number[]): MetricInput {
  const width = input.quantileLevels.length;
  return {
    ...input,
    actual: Float64Array.from(order, (t) => input.actual[t]),
    observed: Uint8Array.from(order, (t) => input.observed[t]),
    point: Float64Array.from(order, (t) => input.point[t]),
    quantiles: Float64Array.from(
      order.flatMap((t) => [...input.quantiles.slice(t * width, (t + 1) * width)]),
    ),
  };
}

/** The same window with every value changed, the in-sample part included. */
export function mapValues(input: MetricInput, change: (value: number) => number): MetricInput {
  return {
    ...input,
    actual: input.actual.map(change),
    point: input.point.map(change),
    quantiles: input.quantiles.map(change),
    insample: input.insample.map(change),
  };
}

/** The same window with `garbage`, one number after another, wherever nothing was observed. */
export function fillMask(input: MetricInput, garbage: readonly number[]): MetricInput {
  const width = input.quantileLevels.length;
  let used = 0;
  const next = () => garbage[used++ % garbage.length];
  return {
    ...input,
    actual: input.actual.map((value, t) => (input.observed[t] === 1 ? value : next())),
    point: input.point.map((value, t) => (input.observed[t] === 1 ? value : next())),
    quantiles: input.quantiles.map((value, i) =>
      input.observed[Math.floor(i / width)] === 1 ? value : next(),
    ),
  };
}

/** The same window as a forecast that hit the truth with every number. */
export function withPerfectForecast(input: MetricInput): MetricInput {
  const width = input.quantileLevels.length;
  return {
    ...input,
    point: input.actual.slice(),
    quantiles: Float64Array.from(input.quantiles, (_, i) => input.actual[Math.floor(i / width)]),
  };
}
