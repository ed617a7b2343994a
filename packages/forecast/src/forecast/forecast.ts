/**
 * What a forecaster says about the future of a set of series: per series H steps, C channels and Q quantiles, on the
 * time axis that follows the history. Immutable; it does not know how it was made.
 */
import { type SeriesSet, TesseraError, type TimeAxis } from '@tessera/core';
import {
  type ForecastChartOptions,
  forecastChart,
  type TopLevelSpec,
} from '@tessera/core/charts/specifications';
import type { toArquero } from '@tessera/core/io';
import type { FitNote } from '../forecaster/fit-note.js';
import { type ForecastChartDataOptions, forecastChartData } from './forecast-chart-data.js';
import { type ForecastJSON, forecastToJSON } from './forecast-json.js';
import { type ForecastRow, type ForecastRowOptions, forecastRows } from './forecast-rows.js';
import { indexOfLevel, intervalBounds, levelError } from './levels.js';

export type ForecastVegaLiteOptions = ForecastChartOptions & ForecastChartDataOptions;

/** Shapes: H steps, C target channels, Q quantiles. */
export interface SeriesForecast {
  readonly id: string;
  readonly time: TimeAxis;
  readonly channels: readonly string[];
  /** Point forecast, shape `[H, C]`, row by row. */
  readonly point: Float64Array;
  /** Shape `[H, C, Q]`, ascending along Q. */
  readonly quantiles: Float64Array;
}

export interface ForecastOptions {
  readonly model: string;
  readonly horizon: number;
  readonly levels: readonly number[];
  readonly quantileLevels: readonly number[];
  readonly series: readonly SeriesForecast[];
  /** What happened while forecasting. Default none. */
  readonly notes?: readonly FitNote[] | undefined;
}

export class Forecast {
  /** Name of the forecaster. */
  readonly model: string;
  readonly horizon: number;
  /** Central intervals in percent, ascending. */
  readonly levels: readonly number[];
  /** In (0, 1), ascending. */
  readonly quantileLevels: readonly number[];
  readonly series: readonly SeriesForecast[];
  readonly notes: readonly FitNote[];
  readonly #byId: ReadonlyMap<string, SeriesForecast>;

