/** A forecast as the plain data that charts of core are drawn from, with the history it continues. */
import type { SeriesFrame, SeriesSet } from '@tessera/core';
import type { ForecastChartData, ForecastPanel } from '@tessera/core/charts/specifications';
import type { Forecast, SeriesForecast } from './forecast.js';

export interface ForecastChartDataOptions {
  readonly title?: string | undefined;
  /** Most panels, one per series and channel; what is left out is counted in the subtitle. Default 12. */
  readonly maxPanels?: number | undefined;
}

const defaultPanels = 12;

/** @param history the series that were forecast; those it lacks are drawn without history */
export function forecastChartData(
  forecast: Forecast,
  history: SeriesSet | undefined,
  { title, maxPanels = defaultPanels }: ForecastChartDataOptions,
): ForecastChartData {
  const all = forecast.series.flatMap((series) =>
    series.channels.map((channel, column) => ({ series, channel, column })),
  );
  const shown = all.slice(0, maxPanels);
  const panels = shown.map(({ series, channel, column }): ForecastPanel => {
    const frame = history?.has(series.id) === true ? history.get(series.id) : undefined;
    const unit = frame?.channels.find((each) => each.name === channel)?.unit;
    return {
      ...(all.length === 1
        ? {}
        : { name: series.channels.length === 1 ? series.id : `${series.id}: ${channel}` }),
      ...(unit === undefined ? {} : { unit }),
      history: historyPoints(frame, channel),
      forecasts: [{ forecaster: forecast.model, points: forecastPoints(forecast, series, column) }],
    };
  });
  const left = all.length - shown.length;
  const subtitle = left === 0 ? undefined : `The first ${shown.length} of ${all.length} series and channels`;
  return {
    ...(title === undefined ? {} : { title }),
    ...(subtitle === undefined ? {} : { subtitle }),
    panels,
  };
}

function historyPoints(frame: SeriesFrame | undefined, channel: string) {
  if (frame === undefined) return [];
  const { values } = frame.channel(channel);
  const times = frame.time.times();
  return Array.from(values, (value, step) => ({
    time: times[step],
    value: Number.isNaN(value) ? null : value,
  }));
}

function forecastPoints(forecast: Forecast, { id, time, channels }: SeriesForecast, column: number) {
  const channel = channels[column];
  const point = forecast.point(id, channel);
  const bands = forecast.levels.map((level) => ({ level, ...forecast.interval(id, level, channel) }));
  return Array.from(point, (value, step) => ({
    time: time.timeAt(step),
    point: drawable(value),
    intervals: bands.map(({ level, lower, upper }) => ({
      level,
      lower: drawable(lower[step]),
      upper: drawable(upper[step]),
    })),
  }));
}

/** An unbounded interval has no edge to draw. */
function drawable(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
