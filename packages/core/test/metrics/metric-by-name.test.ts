/** Names of metrics, read in any case and written in one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultMetrics, metricByName, metricNames } from '../../src/metrics/metric-by-name.js';

describe('metricByName', () => {
  it('reads every listed name back to a metric of that name', () => {
    for (const name of metricNames) {
      expect(metricByName(name).name).toBe(name);
      expect(metricByName(name.toLowerCase()).name).toBe(name);
    }
  });

  it('reads the names of metrics with any level', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('pinball', 'wQL', 'coverage', 'width', 'MSIS'),
        fc.double({ min: 0, max: 1, minExcluded: true, maxExcluded: true, noNaN: true }),
        (family, level) => {
          const name = `${family}-${level}`;
          expect(metricByName(name).name).toBe(name);
        },
      ),
    );
  });

  it('gives CRPS and weighted quantile loss the deciles, or the levels asked for', () => {
    const deciles = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    expect(metricByName('CRPS').quantileLevels).toEqual(deciles);
    expect(metricByName('wQL').quantileLevels).toEqual(deciles);
    expect(metricByName('crps', [0.25, 0.75]).quantileLevels).toEqual([0.25, 0.75]);
  });

  it.each(['mape', 'mase-80', 'coverage', 'coverage-', 'coverage-eighty', 'crps-0.5', 'constructor-1', ''])(
    'refuses "%s" and lists the names',
    (name) => {
      expect(() => metricByName(name)).toThrowError(
        'OPTIONS_INVALID: metric: expected one of MAE, MSE, RMSE, MASE, RMSSE, sMAPE, WAPE, CRPS, wQL, wQL-0.9, ' +
          'pinball-0.9, coverage-80, width-80, MSIS-95, with any number after a hyphen, ' +
          `found "${name}". Use one of these names.`,
      );
    },
  );

  it('refuses a level outside its range by its own code', () => {
    expect(() => metricByName('coverage-120')).toThrowError('LEVEL_INVALID: interval level');
    expect(() => metricByName('pinball-90')).toThrowError('OPTIONS_INVALID: quantile levels');
  });
});

describe('defaultMetrics', () => {
  it('has the point metrics alone where no levels are given', () => {
    expect(defaultMetrics().map((metric) => metric.name)).toEqual([
      'MAE',
      'MSE',
      'RMSE',
      'MASE',
      'RMSSE',
      'sMAPE',
      'WAPE',
    ]);
  });

  it('adds three metrics for every interval level and two for the quantile levels', () => {
    const names = defaultMetrics([80, 95], [0.1, 0.5, 0.9]).map((metric) => metric.name);
    expect(names.slice(7)).toEqual([
      'coverage-80',
      'width-80',
      'MSIS-80',
      'coverage-95',
      'width-95',
      'MSIS-95',
      'CRPS',
      'wQL',
    ]);
  });
});
