import { describe, expect, it } from 'vitest';
import { backtestChart, coverageChart, errorByStepChart, renderSvg } from '../../src/charts/index.js';

async function texts(spec: Parameters<typeof renderSvg>[0]): Promise<string[]> {
  const warnings: string[] = [];
  const svg = await renderSvg(spec, { onWarning: (warning) => warnings.push(warning) });
  expect(warnings).toEqual([]);
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]);
}

/** All data rows of a specification that have the field. */
function rowsWith(spec: unknown, field: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  JSON.stringify(spec, (_, value) => {
    if (typeof value === 'object' && value !== null && field in value) found.push(value);
    return value;
  });
  return found;
}

describe('backtestChart', () => {
  const scores = (forecaster: string, values: readonly (number | null)[], metric = 'MASE') =>
    values.map((value) => ({ forecaster, metric, value }));

  it('summarizes by mean, quartiles and the range from 5 to 95 %', () => {
    const spec = backtestChart(scores('naive', [5, 1, 2, 3, 4]));
    const [summary] = rowsWith(spec, 'lowerQuarter');
    // Type 7 quantiles of 1, 2, 3, 4, 5.
    expect(summary).toEqual({
      forecaster: 'naive',
      mean: 3,
      low: 1.2,
      lowerQuarter: 2,
      upperQuarter: 4,
      high: 4.8,
      count: 5,
      missing: 0,
      best: true,
      text: '3.000',
    });
  });

  it('puts the best of the first metric on top and one without scores last', async () => {
    const rows = [...scores('worse', [3, 4]), ...scores('failed', [null, null]), ...scores('better', [1, 2])];
    const drawn = await texts(backtestChart(rows, { title: 'Backtest' }));
    expect(drawn.filter((text) => ['worse', 'failed', 'better'].includes(text))).toEqual([
      'better',
      'worse',
      'failed',
    ]);
    expect(drawn).toContain('–');
    expect(drawn).toContain(
      'Dot: mean over 2 scores. Bar: their middle half. Line: 5 to 95 %. 2 could not be computed.',
    );
  });

  it('takes the nearest to the ideal for the best where a metric has one', () => {
    const rows = [...scores('wide', [99, 99], 'coverage-80'), ...scores('right', [81, 79], 'coverage-80')];
    const spec = backtestChart(rows, { ideals: { 'coverage-80': 80 } });
    const best = rowsWith(spec, 'lowerQuarter').filter((row) => row.best === true);
    expect(new Set(best.map((row) => row.forecaster))).toEqual(new Set(['right']));
  });

  it('gives every metric a panel', async () => {
    const rows = ['MASE', 'sMAPE', 'RMSE', 'CRPS'].flatMap((metric) => scores('naive', [1, 2], metric));
    const drawn = await texts(backtestChart(rows, { units: { sMAPE: '%' } }));
    expect(drawn).toEqual(expect.arrayContaining(['MASE', 'sMAPE', 'RMSE', 'CRPS', '%']));
  });

  it('draws single scores only where they can be told apart', () => {
    const few = backtestChart(scores('naive', [1, 2, 3]));
    const many = backtestChart(
      scores(
        'naive',
        Array.from({ length: 61 }, (_, i) => i),
      ),
    );
    expect(rowsWith(few, 'value').filter((row) => row.forecaster === 'naive')).toHaveLength(3);
    expect(rowsWith(many, 'value').filter((row) => row.forecaster === 'naive')).toHaveLength(0);
  });

  it('draws one score per forecaster without inventing a spread', async () => {
    const drawn = await texts(backtestChart(scores('naive', [1.5]), { title: 'One' }));
    expect(drawn).toContain('One score each.');
  });

  it('takes a metric with the name of an object property for any other', async () => {
    const rows = [...scores('toString', [1, 2], 'constructor'), ...scores('a', [1, 2], 'MASE')];
    const drawn = await texts(backtestChart(rows, { title: 'valueOf' }));
    expect(drawn).toEqual(expect.arrayContaining(['toString', 'constructor', 'valueOf']));
  });

  it('says the means in words', () => {
    expect(backtestChart([...scores('a', [1]), ...scores('b', [2])], { title: 'T' }).description).toBe(
      'T. Mean MASE: a 1.000, b 2.000.',
    );
  });

  it('spreads scores of several orders of magnitude on a logarithmic scale, which needs positive ones', async () => {
    const drawn = await texts(backtestChart(scores('a', [0.01, 1, 1000]), { scale: 'log' }));
    expect(drawn).toEqual(expect.arrayContaining(['MASE']));
    expect(() => backtestChart(scores('a', [0]), { scale: 'log' })).toThrow(
      'CHART_DATA_INVALID: rows[0].value: expected a positive number on a logarithmic scale, found 0. Use the linear scale.',
    );
  });

  it('refuses an infinite score and no rows', () => {
    expect(() => backtestChart(scores('a', [Number.POSITIVE_INFINITY]))).toThrow(
      'CHART_DATA_INVALID: rows[0].value: expected a finite number or null, found Infinity.',
    );
    expect(() => backtestChart([])).toThrow(
      'CHART_DATA_INVALID: rows: expected at least one entry, found none.',
    );
  });
});

