/** What a backtest can be told, with its defaults; the resolved form is stored with the result. */
import { deciles, type Metric, parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';

const steps = z.int('a whole number of steps').min(1, 'at least 1 step');
const threads = "'auto' or a whole number of threads, 0 for none";
const metric = z.custom<Metric>(
  (value) => typeof value === 'object' && value !== null && 'statistic' in value && 'aggregate' in value,
  'a metric’s name or a Metric',
);

const schema = z
  .strictObject({
    horizon: steps,
    windows: z.int('a whole number of windows').min(1, 'at least 1 window').default(1),
    step: steps.optional(),
    gap: z.int('a whole number of steps').min(0, 'a gap of 0 or more steps').default(0),
    strategy: z
      .union(
        [z.literal('expanding'), z.strictObject({ sliding: steps })],
        "'expanding' or { sliding: whole number of steps }",
      )
      .default('expanding'),
    refit: z.boolean('true or false').default(true),
    trainUntil: z.number('a time in UTC milliseconds').optional(),
    context: steps.optional(),
    levels: z
      .array(z.number().gt(0, 'levels above 0').lt(100, 'levels below 100'))
      .readonly()
      .default([80, 95]),
    quantiles: z
      .array(z.number().gt(0, 'quantile levels above 0').lt(1, 'quantile levels below 1'))
      .readonly()
      .optional(),
    metrics: z
      .array(z.union([z.string(), metric], 'a metric’s name or a Metric'))
      .min(1, 'at least one metric')
      .readonly()
      .optional(),
    season: steps.optional(),
    workers: z.union([z.literal('auto'), z.int().min(0, threads)], threads).default('auto'),
    keepForecasts: z.boolean('true or false').default(false),
    byStep: z.boolean('true or false').default(true),
  })
  .transform((given) => ({
    ...given,
    step: given.step ?? given.horizon,
    quantiles: given.quantiles ?? (given.metrics === undefined ? deciles : []),
  }));

/** Options of a backtest. Lengths count steps. */
export interface BacktestOptions {
  /** Steps that are forecast and scored per window. */
  readonly horizon: number;
  /** Origins per series, counted back from the end of the series. Default 1. */
  readonly windows?: number | undefined;
  /** Steps between two origins. Default: the horizon, so that windows do not overlap. */
  readonly step?: number | undefined;
  /** Steps between the end of training and the first scored step. Default 0. */
  readonly gap?: number | undefined;
  /** Train on all history, or on the last `sliding` steps before each origin. Default `expanding`. */
  readonly strategy?: 'expanding' | { readonly sliding: number } | undefined;
  /** Whether to fit anew at every origin; else fit once and forecast the later origins from context. Default true. */
  readonly refit?: boolean | undefined;
  /**
   * Without refit: the one fit ends before this time, UTC milliseconds. Default: the first origin. A global forecaster
   * knows series that begin later from their context alone.
   */
  readonly trainUntil?: number | undefined;
  /** Without refit: steps of history given as context. Default: the whole training range of the window. */
  readonly context?: number | undefined;
  /** Central intervals in percent. Default `[80, 95]`. */
  readonly levels?: readonly number[] | undefined;
  /** Further quantile levels. Default: the deciles with the default metrics, else none. What metrics need is added. */
  readonly quantiles?: readonly number[] | undefined;
  /** Names or metrics. Default: `defaultMetrics` of the levels and quantiles. */
  readonly metrics?: readonly (string | Metric)[] | undefined;
  /** Season of scaled metrics in steps. Default: `defaultSeason` of each series’ frequency, 1 where irregular. */
  readonly season?: number | undefined;
  /** Worker threads: `auto` takes one per core, 0 stays in this thread. Default `auto`. */
  readonly workers?: 'auto' | number | undefined;
  /** Whether the result keeps every forecast; else they are dropped once scored. Default false. */
  readonly keepForecasts?: boolean | undefined;
  /** Whether to score every step ahead on its own too; costs a metric evaluation per step and window. Default true. */
  readonly byStep?: boolean | undefined;
}

export type ResolvedBacktestOptions = z.output<typeof schema>;

/** @throws TesseraError OPTIONS_INVALID */
export function parseBacktestOptions(options: BacktestOptions): ResolvedBacktestOptions {
  const resolved = parseOptions(schema, options, 'backtest');
  for (const name of ['trainUntil', 'context'] as const) {
    if (!resolved.refit || resolved[name] === undefined) continue;
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: `backtest options.${name}`,
      expected: 'nothing, because every origin is fitted anew',
      found: String(resolved[name]),
      wayOut: `Set refit to false, or leave ${name} out`,
    });
  }
  return resolved;
}
