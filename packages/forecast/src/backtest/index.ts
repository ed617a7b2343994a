export { backtest } from './backtest.js';
export type { BacktestOptions } from './backtest-options.js';
export {
  type BacktestForecast,
  type BacktestModel,
  type BacktestNote,
  BacktestResult,
  type BacktestRow,
  type ScoreRow,
  type StoredBacktestOptions,
} from './backtest-result.js';
export type { PairedDifference } from './compare-models.js';
export type { BacktestFailure, FailureStage } from './failure.js';
export { type Selection, type SelectOptions, selectForecaster } from './select-forecaster.js';