  /** @throws TesseraError FORECAST_INVALID where shapes do not agree, ids repeat or quantiles descend */
  constructor(options: ForecastOptions) {
    this.model = options.model;
    this.horizon = options.horizon;
    this.levels = Object.freeze([...options.levels]);
    this.quantileLevels = Object.freeze([...options.quantileLevels]);
    this.series = Object.freeze([...options.series]);
    this.notes = Object.freeze([...(options.notes ?? [])]);
    this.#byId = new Map(this.series.map((each) => [each.id, each]));
    if (this.#byId.size < this.series.length) throw invalid('series', 'distinct ids', 'an id twice');
    for (const each of this.series) checkSeries(each, this.horizon, this.quantileLevels.length);
  }

  get ids(): readonly string[] {
    return this.series.map(({ id }) => id);
  }

  /** The forecast of one series. @throws TesseraError SERIES_UNKNOWN */
  get(id: string): SeriesForecast {
    const found = this.#byId.get(id);
    if (found !== undefined) return found;
    throw new TesseraError({
      code: 'SERIES_UNKNOWN',
      argument: 'series id',
      expected: `one of ${this.ids.slice(0, 5).join(', ')}${this.series.length > 5 ? ', …' : ''}`,
      found: `"${id}"`,
      wayOut: 'Use an id that the forecast has',
    });
  }

  /**
   * The point forecast of one channel, shape `[H]`; a copy.
   *
   * @param channel default: the only channel
   * @throws TesseraError SERIES_UNKNOWN, CHANNEL_UNKNOWN
   */
  point(id: string, channel?: string): Float64Array {
    const series = this.get(id);
    const column = channelColumn(series, channel);
    const width = series.channels.length;
    return Float64Array.from({ length: this.horizon }, (_, step) => series.point[step * width + column]);
  }

  /**
   * One quantile of one channel, shape `[H]`; a copy.
   *
   * @param level in (0, 1), one of `quantileLevels`
   * @throws TesseraError SERIES_UNKNOWN, CHANNEL_UNKNOWN, LEVEL_INVALID
   */
  quantile(id: string, level: number, channel?: string): Float64Array {
    const series = this.get(id);
    const index = indexOfLevel(this.quantileLevels, level);
    if (index < 0) {
      const known = this.quantileLevels.join(', ');
      throw levelError(
        'quantile level',
        `one of ${known}`,
        level,
        `Ask predict for { quantiles: [${level}] }`,
      );
    }
    const column = channelColumn(series, channel);
    const width = series.channels.length;
    const depth = this.quantileLevels.length;
    return Float64Array.from(
      { length: this.horizon },
      (_, step) => series.quantiles[(step * width + column) * depth + index],
    );
  }

  /**
   * A central interval of one channel, each bound of shape `[H]`.
   *
   * @param level in percent, one of `levels`
   * @throws TesseraError SERIES_UNKNOWN, CHANNEL_UNKNOWN, LEVEL_INVALID
   */
  interval(
    id: string,
    level: number,
    channel?: string,
  ): { readonly lower: Float64Array; readonly upper: Float64Array } {
    if (indexOfLevel(this.levels, level) < 0) {
      const known = this.levels.length === 0 ? 'none was asked for' : `one of ${this.levels.join(', ')}`;
      throw levelError('interval level', known, level, `Ask predict for { levels: [${level}] }`);
    }
    const [lower, upper] = intervalBounds(level);
    return { lower: this.quantile(id, lower, channel), upper: this.quantile(id, upper, channel) };
  }

  /** A long table, one row per series, channel and step. @throws TesseraError COLUMN_DUPLICATE */
  toRows(options: ForecastRowOptions = {}): ForecastRow[] {
    return forecastRows(this, options);
  }

  /** The rows as an arquero table. @throws TesseraError COLUMN_DUPLICATE */
  async toArquero(options: ForecastRowOptions = {}): ReturnType<typeof toArquero> {
    const io = await import('@tessera/core/io');
    return io.toArquero(this.toRows(options).map((row) => ({ ...row })));
  }

  /**
   * A Vega-Lite chart of the forecast with its intervals, one panel per series and channel.
   *
   * @param history the series that were forecast, drawn before the origin. Default none
   * @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID
   */
  toVegaLite(history?: SeriesSet, options: ForecastVegaLiteOptions = {}): TopLevelSpec {
    const { title, maxPanels, ...chart } = options;
    return forecastChart(forecastChartData(this, history, { title, maxPanels }), chart);
  }

  /** Plain JSON, which `forecastFromJSON` reads. */
  toJSON(): ForecastJSON {
    return forecastToJSON(this);
  }
}

function channelColumn(series: SeriesForecast, channel: string | undefined): number {
  if (channel === undefined && series.channels.length === 1) return 0;
  const column = channel === undefined ? -1 : series.channels.indexOf(channel);
  if (column >= 0) return column;
  throw new TesseraError({
    code: 'CHANNEL_UNKNOWN',
    argument: `channel of the forecast of "${series.id}"`,
    expected: `one of ${series.channels.join(', ')}`,
    found: channel === undefined ? 'none' : `"${channel}"`,
    wayOut: 'Name a channel that the forecast has',
  });
}

function checkSeries(series: SeriesForecast, horizon: number, depth: number): void {
  const argument = `forecast of series "${series.id}"`;
  const cells = horizon * series.channels.length;
  if (series.time.length !== horizon) throw invalid(argument, `${horizon} times`, `${series.time.length}`);
  if (series.point.length !== cells) {
    throw invalid(argument, `${cells} points, one per step and channel`, `${series.point.length}`);
  }
  if (series.quantiles.length !== cells * depth) {
    throw invalid(argument, `${cells * depth} quantiles`, `${series.quantiles.length}`);
  }
  for (let cell = 0; cell < cells; cell++) {
    for (let at = cell * depth + 1; at < (cell + 1) * depth; at++) {
      if (series.quantiles[at] >= series.quantiles[at - 1] || Number.isNaN(series.quantiles[at])) continue;
      throw invalid(argument, 'quantiles that ascend at every step', `a descent at cell ${cell}`);
    }
  }
}

function invalid(argument: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'FORECAST_INVALID',
    argument,
    expected,
    found,
    wayOut: 'Correct the forecaster that made it',
  });
}
