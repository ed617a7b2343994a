/**
 * What a local forecaster is made of: a method that learns from one channel, and the model it learns. The base around
 * them maps over series and channels, so that a method knows one history and nothing else.
 */
import type { TakeNote } from '../forecaster/fit-note.js';
import type { ChannelHistory } from './channel-history.js';

/** Shapes: H steps, Q quantiles. */
export interface ChannelForecast {
  /** Shape `[H]`. */
  readonly point: Float64Array;
  /** Shape `[H, Q]`, ascending along Q. */
  readonly quantiles: Float64Array;
}

export interface ChannelRequest {
  /** The history to forecast from: the one it was fitted on, or a context. */
  readonly history: ChannelHistory;
  readonly horizon: number;
  readonly quantileLevels: readonly number[];
  readonly note: TakeNote;
}

export interface ChannelModel {
  /** The longest horizon it can answer. Default any. */
  readonly longestHorizon?: number;
  /** Never writes to the history, and gives the same bits for the same request. */
  forecast(request: ChannelRequest): ChannelForecast;
}

export interface MethodOptions {
  /** Steps that will be asked for. */
  readonly horizon: number;
  readonly note: TakeNote;
}

export interface ChannelMethod {
  /** May throw a TesseraError; anything else becomes FIT_FAILED with it as the cause. */
  fit(history: ChannelHistory, options: MethodOptions): Promise<ChannelModel> | ChannelModel;
}