describe('errorByStepChart', () => {
  const rows = ['good', 'bad'].flatMap((forecaster, index) =>
    [1, 2, 3].map((step) => ({
      forecaster,
      step,
      value: step === 2 && index === 0 ? null : (index + 1) * step,
    })),
  );

  it('draws a line per forecaster from zero, the best named first, and a gap where a step is missing', async () => {
    const spec = errorByStepChart([...rows].reverse(), { metric: 'MAE', unit: 'births' });
    const drawn = await texts(spec);
    expect(drawn.filter((text) => ['good', 'bad'].includes(text))).toEqual(['good', 'bad']);
    expect(drawn).toEqual(expect.arrayContaining(['0', 'steps ahead', 'MAE (births)']));
    expect(rowsWith(spec, 'step')[1]).toEqual({ step: 2, f0: null, f1: 4 });
  });

  it('refuses a step that comes twice or is none', () => {
    expect(() => errorByStepChart([rows[0], rows[0]])).toThrow(
      'CHART_DATA_INVALID: rows[1].step: expected whole steps from 1, each once per forecaster, found 1.',
    );
    expect(() => errorByStepChart([{ forecaster: 'a', step: 0, value: 1 }])).toThrow('CHART_DATA_INVALID');
  });
});

describe('coverageChart', () => {
  const rows = (levels: readonly number[]) =>
    levels.flatMap((level) => [
      { forecaster: 'narrow', level, coverage: level - 9 },
      { forecaster: 'right', level, coverage: level + 1 },
    ]);

  it('shows two levels as panels with the best calibrated first', async () => {
    const drawn = await texts(coverageChart(rows([80, 95])));
    expect(drawn.filter((text) => ['narrow', 'right'].includes(text))).toEqual(['right', 'narrow']);
    expect(drawn).toEqual(
      expect.arrayContaining(['80 % interval', '95 % interval', '71.0', '81.0', '86.0', '96.0']),
    );
  });

  it('shows many levels as curves against the diagonal', async () => {
    const drawn = await texts(coverageChart(rows([20, 40, 60, 80])));
    expect(drawn).toEqual(
      expect.arrayContaining(['nominal coverage, %', 'empirical coverage, %', 'narrow', 'right']),
    );
  });

  it('leaves out what could not be computed, with a dash', async () => {
    const drawn = await texts(coverageChart([{ forecaster: 'a', level: 80, coverage: null }]));
    expect(drawn).toContain('–');
  });

  it('refuses a coverage that is not a percentage, a bad level and a row that comes twice', () => {
    expect(() => coverageChart([{ forecaster: 'a', level: 80, coverage: 101 }])).toThrow(
      'CHART_DATA_INVALID: rows[0].coverage: expected percent from 0 to 100, found 101. Give 80 for 80 %.',
    );
    expect(() => coverageChart([{ forecaster: 'a', level: 0, coverage: 1 }])).toThrow('rows[0].level');
    expect(() => coverageChart([rows([80])[0], rows([80])[0]])).toThrow('found "narrow" at 80 % twice');
  });
});
