export type { TopLevelSpec } from 'vega-lite';
export { type BacktestChartOptions, backtestChart } from './backtest-chart.js';
export type {
  CoverageRow,
  ForecastChartData,
  ForecastLine,
  ForecastPanel,
  ForecastPoint,
  HistoryPoint,
  IntervalBounds,
  ScoreRow,
  StepErrorRow,
} from './chart-data.js';
export { type CoverageChartOptions, coverageChart } from './coverage-chart.js';
export { type ErrorByStepChartOptions, errorByStepChart } from './error-by-step-chart.js';
export { type ForecastChartOptions, forecastChart } from './forecast-chart.js';
export type * from './page/page-data.js';
export { renderPage } from './page/render-page.js';
export { type RenderOptions, type RenderPngOptions, renderPng, renderSvg } from './render-chart.js';
export { type ThinnedSeries, thinSeries } from './thin-series.js';
