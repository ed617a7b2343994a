/**
 * A forecast as a long table: one row per series, channel and step, as people and other tools read it. Shows the channel
 * only where a forecast has several.
 */
import { TesseraError } from '@tessera/core';
import type { Forecast } from './forecast.js';
import { indexOfLevel, intervalBounds } from './levels.js';

/** One line of a long table: interval columns are named `lo-80` and `hi-80`, quantile columns `q0.025`. */
export type ForecastRow = Readonly<Record<string, string | number | Date>>;

/** Names of the columns; what is left out keeps its default. */
export interface ForecastRowOptions {
  /** Default `unique_id`. */
  readonly id?: string | undefined;
  /** Default `ds`. */
  readonly time?: string | undefined;
  /** Default `channel`; the column is there only where a series has several targets. */
  readonly channel?: string | undefined;
  /** Column of the point forecast. Default: the name of the forecaster. */
  readonly point?: string | undefined;
}

/**
 * The rows of a forecast: series by series, step by step, channel by channel. Quantiles that bound an interval are shown
 * as its bounds, all others under their level. O(H C Q) per series.
 *
 * @throws TesseraError COLUMN_DUPLICATE
 */
export function forecastRows(forecast: Forecast, options: ForecastRowOptions = {}): ForecastRow[] {
  const { id = 'unique_id', time = 'ds', channel = 'channel', point = forecast.model } = options;
  const several = forecast.series.some(({ channels }) => channels.length > 1);
  const columns = quantileColumns(forecast);
  checkDistinct([id, time, ...(several ? [channel] : []), point, ...columns.map(({ name }) => name)]);
  const depth = forecast.quantileLevels.length;
  return forecast.series.flatMap((series) => {
    const width = series.channels.length;
    return Array.from({ length: forecast.horizon * width }, (_, cell): ForecastRow => {
      const row: Record<string, string | number | Date> = { [id]: series.id };
      row[time] = new Date(series.time.timeAt(Math.floor(cell / width)));
      if (several) row[channel] = series.channels[cell % width];
      row[point] = series.point[cell];
      for (const { name, index } of columns) row[name] = series.quantiles[cell * depth + index];
      return row;
    });
  });
}

/** Interval bounds from the narrowest to the widest, then the quantiles that bound none. */
function quantileColumns({
  levels,
  quantileLevels,
}: Forecast): { readonly name: string; readonly index: number }[] {
  const bounds = levels.flatMap((level) => {
    const [lower, upper] = intervalBounds(level);
    return [
      { name: `lo-${level}`, index: indexOfLevel(quantileLevels, lower) },
      { name: `hi-${level}`, index: indexOfLevel(quantileLevels, upper) },
    ];
  });
  const shown = new Set(bounds.map(({ index }) => index));
  const others = quantileLevels.flatMap((level, index) =>
    shown.has(index) ? [] : [{ name: `q${level}`, index }],
  );
  return [...bounds, ...others];
}

function checkDistinct(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new TesseraError({
    code: 'COLUMN_DUPLICATE',
    argument: 'columns of a forecast',
    expected: 'distinct names',
    found: `"${twice}" twice`,
    wayOut: 'Rename one of them with the options id, time, channel or point',
  });
}
