/**
 * Forecasting tasks whose future follows from one event in the lookback, with what the best forecasts can reach. A task
 * is a source of independent windows: window `i` is the same whatever else is drawn. The same windows, laid end to end,
 * make a long series; only a forecast from one of its origins, over one horizon, is the task.
 */
import type { SeriesFrame } from '@tessera/core';
import { z } from 'zod';
import type { Span } from '../placement.js';

/** Options that every task has. */
export const taskShape = {
  /** Steps L that a forecaster sees. */
  lookback: z.int().min(1).default(512),
  /** Steps H that it forecasts. */
  horizon: z.int().min(1).default(96),
  /** Sd of the white noise on every step, above 0. */
  noiseSd: z.number().positive().default(0.2),
  /** Templates, events and noise follow from it. */
  seed: z.int().nonnegative().default(0),
};

export type TaskOptions = Readonly<z.output<z.ZodObject<typeof taskShape>>>;

/** What lies behind one window, before noise. */
export interface EventDraw<Decision> {
  /** The event that decides the future; absent in tasks without one. */
  readonly deciding?: Span;
  /** What the event decides. */
  readonly decision: Decision;
  /** Events that look as if they mattered. */
  readonly distractions: readonly Span[];
  /** Lookback without noise, shape `[L]`. */
  readonly signal: Float64Array;
  /** The same had the deciding event not happened, shape `[L]`. */
  readonly signalWithoutEvent: Float64Array;
  /** Future without noise, shape `[H]`: the forecast of someone who knows the event. */
  readonly answer: Float64Array;
}

export interface EventWindow<Decision> extends EventDraw<Decision> {
  /** What a forecaster sees, shape `[L]`. */
  readonly lookback: Float64Array;
  /** What comes, shape `[H]`. */
  readonly future: Float64Array;
}

export type EventTruth<Decision> = Pick<EventDraw<Decision>, 'deciding' | 'decision' | 'distractions'>;

/** B windows, row by row. */
export interface EventWindows<Decision> {
  readonly count: number;
  /** Shape `[B, L]`. */
  readonly lookbacks: Float64Array;
  /** Shape `[B, H]`. */
  readonly futures: Float64Array;
  /** Futures without noise, shape `[B, H]`. */
  readonly answers: Float64Array;
  /** One for each window; steps are counted from the start of its lookback. */
  readonly truths: readonly EventTruth<Decision>[];
}

export interface EventSeries<Decision> {
  /** Length `B * (L + H)`. */
  readonly frame: SeriesFrame;
  readonly truth: {
    /** First step of each block’s future: the origins from which a forecast is the task. */
    readonly origins: Uint32Array;
    /** The series without noise. */
    readonly signal: Float64Array;
    readonly noise: Float64Array;
    /** One for each block; steps are counted from the start of the series. */
    readonly events: readonly EventTruth<Decision>[];
  };
}

/** Mean squared errors per step, noise included. */
export interface EventFloors {
  /** Of the forecast that knows the event: nothing is below it in expectation. */
  readonly oracle: number;
  /** Of the unconditional mean: what a forecaster reaches that has learnt nothing of the event. */
  readonly uninformed: number;
}

export interface EventTask<Decision, Options extends TaskOptions = TaskOptions> {
  readonly name: string;
  /** With defaults. */
  readonly options: Options;
  /** Exact, from the distribution of the events. */
  readonly floors: EventFloors;
  /** The unconditional mean of the future, shape `[H]`. */
  readonly uninformedForecast: Float64Array;
  /**
   * The mean of the future given a lookback, shape `[H]`: the best that anyone can do who sees no more. Absent where it
   * cannot be computed exactly.
   *
   * @throws TesseraError SHAPE_MISMATCH
   */
  readonly bayesForecast?: (lookback: Float64Array) => Float64Array;
  /** The `index`-th window. @throws TesseraError INDEX_INVALID */
  window(index: number): EventWindow<Decision>;
  /** Windows `offset` to `offset + count`. Ranges that do not overlap are independent. @throws TesseraError INDEX_INVALID */
  windows(range: { readonly count: number; readonly offset?: number }): EventWindows<Decision>;
  /**
   * Windows laid end to end as one series with target `y`.
   *
   * @throws TesseraError OPTIONS_INVALID, INDEX_INVALID, FREQUENCY_UNKNOWN, TIME_OFF_GRID
   */
  series(options: EventSeriesOptions): EventSeries<Decision>;
}

export const eventSeriesSchema = z.strictObject({
  /** Windows B to lay end to end. */
  blocks: z.int().min(1),
  /** The first window. */
  offset: z.int().nonnegative().default(0),
  /** Step of the series, e.g. `h`, `D`. */
  frequency: z.string().default('h'),
  /** Time of the first step, UTC milliseconds. */
  start: z.number().default(Date.UTC(2001, 0, 1)),
});
export type EventSeriesOptions = z.input<typeof eventSeriesSchema>;
