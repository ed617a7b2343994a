export * from './backtest/index.js';
export { naive } from './classical/naive.js';
export { type SeasonalNaiveOptions, seasonalNaive } from './classical/seasonal-naive.js';
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
export { forecasterFromRecipe, forecasterNames } from './forecaster/registry.js';
export {
  type FittedPatchForecaster,
  loadPatchForecaster,
  type PatchForecaster,
  patchForecaster,
} from './patch/patch-forecaster.js';
