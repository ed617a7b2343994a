/**
 * Picks the forecaster that was best on the latest windows of the history at hand, by the score of its whole distribution. It
 * compares; it does not combine.
 */
import { type LongWorkOptions, type SeriesSet, seasonOf } from '@tessera/core';
import type { Forecaster } from '../forecaster/forecaster.js';
import { backtest } from './backtest.js';
import type { BacktestResult } from './backtest-result.js';

export interface SelectOptions {
  readonly horizon: number;
  /** Central intervals in percent that are scored beside the deciles. Default `[80, 95]`. */
  readonly levels?: readonly number[] | undefined;
  /** Most windows compared; fewer where the history is short. Default 5. */
  readonly windows?: number | undefined;
  /** Season in steps. Default: that of the frequency. */
  readonly season?: number | undefined;
  /** Metric that decides. Default `CRPS`. */
  readonly metric?: string | undefined;
}

export interface Selection {
  readonly forecaster: Forecaster;
  /** Absent where the history is too short to compare on. */
  readonly result?: BacktestResult;
  /** One sentence on why this one. */
  readonly reason: string;
}

/**
 * The best of `candidates` on rolling origins at the end of `set`; the first of them where no window fits.
 *
 * @throws TesseraError as `backtest` does
 */
export async function selectForecaster(
  candidates: readonly [Forecaster, ...Forecaster[]],
  set: SeriesSet,
  options: SelectOptions,
  work: LongWorkOptions = {},
): Promise<Selection> {
  const { horizon, levels, windows: most = 5, season, metric = 'CRPS' } = options;
  const windows = Math.min(
    most,
    ...set.frames.map((frame) => fittingWindows(frame.length, horizon, season ?? seasonOf(frame.time))),
  );
  const [first] = candidates;
  if (windows < 1) {
    return {
      forecaster: first,
      reason: `${first.name}: the history is too short to compare forecasters on it`,
    };
  }
  const result = await backtest(candidates, set, { horizon, windows, levels, season }, work);
  const best = result.best(metric);
  const forecaster = candidates.find((each) => each.name === best.name) ?? first;
  const score = result.summary().find((row) => row.model === best.name && row.metric === metric);
  const said = score === undefined ? '' : ` (${metric} ${score.value.toPrecision(4)})`;
  return {
    forecaster,
    result,
    reason: `${forecaster.name}: best of ${candidates.length} over ${windows} windows of ${horizon} steps${said}`,
  };
}

/** Windows of `horizon` that leave two seasons, and no less than one horizon, to learn from. */
function fittingWindows(length: number, horizon: number, season: number): number {
  return Math.floor((length - Math.max(2 * season, horizon, 4)) / horizon);
}
