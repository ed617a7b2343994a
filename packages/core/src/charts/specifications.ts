/** The charts as Vega-Lite specifications, without what draws them: building one loads no Vega. */

export type { TopLevelSpec } from 'vega-lite';
export { type BacktestChartOptions, backtestChart } from './backtest-chart.js';
export {
  type BoundaryChartData,
  type BoundaryChartOptions,
  type BoundaryMoment,
  type BoundaryPanel,
  boundaryChart,
} from './boundary-chart.js';
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
export {
  type MissingnessRow,
  type MissingnessStripOptions,
  missingnessStrip,
} from './missingness-strip.js';
export {
  type PatchesChartData,
  type PatchesChartOptions,
  type PatchesPanel,
  type PatchPlan,
  patchesChart,
} from './patches-chart.js';
export {
  type BandSeverity,
  type MissingStretch,
  type SeriesAuditChartOptions,
  type SeriesAuditData,
  type SeverityBand,
  seriesAuditChart,
  type TimedValues,
} from './series-audit-chart.js';
export { type SurvivalCell, type SurvivalHeatmapOptions, survivalHeatmap } from './survival-heatmap.js';
export { type ThinnedSeries, thinSeries } from './thin-series.js';
