/**
 * The proof that nothing of the future is used: change everything a forecaster may not know and look whether it says
 * the same, to the byte.
 */
import type { SeriesSet } from '@tessera/core';
import { backtest } from '../../src/backtest/backtest.js';
import type { BacktestOptions } from '../../src/backtest/backtest-options.js';
import type { Forecaster } from '../../src/forecaster/forecaster.js';

/** The set with a spike at `cut` and another level after it, in targets and past covariates; same lengths. */
export function plantFuture(set: SeriesSet, cut: number): SeriesSet {
  return set.map((frame) =>
    frame
      .withChannels(
        frame.channels.map((each) => {
          if (each.role === 'future') return each;
          const values = each.values.map((value, t) => (t < cut ? value : value + (t === cut ? 1e6 : 1e3)));
          return { ...each, values };
        }),
      )
      .withInterventions([...frame.interventions, { name: 'planted', time: frame.time.timeAt(cut) }]),
  );
}

/**
 * The bytes of all forecasts and failures of a single window, with the true and with the planted future.
 *
 * @param forecasterOf is given the set that is backtested; an honest forecaster ignores it
 */
export async function forecastsWithPlantedFuture(
  forecasterOf: (set: SeriesSet) => Forecaster,
  set: SeriesSet,
  options: Omit<BacktestOptions, 'windows' | 'keepForecasts'>,
): Promise<{ readonly asItCame: Buffer; readonly planted: Buffer; readonly forecasts: number }> {
  const [{ length }] = set.frames;
  const changed = plantFuture(set, length - options.horizon - (options.gap ?? 0));
  let forecasts = 0;
  return { asItCame: await bytes(set), planted: await bytes(changed), forecasts };

  async function bytes(each: SeriesSet): Promise<Buffer> {
    const result = await backtest(forecasterOf(each), each, { ...options, windows: 1, keepForecasts: true });
    forecasts = result.forecasts.length;
    const arrays = result.forecasts.flatMap(({ forecast }) => [forecast.point, forecast.quantiles]);
    const failures = Buffer.from(JSON.stringify(result.failures));
    return Buffer.concat([
      failures,
      ...arrays.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
    ]);
  }
}
