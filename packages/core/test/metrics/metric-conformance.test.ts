/** What every metric must do, whatever it measures: one suite, run over all of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metric, MetricInput } from '../../src/metrics/metric.js';
import { metricByName } from '../../src/metrics/metric-by-name.js';
import {
  arbitraryInput,
  fillMask,
  mapValues,
  metricInput,
  reorder,
  testLevels,
  withPerfectForecast,
} from './metric-inputs.js';
import { referenceLevels, referenceMetrics } from './reference-metrics.js';

const metrics = Object.keys(referenceMetrics).map((name) => metricByName(name, referenceLevels));

/** Rounding of sums in another order: a few hundred operations of relative error 2^-53 each. */
const rounding = 1e-12;

function expectClose(found: number, expected: number): void {
  if (Number.isNaN(expected)) expect(found).toBeNaN();
  else expect(Math.abs(found - expected)).toBeLessThanOrEqual(rounding * Math.max(1, Math.abs(expected)));
}

function score(metric: Metric, ...windows: MetricInput[]): number {
  return metric.aggregate(windows.map((window) => metric.statistic(window)));
}

const powerOfUnit = { target: 1, 'target squared': 2, ratio: 0, percent: 0 } as const;

describe.each(metrics.map((metric) => ({ name: metric.name, metric })))('$name', ({ name, metric }) => {
  it('agrees with its slow definition over many windows', () => {
    fc.assert(
      fc.property(fc.array(arbitraryInput, { maxLength: 5 }), (windows) => {
        expectClose(score(metric, ...windows), referenceMetrics[name](windows));
      }),
    );
  });

  it('does not see what the mask hides', () => {
    const garbage = fc.array(fc.double(), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(arbitraryInput, garbage, (input, filling) => {
        expect(metric.statistic(fillMask(input, filling))).toEqual(metric.statistic(input));
      }),
    );
  });

  it('does not depend on the order of the steps', () => {
    const shuffled = arbitraryInput.chain((input) => {
      const steps = [...input.actual.keys()];
      const order = fc.shuffledSubarray(steps, { minLength: steps.length, maxLength: steps.length });
      return fc.tuple(fc.constant(input), order);
    });
    fc.assert(
      fc.property(shuffled, ([input, order]) => {
        const [found, expected] = [metric.statistic(reorder(input, order)), metric.statistic(input)];
        expectClose(found.sum, expected.sum);
        expectClose(found.weight, expected.weight);
      }),
    );
  });

  it('is the same, or scales as its unit says, where the series is measured in another unit', () => {
    fc.assert(
      fc.property(arbitraryInput, fc.integer({ min: -8, max: 8 }), (input, exponent) => {
        const factor = 2 ** exponent;
        const scaled = mapValues(input, (value) => value * factor);
        expectClose(score(metric, scaled), score(metric, input) * factor ** powerOfUnit[metric.unit]);
      }),
    );
  });

  it('is the same where the sign of the series is turned', () => {
    const turned = (input: MetricInput): MetricInput => {
      const width = input.quantileLevels.length;
      const mirrored = mapValues(input, (value) => -value);
      // The quantile of level q becomes that of 1 - q; the levels of the tests are symmetric.
      const quantiles = mirrored.quantiles.map(
        (_, i) => -input.quantiles[i - (i % width) + width - 1 - (i % width)],
      );
      return { ...mirrored, quantiles };
    };
    const mirror = name === 'pinball-0.9' ? metricByName('pinball-0.1') : metric;
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        expectClose(score(mirror, turned(input)), score(metric, input));
      }),
    );
  });

  it('is at its best for a forecast without error', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const value = score(metric, withPerfectForecast(input));
        const best = metric.better === 'smaller' ? 0 : 1;
        if (metric.statistic(input).weight === 0) expect(value).toBeNaN();
        else expect(value).toBe(best);
      }),
    );
  });

  it('weighs windows as its aggregation says', () => {
    const split = arbitraryInput.chain((input) =>
      fc.tuple(fc.constant(input), fc.integer({ min: 0, max: input.actual.length })),
    );
    fc.assert(
      fc.property(split, ([input, at]) => {
        const steps = [...input.actual.keys()];
        const halves = [reorder(input, steps.slice(0, at)), reorder(input, steps.slice(at))];
        if (metric.aggregation === 'pooled') {
          expectClose(score(metric, ...halves), score(metric, input));
        } else {
          const values = halves.map((half) => score(metric, half)).filter((value) => !Number.isNaN(value));
          const mean = values.reduce((a, b) => a + b, 0) / values.length;
          expectClose(score(metric, ...halves), mean);
        }
      }),
    );
  });

  it('has no weight where nothing was observed, and no value without weight', () => {
    const hidden = metricInput({
      actual: [null, null],
      quantileLevels: testLevels,
      quantiles: [[], []].map(() => [1, 2, 3, 4, 5]),
      insample: [1, 2, 4],
    });
    expect(metric.statistic(hidden)).toEqual({ sum: 0, weight: 0 });
    expect(metric.statistic(metricInput({ actual: [], quantileLevels: testLevels }))).toEqual({
      sum: 0,
      weight: 0,
    });
    expect(metric.aggregate([])).toBeNaN();
    expect(metric.aggregate([{ sum: 0, weight: 0 }])).toBeNaN();
  });

  it('leaves its input as it was', () => {
    fc.assert(
      fc.property(arbitraryInput, (input) => {
        const before = structuredClone(input);
        metric.statistic(input);
        expect(input).toEqual(before);
      }),
    );
  });

  it('refuses arrays of different windows', () => {
    const input = metricInput({
      actual: [1, 2],
      quantileLevels: testLevels,
      quantiles: [
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ],
      insample: [1, 2, 4],
    });
    expect(() => metric.statistic(input)).not.toThrow();
    expect(() => metric.statistic({ ...input, observed: new Uint8Array(3) })).toThrowError(
      'SHAPE_MISMATCH: observed: expected 2 entries, one per step of actual, found 3. ' +
        'Give arrays of the same window.',
    );
    expect(() => metric.statistic({ ...input, point: new Float64Array(1) })).toThrowError(
      'SHAPE_MISMATCH: point: expected 2 entries, one per step of actual, found 1. ' +
        'Give arrays of the same window.',
    );
    if (metric.quantileLevels.length === 0) return;
    expect(() => metric.statistic({ ...input, quantiles: new Float64Array(9) })).toThrowError(
      'SHAPE_MISMATCH: quantiles: expected 10 entries, 2 steps of 5 levels, found 9. ' +
        'Give arrays of the same window.',
    );
    expect(() =>
      metric.statistic({ ...input, quantileLevels: [], quantiles: new Float64Array(0) }),
    ).toThrowError(
      `METRIC_INPUT_INVALID: quantileLevels: expected the level ${metric.quantileLevels[0]}, found none. ` +
        'Forecast this quantile too, or leave the metric out.',
    );
  });

  it('refuses an observed truth that is not finite', () => {
    const input = metricInput({
      actual: [1, Number.POSITIVE_INFINITY],
      quantileLevels: testLevels,
      quantiles: [
        [1, 2, 3, 4, 5],
        [1, 2, 3, 4, 5],
      ],
    });
    expect(() => metric.statistic(input)).toThrowError(
      'METRIC_INPUT_INVALID: actual[1]: expected a finite number where observed is 1, found Infinity. ' +
        'Set observed to 0 there.',
    );
  });

  it('refuses a forecast of NaN where the truth is known', () => {
    const usesPoint = metric.quantileLevels.length === 0;
    const input = metricInput({
      actual: [null, 2],
      point: usesPoint ? [Number.NaN, Number.NaN] : [1, 1],
      quantileLevels: testLevels,
      quantiles: [Number.NaN, usesPoint ? 1 : Number.NaN].map((value) => testLevels.map(() => value)),
    });
    const what = usesPoint ? 'point[1]' : `quantiles at step 1, level ${metric.quantileLevels[0]}`;
    expect(() => metric.statistic(input)).toThrowError(
      `METRIC_INPUT_INVALID: ${what}: expected a number where observed is 1, found NaN. ` +
        'Forecast every observed step; a metric does not leave any out on its own.',
    );
  });

  it('cannot be changed by who uses it', () => {
    expect(Object.isFrozen(metric)).toBe(true);
    expect(Object.isFrozen(metric.quantileLevels)).toBe(true);
  });
});
