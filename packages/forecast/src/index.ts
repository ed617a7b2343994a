export * from './backtest/index.js';
export { type ArimaOptions, arima } from './classical/arima.js';
export { drift } from './classical/drift.js';
export { type EtsOptions, ets } from './classical/ets.js';
export {
  type DLinearOptions,
  dlinear,
  type NLinearOptions,
  nlinear,
} from './classical/linear/linear.js';
export { type MstlOptions, mstl } from './classical/mstl.js';
export { naive } from './classical/naive.js';
export { type ProphetOptions, prophet } from './classical/prophet.js';
export { type SeasonalNaiveOptions, seasonalNaive } from './classical/seasonal-naive.js';
export { type ThetaOptions, theta } from './classical/theta.js';
export { type WindowMeanOptions, windowMean } from './classical/window-mean.js';
export {
  Forecast,
  type ForecastOptions,
  type ForecastVegaLiteOptions,
  type SeriesForecast,
} from './forecast/forecast.js';
export { forecastFromJSON } from './forecast/forecast-from-json.js';
export type { ForecastJSON } from './forecast/forecast-json.js';
export type { ForecastRow, ForecastRowOptions } from './forecast/forecast-rows.js';
export type { FitNote } from './forecaster/fit-note.js';
export type {
  FitOptions,
  FittedForecaster,
  Forecaster,
  PredictOptions,
  Recipe,
} from './forecaster/forecaster.js';
export {
  classicalForecasters,
  forecasterFromRecipe,
  forecasterNames,
} from './forecaster/registry.js';
export { type ConformalOptions, withConformalIntervals } from './intervals/conformal-forecaster.js';
export type { ErrorKind } from './intervals/split-conformal.js';
export type { FittedPatchForecaster } from './patch/fitted-patch.js';
export { loadPatchForecaster } from './patch/load-patch-forecaster.js';
export { type PatchForecaster, patchForecaster } from './patch/patch-forecaster.js';
export type { PatchLedger } from './patch/patch-ledger.js';
export type {
  BoundaryWatchOptions,
  WatchedBoundaries,
  WatchedMoment,
} from './train-jointly/boundary-watch.js';
export type { LearningEntry } from './train-jointly/learning-record.js';
export { scoutedLearning } from './train-jointly/scouted-learning.js';
export {
  type JointTraining,
  type JointTrainingOptions,
  trainJointly,
  trainPolicy,
} from './train-jointly/train-jointly.js';
