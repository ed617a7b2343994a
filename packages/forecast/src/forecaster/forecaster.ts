/**
 * The two types every forecaster is made of. An unfitted forecaster has no predict; a fitted one never learns again.
 * A recipe is a forecaster as data: it crosses threads, is stored with results, and rebuilds the forecaster.
 */
import type { LongWorkOptions, SeriesSet } from '@tessera/core';
import type { Forecast } from '../forecast/forecast.js';
import type { FitNote } from './fit-note.js';

export interface Recipe {
  /** Registered name, e.g. `seasonal-naive`. */
  readonly name: string;
  /** Resolved options, plain JSON data. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface FitOptions extends LongWorkOptions {
  /** Longest horizon that will be asked for, in steps; forecasters that calibrate by step need it. Default 1 season. */
  readonly horizon?: number | undefined;
}

export interface PredictOptions {
  /** Steps ahead, at least 1. Default: the horizon it was fitted for. */
  readonly horizon?: number | undefined;
  /** Central intervals in percent. Default `[80, 95]`. */
  readonly levels?: readonly number[] | undefined;
  /** Further quantile levels in (0, 1). Default none; the median is always there. */
  readonly quantiles?: readonly number[] | undefined;
  /** Other histories to forecast from with what was learned, for forecasters with `acceptsContext`. */
  readonly context?: SeriesSet | undefined;
  /** Future covariates over the horizon, by series id. */
  readonly future?: SeriesSet | undefined;
}

export interface Forecaster {
  readonly name: string;
  readonly recipe: Recipe;
  /** `local`: one model per series, so series can be fitted apart; `global`: one model for all series. */
  readonly scope: 'local' | 'global';
  /** Whether the fitted forecaster can forecast from another history without learning again. */
  readonly acceptsContext: boolean;
  /** `caller`: stays in the calling thread, because ending a worker amid its native code ends the process. Default any. */
  readonly thread?: 'caller' | undefined;
  /** @throws TesseraError SERIES_TOO_SHORT, TIME_IRREGULAR, FIT_FAILED, OPTIONS_INVALID, OPERATION_ABORTED */
  fit(set: SeriesSet, options?: FitOptions): Promise<FittedForecaster>;
}

export interface FittedForecaster {
  readonly name: string;
  readonly recipe: Recipe;
  readonly acceptsContext: boolean;
  /** What was skipped, interpolated or ignored while fitting; what happened while predicting is in the forecast. */
  readonly notes: readonly FitNote[];
  /** @throws TesseraError HORIZON_TOO_LONG, FUTURE_MISSING, CONTEXT_UNSUPPORTED, LEVEL_INVALID, SERIES_UNKNOWN */
  predict(options?: PredictOptions): Promise<Forecast>;
  /** Gives back what no garbage collector sees, as models on an engine; it cannot predict afterwards. */
  dispose?(): void;
}
