/**
 * Several seasons taken out by repeated STL, the rest continued by automatic exponential smoothing and the last cycle of
 * each season put in again (`MSTL` of `@bsull/augurs`).
 *
 * Source: Bandara, Hyndman and Bergmeir, MSTL: A Seasonal-Trend Decomposition Algorithm for Time Series with Multiple
 * Seasonal Patterns (arXiv 2107.13462).
 */
import { defaultSeason, type Frequency, fixedStep, parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Forecaster } from '../forecaster/forecaster.js';
import { loadMstl, readPath } from './augurs.js';
import { calibratedPath, type Path } from './calibrated-path.js';
import { type ChannelHistory, tooShort } from './channel-history.js';
import type { ChannelModel, MethodOptions } from './channel-model.js';
import { completeHistory } from './complete-history.js';
import { etsPath, leastEtsValues, meanSize } from './ets.js';
import { localForecaster } from './local-forecaster.js';

const message = "a whole number of steps of at least 1, several of at least 2, or 'auto'";
const steps = z.int(message);
const schema = z.strictObject({
  season: z
    .union(
      [z.literal('auto'), steps.min(1, message), z.array(steps.min(2, message)).min(1, message).readonly()],
      message,
    )
    .default('auto'),
});

export interface MstlOptions {
  /**
   * Season in steps, or several, e.g. `[24, 168]`; 1 for none. Default `auto`: the usual ones of the frequency. A season is
   * used where the history holds two of it; one that is left out is counted.
   */
  readonly season?: number | readonly number[] | 'auto' | undefined;
}

/**
 * Forecasts by MSTL. Without any season it is exponential smoothing of the series as it is. Missing values are
 * interpolated, and counted. Intervals grow as the smoothing model says, and are as wide as the errors on
 * the held-out end of the history ask for. Needs 7 observed values.
 */
export function mstl(options: MstlOptions = {}): Forecaster {
  const resolved = parseOptions(schema, options, 'mstl');
  return localForecaster({
    name: 'mstl',
    options: resolved,
    season: 'auto',
    acceptsContext: false,
    method: { fit: (history, fitOptions) => fit(history, resolved.season, fitOptions) },
  });
}

function fit(
  training: ChannelHistory,
  wanted: number | readonly number[] | 'auto',
  { horizon, note }: MethodOptions,
): Promise<ChannelModel> {
  const { values, observed, gap } = completeHistory(training, note);
  if (values.length < leastEtsValues) {
    throw tooShort(training, `at least ${leastEtsValues} values`, `${values.length}`);
  }
  const seasons = seasonsOf(wanted, training.time.frequency);
  const left = seasons.filter((season) => 2 * season > values.length).length;
  note(
    'model-simplified',
    left,
    `${left} seasons are left out: ${values.length} values do not hold two of each.`,
  );
  const fitPath = (part: Float64Array, steps: number) => mstlPath(part, seasons, steps);
  return calibratedPath({ values, observed, gap, horizon, least: leastEtsValues, fitPath, note });
}

async function mstlPath(values: Float64Array, seasons: readonly number[], steps: number): Promise<Path> {
  const used = seasons.filter((season) => 2 * season <= values.length);
  if (used.length === 0) return etsPath(values, steps);
  const MSTL = await loadMstl();
  const scale = meanSize(values);
  const model = MSTL.ets(used);
  try {
    model.fit(values.map((value) => value / scale));
    return readPath(model, steps, scale);
  } finally {
    model.free();
  }
}

function seasonsOf(wanted: number | readonly number[] | 'auto', frequency: Frequency): number[] {
  if (wanted === 'auto') return usualSeasons(frequency);
  if (typeof wanted === 'number') return wanted === 1 ? [] : [wanted];
  return [...new Set(wanted)].sort((a, b) => a - b);
}

/** The cycles that people’s days, weeks and years leave in series of a frequency, in steps and without the trivial ones. */
function usualSeasons(frequency: Frequency): number[] {
  const season = defaultSeason(frequency);
  if (season < 2) return [];
  const step = fixedStep(frequency);
  const isWithinDay = step !== undefined && step < 86_400_000;
  if (isWithinDay) return [season, 7 * season];
  return frequency.unit === 'day' && frequency.count === 1 ? [season, 365] : [season];
}
