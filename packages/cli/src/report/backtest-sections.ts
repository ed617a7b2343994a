/** A backtest as sections of a page: what was compared, who was best, how sure that is, where errors grow, what failed. */
import {
  backtestChart,
  coverageChart,
  errorByStepChart,
  type PageBlock,
  type PageSection,
} from '@tessera/core/charts';
import type { BacktestResult } from '@tessera/forecast';

/** Metrics that charts show. */
const drawn = ['CRPS', 'MASE'] as const;
/** Metrics of the page’s table; the CSV has all. */
const tabled = /^(CRPS|MASE|MAE|RMSE|sMAPE|coverage-.*)$/;
const coveragePrefix = 'coverage-';

/** One section with charts and tables. @param result of a backtest that scored every step */
export function backtestSections(result: BacktestResult): PageSection[] {
  const { horizon, windows, step } = result.options;
  const summary = result.summary();
  const scored = new Set(summary.map((row) => row.metric));
  const shown = drawn.filter((metric) => scored.has(metric));
  const metrics = [
    ...shown,
    ...[...scored].filter((metric) => tabled.test(metric) && !shown.some((each) => each === metric)),
  ];
  const value = (model: string, metric: string) =>
    summary.find((row) => row.model === model && row.metric === metric)?.value ?? null;
  const best = result.best(shown[0]);
  const blocks: PageBlock[] = [
    {
      kind: 'text',
      text:
        `Each forecaster was fitted ${windows} times and asked for the next ${horizon} steps; origins lie ${step} steps apart. ` +
        'Only what was known at an origin was seen. Smaller is better, except for coverage, which should be near its level.',
    },
    {
      kind: 'table',
      caption: 'Scores over all windows',
      columns: [
        { title: 'Forecaster' },
        ...metrics.map((title) => ({ title })),
        { title: 'Seconds', decimals: 2 },
      ],
      rows: result.models.map(({ name, fitSeconds, predictSeconds }) => [
        { value: name, strong: name === best.name },
        ...metrics.map((metric) => rounded(value(name, metric))),
        fitSeconds + predictSeconds,
      ]),
    },
  ];
  const rows = result
    .toRows()
    .filter((row) => shown.some((metric) => metric === row.metric))
    .map((row) => ({ forecaster: row.model, metric: row.metric, value: row.value }));
  if (rows.length > 0)
    blocks.push({ kind: 'chart', name: 'scores', spec: backtestChart(rows, { title: 'Scores by window' }) });
  const [main] = shown;
  if (main !== undefined && result.options.byStep) {
    const byStep = result
      .byStep()
      .filter((row) => row.metric === main)
      .map((row) => ({ forecaster: row.model, step: row.step, value: row.value }));
    blocks.push({
      kind: 'chart',
      name: 'by-step',
      spec: errorByStepChart(byStep, { title: `${main} by step ahead` }),
    });
  }
  const coverage = summary
    .filter((row) => row.metric.startsWith(coveragePrefix))
    .map((row) => ({
      forecaster: row.model,
      level: Number(row.metric.slice(coveragePrefix.length)),
      coverage: row.unit === 'percent' ? row.value : row.value * 100,
    }));
  if (coverage.length > 0) {
    blocks.push({
      kind: 'chart',
      name: 'coverage',
      spec: coverageChart(coverage, { title: 'Nominal and empirical coverage' }),
    });
  }
  if (result.failures.length > 0) {
    blocks.push({
      kind: 'note',
      tone: 'warning',
      title: `${result.failures.length} fits or forecasts failed and are not in the scores`,
      text: [...new Set(result.failures.map(({ message }) => message))].slice(0, 5).join('\n\n'),
    });
  }
  return [{ title: 'Backtest', blocks }];
}

/** Four significant digits: more would be noise, fewer would hide differences. */
function rounded(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : Number(value.toPrecision(4));
}

/** Every score as rows for a table file. */
export function plainRows(result: BacktestResult) {
  return result.toRows().map((row) => ({ ...row }));
}
