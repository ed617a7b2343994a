/** Reads a forecast from its JSON, which may come from outside. */
import { parseOptions, timeAxisFromJSON } from '@tessera/core';
import { Forecast, type SeriesForecast } from './forecast.js';
import { forecastJSONSchema } from './forecast-json.js';

/** The forecast that `toJSON` described. @throws TesseraError OPTIONS_INVALID, FORECAST_INVALID */
export function forecastFromJSON(data: unknown): Forecast {
  const { version, ...parts } = parseOptions(forecastJSONSchema, data, 'forecast JSON');
  const series = parts.series.map((each): SeriesForecast => ({ ...each, time: timeAxisFromJSON(each.time) }));
  return new Forecast({ ...parts, series });
}
