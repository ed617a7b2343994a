export { Forecast, type ForecastRow, type SeriesForecast } from './forecast/forecast.js';
export type {
  FitOptions,
  FittedForecaster,
  Forecaster,
  PredictOptions,
  Recipe,
} from './forecaster/forecaster.js';
