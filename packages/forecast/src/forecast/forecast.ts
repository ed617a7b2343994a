/**
 * What a forecaster says about the future of a set of series: per series H steps, C channels and Q quantiles, on the
 * time axis that follows the history. Immutable; it does not know how it was made.
 */
import { invariant, type TimeAxis } from '@tessera/core';

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

/** One line of a long table: quantile columns are named `q0.025`, interval columns `lo-80` and `hi-80`. */
export type ForecastRow = Readonly<Record<string, string | number | Date>>;

export class Forecast {
  /** Name of the forecaster. */
  readonly model: string;
  readonly horizon: number;
  /** Central intervals in percent, ascending. */
  readonly levels: readonly number[];
  /** In (0, 1), ascending. */
  readonly quantileLevels: readonly number[];
  readonly series: readonly SeriesForecast[];

  constructor(options: {
    readonly model: string;
    readonly horizon: number;
    readonly levels: readonly number[];
    readonly quantileLevels: readonly number[];
    readonly series: readonly SeriesForecast[];
  }) {
    this.model = options.model;
    this.horizon = options.horizon;
    this.levels = Object.freeze([...options.levels]);
    this.quantileLevels = Object.freeze([...options.quantileLevels]);
    this.series = Object.freeze([...options.series]);
    for (const each of this.series) {
      const cells = options.horizon * each.channels.length;
      invariant(each.point.length === cells, 'a forecast holds one point per step and channel');
      invariant(
        each.quantiles.length === cells * this.quantileLevels.length,
        'a forecast holds all quantiles',
      );
    }
  }
}
