/** Rows of many windows and many metrics. */
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/metrics/evaluate.js';
import { metricByName } from '../../src/metrics/metric-by-name.js';
import { metricInput } from './metric-inputs.js';

const metrics = ['MAE', 'MASE', 'coverage-80'].map((name) => metricByName(name));
const levels = { quantileLevels: [0.1, 0.9], quantiles: [[0, 4]] };
// Errors 2 and 6; scales 2 and none; 3 is covered and 9 is not.
const windows = [
  metricInput({ ...levels, actual: [3], point: [1], insample: [1, 3] }),
  metricInput({ ...levels, actual: [9], point: [3], insample: [5, 5] }),
];

describe('evaluate', () => {
  it('gives one row per metric and counts the windows that have no weight', () => {
    expect(evaluate(windows, metrics)).toEqual([
      {
        metric: 'MAE',
        value: 4,
        unit: 'target',
        quantileLevels: [],
        windows: 2,
        windowsWithoutWeight: 0,
      },
      {
        metric: 'MASE',
        value: 1,
        unit: 'ratio',
        quantileLevels: [],
        windows: 2,
        windowsWithoutWeight: 1,
      },
      {
        metric: 'coverage-80',
        value: 0.5,
        unit: 'ratio',
        quantileLevels: [0.1, 0.9],
        windows: 2,
        windowsWithoutWeight: 0,
      },
    ]);
  });

  it('reads a generator once', () => {
    let made = 0;
    function* generate() {
      for (const window of windows) {
        made += 1;
        yield window;
      }
    }
    expect(evaluate(generate(), metrics)).toEqual(evaluate(windows, metrics));
    expect(made).toBe(windows.length);
  });

  it('has NaN where there are no windows', () => {
    const rows = evaluate([], metrics);
    expect(rows.map((row) => row.value)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(rows.map((row) => row.windows)).toEqual([0, 0, 0]);
  });
});
